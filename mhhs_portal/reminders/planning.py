"""Makes the due-table true: what should be planned is written, what no longer should be is taken back.

One set-based statement for a kind, or for a part of it. It says the whole truth each time, so it may be run at any
moment, twice, or by two at once: the second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from mhhs_portal.deadlines import deadline, local_day
from mhhs_portal.reminders.kinds import COLUMNS, Kind, Sql, all_kinds
from mhhs_portal.reminders.models import Ladder
from mhhs_portal.reminders.rungs import DUE, START, Rung, send_at

STANDARD = ""


@dataclass(frozen=True)
class Scope:
    """Which part of a kind is looked at; None means all of them."""

    things: tuple[str, ...] | None = None
    organisations: tuple[int, ...] | None = None
    people: tuple[int, ...] | None = None


EVERYTHING = Scope()


@dataclass(frozen=True)
class Planned:
    new: int = 0
    taken_back: int = 0
    changed: int = 0


@dataclass
class Moments:
    """The instants of all rungs for all deadlines, as columns. Python works them out; SQL joins them to people."""

    ladder: list[str] = field(default_factory=list)
    due_at: list[datetime] = field(default_factory=list)
    since_at: list[datetime | None] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    urgency: list[int] = field(default_factory=list)
    #: None: at the very start.
    send_at: list[datetime | None] = field(default_factory=list)
    day: list[date | None] = field(default_factory=list)
    #: Midnight of that day: what is asked later on the day is not reminded of on it.
    day_from: list[datetime | None] = field(default_factory=list)
    #: "lead contributor"
    roles: list[str] = field(default_factory=list)
    to_assignee: list[bool] = field(default_factory=list)
    to_contact: list[bool] = field(default_factory=list)
    only_unstarted: list[bool] = field(default_factory=list)

    def add(self, ladder: str, rung: Rung, due_at: datetime, since_at: datetime | None, at: datetime | None) -> None:
        day = local_day(at) if at else None
        values = {
            "ladder": ladder,
            "due_at": due_at,
            "since_at": since_at,
            "rung": rung.key,
            "urgency": rung.urgency,
            "send_at": at,
            "day": day,
            "day_from": deadline(day, time(0)) if day else None,
            "roles": " ".join(each for each in rung.audience if each in ("lead", "contributor", "viewer")),
            "to_assignee": "assignee" in rung.audience,
            "to_contact": "contact" in rung.audience,
            "only_unstarted": rung.only_unstarted,
        }
        for name, value in values.items():
            getattr(self, name).append(value)

    @property
    def columns(self) -> list[list[Any]]:
        return [getattr(self, name) for name in _MOMENT]


_MOMENT = {
    "ladder": "text",
    "due_at": "timestamptz",
    "since_at": "timestamptz",
    "rung": "text",
    "urgency": "int",
    "send_at": "timestamptz",
    "day": "date",
    "day_from": "timestamptz",
    "roles": "text",
    "to_assignee": "bool",
    "to_contact": "bool",
    "only_unstarted": "bool",
}


def ladders_of(kind: Kind) -> dict[str, tuple[Rung, ...]]:
    """The rungs in force by thing; those of STANDARD hold for every other thing. A paused one has none."""
    found: dict[str, tuple[Rung, ...]] = {STANDARD: kind.standard}
    for ladder in Ladder.objects.filter(kind=kind.key, is_in_force=True).prefetch_related("rungs"):
        found[ladder.thing] = () if ladder.is_paused else tuple(row.rung for row in ladder.rungs.all())
    return found


def moments_of(
    deadlines: Iterable[tuple[str, datetime, datetime | None]],
    ladders: dict[str, tuple[Rung, ...]],
    not_before: datetime,
    not_after: datetime | None = None,
) -> Moments:
    """`deadlines` are (ladder, due_at, since_at); since_at matters to rungs some days after the start alone."""
    found = Moments()
    seen: set[tuple[str, datetime, str]] = set()
    for ladder, due_at, since_at in deadlines:
        for rung in ladders[ladder]:
            needs_start = rung.anchor == START and rung.offset > 0
            if not needs_start and (ladder, due_at, rung.key) in seen:
                continue
            seen.add((ladder, due_at, rung.key))
            at = send_at(rung, due_at, since_at) if rung.anchor == DUE or needs_start else None
            is_start = rung.anchor == START and rung.offset == 0
            if is_start or (at and at > not_before and (not_after is None or at <= not_after)):
                found.add(ladder, rung, due_at, since_at if needs_start else None, at)
    return found


#: Who is asked, in this statement's own words; `{asked}` is the kind's SQL.
# ruff: noqa: S608  # the parts are words of our own code; every value is a parameter
_ASKED = "o AS MATERIALIZED (SELECT * FROM ({asked}) AS asked (" + ", ".join(COLUMNS) + ") WHERE {within})"
_MOMENTS = (
    "m AS MATERIALIZED (SELECT moments.*, string_to_array(moments.roles, ' ') AS whom FROM unnest({types}) AS moments ("
    + ", ".join(_MOMENT)
    + "))"
)
_ON_DAY = "COALESCE(m.day, (o.since_at AT TIME ZONE 'Europe/London')::date)"
_IN_FORCE = "{0}.starts_on <= {day} AND ({0}.ends_on IS NULL OR {0}.ends_on >= {day})"
_FALLS = f"""
    FROM o JOIN m ON m.due_at = o.due_at AND m.ladder = CASE WHEN o.thing = ANY(%(own)s) THEN o.thing ELSE '' END
        AND (m.since_at IS NULL OR m.since_at = o.since_at)
        AND (CASE WHEN m.send_at IS NULL THEN o.since_at < o.due_at AND o.since_at > %(not_before)s AND o.announces
             ELSE o.since_at < m.day_from OR (m.since_at IS NOT NULL AND o.since_at < m.send_at) END)
        AND NOT (m.only_unstarted AND o.is_started)
    JOIN organisations_membership p ON {{whom}} AND {_IN_FORCE.format("p", day=_ON_DAY)}
    JOIN organisations_person h ON h.id = p.person_id AND h.is_active {{people}}
