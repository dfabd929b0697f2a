"""Leads who have not confirmed their organisation's plan are reminded, once for each rung that the due day reaches.

Only a lead can confirm, so only leads are written to. The chase is the same message, sent by staff when they choose.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from mhhs_portal.deadlines import days_left_words, deadline, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.ladder import OVERDUE, rung_of
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Membership, Person, Role
from milestones.models import Placement, PlanConfirmation, ReportingPeriod
from milestones.own_plans.reporting_periods import make_periods, open_periods

WHY = "You receive this because you are a lead contact of {organisation} and its plan is not confirmed yet."


def queue_reminders(now: datetime) -> int:
    """Promise a reminder to each lead whose plan is not confirmed; gives how many were new. Makes missing periods."""
    make_periods(now)
    due = [(period, rung) for period in open_periods(now) if (rung := _rung(period, now))]
    messages = [
        _message(period, lead, f"{rung}/{period.due_at:%Y%m%d}", now, is_late=rung == OVERDUE)
        for period, rung in due
        for lead in leads_to_ask(period, now)
    ]
    if not messages:
        return 0
    with doing("milestones.confirmation_reminders_queued", by=None):
        return len(enqueue_many(messages))


def _rung(period: ReportingPeriod, now: datetime) -> str | None:
    """A rung that was reached when the period began is not told: the list of things to do has it."""
    rung = rung_of(period.due_at, now)
    return rung if rung != rung_of(period.due_at, deadline(period.starts_on)) else None


def leads_to_ask(period: ReportingPeriod, now: datetime) -> list[Membership]:
    """Leads of the organisations that have a plan and have not confirmed it for the period."""
    organisation = OuterRef("organisation")
    given = PlanConfirmation.objects.filter(period=period, organisation=organisation)
    planned = Placement.objects.current().filter(role_held__organisation=organisation, role_held__is_qualifying=True)
    leads = Membership.objects.current(local_day(now)).filter(Exists(planned), ~Exists(given), role=Role.LEAD)
    return list(leads.select_related("person", "organisation").order_by("organisation__name", "person__name"))


def chase(period: ReportingPeriod, leads: Iterable[Membership], *, by: Person, now: datetime) -> int:
    """Write to these leads now, at most once a day each; gives how many messages were new."""
    stage = f"chase/{local_day(now):%Y%m%d}"
    with doing("milestones.confirmation_chased", by=by):
        return len(enqueue_many([_message(period, lead, stage, now, is_chase=True) for lead in leads]))


def about(period: ReportingPeriod) -> str:
    """What the message log files these messages under."""
    return f"plan/{period.starts_on:%Y-%m-%d}"


def words_of(period: ReportingPeriod, organisation: str, now: datetime) -> dict[str, Any]:
    """The mail's own words, as the preview shows them before anything is sent."""
    return {
        "headline": f"Confirm the plan of {organisation} for {period}",
        "lead": (
            f"The plan of {organisation} has not been confirmed for {period}: {days_left_words(period.due_at, now)}. "
            "Look at your dates, change what is no longer true, and confirm with one click. "
            "The Programme reads the state of every path from these plans."
        ),
        "why": WHY.format(organisation=organisation),
    }


def _message(
    period: ReportingPeriod,
    lead: Membership,
    stage: str,
    now: datetime,
    *,
    is_late: bool = False,
    is_chase: bool = False,
) -> Message:
    organisation = lead.organisation
    return draft(
        "notice",
        to=lead.person,
        dedupe_key=f"plan-confirmation/{period.starts_on}/{organisation.slug}/{lead.person_id}/{stage}",
        for_organisation=organisation,
        about=about(period),
        about_url=reverse("milestones:own_path", args=[organisation.slug]),
        due_at=period.due_at,
        deadline_label="Confirm by",
        facts=[["Organisation", organisation.name], ["Period", str(period)]],
        action="Look at the plan and confirm it",
        is_sample=organisation.is_sample,
        is_late=is_late,
        is_chase=is_chase,
        **words_of(period, organisation.short_name, now),
    )
