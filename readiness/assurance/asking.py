"""Questions to the participant about answers that stay as they are, and their replies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership
from readiness import review
from readiness.assurance.models import Assignment, Query, QueryQuestion, QueryReply
from readiness.assurance.people import check_analyst, check_own, tell_organisation, tell_person
from readiness.models import MoreNeeded, Question, Status, Submission
from readiness.submissions import move


def questions_page(submission: Submission) -> str:
    return reverse("assurance:own_queries", args=[submission.organisation.slug, submission.campaign.slug])


def ask(
    submission: Submission,
    *,
    questions: Iterable[Question],
    text: str,
    due_at: datetime,
    acting: Membership,
    now: datetime,
) -> Query:
    """Ask about one answer or several. The participant is told, and replies on a page of theirs."""
    check_analyst(acting, submission.organisation)
    about = list(questions)
    if not about:
        raise ValidationError({"questions": "Choose the answers that you ask about."})
    with doing("readiness.query_asked", by=acting.person):
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("campaign", "organisation")
            .get(pk=submission.pk)
        )
        if submission.status not in (Status.SUBMITTED, Status.IN_REVIEW):
            raise ValidationError("Questions are asked while a submission is in review.")
        query = Query(
            submission=submission,
            round_number=submission.round_number,
            text=text.strip(),
            due_at=due_at,
            asked_by=acting.person,
            asked_at=now,
        )
        save_checked(query)
        QueryQuestion.objects.bulk_create(QueryQuestion(query=query, question=one) for one in about)
        if submission.status == Status.SUBMITTED:
            move(submission, "take_up")
        tell_organisation(
            submission,
            f"query/{query.pk}",
            now,
            url=questions_page(submission),
            headline=f"Elexon asks about your answers: {submission.campaign.name}",
            lead="Elexon has a question about what you submitted. Your answers stay as they are.",
            facts=[["About", ", ".join(one.number for one in about)], ["Reply by", spoken(due_at)]],
            action="Read and reply",
        )
    return query


def reply(query: Query, *, text: str, acting: Membership, now: datetime) -> QueryReply:
    """The organisation's one reply; the analyst who asked is told."""
    submission = query.submission
    check_own(acting, submission.organisation_id)
    made = QueryReply(query=query, text=text.strip(), replied_by=acting.person, replied_at=now)
    with doing("readiness.query_replied", by=acting.person):
        save_checked(made)
        tell_person(
            query.asked_by,
            submission,
            f"query/{query.pk}/reply",
            url=reverse("readiness:review", args=["elexon", submission.campaign.slug, submission.organisation.slug]),
            headline=f"{submission.organisation} has replied",
            lead=f"{acting.person} replied to your question.",
            action="Read the reply",
        )
    return made


def ask_for_more(
    submission: Submission,
    *,
    questions: Iterable[Question],
    words: str,
    due_at: datetime,
    acting: Membership,
    now: datetime,
) -> MoreNeeded:
    """Send the submission back: exactly these answers open for a new round. The participant is told."""
    wanted = list(questions)
    with doing("readiness.more_needed", by=acting.person):
        more = review.send_back(submission, questions=wanted, words=words, due_at=due_at, acting=acting, now=now)
        tell_organisation(
            submission,
            f"more/{more.pk}",
            now,
            url=reverse("readiness:submission", args=[submission.organisation.slug, submission.campaign.slug]),
            headline=f"More needed: {submission.campaign.name}",
            lead=f"Elexon needs more about {len(wanted)} of your answers. Only these can be changed; all others stay.",
            facts=[
                ["Answers", ", ".join(one.number for one in wanted)],
                ["What is needed", more.words],
                ["Submit again by", spoken(due_at)],
            ],
            action="Open the request",
        )
    return more


def reviewer_of(submission: Submission) -> Assignment | None:
    return Assignment.objects.current().filter(submission=submission).select_related("analyst").first()