"""
_ROW = """SELECT o.thing, o.version, o.due_at, o.organisation_id, p.person_id, m.rung, m.urgency,
        COALESCE(m.send_at, o.since_at) AS send_at, {to_staff} AS to_staff"""
_THEIRS = "p.organisation_id = o.organisation_id AND p.role = ANY(%(roles)s) AND p.role = ANY(m.whom)"
_WHOSE = f"""p.organisation_id = o.organisation_id AND m.to_assignee AND (p.person_id = o.assignee_id
        OR (p.role IN ('lead', 'contributor') AND NOT EXISTS (
            SELECT 1 FROM organisations_membership a WHERE a.organisation_id = o.organisation_id
            AND a.person_id = o.assignee_id AND {_IN_FORCE.format("a", day=_ON_DAY)})))"""
_STAFF = "m.to_contact AND p.role = %(contact_role)s"
_KEY = ("thing", "version", "due_at", "organisation_id", "person_id", "rung")
_SAME = " AND ".join(f"r.{name} = w.{name}" for name in _KEY)

#: What is there beside what should be. A full join is never a loop in a loop, however wrong the planner guesses.
_WRITE = f"""
WITH {{wanted}},
both_ AS MATERIALIZED (
    SELECT r.id, r.state, r.send_at AS had, w.*
    FROM (SELECT r.id, r.state, r.send_at, {", ".join(f"r.{name}" for name in _KEY)} FROM reminders_reminder r
        WHERE r.kind = %(kind)s AND {{held}} AND (r.state = 'planned' OR r.due_at >= %(oldest)s)) r
    FULL JOIN w ON {_SAME}
),
held AS MATERIALIZED (
    SELECT r.id, b.thing IS NOT NULL AS is_wanted, b.send_at FROM both_ b JOIN reminders_reminder r ON r.id = b.id
    WHERE (b.state = 'planned' AND (b.thing IS NULL OR b.send_at <> b.had))
        OR (b.state = 'superseded' AND b.thing IS NOT NULL)
    ORDER BY r.id FOR UPDATE OF r
),
changed AS (
    UPDATE reminders_reminder r SET
        state = CASE WHEN held.is_wanted THEN 'planned' ELSE 'superseded' END,
        send_at = COALESCE(held.send_at, r.send_at),
        settled_at = CASE WHEN held.is_wanted THEN NULL ELSE %(now)s END,
        reason = CASE WHEN held.is_wanted THEN ''
            WHEN r.send_at <= %(not_before)s THEN 'too-old'
            WHEN (r.thing::text, r.organisation_id) NOT IN (SELECT o.thing, o.organisation_id FROM o) THEN 'over'
            WHEN (r.thing::text, r.organisation_id, r.version)
                NOT IN (SELECT o.thing, o.organisation_id, o.version FROM o) THEN 'changed'
            WHEN (r.thing::text, r.organisation_id, r.due_at)
                NOT IN (SELECT o.thing, o.organisation_id, o.due_at FROM o) THEN 'moved'
            ELSE 'person' END
    FROM held WHERE held.id = r.id AND r.state IN ('planned', 'superseded') RETURNING held.is_wanted
),
new AS (
    INSERT INTO reminders_reminder (kind, thing, version, due_at, organisation_id, person_id, rung, urgency, send_at,
        to_staff, state, reason, planned_at)
    SELECT %(kind)s, b.thing, b.version, b.due_at, b.organisation_id, b.person_id, b.rung, b.urgency, b.send_at,
        b.to_staff, 'planned', '', %(now)s
    FROM both_ b WHERE b.id IS NULL
    ORDER BY b.organisation_id, b.person_id, b.due_at, b.rung COLLATE "C", b.thing COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM changed WHERE NOT is_wanted),
    (SELECT count(*) FROM changed WHERE is_wanted)
