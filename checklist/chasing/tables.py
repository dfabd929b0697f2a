"""What the pages of this part export: the same rows as filtered."""

from __future__ import annotations

from collections.abc import Iterable

from checklist.chasing.asked import Asked
from checklist.chasing.models import ItemView, Opening
from checklist.models import ChecklistItem
from checklist.progress import TRACKED
from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Constituency

_ASKED = [
    Column("organisation", "Organisation"),
    Column("market_roles", "Market roles"),
    Column("paths", "Paths"),
    Column("constituency", "Constituency"),
    Column("asked_because", "Why it was asked"),
    Column("state", "State"),
    Column("own_deadline", "Own deadline"),
    Column("answered_at", "Response sent"),
    Column("answered_by", "Sent by"),
    Column("version", "Version"),
    Column("comments", "Comments"),
    Column("on_behalf", "Entered by the Programme"),
    Column("on_behalf_reason", "Why the Programme entered it"),
    Column("opened_at", "First opened"),
    Column("opened_by", "First opened by"),
    Column("not_reached", "Why it is not reached"),
]
_LABELS = dict(Constituency.choices)


def asked_table(item: ChecklistItem, rows: Iterable[Asked]) -> Table:
    return Table(
        f"{item.reference.lower()}-who-has-responded",
        _ASKED,
        [
            {
                "organisation": row.name,
                "market_roles": row.role_words,
                "paths": ", ".join(row.paths.values()),
                "constituency": _LABELS[row.constituency] if row.constituency else "",
                "asked_because": row.reason,
                "state": TRACKED[row.state],
                "own_deadline": row.own_due_at,
                "answered_at": row.answered_at,
                "answered_by": row.answered_by or "",
                "version": row.number,
                "comments": row.comments if row.answered_at else None,
                "on_behalf": bool(row.on_behalf_reason),
                "on_behalf_reason": row.on_behalf_reason,
                "opened_at": row.opened_at,
                "opened_by": row.opened_by or "",
                "not_reached": row.why_not_reached if row.state == "not-reached" else "",
            }
            for row in rows
        ],
    )


def views_table(item: ChecklistItem, rows: Iterable[ItemView | Opening]) -> Table:
    columns = [Column("organisation", "Organisation"), Column("person", "Person"), Column("at", "When")]
    return Table(
        f"{item.reference.lower()}-who-has-opened-it",
        columns,
        (
            {
                "organisation": row.organisation.name,
                "person": row.person.name,
                "at": row.opened_at if isinstance(row, Opening) else row.viewed_at,
            }
            for row in rows
        ),
    )
