"""Rows that many tests start from and that take seconds to load: loaded once per session, put back in milliseconds.

    kept.load(date(2026, 11, 23), organisations.load, facts.load)
    plan = kept.made(build)

What the loaders write is copied out of the tables the first time, and into them from then on. Both need tables that are
empty but for what migrations and Django put there, and both leave committing or rolling back to the test.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

#: Django fills these after migrations and after emptied tables, and they look the same everywhere.
NOT_OURS = ("django_migrations", "django_content_type", "auth_permission")


@dataclass(frozen=True)
class Kept:
    #: The lines of each table that has any, with the names of its columns.
    rows: dict[str, tuple[str, bytes]]
    answer: bytes


_kept: dict[Any, Kept] = {}


def load(day: date, *loaders: Callable[[date], object]) -> None:
    """What these loaders write as of the day, in their order."""
    made(_all, loaders, day)


def _all(loaders: tuple[Callable[[date], object], ...], day: date) -> None:
    for loader in loaders:
        loader(day)


def made(build: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What `build` writes, and a copy of what it returned."""
    key = (build, arguments, tuple(named.items()))
    if key in _kept:
        _put_back(_kept[key].rows)
        return pickle.loads(_kept[key].answer)
    before = _copied()
    with transaction.atomic():
        answer = build(*arguments, **named)
    after = _copied()
    if not before:
        _kept[key] = Kept(after, pickle.dumps(answer))
    return answer


def _columns() -> dict[str, str]:
    """The columns of each of our tables that can be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) "
            "FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' "
            "AND table_name <> ALL(%s) GROUP BY table_name",
            [list(NOT_OURS)],
        )
        return dict(cursor.fetchall())


def _copied() -> dict[str, tuple[str, bytes]]:
    found = {}
    with connection.cursor() as cursor:
        for table, columns in _columns().items():
            with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT') as copy:
                lines = b"".join(bytes(part) for part in copy)
            if lines:
                found[table] = (columns, lines)
    return found


def empty() -> None:
    """What flushing does after a test that commits, without emptying empty tables or asking Django to fill its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = list(_columns())
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        filled = [table for (table,) in cursor.fetchall()]
        _with_triggers_asleep(cursor, filled, lambda: [cursor.execute(f'DELETE FROM "{table}"') for table in filled])


def _with_triggers_asleep(cursor: Any, tables: Iterable[str], write: Callable[[], object]) -> None:
    cursor.execute("".join(f'ALTER TABLE "{table}" DISABLE TRIGGER USER;' for table in tables))
    write()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;")
    cursor.execute("".join(f'ALTER TABLE "{table}" ENABLE TRIGGER USER;' for table in tables))


def _put_back(rows: dict[str, tuple[str, bytes]]) -> None:
    """Triggers sleep meanwhile, since their own rows are put back too; foreign keys are looked at."""
    with transaction.atomic(), connection.cursor() as cursor:

        def copy_all() -> None:
            for table, (columns, lines) in rows.items():
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    copy.write(lines)

        _with_triggers_asleep(cursor, rows, copy_all)
