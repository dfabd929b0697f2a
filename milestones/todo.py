"""What the plan asks of an organisation, for the one list of things to do."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Q
from django.urls import reverse

from mhhs_portal.deadlines import DUE_SOON_DAYS, deadline, is_past, local_day, working_days_left
from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import Task
from milestones.changes import impact_assessments
from milestones.models import Placement, PlanConfirmation, ReportingPeriod


def open_tasks(acting: Membership, now: datetime) -> list[Task]:
    """The plan to confirm for each open period, and what other parts of the plan ask."""
    return [*_confirmations(acting, now), *impact_assessments.open_tasks(acting, now)]


def _confirmations(acting: Membership, now: datetime) -> list[Task]:
    """One query."""
    us, today = acting.organisation, local_day(now)
    given = PlanConfirmation.objects.filter(organisation=us).values("period")
    has_a_plan = Exists(Placement.objects.current().filter(role_held__organisation=us))
    periods = ReportingPeriod.objects.filter(
        Q(ends_on__gte=today) | Q(due_at__gte=now), has_a_plan, starts_on__lte=today
    ).exclude(pk__in=given)
    return [
        Task(
            title=f"Confirm your plan for {period}",
            url=reverse("milestones:own_path", args=[us.slug]) + "#confirm",
            due_at=period.due_at,
            opened_at=deadline(period.starts_on),
            status=_status(period.due_at, now),
            kind="Own plan",
            owner="Lead contact",
            verb="Confirm",
        )
        for period in periods
    ]


def _status(due_at: datetime, now: datetime) -> str:
    if is_past(due_at, now):
        return "overdue"
    return "due-soon" if working_days_left(due_at, now) <= DUE_SOON_DAYS else "open"
