"""The rungs of a ladder, and the instant at which each falls. Arithmetic only: no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from mhhs_portal.deadlines import add_working_days, deadline, is_working_day, local_day

#: What a rung counts from: the deadline, or the moment from which the thing is asked.
DUE, START = "due", "start"
WORKING, CALENDAR = "working", "calendar"
NINE = time(9, 0)
#: Nobody is reminded outside these hours; both are our own.
EARLIEST, LATEST = time(8, 0), time(18, 0)
#: Whom a rung reaches.
AUDIENCES = {
    "assignee": "Whoever has it in hand",
    "lead": "Lead contacts",
    "contributor": "Contributors",
    "viewer": "Viewers",
    "contact": "Escalation to staff",
}
#: So much less urgent than everything that is counted from the deadline.
_START_URGENCY = -10_000


@dataclass(frozen=True, order=True)
class Rung:
    """`offset` days before (negative) or after the anchor, at `at` o'clock UK time.

    On the day itself is 0; counted from the start, 0 is the moment of the start and has no time of day.
    """

    anchor: str = DUE
    offset: int = 0
    unit: str = WORKING
    at: time = NINE
    audience: tuple[str, ...] = ("lead", "contributor")
    #: Only where nothing has been begun.
    only_unstarted: bool = False

    @property
    def key(self) -> str:
        """ "due-5w": what it is called in a reminder's key, whatever its time and audience."""
        return f"{self.anchor}{self.offset:+d}{self.unit[0]}"

    @property
    def urgency(self) -> int:
        """Of two rungs that have been reached, the more urgent one is sent."""
        return self.offset + (_START_URGENCY if self.anchor == START else 0)

    @property
    def is_before(self) -> bool:
        """It speaks of a deadline that has not passed, so it is never sent afterwards."""
        return self.anchor == START or self.offset <= 0

    @property
    def words(self) -> str:
        """ "5 working days before", "On the day", "When it opens"."""
        if self.anchor == START and self.offset == 0:
            return "When it opens"
        if self.offset == 0:
            return "On the day"
        count = abs(self.offset)
        days = f"{count} {'working ' if self.unit == WORKING else ''}day{'s' * (count != 1)}"
        if self.anchor == START:
            return f"{days} after it opens"
        return f"{days} {'before' if self.offset < 0 else 'after'}"

    @property
    def audience_words(self) -> str:
        names = [AUDIENCES[each] for each in AUDIENCES if each in self.audience]
        return ", ".join(names[:1] + [name[0].lower() + name[1:] for name in names[1:]])


def urgency_of(rung: Rung) -> tuple[int, str]:
    return rung.urgency, rung.unit


@lru_cache(maxsize=50_000)
def send_at(rung: Rung, due_at: datetime, since_at: datetime | None = None) -> datetime | None:
    """When the rung falls, in UTC; None where it would say what is not so at that moment.

    Counted in calendar days it may meet a day on which nobody works: it then goes on the working day before, or after
    the deadline on the next one. A rung before the deadline that would fall on it or later is left out.
    """
    if rung.anchor == START:
        if since_at is None:
            return None
        if rung.offset == 0:
            return since_at if since_at < due_at else None
        moment = deadline(_day(rung, local_day(since_at), later=True), rung.at)
        return moment if since_at < moment < due_at else None
    moment = deadline(_day(rung, local_day(due_at), later=rung.offset > 0), rung.at)
    return moment if (moment < due_at) == (rung.offset <= 0) else None


def _day(rung: Rung, day: date, *, later: bool) -> date:
    """The day of the rung, moved to a working day."""
    found = add_working_days(day, rung.offset) if rung.unit == WORKING else day + timedelta(days=rung.offset)
    return found if is_working_day(found) else add_working_days(found, 1 if later else -1)


def read(rows: list[dict[str, Any]]) -> tuple[Rung, ...]:
    """Rungs from a data file: {"offset": -5, "audience": ["lead"], "unit": "calendar", "at": "09:00"}."""
    rungs = [
        Rung(
            anchor=row.get("anchor", DUE),
            offset=row["offset"],
            unit=row.get("unit", WORKING),
            at=time.fromisoformat(row["at"]) if "at" in row else NINE,
            audience=tuple(row.get("audience", ("lead", "contributor"))),
            only_unstarted=row.get("only_unstarted", False),
        )
        for row in rows
    ]
    return tuple(sorted(rungs, key=urgency_of))


def words_of(key: str) -> str:
    """The words of a rung of which only the key is known."""
    anchor, rest = (START, key[len(START) :]) if key.startswith(START) else (DUE, key[len(DUE) :])
    return Rung(anchor, int(rest[:-1]), WORKING if rest.endswith("w") else CALENDAR).words
