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
    #: The draft was handed to the lead contacts for sign-off.
    is_handed: bool = False


NOTHING = Answered()
ANSWER_STATES = {"comments": "response-sent", "no-comments": "no-comments-sent", "not-applicable": "does-not-apply"}


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
        if answered.is_handed and phase(dates, now) == "open":
            return "change-waits-for-sign-off"
        return "sent-late" if answered.is_late else ANSWER_STATES[answered.answer]
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


#: The Programme's words for one organisation, in the order of the table's foot; each organisation is in one.
TRACKED = {
    "overdue": "Overdue",
    "not-reached": "Not reached",
    "not-opened": "Not opened",
    "opened": "Opened, nothing saved",
    "drafting": "Draft saved",
    "submitted": "Response sent",
    "nil": "No comments sent",
    "not-applicable": "Does not apply",
    "late": "Sent late",
}
#: Keys of the table of status words.
MARKS = {
    "overdue": "overdue",
    "not-reached": "not-reached",
    "not-opened": "not-opened",
    "opened": "opened",
    "drafting": "draft-saved",
    "submitted": "sent",
    "nil": "no-comments",
    "not-applicable": "does-not-apply",
    "late": "sent-late",
}
#: What each word means, for the pages.
MEANINGS = {
    "overdue": "The deadline of this organisation has passed and nothing was sent; a draft does not count.",
    "not-reached": "Nobody there may respond now, or nobody has opened the item and every message about it failed.",
    "not-opened": "Nobody there has opened the item, in its present wording, in the portal.",
    "opened": "Somebody there has opened it; nothing is saved.",
    "drafting": "Something is saved and not sent; waiting for sign-off counts here.",
    "submitted": "Comments were sent in time.",
    "nil": "“Reviewed, no comments” was sent in time.",
    "not-applicable": "“Does not apply to us” was sent in time, with a reason.",
    "late": "Any of the three answers, sent after the deadline of this organisation.",
}
ANSWERED = ("submitted", "nil", "not-applicable", "late")
OUTSTANDING = tuple(state for state in TRACKED if state not in ANSWERED)
_TRACKED_AS = {"comments": "submitted", "no-comments": "nil", "not-applicable": "not-applicable"}


@dataclass(frozen=True)
class Reached:
    """What is known of an organisation that has not answered."""

    #: Somebody there may respond today.
    has_contact: bool = True
    has_opened: bool = False
    #: Messages about the item were promised to it, and every one was given up.
    all_failed: bool = False


REACHED = Reached()


def tracked(dates: Dates, answered: Answered, now: datetime, reached: Reached = REACHED) -> str:
    """Where one organisation stands, for the Programme; a draft that missed the deadline is overdue.

    `now` is the moment at which the item ended, once it has been closed or withdrawn. checklist/chasing/standings.py
    says the same in SQL.
    """
    if answered.answer:
        return "late" if answered.is_late else _TRACKED_AS[answered.answer]
    if is_past(dates.due_at, now):
        return "overdue"
    if not reached.has_contact:
        return "not-reached"
    if answered.has_draft:
        return "drafting"
    if reached.has_opened:
        return "opened"
    return "not-reached" if reached.all_failed else "not-opened"


def tally(states: Iterable[str]) -> dict[str, int]:
    """How many are in each state, zeros included, so that the column adds up in sight."""
    counts = dict.fromkeys(TRACKED, 0)
    for state in states:
        counts[state] += 1
    return counts
