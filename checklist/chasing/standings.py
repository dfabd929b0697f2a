"""Where every organisation of a frozen list stands, in SQL: progress.tracked() says the same about one of them.

Each row of the list is joined to at most one row of everything else, so that the states add up to the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from checklist.progress import OUTSTANDING, TRACKED
from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.access import RESPONDERS

#: An item that was closed or withdrawn stands as it stood then.
_MOMENT = "least(%(now)s, i.withdrawn_at, i.closed_at)"
STATE = f"""
    CASE WHEN r.is_late THEN 'late'
         WHEN r.answer = 'comments' THEN 'submitted'
         WHEN r.answer = 'no-comments' THEN 'nil'
         WHEN r.answer = 'not-applicable' THEN 'not-applicable'
         WHEN {_MOMENT} > greatest(i.due_at, e.due_at) THEN 'overdue'
         WHEN c.organisation_id IS NULL THEN 'not-reached'
         WHEN d.id IS NOT NULL THEN 'drafting'
         WHEN o.id IS NOT NULL THEN 'opened'
         WHEN f.organisation_id IS NOT NULL THEN 'not-reached'
         ELSE 'not-opened' END
"""
_JOINED = """
    checklist_addressee a
    JOIN checklist_checklistitem i ON i.id = a.item_id
    JOIN organisations_organisation org ON org.id = a.organisation_id
    LEFT JOIN checklist_response r ON r.item_id = a.item_id AND r.organisation_id = a.organisation_id
        AND r.revision = i.revision AND r.is_current{of_responses}
    LEFT JOIN checklist_responsedraft d ON d.item_id = a.item_id AND d.organisation_id = a.organisation_id
    LEFT JOIN chasing_opening o ON o.item_id = a.item_id AND o.organisation_id = a.organisation_id
        AND o.revision = i.revision
    LEFT JOIN (SELECT item_id, organisation_id, max(due_at) AS due_at FROM checklist_extension
               WHERE organisation_id IS NOT NULL GROUP BY 1, 2) e
        ON e.item_id = a.item_id AND e.organisation_id = a.organisation_id
    LEFT JOIN (SELECT DISTINCT m.organisation_id FROM organisations_membership m
               JOIN organisations_person p ON p.id = m.person_id
               WHERE p.is_active AND m.role = ANY(%(responders)s) AND m.starts_on <= %(today)s
                 AND (m.ends_on IS NULL OR m.ends_on >= %(today)s){of_people}) c
        ON c.organisation_id = a.organisation_id
    LEFT JOIN (SELECT about, organisation_id, max(last_error) AS last_error FROM notifications_message lost
               WHERE status = 'parked' AND about LIKE 'checklist/%%' AND NOT EXISTS (
                   SELECT 1 FROM notifications_message other WHERE other.about = lost.about
                   AND other.organisation_id = lost.organisation_id AND other.status <> 'parked')
               GROUP BY 1, 2) f
        ON f.organisation_id = a.organisation_id AND f.about = 'checklist/' || i.reference
"""
#: Of many items and few organisations the planner should go by the organisations, which a long ANY(...) keeps it from.
_OF_MANY_ITEMS = "a.item_id IN (SELECT unnest(%(items)s::bigint[]))"
MANY = 100
_ONLY = {
    "items": "a.item_id = ANY(%(items)s)",
    "organisations": "a.organisation_id = ANY(%(organisations)s)",
    "q": "org.name ILIKE %(q)s",
    "constituency": "org.constituency = %(constituency)s",
    "role": "EXISTS (SELECT 1 FROM organisations_roleheld h"
    " JOIN organisations_marketrole mr ON mr.id = h.market_role_id"
    " WHERE h.organisation_id = a.organisation_id AND mr.code = %(role)s)",
    "path": "EXISTS (SELECT 1 FROM milestones_placement pl JOIN organisations_roleheld h ON h.id = pl.role_held_id"
    " JOIN milestones_criticalpath cp ON cp.id = pl.path_id WHERE h.organisation_id = a.organisation_id"
    " AND pl.until_on IS NULL AND cp.slug = %(path)s)",
}


def facts(now: datetime, **only: Any) -> dict[str, Any]:
    """The parameters of every question here."""
    return {
        "now": now,
        "today": local_day(now),
        "responders": [role.value for role in RESPONDERS],
        "outstanding": list(OUTSTANDING),
        **only,
    }


def conditions(**only: Any) -> str:
    """On `a` (the list) and `org`: `items` and `organisations` by their ids; `q` is a pattern for ILIKE."""
    chosen = {name: condition for name, condition in _ONLY.items() if name in only}
    if len(only.get("items", ())) > MANY:
        chosen["items"] = _OF_MANY_ITEMS
    return " AND ".join(chosen.values()) or "true"


def among(**only: Any) -> str:
    """The list, narrowed. What is joined is narrowed too: the planner does not see that it follows."""
    organisations, items = only.get("organisations"), only.get("items", ())
    narrowed = {
        "of_responses": " AND r.organisation_id = ANY(%(organisations)s)" * (organisations is not None)
        + " AND r.item_id = ANY(%(items)s)" * (0 < len(items) <= MANY),
        "of_people": " AND m.organisation_id = ANY(%(organisations)s)" * (organisations is not None),
    }
    return f"{_JOINED.format(**narrowed)} WHERE {conditions(**only)}"


def placed(**only: Any) -> str:
    """The narrowed list with its states, as a table to ask."""
    return f"(SELECT a.item_id, a.organisation_id, org.name, {STATE} AS state FROM {among(**only)}) s"  # noqa: S608


def ask(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def counted(by: str, now: datetime, **only: Any) -> dict[int, dict[str, int]]:
    """For each item ("item_id") or organisation ("organisation_id"), how many are in each state, zeros included."""
    rows = ask(
        f"SELECT {by}, state, count(*) FROM {placed(**only)} GROUP BY 1, 2",  # noqa: S608 - our own words only
        facts(now, **only),
    )
    found: dict[int, dict[str, int]] = {}
    for key, state, count in rows:
        found.setdefault(key, dict.fromkeys(TRACKED, 0))[state] = count
    return found


def counted_with_cells(
    items: Sequence[int], organisations: Sequence[int], window: Sequence[int], now: datetime
) -> tuple[dict[int, dict[str, int]], dict[tuple[int, int], str]]:
    """For each organisation how many of the items are in each state, and its state in each item of the window.

    An organisation that was asked for none of them is missing, and so is a cell for which nobody was asked.
    """
    only = {"items": list(items), "organisations": list(organisations)}
    rows = ask(
        "SELECT organisation_id, state, count(*), array_agg(item_id) FILTER (WHERE item_id = ANY(%(window)s))"  # noqa: S608
        f" FROM {placed(**only)} GROUP BY 1, 2",
        facts(now, window=list(window), **only),
    )
    counts: dict[int, dict[str, int]] = {}
    cells: dict[tuple[int, int], str] = {}
    for organisation, state, count, here in rows:
        counts.setdefault(organisation, dict.fromkeys(TRACKED, 0))[state] = count
        cells |= {(organisation, item): state for item in here or ()}
    return counts, cells


@contextmanager
def flowing(sql: str, params: dict[str, Any]) -> Iterator[Iterable[tuple[Any, ...]]]:
    """Rows as the server reads them, some thousand at a time; flat memory however many there are."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        yield _rows(cursor)


def _rows(cursor: Any, at_once: int = 2000) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(at_once):
        yield from rows
