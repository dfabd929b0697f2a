"""Marks and notes of analysts: who may, with which reason, and that none is ever overwritten."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from readiness.models import AnalystNote, Assessment, Status
from readiness.review import mark_answer, write_note
from tests import make
from tests.readiness.refusing import refused

NOW = timezone.now()


def test_a_mark_takes_the_submission_into_review(org, lead):
    submission = make.submitted(org, lead)
    analyst = make.analyst()

    mark_answer(submission.answers.first(), mark="adequate", reason="", seen=None, acting=analyst, now=NOW)

    submission.refresh_from_db()
    assert submission.status == Status.IN_REVIEW
    assert Assessment.objects.get().assessed_by == analyst.person


@pytest.mark.parametrize("mark", ["partly-adequate", "not-adequate", "more-needed"])
def test_a_mark_other_than_adequate_says_why(org, lead, mark):
    answer = make.submitted(org, lead).answers.first()

    with pytest.raises(ValidationError, match="Say why"):
        mark_answer(answer, mark=mark, reason=" ", seen=None, acting=make.analyst(), now=NOW)
    with pytest.raises(IntegrityError, match="says_why"), transaction.atomic():
        Assessment.objects.create(answer=answer, mark=mark, assessed_by=make.analyst().person, assessed_at=NOW)


def test_two_analysts_at_once_are_both_kept_and_the_second_is_told(org, lead):
    answer = make.submitted(org, lead).answers.first()
    one, two = make.analyst(), make.analyst()

    mark_answer(answer, mark="adequate", reason="", seen=None, acting=one, now=NOW)
    marking = mark_answer(answer, mark="not-adequate", reason="No test", seen=None, acting=two, now=NOW)

    assert marking.other.assessed_by == one.person
    assert [row.mark for row in answer.assessments.all()] == ["adequate", "not-adequate"]
    assert [row.mark for row in Assessment.objects.current()] == ["not-adequate"]


def test_a_second_thought_is_no_conflict(org, lead):
    answer = make.submitted(org, lead).answers.first()
    analyst = make.analyst()
    before = mark_answer(answer, mark="adequate", reason="", seen=None, acting=analyst, now=NOW).assessment

    marking = mark_answer(answer, mark="adequate", reason="", seen=before.pk, acting=make.analyst(), now=NOW)

    assert marking.other is None


def test_marks_and_notes_are_never_overwritten(org, lead):
    submission = make.submitted(org, lead)
    analyst = make.analyst()
    mark_answer(submission.answers.first(), mark="adequate", reason="", seen=None, acting=analyst, now=NOW)
    write_note(submission, text="A note", question=None, acting=analyst, now=NOW)

    assert "Cannot" in refused("UPDATE readiness_assessment SET mark = 'not-adequate', reason = 'x'")
    assert "Cannot" in refused("DELETE FROM readiness_assessment")
    assert "never removed" in refused("TRUNCATE readiness_assessment")
    assert "Cannot" in refused("UPDATE readiness_analystnote SET text = 'x'")
    assert AnalystNote.objects.get().text == "A note"


def test_a_draft_cannot_be_assessed(org, lead):
    answer = make.answered(make.submission(org), lead).answers.first()

    with pytest.raises(IntegrityError, match="Only a submitted answer"), transaction.atomic():
        mark_answer(answer, mark="adequate", reason="", seen=None, acting=make.analyst(), now=NOW)


def test_a_participant_cannot_mark(org, lead):
    answer = make.submitted(org, lead).answers.first()

    with pytest.raises(PermissionDenied):
        mark_answer(answer, mark="adequate", reason="", seen=None, acting=lead, now=NOW)
