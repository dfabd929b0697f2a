"""What reviews ask of an organisation, for the one list of things to do: replies, facts to check, steps to take."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import F
from django.urls import reverse

from mhhs_portal.deadlines import DUE_SOON_DAYS, deadline, is_past, working_days_left
from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import Task
from readiness.assurance.models import Finding, FindingStatus, PlanStatus, PlanStep, Query


def open_tasks(acting: Membership, now: datetime) -> list[Task]:
    """Three queries, whatever there is."""
    return [*_queries(acting, now), *_facts(acting, now), *_steps(acting, now)]


def _status(due_at: datetime, now: datetime) -> str:
    if is_past(due_at, now):
        return "overdue"
    return "due-soon" if working_days_left(due_at, now) <= DUE_SOON_DAYS else "open"


def _kind(words: str, is_sample: bool) -> str:
    return f"{words}, Assurance" + ", sample" * is_sample


def _queries(acting: Membership, now: datetime) -> list[Task]:
    rows = Query.objects.of(acting.organisation).open().select_related("submission__campaign")
    return [
        Task(
            title=f"Elexon asks: {row.text[:80]}",
            url=reverse("assurance:own_queries", args=[acting.organisation.slug, row.submission.campaign.slug]),
            due_at=row.due_at,
            opened_at=row.asked_at,
            status=_status(row.due_at, now),
            kind=_kind("Question", row.submission.campaign.is_sample),
            verb="Reply",
        )
        for row in rows
    ]


def _facts(acting: Membership, now: datetime) -> list[Task]:
    rows = Finding.objects.shown_to(acting.organisation).filter(status=FindingStatus.ACCURACY)
    waiting = rows.exclude(accuracy_replies__version=F("version")).filter(accuracy_due_at__gte=now)
    return [
        Task(
            title=f"{row} Are the facts right? {row.title}",
            url=reverse("assurance:own_finding", args=[acting.organisation.slug, row.number]),
            due_at=row.accuracy_due_at,
            opened_at=row.written_at,
            status=_status(row.accuracy_due_at, now),
            kind=_kind("Finding", row.submission.campaign.is_sample),
            verb="Reply",
        )
        for row in waiting.select_related("submission__campaign")
        if row.accuracy_due_at
    ]


def _steps(acting: Membership, now: datetime) -> list[Task]:
    rows = PlanStep.objects.filter(
        plan__finding__submission__organisation=acting.organisation, plan__status=PlanStatus.AGREED, done_at=None
    ).select_related("plan__finding__submission__campaign")
    tasks = []
    for row in rows:
        finding = row.plan.finding
        due_at = deadline(row.due_on, time(23, 59))
        tasks.append(
            Task(
                title=f"{finding} step {row.number}: {row.text}",
                url=reverse("assurance:own_finding", args=[acting.organisation.slug, finding.number]),
                due_at=due_at,
                opened_at=finding.issued_at or now,
                status=_status(due_at, now),
                kind=_kind("EFR plan" if row.plan.is_efr else "Action plan", finding.submission.campaign.is_sample),
                verb="Report",
            )
        )
    return tasks
