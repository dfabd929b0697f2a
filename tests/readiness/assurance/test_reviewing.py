"""Who reviews what, questions and replies, second looks, the end of a review; each rule in Python and in PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.models import Role
from readiness.assurance import asking, assigning, concluding
from readiness.assurance.models import Acceptance, Assignment, Query, SampleCheck
from readiness.models import Status
from readiness.review import mark_answer
from readiness.submissions import questions_of
from tests import make

NOW = timezone.now()
DAY = timedelta(days=1)


def refused(sql: str) -> str:
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as refusal, transaction.atomic():
        cursor.execute(sql)
    return str(refusal.value)


@pytest.fixture
def submission(org, lead):
    return make.submitted(org, lead)


@pytest.fixture
def unsampled(monkeypatch):
    monkeypatch.setattr(assigning, "is_sampled", lambda submission: False)


def marked(submission, analyst, mark="adequate"):
    for answer in submission.answers.filter(round_number=submission.round_number):
        mark_answer(answer, mark=mark, reason="So", seen=None, acting=analyst, now=NOW)
    submission.refresh_from_db()
    return submission


# --- conflicts of interest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["declared", "member", "was a member"])
def test_nobody_with_an_interest_is_assigned_or_marks_in_postgresql_too(org, submission, how):
    one, other = make.analyst(), make.analyst()
    if how == "declared":
        assigning.declare_interest(organisation=org, nature="Worked there", acting=one, now=NOW)
    else:
        ends = {"ends_on": timezone.localdate() - DAY} if how == "was a member" else {}
        make.member(org, Role.VIEWER, person=one.person, **ends)

    with pytest.raises(ValidationError, match="declared an interest|is or was one of the people"):
        assigning.assign(submission, analyst=one.person, acting=other, now=NOW)
    answer = submission.answers.first()
    with pytest.raises(ValidationError, match="declared an interest|is or was one of the people"):
        mark_answer(answer, mark="adequate", reason="", seen=None, acting=one, now=NOW)

    words = "This analyst has an interest"
    row = f"VALUES ({submission.pk}, {one.person_id}, {other.person_id}, now())"
    columns = "(submission_id, analyst_id, assigned_by_id, assigned_at)"
    assert words in refused(f"INSERT INTO assurance_assignment {columns} {row}")
    assert words in refused(
        "INSERT INTO readiness_assessment (answer_id, mark, reason, assessed_by_id, assessed_at)"
        f" VALUES ({answer.pk}, 'adequate', '', {one.person_id}, now())"
    )
    assert not Assignment.objects.exists()


def test_declaring_gives_back_what_one_had_and_ending_stays_on_record(org, submission):
    one = make.analyst()
    assigning.assign(submission, analyst=one.person, acting=one, now=NOW)

    interest = assigning.declare_interest(organisation=org, nature="Family", acting=one, now=NOW)
    assert not Assignment.objects.current().exists()
    assigning.end_interest(interest, acting=one, now=NOW)
    assigning.assign(submission, analyst=one.person, acting=one, now=NOW)

    assert "stays on record" in refused(f"DELETE FROM readiness_interest WHERE id = {interest.pk}")
    assert "stays on record" in refused(f"UPDATE readiness_interest SET ended_at = NULL WHERE id = {interest.pk}")


def test_an_assignment_ends_the_one_before_and_the_new_reviewer_is_told(submission):
    one, two = make.analyst(), make.analyst()
    assigning.assign(submission, analyst=one.person, acting=one, now=NOW)
    assigning.assign(submission, analyst=two.person, acting=one, now=NOW)

    assert [row.analyst for row in Assignment.objects.current()] == [two.person]
    assert Assignment.objects.count() == 2
    assert list(Message.objects.values_list("to", "organisation")) == [(two.person_id, None)]
    assert [(p.in_hand, p.waiting) for p in assigning.workload(NOW) if p in (one.person, two.person)] == [
        (0, 0),
        (1, 1),
    ]


# --- questions to the participant -------------------------------------------------------------------------------------


def asked(submission, acting, **fields):
    facts = {"questions": questions_of(submission)[:1], "text": "How many?", "due_at": NOW + DAY, "now": NOW}
    return asking.ask(submission, acting=acting, **facts | fields)


def test_a_question_is_asked_told_and_replied_to_once(org, lead, submission):
    analyst = make.analyst()
    query = asked(submission, analyst)
    asking.reply(query, text="Forty", acting=lead, now=NOW)

    with pytest.raises(ValidationError, match="replied already"):
        asking.reply(query, text="Fifty", acting=make.contributor(org), now=NOW)

    submission.refresh_from_db()
    assert submission.status == Status.IN_REVIEW
    told = Message.objects.order_by("pk").values_list("to", "organisation")
    assert list(told) == [(lead.person_id, org.pk), (analyst.person_id, None)]
    for table in ("assurance_query", "assurance_queryreply"):
        assert "Cannot" in refused(f"UPDATE {table} SET text = 'x'")


@pytest.mark.parametrize("who", ["viewer", "another organisation's lead"])
def test_nobody_else_replies(org, submission, who):
    query = asked(submission, make.analyst())
    acting = make.viewer(org) if who == "viewer" else make.lead(make.organisation())

    with pytest.raises(PermissionDenied):
        asking.reply(query, text="x", acting=acting, now=NOW)


def test_questions_have_words_answers_and_a_deadline_to_come(submission):
    analyst = make.analyst()
    for wrong, words in (
        ({"questions": []}, "Choose"),
        ({"text": " "}, "Write|blank"),
        ({"due_at": NOW - DAY}, "future"),
    ):
        with pytest.raises(ValidationError, match=words):
            asked(submission, analyst, **wrong)
    assert not Query.objects.exists()


# --- the end of a review ----------------------------------------------------------------------------------------------


def test_a_review_ends_when_nothing_is_open(lead, submission, unsampled):
    analyst = make.analyst()
    with pytest.raises(ValidationError, match="Without an assessment: A1, A2"):
        concluding.accept(submission, acting=analyst, now=NOW)
    marked(submission, analyst)
    query = asked(submission, analyst)
    with pytest.raises(ValidationError, match="1 question to the participant"):
        concluding.accept(submission, acting=analyst, now=NOW)
    assert "still open" in refused(f"UPDATE readiness_submission SET status = 'accepted' WHERE id = {submission.pk}")
    asking.reply(query, text="Forty", acting=lead, now=NOW)

    concluding.accept(submission, acting=analyst, now=NOW)

    submission.refresh_from_db()
    assert submission.status == Status.ACCEPTED
    assert Acceptance.objects.get().accepted_by == analyst.person


def test_a_mark_of_more_needed_stands_in_the_way(submission, unsampled):
    marked(submission, make.analyst(), mark="more-needed")

    with pytest.raises(ValidationError, match="More needed"):
        concluding.accept(submission, acting=make.analyst(), now=NOW)


def test_a_sampled_submission_needs_a_second_look_by_somebody_who_marked_none_of_it(submission, monkeypatch):
    monkeypatch.setattr(assigning, "is_sampled", lambda submission: True)
    one, two = make.analyst(), make.analyst()
    marked(submission, one)
    with transaction.atomic(), pytest.raises(ValidationError, match="belongs to the sample"):
        concluding.accept(submission, acting=one, now=NOW)
    assigning.draw_sample(submission, NOW)
    check = SampleCheck.objects.get()

    with pytest.raises(ValidationError, match="marked none"):
        concluding.check_sample(check, agrees=True, reason="", acting=one, now=NOW)
    set_by = f"SET checked_by_id = {one.person_id}, checked_at = now(), agrees = true"
    assert "marked none" in refused(f"UPDATE assurance_samplecheck {set_by}")
    assert "still open" in refused(f"UPDATE readiness_submission SET status = 'accepted' WHERE id = {submission.pk}")
    concluding.check_sample(check, agrees=False, reason="C2 is thin", acting=two, now=NOW)
    with pytest.raises(ValidationError, match="sees it differently: C2 is thin"):
        concluding.accept(submission, acting=one, now=NOW)
    concluding.check_sample(check, agrees=True, reason="", acting=two, now=NOW)

    assert concluding.accept(submission, acting=one, now=NOW)


def test_the_sample_is_about_one_in_five_and_nobody_chooses():
    class Named:
        def __init__(self, n):
            self.campaign = type("C", (), {"slug": "air"})
            self.organisation = type("O", (), {"slug": f"org-{n}"})

    drawn = [n for n in range(1_000) if assigning.is_sampled(Named(n))]

    assert 150 < len(drawn) < 250
    assert drawn == [n for n in range(1_000) if assigning.is_sampled(Named(n))]


def test_only_analysts_of_elexon_review(org, lead, submission):
    for verb in (
        lambda: asked(submission, lead),
        lambda: concluding.accept(submission, acting=lead, now=NOW),
        lambda: assigning.assign(submission, analyst=lead.person, acting=lead, now=NOW),
        lambda: asking.ask_for_more(
            submission, questions=questions_of(submission), words="x", due_at=NOW + DAY, acting=lead, now=NOW
        ),
    ):
        with pytest.raises(PermissionDenied):
            verb()
