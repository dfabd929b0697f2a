"""The rungs at which people are reminded, the same for everything that has a deadline."""

from __future__ import annotations

from datetime import datetime

from mhhs_portal.deadlines import is_past, working_days_left

#: Working days left at which each rung begins, the most urgent first.
RUNGS = {"due-today": 0, "1-day": 1, "5-days": 5, "10-days": 10}
OVERDUE = "overdue"


def rung_of(due_at: datetime, now: datetime) -> str | None:
    """The most urgent rung already reached, so that a day without a sweep is made good the next.

    None while more than ten working days are left, and between the deadline and the first working day after it, on
    which overdue begins.
    """
    left = working_days_left(due_at, now)
    if is_past(due_at, now):
        return OVERDUE if left < 0 else None
    return next((rung for rung, days in RUNGS.items() if left <= days), None)
