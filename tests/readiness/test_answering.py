"""Saving an answer: what is kept, what is understood, and who may."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from mhhs_portal.history.panel import verbs_on
from readiness.models import Answer, Kind, Question, Status
from readiness.questionnaires import read, tidy
from readiness.submissions import Clash, questions_of, save_answer
from tests import make

NOW = timezone.now()


@pytest.fixture
def submission(org):
    return make.submission(org)


def first(submission):
    return questions_of(submission)[0]


def test_the_first_answer_is_kept_and_starts_the_submission(submission, lead):
    answer = save_answer(submission, first(submission), " So it is ", acting=lead, seen_version=0, now=NOW)

    submission.refresh_from_db()
    assert (answer.typed, answer.value, answer.version, answer.saved_by) == ("So it is", "So it is", 1, lead.person)
    assert submission.status == Status.IN_PROGRESS
    assert verbs_on(answer) == ["readiness.answer_saved"]


def test_an_empty_answer_starts_nothing(submission, lead):
    save_answer(submission, first(submission), "  ", acting=lead, seen_version=0, now=NOW)

    submission.refresh_from_db()
    assert submission.status == Status.NOT_STARTED
    assert not Answer.objects.exists()


def test_an_answer_can_be_taken_back(submission, lead):
    save_answer(submission, first(submission), "So", acting=lead, seen_version=0, now=NOW)
    answer = save_answer(submission, first(submission), "", acting=lead, seen_version=1, now=NOW)

    assert (answer.typed, answer.value, answer.version) == ("", None, 2)


def test_what_is_not_understood_is_kept_as_typed(org, lead):
    version = make.questionnaire_version(question={"kind": "number", "unit": "MSIDs a day"})
    submission = make.submission(org, make.campaign(version))

    answer = save_answer(submission, first(submission), "about 20", acting=lead, seen_version=0, now=NOW)

    assert (answer.typed, answer.value) == ("about 20", None)
    assert answer.problem == "A1: enter a number of MSIDs a day in digits, such as 200"


def test_a_clash_overwrites_nothing_and_names_the_colleague(submission, org, lead):
    other = make.contributor(org)
    save_answer(submission, first(submission), "Theirs", acting=other, seen_version=0, now=NOW)

    with pytest.raises(Clash, match=other.person.name) as clash:
        save_answer(submission, first(submission), "Mine", acting=lead, seen_version=0, now=NOW)

    assert clash.value.theirs.text == "Theirs"
    assert [(a.text, a.version) for a in Answer.objects.all()] == [("Theirs", 1)]


def test_two_who_type_the_same_do_not_clash(submission, org, lead):
    save_answer(submission, first(submission), "Same", acting=make.contributor(org), seen_version=0, now=NOW)

    answer = save_answer(submission, first(submission), "Same", acting=lead, seen_version=0, now=NOW)

    assert answer.version == 1


def test_a_viewer_cannot_answer(submission, org):
    with pytest.raises(PermissionDenied):
        save_answer(submission, first(submission), "So", acting=make.viewer(org), seen_version=0, now=NOW)


def test_nobody_answers_for_another_organisation(submission, db):
    stranger = make.lead(make.organisation())

    with pytest.raises(PermissionDenied):
        save_answer(submission, first(submission), "So", acting=stranger, seen_version=0, now=NOW)


def test_a_question_of_another_questionnaire_is_refused(submission, lead):
    other = Question.objects.filter(section__version=make.questionnaire_version()).first()

    with pytest.raises(ValidationError):
        save_answer(submission, other, "So", acting=lead, seen_version=0, now=NOW)

    assert not Answer.objects.exists()


CHOICES = [{"value": "live", "label": "In live use"}]


@pytest.mark.parametrize(
    ("kind", "typed", "value", "text", "problem"),
    [
        ("yes_no_partly", "partly", "partly", "Partly", ""),
        ("yes_no_partly", "perhaps", None, "", "C1: choose one of the answers offered"),
        ("choice", "live", "live", "In live use", ""),
        ("choice", "dead", None, "", "C1: choose one of the answers offered"),
        ("number", "1,500", "1500", "1,500 days", ""),
        ("number", "0.5", "0.5", "0.5 days", ""),
        ("number", "-1", None, "", "C1: the number must be 0 or more"),
        ("number", "NaN", None, "", "C1: enter a number of days in digits, such as 200"),
        ("number", "1e30", None, "", "C1: enter a number of days in digits, such as 200"),
        ("number", "1e-999999", None, "", "C1: enter a number of days in digits, such as 200"),
        ("number", "0e99999", None, "", "C1: enter a number of days in digits, such as 200"),
        ("date", ["9" * 40, "5", "2025"], None, "", "C1: the date must be a real date, such as 30 5 2025"),
        ("date", ["3\x00", "Sept", "2025"], "2025-09-03", "3 September 2025", ""),
        ("date", ["3", "Sept", "2025"], "2025-09-03", "3 September 2025", ""),
        ("date", ["31", "2", "2026"], None, "", "C1: the date must be a real date, such as 30 5 2025"),
        ("date", ["31", "", "2026"], None, "", "C1: the date must include a month"),
        ("short_text", "x" * 201, None, "", "C1: use 200 characters or fewer; you have 201"),
        ("long_text", "a\r\nb", "a\nb", "a\nb", ""),
        ("long_text", "", None, "", ""),
        ("declaration", True, True, "Declared", ""),
        ("declaration", False, None, "", ""),
    ],
)
def test_each_kind_of_question_says_what_it_accepts(kind, typed, value, text, problem):
    question = Question(number="C1", kind=Kind(kind), choices=CHOICES, unit="days")

    reading = read(question, tidy(question, typed))

    assert (reading.value, reading.text, reading.problem) == (value, text, problem)