"""


def plan_all(now: datetime) -> Planned:
    """Every kind, whole."""
    done = [plan(kind, now) for kind in all_kinds()]
    return Planned(*(sum(getattr(each, name) for each in done) for name in ("new", "taken_back", "changed")))


def plan(kind: Kind, now: datetime, scope: Scope = EVERYTHING) -> Planned:
    """Write what follows from how things stand now. In the caller's transaction."""
    ladders = ladders_of(kind)
    asked = kind.asked(now)
    moments = moments_of(deadlines(asked, ladders, scope), ladders, now - kind.give_up_after)
    return write(kind, asked, moments, now, scope, own=tuple(ladders))


def deadlines(
    asked: Sql, ladders: dict[str, tuple[Rung, ...]], scope: Scope
) -> list[tuple[str, datetime, datetime | None]]:
    """Which deadlines there are, each with its ladder; few, however many are asked."""
    needs_start = any(rung.anchor == START and rung.offset for rungs in ladders.values() for rung in rungs)
    since = "asked.since_at" if needs_start else "NULL::timestamptz"
    within, arguments = _within(scope)
    sql = (
        f"SELECT DISTINCT CASE WHEN asked.thing = ANY(%s) THEN asked.thing ELSE '' END, asked.due_at, {since}"
        f" FROM ({asked[0]}) AS asked ({', '.join(COLUMNS)}) WHERE {within}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ladders), *asked[1], *arguments])
        return cursor.fetchall()


def write(
    kind: Kind, asked: Sql, moments: Moments, now: datetime, scope: Scope = EVERYTHING, own: Sequence[str] = ()
) -> Planned:
    """The statement. `own` names the things that have a ladder of their own."""
    wanted, parameters = wanted_sql(kind, asked, moments, now, scope, own)
    held, arguments = _held(scope)
    arguments["oldest"] = min(moments.due_at, default=now)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(wanted=wanted, held=held), parameters | arguments)
        return Planned(*cursor.fetchone())


def wanted_sql(
    kind: Kind, asked: Sql, moments: Moments, now: datetime, scope: Scope = EVERYTHING, own: Sequence[str] = ()
) -> tuple[str, dict[str, Any]]:
    """`o`, who is asked; `m`, the moments; and `w`, what should stand in the table, as parts of a WITH."""
    parameters: dict[str, Any] = {
        "own": [name for name in own if name],
        "kind": kind.key,
        "now": now,
        "not_before": now - kind.give_up_after,
        "contact_role": kind.contact_role.value,
        "roles": sorted({role for roles in moments.roles for role in roles.split()}),
    }
    first, *rest = asked[0].split("%s")
    parameters |= {f"a{n}": value for n, value in enumerate(asked[1])}
    named = first + "".join(f"%(a{n})s{part}" for n, part in enumerate(rest))
    within = []
    if scope.things is not None:
        within.append("thing = ANY(%(things)s)")
        parameters["things"] = list(scope.things)
    if scope.organisations is not None:
        within.append("organisation_id = ANY(%(organisations)s)")
        parameters["organisations"] = list(scope.organisations)
    people = ""
    if scope.people is not None:
        people = "AND p.person_id = ANY(%(people)s)"
        parameters["people"] = list(scope.people)
    parameters |= {f"m{n}": column for n, column in enumerate(moments.columns)}
    types = ", ".join(f"%(m{n})s::{name}[]" for n, name in enumerate(_MOMENT.values()))
    branches = [_THEIRS] if any(moments.roles) else []
    branches += [_WHOSE] * any(moments.to_assignee) + [_STAFF] * any(moments.to_contact)
    rows = [
        _ROW.format(to_staff="true" if whom is _STAFF else "false") + _FALLS.format(whom=whom, people=people)
        for whom in branches or [_THEIRS]
    ]
    union = " UNION ".join(rows)  # two audiences may reach one person: once is enough
    return (
        f"{_ASKED.format(asked=named, within=' AND '.join(within) or 'true')}, {_MOMENTS.format(types=types)}, "
        f"w AS ({union})",
        parameters,
    )


def _within(scope: Scope) -> tuple[str, list[Any]]:
    parts: list[str] = ["true"]
    arguments: list[Any] = []
    if scope.things is not None:
        parts.append("asked.thing = ANY(%s)")
        arguments.append(list(scope.things))
    if scope.organisations is not None:
        parts.append("asked.organisation_id = ANY(%s)")
        arguments.append(list(scope.organisations))
    return " AND ".join(parts), arguments


def _held(scope: Scope) -> tuple[str, dict[str, Any]]:
    parts, arguments = ["true"], dict[str, Any]()
    for name, column, values in (
        ("held_things", "thing", scope.things),
        ("held_organisations", "organisation_id", scope.organisations),
        ("held_people", "person_id", scope.people),
    ):
        if values is not None:
            parts.append(f"r.{column} = ANY(%({name})s)")
            arguments[name] = [*values]
    return " AND ".join(parts), arguments
