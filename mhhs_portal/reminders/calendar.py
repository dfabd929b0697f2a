# ruff: noqa: S608  # the parts are words of our own code; every value is a parameter
"""What goes to whom and when: the calendar of a ladder, in force or only tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Min

from mhhs_portal.deadlines import bank_holidays, is_working_day, local_day
from mhhs_portal.reminders.kinds import Kind
from mhhs_portal.reminders.models import Reminder, State
from mhhs_portal.reminders.planning import Scope, deadlines, ladders_of, moments_of, wanted_sql
from mhhs_portal.reminders.rungs import Rung

#: Names that a page shows; a file has them all.
ON_A_PAGE = 20
#: Calendar days that a calendar shows at most.
LONGEST = 70


@dataclass(frozen=True)
class Entry:
    """One rung of one thing on one day."""

    at: datetime
    thing: str
    rung: str
    due_at: datetime
    to_staff: bool
    organisations: int
    people: int


@dataclass(frozen=True)
class Line:
    """One person's reminder."""

    at: datetime
    thing: str
    rung: str
    to_staff: bool
    person: str
    organisation: str
    due_at: datetime


@dataclass
class Day:
    day: date
    entries: list[Entry] = field(default_factory=list)
    dues: bool = False
    is_today: bool = False

    @property
    def is_off(self) -> bool:
        return not is_working_day(self.day)

    @property
    def why_off(self) -> str:
        return "Bank holiday" if self.day in bank_holidays(self.day.year) else ""


def _rows(kind: Kind, thing: str, rungs: Sequence[Rung] | None, now: datetime, sql: str, *values: Any) -> list[Any]:
    """Answers to a question about `w`, what would be planned; `rungs` in place of those in force, of this ladder."""
    ladders = ladders_of(kind)
    if rungs is not None:
        ladders[thing] = tuple(rungs)
    scope = Scope(things=(thing,)) if thing else Scope()
    asked = kind.asked(now)
    moments = moments_of(deadlines(asked, ladders, scope), ladders, now - kind.give_up_after)
    wanted, parameters = wanted_sql(kind, asked, moments, now, scope, tuple(ladders))
    parameters |= {f"v{n}": value for n, value in enumerate(values)}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {wanted} {sql}", parameters)
        return cursor.fetchall()


def coming(kind: Kind, thing: str, now: datetime, rungs: Sequence[Rung] | None = None) -> list[Entry]:
    """What will go, by rung, soonest first, for as long as nobody answers."""
    rows = _rows(
        kind,
        thing,
        rungs,
        now,
        "SELECT send_at, thing, rung, due_at, to_staff, count(DISTINCT organisation_id), count(DISTINCT person_id)"
        " FROM w WHERE send_at > %(now)s AND send_at < %(v0)s GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3 LIMIT 500",
        now + timedelta(days=LONGEST),
    )
    return [Entry(*row) for row in rows]


def names(
    kind: Kind, thing: str, now: datetime, rungs: Sequence[Rung] | None = None, most: int | None = ON_A_PAGE
) -> tuple[list[Line], int]:
    """Who gets each of them, and how many lines there are in all."""
    limit = "" if most is None else f"LIMIT {most:d}"
    rows = _rows(
        kind,
        thing,
        rungs,
        now,
        "SELECT w.send_at, w.thing, w.rung, w.to_staff, h.name, g.name, w.due_at, count(*) OVER () FROM w"
        " JOIN organisations_person h ON h.id = w.person_id JOIN organisations_organisation g ON"
        f" g.id = w.organisation_id WHERE w.send_at > %(now)s ORDER BY 1, 6, 5, 2 {limit}",
    )
    return [Line(*row[:7]) for row in rows], rows[0][7] if rows else 0


def nobody_there(kind: Kind, thing: str, now: datetime) -> list[str]:
    """Organisations that are asked and have nobody whom the ladder reaches."""
    rows = _rows(
        kind,
        thing,
        None,
        now,
        "SELECT DISTINCT g.name FROM o JOIN organisations_organisation g ON g.id = o.organisation_id WHERE NOT EXISTS"
        " (SELECT 1 FROM organisations_membership p JOIN organisations_person h ON h.id = p.person_id"
        " WHERE p.organisation_id = o.organisation_id AND p.role IN ('lead', 'contributor') AND h.is_active"
        " AND (p.ends_on IS NULL OR p.ends_on >= %(v0)s)) ORDER BY 1 LIMIT 20",
        local_day(now),
    )
    return [row[0] for row in rows]


def weeks(entries: Sequence[Entry], now: datetime) -> list[list[Day]]:
    """Monday to Friday from this week to the last entry, ten weeks at most; a weekend only where something falls."""
    today = local_day(now)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(local_day(entry.at), []).append(entry)
    due = {local_day(entry.due_at) for entry in entries}
    first = today - timedelta(days=today.weekday())
    last = max([*by_day, *due, first + timedelta(days=13)])
    found = []
    monday = first
    while monday <= min(last, first + timedelta(days=LONGEST)):
        days = [monday + timedelta(days=n) for n in range(7)]
        found.append(
            [
                Day(day, by_day.get(day, []), day in due, day == today)
                for day in days
                if day.weekday() < 5 or day in by_day or day in due
            ]
        )
        monday += timedelta(days=7)
    return found


def upcoming(kind: str, thing: str, now: datetime) -> list[dict[str, Any]]:
    """For a panel on the thing's own page: the next rungs as they stand in the table, one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT send_at, rung, bool_or(to_staff), count(DISTINCT person_id), count(DISTINCT organisation_id)"
            " FROM reminders_reminder WHERE state = 'planned' AND kind = %s AND thing = %s"
            " GROUP BY send_at, rung ORDER BY send_at LIMIT 6",
            [kind, thing],
        )
        return [
            {"at": at, "rung": rung, "to_staff": staff, "people": people, "organisations": organisations}
            for at, rung, staff, people, organisations in cursor.fetchall()
        ]


def happened(kind: Kind, thing: str) -> list[dict[str, Any]]:
    """What became of the rungs so far, newest first: how many were sent, and why others were not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rung, due_at, max(send_at), count(*) FILTER (WHERE state = 'sent'),"
            " count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'superseded'),"
            " mode() WITHIN GROUP (ORDER BY reason) FILTER (WHERE state = 'skipped')"
            " FROM reminders_reminder WHERE kind = %s AND thing = %s AND state <> 'planned'"
            " GROUP BY rung, due_at ORDER BY max(send_at) DESC LIMIT 12",
            [kind.key, thing],
        )
        keys = ("rung", "due_at", "at", "sent", "skipped", "superseded", "reason")
        return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def things_ahead(kind: Kind) -> Any:
    """Things of the kind that have something planned, with when the next goes and to how many."""
    planned = Reminder.objects.filter(kind=kind.key, state=State.PLANNED).order_by()
    return planned.values("thing").annotate(next_at=Min("send_at"), people=Count("person", distinct=True))
