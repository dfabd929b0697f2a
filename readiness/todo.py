"""What assurance asks of an organisation, for the one list of things to do."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from mhhs_portal.deadlines import DUE_SOON_DAYS, is_past, working_days_left
from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import Task
from readiness.models import MoreNeeded, Submission

#: The words of a kind of campaign in a list.
SHORT_KINDS = {"air": "AIR, Assurance", "readiness-assessment": "Readiness assessment", "ppir": "PPIR, Assurance"}


def status_of(submission: Submission, now: datetime) -> str:
    """A key of the table of status words. `due_at` is annotated."""
    due_at = submission.due_at  # type: ignore[attr-defined]
    if is_past(due_at, now):
        return "overdue"
    if submission.status != Submission.Status.NOT_STARTED:
        return submission.status
    return "due-soon" if working_days_left(due_at, now) <= DUE_SOON_DAYS else "open"


def _later_round(name: str) -> Subquery:
    """Of what opened the round in hand, when it is not the first one."""
    more = MoreNeeded.objects.filter(submission=OuterRef("pk"), round_number=OuterRef("round_number"))
    return Subquery(more.values(name)[:1])


def open_tasks(acting: Membership, now: datetime) -> list[Task]:
    """One task for each submission that the organisation still has to make; one query."""
    asked = Submission.objects.of(acting.organisation).open().filter(campaign__opened_at__lte=now)
    submissions = asked.with_counts().annotate(due_at=Coalesce(_later_round("due_at"), "campaign__due_at"))
    return [
        Task(
            title=submission.campaign.name,
            url=reverse("readiness:submission", args=[acting.organisation.slug, submission.campaign.slug]),
            due_at=submission.due_at,  # type: ignore[attr-defined]
            opened_at=submission.campaign.opened_at or now,
            status=status_of(submission, now),
            kind=SHORT_KINDS[submission.campaign.kind] + ", sample" * submission.campaign.is_sample,
            progress=f"{submission.answered} of {submission.asked} answered"  # type: ignore[attr-defined]
            if submission.status != Submission.Status.NOT_STARTED
            else "",
            verb="Start" if submission.status == Submission.Status.NOT_STARTED else "Continue",
        )
        for submission in submissions
    ]
