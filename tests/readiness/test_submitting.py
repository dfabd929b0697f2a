"""Submitting: who may, when, what is recorded, and that nothing changes it afterwards by any route."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from mhhs_portal.history.panel import verbs_on
from readiness.models import (
    STEPS,
    Answer,
    Campaign,
    Question,
    QuestionnaireVersion,
    Section,
    Status,
    Submission,
    SubmittedRound,
)
from readiness.review import mark_answer, send_back
from readiness.submissions import canonical, move, questions_of, save_answer, submit
from tests import make
from tests.readiness.refusing import refused

NOW = timezone.now()
DAY = timedelta(days=1)
GOOD = {"authorised_by": "Margaret Osei", "declared": True}


def test_a_lead_submits_and_gets_a_receipt(org, lead):
    submission = make.answered(make.submission(org), lead)

    made = submit(submission, acting=lead, now=NOW, **GOOD)

    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED
    assert (made.submitted_at, made.submitted_by, made.authorised_by) == (NOW, lead.person, "Margaret Osei")
    assert made.reference == f"{submission.campaign.slug}-{org.slug}-1".upper()
    assert made.is_late is False
    assert [row["text"] for row in made.answers] == ["So it is", "So it is"]
    assert made.sha256 == hashlib.sha256(canonical(submission, made.answers).encode()).hexdigest()
    assert made.check_code.replace(" ", "") == made.sha256[:16]
    assert verbs_on(submission)[-1] == "readiness.submitted"


def test_the_hash_changes_with_one_letter(org, lead):
    submission = make.answered(make.submission(org), lead)
    rows = [{"text": "a"}]

    assert canonical(submission, rows) != canonical(submission, [{"text": "b"}])


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_only_a_lead_submits(org, lead, role):
    submission = make.answered(make.submission(org), lead)

    with pytest.raises(PermissionDenied):
        submit(submission, acting=getattr(make, role)(org), now=NOW, **GOOD)

    assert not SubmittedRound.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"declared": False}, "Tick the declaration"), ({"authorised_by": "  "}, "Name the person who authorised")],
)
def test_a_submission_is_declared_and_names_who_authorised_it(org, lead, change, words):
    submission = make.answered(make.submission(org), lead)

    with pytest.raises(ValidationError, match=words):
        submit(submission, acting=lead, now=NOW, **GOOD | change)

    assert not SubmittedRound.objects.exists()


def test_a_missing_answer_stops_it_in_words(org, lead):
    submission = make.answered(make.submission(org), lead, A1="So it is")

    with pytest.raises(ValidationError) as refusal:
        submit(submission, acting=lead, now=NOW, **GOOD)

    submission.refresh_from_db()
    assert refusal.value.messages == ["A2: enter an answer"]
    assert submission.status == Status.IN_PROGRESS


def test_an_optional_answer_may_be_missing(org, lead):
    version = make.questionnaire_version(question={"is_required": False})
    submission = make.answered(make.submission(org, make.campaign(version)), lead, A1="So it is")

    made = submit(submission, acting=lead, now=NOW, **GOOD)

    assert [row["value"] for row in made.answers] == ["So it is", None]


def test_nothing_at_all_cannot_be_submitted(org, lead):
    submission = make.submission(org, make.campaign(make.questionnaire_version(question={"is_required": False})))

    with pytest.raises(ValidationError, match="nothing has been saved"):
        submit(submission, acting=lead, now=NOW, **GOOD)


def test_after_the_deadline_it_is_accepted_and_marked_late(org, lead):
    submission = make.answered(make.submission(org), lead)
    due_at = submission.campaign.due_at

    made = submit(submission, acting=lead, now=due_at + timedelta(seconds=1), **GOOD)

    assert made.is_late is True


def test_at_the_deadline_itself_it_is_in_time(org, lead):
    submission = make.answered(make.submission(org), lead)

    assert submit(submission, acting=lead, now=submission.campaign.due_at, **GOOD).is_late is False


def test_the_database_refuses_a_late_round_that_says_it_was_in_time(org, lead):
    submission = make.answered(make.submission(org), lead)
    due_at = submission.campaign.due_at

    with pytest.raises(IntegrityError, match="late_is_not_disguised"), transaction.atomic():
        SubmittedRound.objects.create(
            submission=submission,
            round_number=1,
            reference="X",
            submitted_at=due_at + timedelta(days=1),
            submitted_by=lead.person,
            authorised_by="X",
            declaration="X",
            due_at=due_at,
            is_late=False,
            answers=[],
            sha256="0" * 64,
        )


def test_a_second_submit_is_refused_and_leaves_the_first(org, lead):
    submission = make.submitted(org, lead)

    with pytest.raises(ValidationError, match="made already"):
        submit(submission, acting=lead, now=NOW, **GOOD)

    assert SubmittedRound.objects.count() == 1


def test_a_submitted_answer_cannot_be_saved_again(org, lead):
    submission = make.submitted(org, lead)

    with pytest.raises(ValidationError, match="Nobody can change them"):
        save_answer(submission, questions_of(submission)[0], "No", acting=lead, seen_version=1, now=NOW)


def test_a_page_that_has_not_heard_of_the_submit_is_refused_too(org, lead):
    stale = make.answered(make.submission(org), lead)
    submit(stale, acting=lead, now=NOW, **GOOD)

    assert stale.status == Status.IN_PROGRESS
    with pytest.raises(ValidationError, match="Nobody can change them"):
        save_answer(stale, questions_of(stale)[0], "No", acting=lead, seen_version=1, now=NOW)


def test_the_database_refuses_every_change_to_a_submitted_round(org, lead):
    submission = make.submitted(org, lead)
    answer = Answer.objects.first()
    insert = (
        "INSERT INTO readiness_answer (submission_id, round_number, question_id, typed, text, problem, version,"
        " saved_by_id, saved_at) SELECT submission_id, round_number, question_id, typed, text, problem, 1, saved_by_id,"
        " saved_at FROM readiness_answer LIMIT 1"
    )

    assert "Nobody can change" in refused("UPDATE readiness_answer SET text = 'x' WHERE id = %s", answer.pk)
    assert "Nobody can change" in refused("DELETE FROM readiness_answer")
    assert "Nobody can change" in refused("TRUNCATE readiness_answer CASCADE")
    assert "Nobody can change" in refused(insert)
    assert "Cannot" in refused("UPDATE readiness_submittedround SET sha256 = %s", "0" * 64)
    assert "Cannot" in refused("DELETE FROM readiness_submittedround")
    assert "never removed" in refused("TRUNCATE readiness_submittedround")
    assert "Cannot" in refused("DELETE FROM readiness_submission")
    assert "does not change" in refused("UPDATE readiness_submission SET asked_for = '[]'")
    assert Answer.objects.filter(submission=submission, text="So it is").count() == 2


def test_the_database_refuses_to_change_a_published_wording_or_an_open_campaign(org):
    make.submission(org)

    assert "frozen" in refused("UPDATE readiness_questionnaireversion SET number = 9")
    assert "frozen" in refused("UPDATE readiness_question SET text = 'Something else'")
    assert "frozen" in refused("DELETE FROM readiness_section")
    assert "frozen" in refused("TRUNCATE readiness_question CASCADE")
    assert "people are answering" in refused("UPDATE readiness_campaign SET due_at = due_at + interval '1 day'")
    section = Section.objects.get()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Question.objects.create(section=section, number="A9", position=9, kind="long_text", text="?", short_text="?")


def test_the_database_refuses_a_campaign_on_a_draft_wording(db):
    version = make.questionnaire_version()

    with pytest.raises(IntegrityError, match="Publish the questionnaire"), transaction.atomic():
        Campaign.objects.create(
            slug="x", kind="air", name="X", version=version, opened_at=NOW, due_at=NOW + timedelta(days=1)
        )
    assert QuestionnaireVersion.objects.get().status == "draft"


# --- the life of a submission -----------------------------------------------------------------------------------------


ALL_STEPS = sorted({step for step, _ in STEPS})


def at(status, org, lead):
    """A submission that has come to this status by the steps of its life."""
    submission = make.submission(org)
    if status == Status.NOT_STARTED:
        return submission
    make.answered(submission, lead)
    if status == Status.IN_PROGRESS:
        return submission
    submit(submission, acting=lead, now=NOW, **GOOD)
    submission.refresh_from_db()
    for step in {"in-review": ["take_up"], "accepted": ["take_up", "accept"], "more-needed": ["take_up"]}.get(
        status, []
    ):
        move(submission, step)
    if status == Status.RETURNED:
        make.sent_back(submission)
    return submission


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("step", ALL_STEPS)
def test_every_step_from_every_status_is_in_the_table_or_refused(org, lead, step, status):
    submission = at(status, org, lead)
    after = STEPS.get((step, status))
    assert submission.status == status

    if after is None:
        with pytest.raises(ValidationError, match="cannot be changed this way"):
            move(submission, step)
    elif step == "submit":
        submit(submission, acting=lead, now=NOW, **GOOD)
    elif step == "send_back":
        make.sent_back(submission)
    else:
        move(submission, step)

    assert Submission.objects.get().status == (after or status)


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", list(Status))
def test_the_database_knows_the_same_table(org, lead, before, after):
    submission = at(before, org, lead)
    allowed = {(a, b) for (step, a), b in STEPS.items() if step not in ("submit", "send_back")}
    change = Submission.objects.filter(pk=submission.pk)

    if before == after or (before, after) in allowed:
        change.update(status=after)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            change.update(status=after)

    assert change.get().status == (after if (before, after) in allowed else before)


def test_nothing_begins_in_the_middle_of_its_life(org):
    with pytest.raises(IntegrityError, match="begins as not started"), transaction.atomic():
        Submission.objects.create(campaign=make.campaign(), organisation=org, status=Status.SUBMITTED)


def test_a_new_round_keeps_the_one_before_and_begins_with_its_answers(org, lead):
    submission = make.submitted(org, lead)
    before = SubmittedRound.objects.get()
    analyst = make.analyst()
    answer = submission.answers.first()
    mark_answer(answer, mark="more-needed", reason="How many?", seen=None, acting=analyst, now=NOW)
    submission.refresh_from_db()

    make.sent_back(submission, "A1", acting=analyst)
    question = questions_of(submission)[0]
    save_answer(submission, question, "Forty", acting=lead, seen_version=1, now=NOW)
    submit(submission, acting=lead, now=NOW, **GOOD)

    rounds = list(submission.rounds.order_by("round_number"))
    assert [row.answers[0]["text"] for row in rounds] == ["So it is", "Forty"]
    assert rounds[0].sha256 == before.sha256 != rounds[1].sha256
    assert "Nobody can change" in refused("UPDATE readiness_answer SET text = 'x' WHERE round_number = 1")
    assert (rounds[1].due_at, rounds[1].is_late) == (submission.more_needed.get().due_at, False)


def test_more_needed_opens_exactly_the_answers_that_are_asked_for(org, lead):
    submission = make.submitted(org, lead)
    move(submission, "take_up")
    analyst = make.analyst()
    with pytest.raises(ValidationError, match="Choose the answers"):
        send_back(submission, questions=[], words="How?", due_at=NOW + DAY, acting=analyst, now=NOW)
    make.sent_back(submission, "A2", acting=analyst)
    first, second = questions_of(submission)

    save_answer(submission, second, "Forty", acting=lead, seen_version=1, now=NOW)
    with pytest.raises(ValidationError, match="did not ask for this answer again"):
        save_answer(submission, first, "Forty", acting=lead, seen_version=1, now=NOW)

    for sql in (
        f"UPDATE readiness_answer SET typed = '\"x\"' WHERE round_number = 2 AND question_id = {first.pk}",
        f"DELETE FROM readiness_answer WHERE round_number = 2 AND question_id = {first.pk}",
    ):
        assert "Only the answers that are asked for again" in refused(sql)
    assert "settled before the round opens" in refused(
        f"INSERT INTO readiness_reopened (more_needed_id, question_id)"
        f" VALUES ({submission.more_needed.get().pk}, {first.pk})"
    )


def test_postgresql_sends_nothing_back_without_saying_what_is_needed(org, lead):
    submission = make.submitted(org, lead)
    move(submission, "take_up")

    assert "Say which answers" in refused(
        "UPDATE readiness_submission SET status = 'more-needed', round_number = round_number + 1"
    )
