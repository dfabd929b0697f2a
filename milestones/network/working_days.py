"""Days as numbers of working days and back, so that the arithmetic needs whole numbers alone."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache

from mhhs_portal.deadlines import is_working_day

#: Everything in the plan lies between these; a day outside counts as the nearest one inside.
FIRST, LAST = date(2015, 1, 1), date(2045, 12, 31)


@cache
def _working_days() -> list[date]:
    span = range((LAST - FIRST).days + 1)
    return [day for day in (FIRST + timedelta(days=n) for n in span) if is_working_day(day)]


def number_of(day: date) -> int:
    """How many working days there have been by the end of that day: a Saturday has the number of its Friday."""
    return bisect_right(_working_days(), day)


def day_of(number: int) -> date:
    days = _working_days()
    return days[min(max(number, 1), len(days)) - 1]
