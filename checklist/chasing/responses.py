"""Every response that was ever sent, version by version, as rows: for a page of the latest and a file of all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from checklist.chasing.asked import Choice
from checklist.chasing.matrix import ItemChoice
from checklist.chasing.standings import ask, conditions, facts, flowing
from checklist.models import Answer, ChecklistItem
from mhhs_portal.exports import Column, Table, Value

SHOWN = 50
COLUMNS = [
    Column("item", "Item"),
    Column("title", "Title"),
    Column("organisation", "Organisation"),
    Column("state", "State"),
    Column("answer", "Answer"),
    Column("reason", "Why it does not apply"),
    Column("who", "Sent by"),
    Column("at", "Sent at"),
    Column("revision", "Wording"),
    Column("version", "Version"),
    Column("comments", "Comments"),
    Column("late", "Late"),
    Column("on_behalf", "Entered by the Programme"),
    Column("on_behalf_reason", "Why the Programme entered it"),
    Column("receipt", "Receipt"),
]
_WORDS = dict(Answer.choices)
_FROM = """
    FROM checklist_response a
    JOIN checklist_checklistitem i ON i.id = a.item_id
    JOIN organisations_organisation org ON org.id = a.organisation_id
"""
_SELECT = """
    SELECT i.reference, i.title, org.name, org.slug, a.answer, a.reason, p.name, a.given_at, a.revision, i.revision,
        a.number, a.is_current, a.is_late, a.on_behalf_reason,
        (SELECT count(*) FROM checklist_comment c WHERE c.response_id = a.id)
"""


class Responses:
    """What was sent to the chosen items by the chosen organisations; every version is a row."""

    def __init__(self, items: ItemChoice, choice: Choice, now: datetime) -> None:
        self.item_choice, self.choice, self.now = items, choice, now

    @cached_property
    def _only(self) -> dict[str, Any]:
        only = self.choice.of_organisations
        if self.item_choice != ItemChoice(phase="all"):
            items = ChecklistItem.objects.issued().filter(self.item_choice.condition(self.now))
            only["items"] = list(items.values_list("pk", flat=True))
        return only

    def count(self) -> int:
        only = self._only
        joined = _FROM if only else "FROM checklist_response a"
        sql = f"SELECT count(*) {joined} WHERE {conditions(**only)}"
        return int(ask(sql, facts(self.now, **only))[0][0])

    def newest(self) -> list[dict[str, Value]]:
        only = self._only
        tail = f"ORDER BY a.id DESC LIMIT {SHOWN}"
        return [_row(*row) for row in ask(self._sql(only, tail), facts(self.now, **only))]

    def all(self) -> Iterator[dict[str, Value]]:
        """By item and organisation; read from the server as they are used."""
        only = self._only
        sql = self._sql(only, "ORDER BY i.reference, org.name, a.revision, a.number")
        with flowing(sql, facts(self.now, **only)) as rows:
            for row in rows:
                yield _row(*row)

    def table(self) -> Table:
        return Table("responses", COLUMNS, self.all())

    def _sql(self, only: dict[str, Any], tail: str) -> str:
        people = "JOIN organisations_person p ON p.id = a.given_by_id"
        return f"{_SELECT} {_FROM} {people} WHERE {conditions(**only)} {tail}"


def _row(
    reference: str,
    title: str,
    organisation: str,
    slug: str,
    answer: str,
    reason: str,
    who: str,
    at: datetime,
    revision: int,
    in_force: int,
    number: int,
    is_current: bool,
    is_late: bool,
    on_behalf_reason: str,
    comments: int,
) -> dict[str, Value]:
    state = "Replaced" if not is_current else "In force" if revision == in_force else "To earlier wording"
    again = f"-v{number}" if number > 1 else ""
    return {
        "item": reference,
        "title": title,
        "organisation": organisation,
        "state": state,
        "answer": _WORDS[answer],
        "reason": reason,
        "who": who,
        "at": at,
        "revision": revision,
        "version": number,
        "comments": comments,
        "late": is_late,
        "on_behalf": bool(on_behalf_reason),
        "on_behalf_reason": on_behalf_reason,
        "receipt": f"{reference}-{slug}-{revision}{again}",
    }
