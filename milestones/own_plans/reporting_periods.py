"""Reporting periods: calendar months unless staff say otherwise.

The Programme publishes no rhythm for confirming plans. A calendar month, due at 17:00 on its last working day, is ours.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import add_working_days, day_words, deadline, is_past, is_working_day, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.models import ReportingPeriod


def usual_due_day(ends_on: date) -> date:
    """The last working day of the period."""
    return ends_on if is_working_day(ends_on) else add_working_days(ends_on, -1)


def open_periods(now: datetime) -> list[ReportingPeriod]:
    """Those for which a plan can be confirmed now, soonest due first: begun, and not over or not yet due."""
    today = local_day(now)
    begun = ReportingPeriod.objects.filter(starts_on__lte=today)
    return list(begun.filter(Q(ends_on__gte=today) | Q(due_at__gte=now)).order_by("due_at"))


def is_open(period: ReportingPeriod, now: datetime) -> bool:
    today = local_day(now)
    return period.starts_on <= today and (period.ends_on >= today or not is_past(period.due_at, now))


def current_period(now: datetime) -> ReportingPeriod | None:
    """The one in which today lies."""
    today = local_day(now)
    return ReportingPeriod.objects.filter(starts_on__lte=today, ends_on__gte=today).first()


def make_periods(now: datetime) -> int:
    """The calendar months of today and after it, where no period covers them; doing it again makes none."""
    today = local_day(now)
    first = today.replace(day=1)
    months = [_month(first), _month((first + timedelta(days=32)).replace(day=1))]
    known = list(ReportingPeriod.objects.filter(ends_on__gte=first, starts_on__lte=months[-1][1]))
    missing = [
        (start, end)
        for start, end in months
        if not any(period.starts_on <= end and period.ends_on >= start for period in known)
    ]
    return sum(_make(start, end) for start, end in missing)


def _month(first: date) -> tuple[date, date]:
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _make(start: date, end: date) -> bool:
    """False when another sweep was quicker."""
    try:
        with doing("milestones.reporting_period_made", by=None), transaction.atomic():
            ReportingPeriod.objects.create(starts_on=start, ends_on=end, due_at=deadline(usual_due_day(end)))
    except IntegrityError:
        return False
    return True


def add_period(*, starts_on: date, ends_on: date, due_on: date, by: Person, now: datetime) -> ReportingPeriod:
    """Staff define a period; its days may not belong to another."""
    if ends_on < local_day(now):
        raise ValidationError({"ends_on": "The last day must not lie in the past"})
    period = ReportingPeriod(starts_on=starts_on, ends_on=ends_on, due_at=deadline(due_on))
    _refuse_due_day(period, due_on, now)
    with doing("milestones.reporting_period_added", by=by):
        save_checked(period)
    return period


def move_due_day(period: ReportingPeriod, *, due_on: date, by: Person, now: datetime) -> ReportingPeriod:
    """Change until when plans are to be confirmed; reminders follow the new day."""
    if not is_open(period, now) and period.starts_on <= local_day(now):
        raise ValidationError("This period is over. Its due day stays as it was.")
    _refuse_due_day(period, due_on, now)
    with doing("milestones.reporting_period_moved", by=by):
        locked = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
        locked.due_at = deadline(due_on)
        save_checked(locked)
    return locked


def _refuse_due_day(period: ReportingPeriod, due_on: date, now: datetime) -> None:
    if due_on < period.starts_on:
        raise ValidationError({"due_on": f"The due day must not be before {day_words(period.starts_on)}"})
    if due_on > period.ends_on + timedelta(days=92):
        raise ValidationError({"due_on": "The due day must be within three months of the period’s end"})
    if is_past(deadline(due_on), now):
        raise ValidationError({"due_on": "The due day must not have passed"})
