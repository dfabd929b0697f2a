"""How long one statement plans a day's reminders over two million things and half a million people.

The statement is the portal's own (mhhs_portal/reminders/planning.py); the tables that it meets are this bench's, of the
same names and shape in a schema that is made here and dropped again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from mhhs_portal.deadlines import add_working_days, deadline, local_day
from mhhs_portal.reminders.kinds import Kind
from mhhs_portal.reminders.planning import STANDARD, Moments, moments_of, write
from mhhs_portal.reminders.rungs import Rung

SCHEMA = "bench_reminders"
#: Working days over which the deadlines are spread, half of them past; five rungs fall on each day.
DAYS = 140
LADDER = tuple(Rung(offset=offset, audience=("lead",)) for offset in (-20, -10, -5, -1, 1))
PEOPLE_OF_ONE = 5
#: The best of so many counts: what else the machine does is no fault of the statement.
TIMES = 3
_ASKED = """SELECT 'A-' || a.id, a.organisation_id, 1, a.due_at, a.since_at, false, NULL::bigint, false
    FROM bench_activity a WHERE a.due_at = ANY(%s)"""
_TABLES = f"""
    CREATE SCHEMA {SCHEMA};
    SET search_path = {SCHEMA}, public;
    CREATE UNLOGGED TABLE {SCHEMA}.reminders_reminder (LIKE public.reminders_reminder INCLUDING ALL);
    CREATE UNLOGGED TABLE {SCHEMA}.organisations_person (LIKE public.organisations_person INCLUDING DEFAULTS);
    CREATE UNLOGGED TABLE {SCHEMA}.organisations_membership (LIKE public.organisations_membership INCLUDING DEFAULTS);
    CREATE UNLOGGED TABLE {SCHEMA}.bench_activity (id bigint, organisation_id bigint, due_at timestamptz,
        since_at timestamptz);
"""
_ROWS = """
    INSERT INTO organisations_person (id, password, email, name, is_active, is_sample, joined_at)
        SELECT n, '', n || '@sample.example', 'Person ' || n, true, true, %(since)s
        FROM generate_series(1, %(people)s) n;
    INSERT INTO organisations_membership (id, person_id, organisation_id, role, starts_on)
        SELECT n, n, (n - 1) / %(each)s + 1,
            (ARRAY['lead', 'contributor', 'contributor', 'viewer', 'viewer'])[(n - 1) %% %(each)s + 1], '2020-01-01'
        FROM generate_series(1, %(people)s) n;
    INSERT INTO bench_activity
        SELECT n, n %% (%(people)s / %(each)s) + 1, (%(dues)s::timestamptz[])[n / 7 %% %(days)s + 1], %(since)s
        FROM generate_series(1, %(things)s) n;
"""
_INDEXES = """
    CREATE UNIQUE INDEX ON organisations_person (id);
    CREATE INDEX ON organisations_membership (organisation_id);
    CREATE INDEX ON organisations_membership (person_id);
    CREATE INDEX ON bench_activity (due_at);
    ANALYZE organisations_person; ANALYZE organisations_membership; ANALYZE bench_activity;
"""


@dataclass(frozen=True)
class PlannedDay:
    things: int
    people: int
    #: Rows that were new in the first run, and its seconds at best; then the same of the run after it.
    rows: int
    seconds: float
    again: int
    seconds_again: float
    seeding: float


def planned(things: int = 2_000_000, people: int = 500_000) -> PlannedDay:
    """Everything that falls on one day, in one statement; then again."""
    today = local_day(datetime.now().astimezone())
    day = add_working_days(today, 0 if add_working_days(add_working_days(today, -1), 1) == today else 1)
    now = deadline(day)
    dues = [deadline(add_working_days(day, n)) for n in range(-DAYS // 2, DAYS // 2)]
    started = time.perf_counter()
    with _tables(things, people, dues, now):
        seeding = time.perf_counter() - started
        moments = moments_of(
            ((STANDARD, due, None) for due in dues), {STANDARD: LADDER}, now - timedelta(days=1), not_after=now
        )
        runs = [_twice(moments, now) for _ in range(TIMES)]
    best = (min(each, key=lambda run: run[1]) for each in zip(*runs, strict=True))
    (rows, seconds), (rows_again, seconds_again) = best
    return PlannedDay(things, people, rows, seconds, rows_again, seconds_again, seeding)


def _twice(moments: Moments, now: datetime) -> tuple[tuple[int, float], tuple[int, float]]:
    """Into an empty table, and again into a full one."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reminders_reminder")
    return _run(moments, now), _run(moments, now)


def _run(moments: Moments, now: datetime) -> tuple[int, float]:
    kind = Kind("bench", "Bench", "bench/", lambda _: _asked(moments), lambda *_: {}, lambda _: {})
    started = time.perf_counter()
    new = write(kind, _asked(moments), moments, now).new
    return new, time.perf_counter() - started


def _asked(moments: Moments) -> tuple[str, list[Any]]:
    return _ASKED, [sorted(set(moments.due_at))]


@contextmanager
def _tables(things: int, people: int, dues: list[datetime], now: datetime) -> Iterator[None]:
    facts: dict[str, Any] = {
        "people": people,
        "each": PEOPLE_OF_ONE,
        "things": things,
        "dues": dues,
        "days": len(dues),
        "since": now - timedelta(days=400),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        try:
            cursor.execute(_TABLES)
            for statement in _ROWS.strip().rstrip(";").split(";\n"):
                cursor.execute(statement, facts)
            cursor.execute(_INDEXES)
            yield
        finally:
            cursor.execute(f"SET search_path = public; DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
