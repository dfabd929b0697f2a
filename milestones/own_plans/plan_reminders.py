"""Leads who have not confirmed their organisation's plan are reminded, once for each rung that the due day reaches.

Only a lead can confirm, so only leads are written to. The chase is the same message, sent by staff when they choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from mhhs_portal.deadlines import days_left_words, is_past, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Membership, Organisation, Person, Role
from mhhs_portal.reminders.escalating import with_escalations
from mhhs_portal.reminders.kinds import Kind, Sql, Watch
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.sweeping import key_of
from milestones.models import Placement, PlanConfirmation, ReportingPeriod
from milestones.own_plans.reporting_periods import make_periods

WHY = "You receive this because you are a lead contact of {organisation} and its plan is not confirmed yet."


#: A rung of the first day is not told: the list of things to do has it.
_ASKED = """
    SELECT to_char(p.starts_on, 'YYYY-MM-DD'), placed.organisation_id, 1, p.due_at,
        p.starts_on::timestamp AT TIME ZONE 'Europe/London', false, NULL::bigint, false
    FROM milestones_reportingperiod p
    CROSS JOIN (SELECT DISTINCT h.organisation_id FROM milestones_placement l
        JOIN organisations_roleheld h ON h.id = l.role_held_id
        WHERE l.until_on IS NULL AND h.is_qualifying) placed
    WHERE (p.ends_on >= %s OR p.due_at >= %s) AND NOT EXISTS (SELECT 1 FROM milestones_planconfirmation x
        WHERE x.period_id = p.id AND x.organisation_id = placed.organisation_id)
"""
PLACED = (
    Watch(
        "milestones_placement",
        organisation="(SELECT h.organisation_id FROM organisations_roleheld h WHERE h.id = c.role_held_id)",
        columns=("path_id", "until_on", "since_on"),
    ),
    Watch("organisations_roleheld", organisation="c.organisation_id", columns=("organisation_id", "is_qualifying")),
)


def asked(now: datetime) -> Sql:
    return _ASKED, [local_day(now), now]


def messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    """Two queries whatever their number."""
    days = {date.fromisoformat(each.thing) for each in reminders}
    periods = {f"{period.starts_on}": period for period in ReportingPeriod.objects.filter(starts_on__in=days)}

    def message(each: Reminder) -> Message:
        period = periods[each.thing]
        late = is_past(each.due_at, now)
        return _message(period, each.organisation, each.person, key_of(each), now, is_late=late)

    return with_escalations(CONFIRMATION, reminders, now, message)


def _titles(days: Sequence[str]) -> dict[str, str]:
    periods = ReportingPeriod.objects.filter(starts_on__in=[date.fromisoformat(day) for day in days])
    return {f"{period.starts_on}": f"Confirmation of the own plan for {period}" for period in periods}


CONFIRMATION = Kind(
    key="plan-confirmation",
    label="Own plan to be confirmed",
    about="plan/",
    asked=asked,
    messages=messages,
    titles=_titles,
    watches=(
        Watch(
            "milestones_reportingperiod",
            thing="to_char(c.starts_on, 'YYYY-MM-DD')",
            columns=("starts_on", "ends_on", "due_at"),
        ),
        Watch(
            "milestones_planconfirmation",
            thing="(SELECT to_char(r.starts_on, 'YYYY-MM-DD') FROM milestones_reportingperiod r"
            " WHERE r.id = c.period_id)",
            organisation="c.organisation_id",
        ),
        *PLACED,
    ),
    prepare=make_periods,
    before=("notice",),
    start_words="When the period begins",
    page=lambda day, home: reverse("milestones:progress", args=[home]),
)


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
        return len(enqueue_many([_chase(period, lead, stage, now) for lead in leads]))


def _chase(period: ReportingPeriod, lead: Membership, stage: str, now: datetime) -> Message:
    key = f"plan-confirmation/{period.starts_on}/{lead.organisation.slug}/{lead.person_id}/{stage}"
    return _message(period, lead.organisation, lead.person, key, now, is_chase=True)


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
    organisation: Organisation,
    person: Person,
    key: str,
    now: datetime,
    *,
    is_late: bool = False,
    is_chase: bool = False,
) -> Message:
    return draft(
        "notice",
        to=person,
        dedupe_key=key,
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
