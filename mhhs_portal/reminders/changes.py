"""Plans in the transaction that changes something, whatever it was and by whatever route it came.

Triggers (watching.py) write what changed into a table and say so on the connection; the end of `doing` hears it and
plans before the transaction commits. What was changed without `doing`, by SQL alone, is planned by the next sweep,
which looks before it sends.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from mhhs_portal.reminders.kinds import all_kinds
from mhhs_portal.reminders.planning import Scope, plan

#: What the triggers say.
NOTICE = "reminders follow from this"
#: So many names are looked up one by one; beyond, the whole kind is planned.
MOST_NAMES = 500
_TAKE = """DELETE FROM reminders_change WHERE by = pg_current_xact_id()::text
    RETURNING kind, thing, organisation, person"""


def listen(connection: Any, **kwargs: Any) -> None:
    """Each new connection remembers that a trigger has spoken on it."""
    if connection.vendor != "postgresql":
        return

    def heard(said: Any) -> None:
        if said.message_primary == NOTICE:
            connection.reminders_follow = True

    connection.connection.add_notice_handler(heard)


def plan_what_changed() -> None:
    """At the end of `doing`: nothing is asked of the database unless a trigger has spoken."""
    if getattr(connection, "reminders_follow", False):
        connection.reminders_follow = False  # type: ignore[attr-defined]
        _plan_mine(timezone.now())


def forget() -> None:
    """What was changed elsewhere, and committed, is planned by whoever calls this, all of it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reminders_change")


def _plan_mine(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        changes = cursor.fetchall()
    by_kind: dict[str, list[tuple[Any, ...]]] = {}
    for kind, *change in changes:
        by_kind.setdefault(kind, []).append(tuple(change))
    for kind in all_kinds():
        if found := by_kind.get(kind.key):
            plan(kind, now, _scope(found))


def _scope(changes: list[tuple[Any, ...]]) -> Scope:
    """The smallest part that holds all of them: planning too much is no mistake."""
    things, organisations, people = (_names(column) for column in zip(*changes, strict=True))
    return Scope(things, organisations, people)


def _names(column: tuple[Any, ...]) -> tuple[Any, ...] | None:
    names = set(column)
    return None if None in names or len(names) > MOST_NAMES else tuple(sorted(names))
