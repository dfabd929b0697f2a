"""How far an item is: for readers, for one organisation, and for the Programme. Only dates and facts, no database.

Every function takes `now`, so that one request gives one answer everywhere. The words are keys of the status table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mhhs_portal.deadlines import DUE_SOON_DAYS, is_past, local_day, working_days_left


@dataclass(frozen=True)
class Dates:
    opens_at: datetime
    due_at: datetime
    issued_at: datetime
    is_withdrawn: bool = False
    accepts_late: bool = True
    #: By staff, before or after the deadline: no response is taken any more.
    is_closed: bool = False


@dataclass(frozen=True)
class Answered:
    """What one organisation did so far; `answer` is None until it has sent something."""

    answer: str | None = None
    is_late: bool = False
    has_draft: bool = False


NOTHING = Answered()
_SENT = {"comments": "response-sent", "no-comments": "no-comments-sent", "not-applicable": "does-not-apply"}


def phase(dates: Dates, now: datetime) -> str:
    """The item as everybody sees it: withdrawn, upcoming, open or closed."""
    if dates.is_withdrawn:
        return "withdrawn"
    if dates.is_closed:
        return "closed"
    if now < dates.opens_at:
        return "upcoming"
    return "closed" if is_past(dates.due_at, now) else "open"


def state_for(dates: Dates, answered: Answered, now: datetime) -> str:
    """The item as one organisation's people see it."""
    if dates.is_withdrawn:
        return "withdrawn"
    if answered.answer:
        return "sent-late" if answered.is_late else _SENT[answered.answer]
    if dates.is_closed:
        return "closed"
    if now < dates.opens_at:
        return "upcoming"
    if is_past(dates.due_at, now):
        return "overdue" if dates.accepts_late else "closed"
    if answered.has_draft:
        return "draft-saved"
    if working_days_left(dates.due_at, now) <= DUE_SOON_DAYS:
        return "due-soon"
    return "new-today" if local_day(dates.opens_at) == local_day(now) else "open"


#: The Programme's words for one organisation, in the order of the foot of the table; each organisation is in one.
TRACKED = {
    "overdue": "Overdue",
    "not-responded": "Not responded",
    "draft": "Draft saved",
    "sent": "Response sent",
    "no-comments": "No comments",
    "not-applicable": "Does not apply",
    "late": "Sent late",
}
MARKS = {
    "overdue": "overdue",
    "not-responded": "not-started",
    "draft": "draft-saved",
    "sent": "sent",
    "no-comments": "no-comments",
    "not-applicable": "does-not-apply",
    "late": "sent-late",
}
ANSWERED = ("sent", "no-comments", "not-applicable", "late")


def tracked(dates: Dates, answered: Answered, now: datetime) -> str:
    """Where one organisation stands, for the Programme; a draft that missed the deadline is overdue."""
    if answered.answer:
        if answered.is_late:
            return "late"
        return "sent" if answered.answer == "comments" else answered.answer
    if is_past(dates.due_at, now):
        return "overdue"
    return "draft" if answered.has_draft else "not-responded"


def tally(states: Iterable[str]) -> dict[str, int]:
    """How many are in each state, zeros included, so that the column adds up in sight."""
    counts = dict.fromkeys(TRACKED, 0)
    for state in states:
        counts[state] += 1
    return counts
