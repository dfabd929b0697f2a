"""Questions answered by choosing: any of several, and a scale whose steps say what they mean."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from readiness.models import Answer, Question
from readiness.questionnaires import read, tidy
from readiness.submissions import questions_of, save_answer
from tests import make

NOW = timezone.now()
FUELS = [{"value": "e", "label": "Export"}, {"value": "i", "label": "Import"}]
STEPS = [
    {"value": "0", "label": "Not begun", "meaning": "Nothing is planned"},
    {"value": "1", "label": "Ready", "meaning": "Tested, and signed off"},
]
SEVERAL = {"kind": "multiple_choice", "choices": FUELS}
SCALE = {"kind": "scale", "choices": STEPS}


def asked(org, question):
    submission = make.submission(org, make.campaign(make.questionnaire_version(questions=1, question=question)))
    return submission, questions_of(submission)[0]


def section_page(submission):
    return reverse("readiness:section", args=[submission.organisation.slug, submission.campaign.slug, "a"])


def test_several_answers_are_kept_once_each_in_the_order_offered(org, lead):
    submission, question = asked(org, SEVERAL)

    answer = save_answer(submission, question, ["i", " e", "i"], acting=lead, seen_version=0, now=NOW)

    assert (answer.typed, answer.value, answer.text) == (["e", "i"], ["e", "i"], "Export; Import")


def test_what_was_never_offered_is_refused_in_words():
    several, scale = Question(number="A1", **SEVERAL), Question(number="A1", **SCALE)

    assert read(several, tidy(several, ["e", "gas"])).problem == "A1: choose from the answers offered"
    assert read(scale, tidy(scale, "7")).problem == "A1: choose one of the answers offered"


def test_an_answer_of_several_can_be_taken_back(org, lead):
    submission, question = asked(org, SEVERAL)
    save_answer(submission, question, ["e"], acting=lead, seen_version=0, now=NOW)

    answer = save_answer(submission, question, [], acting=lead, seen_version=1, now=NOW)

    assert (answer.typed, answer.value, answer.text) == ([], None, "")


def test_a_page_without_javascript_offers_boxes_and_keeps_what_is_ticked(client, org, lead):
    submission, _ = asked(org, SEVERAL)
    client.force_login(lead.person)

    client.post(section_page(submission), {"a1": ["i", "e"], "seen-a1": "0.", "save": "draft"})

    assert Answer.objects.get(submission=submission).value == ["e", "i"]
    assert client.get(section_page(submission)).content.decode().count("checked") == 2


def test_a_required_one_without_a_tick_says_what_to_do(client, org, lead):
    submission, _ = asked(org, SEVERAL)
    client.force_login(lead.person)

    page = client.post(section_page(submission), {"seen-a1": "0.", "save": "complete"})

    assert "A1: choose one answer or more" in page.content.decode()


def test_a_clash_shows_the_words_of_both(client, org, lead):
    submission, question = asked(org, SEVERAL)
    colleague = make.lead(org)
    save_answer(submission, question, ["e"], acting=colleague, seen_version=0, now=NOW)
    client.force_login(lead.person)

    page = client.post(section_page(submission), {"a1": "i", "seen-a1": "0.", "save": "draft"}).content.decode()

    assert "<b>Theirs, saved:</b> Export" in page
    assert "<b>Yours, not saved yet:</b> Import" in page


def test_the_page_says_what_each_step_of_a_scale_means(client, org, lead):
    submission, question = asked(org, SCALE)
    client.force_login(lead.person)

    assert "Ready: Tested, and signed off" in client.get(section_page(submission)).content.decode()
    assert save_answer(submission, question, "1", acting=lead, seen_version=0, now=NOW).text == "Ready"


@pytest.mark.parametrize(
    "question",
    [
        {"kind": "scale", "choices": FUELS},
        {"kind": "scale", "choices": [STEPS[0], STEPS[1] | {"meaning": ""}]},
        {"kind": "scale", "choices": []},
        {"kind": "multiple_choice", "choices": []},
    ],
)
def test_the_database_refuses_a_choice_without_its_words(db, question):
    with pytest.raises(DatabaseError), transaction.atomic():
        make.questionnaire_version(question=question)
