"""Organisations by items: a window onto a table that may have 1,000 rows and 3,000 columns.

Only the cells in the window are read. The totals of a column are those of the item's frozen list, narrowed to the
organisations that were chosen; the totals of a row are over all the items that were chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from checklist.chasing.asked import Choice
from checklist.chasing.standings import ask, conditions, counted, counted_with_cells, facts, flowing, placed
from checklist.models import ChecklistItem, ItemKind, State
from checklist.progress import ANSWERED, TRACKED
from mhhs_portal.exports import Column, Table, Value

ROWS, COLUMNS = 20, 8
PHASES = {"open": "Open now", "upcoming": "Not open yet", "closed": "Closed", "all": "Every item"}
#: Our own steps.
PERIODS = {"7": "Due in the next 7 days", "30": "Due in the next 30 days", "-30": "Closed in the last 30 days"}


@dataclass(frozen=True)
class ItemChoice:
    """Which items are the columns; everything lives in the address."""

    kind: str = ""
    workstream: str = ""
    due: str = ""
    phase: str = "open"

    @classmethod
    def of(cls, data: Mapping[str, str]) -> ItemChoice:
        kind, due, phase = data.get("kind", ""), data.get("due", ""), data.get("items", "open")
        return cls(
            kind=kind if kind in ItemKind.values else "",
            workstream=data.get("workstream", "").replace("\x00", "")[:60],
            due=due if due in PERIODS else "",
            phase=phase if phase in PHASES else "open",
        )

    def condition(self, now: datetime) -> Q:
        found = Q()
        if self.phase == "open":
            found &= Q(state=State.PUBLISHED, opens_at__lte=now, due_at__gte=now)
        elif self.phase == "upcoming":
            found &= Q(state=State.PUBLISHED, opens_at__gt=now)
        elif self.phase == "closed":
            found &= Q(due_at__lt=now) | Q(state__in=[State.CLOSED, State.OUTCOME])
        if self.kind:
            found &= Q(kind=self.kind)
        if self.workstream:
            found &= Q(workstream=self.workstream)
        if self.due:
            edge = now + timedelta(days=int(self.due))
            found &= Q(due_at__range=(min(now, edge), max(now, edge)))
        return found


@dataclass(frozen=True)
class Row:
    """One organisation of the window."""

    pk: int
    name: str
    is_sample: bool
    roles: str
    #: One state for each item of the window; "" where it was not asked.
    states: list[str]
    counts: dict[str, int]

    @property
    def asked(self) -> int:
        return sum(self.counts.values())

    @property
    def not_sent(self) -> int:
        return self.asked - sum(self.counts[state] for state in ANSWERED)


class Matrix:
    def __init__(self, items: ItemChoice, choice: Choice, order: str, pages: tuple[str, str], now: datetime) -> None:
        self.item_choice, self.choice, self.now = items, choice, now
        self.order = "waiting" if order == "waiting" else "name"
        self._pages = pages

    @cached_property
    def item_ids(self) -> list[int]:
        items = ChecklistItem.objects.issued().filter(self.item_choice.condition(self.now))
        return list(items.order_by("due_at", "reference").values_list("pk", flat=True))

    @cached_property
    def columns(self) -> Page[Any]:
        return Paginator(self.item_ids, COLUMNS).get_page(self._pages[0])

    @cached_property
    def items(self) -> list[ChecklistItem]:
        """The items of the window."""
        return list(ChecklistItem.objects.filter(pk__in=self.columns.object_list).order_by("due_at", "reference"))

    @cached_property
    def organisation_ids(self) -> list[int]:
        """Everybody who was asked for any of the items and was chosen, in order."""
        only: dict[str, Any] = {"items": self.item_ids, **self.choice.of_organisations}
        if self.order == "waiting" and not self.choice.state:
            return self._waiting_longest(only)
        if self.choice.state:
            order = "count(*) FILTER (WHERE state = ANY(%(outstanding)s)) DESC, " if self.order == "waiting" else ""
            sql = (
                f"SELECT organisation_id FROM {placed(**only)} GROUP BY organisation_id, name"  # noqa: S608
                f" HAVING bool_or(state = ANY(%(states)s)) ORDER BY {order}name, organisation_id"
            )
        else:
            if self.item_choice == ItemChoice(phase="all"):
                only.pop("items")  # only published items have asked anybody
            sql = (
                "SELECT org.id FROM organisations_organisation org WHERE EXISTS ("  # noqa: S608
                "SELECT 1 FROM checklist_addressee a WHERE a.organisation_id = org.id"
                f" AND {conditions(**only)}) ORDER BY org.name, org.id"
            )
        return [pk for (pk,) in ask(sql, facts(self.now, states=list(self.choice.states), **only))]

    def _waiting_longest(self, only: dict[str, Any]) -> list[int]:
        """Those first that have not sent the most. Only an answer ends the waiting, so nothing else is looked at."""
        items = only.pop("items")
        sql = (
            "SELECT org.id FROM organisations_organisation org"  # noqa: S608
            " JOIN (SELECT organisation_id, count(*) AS asked FROM checklist_addressee"
            " WHERE item_id = ANY(%(items)s) GROUP BY 1) a ON a.organisation_id = org.id"
            " LEFT JOIN (SELECT r.organisation_id, count(*) AS sent FROM checklist_checklistitem i"
            " JOIN checklist_response r ON r.item_id = i.id AND r.revision = i.revision AND r.is_current"
            " WHERE i.id = ANY(%(items)s) GROUP BY 1) r ON r.organisation_id = org.id"
            f" WHERE {conditions(**only)} ORDER BY asked - coalesce(sent, 0) DESC, org.name, org.id"
        )
        return [pk for (pk,) in ask(sql, facts(self.now, items=items, **only))]

    @cached_property
    def lines(self) -> Page[Any]:
        return Paginator(self.organisation_ids, ROWS).get_page(self._pages[1])

    @cached_property
    def rows(self) -> list[Row]:
        here = list(self.lines.object_list)
        found = {
            row[0]: row[1:]
            for row in ask(
                "SELECT org.id, org.name, org.is_sample, ARRAY(SELECT DISTINCT mr.short_name FROM"
                " organisations_roleheld h JOIN organisations_marketrole mr ON mr.id = h.market_role_id"
                " WHERE h.organisation_id = org.id ORDER BY 1)"
                " FROM organisations_organisation org WHERE org.id = ANY(%(here)s)",
                {"here": here},
            )
        }
        counts, states = counted_with_cells(self.item_ids, here, [item.pk for item in self.items], self.now)
        return [
            Row(
                pk=pk,
                name=found[pk][0],
                is_sample=found[pk][1],
                roles=", ".join(found[pk][2]),
                states=[states.get((pk, item.pk), "") for item in self.items],
                counts=counts[pk],
            )
            for pk in here
        ]

    @cached_property
    def _totals(self) -> dict[int, dict[str, int]]:
        only = dict(self.choice.of_organisations)
        if self.choice.state:
            only["organisations"] = self.organisation_ids
        return counted("item_id", self.now, items=[item.pk for item in self.items], **only)

    @property
    def totals(self) -> list[tuple[str, list[int]]]:
        """For each state, its number in each column."""
        none = dict.fromkeys(TRACKED, 0)
        return [(state, [self._totals.get(item.pk, none)[state] for item in self.items]) for state in TRACKED]

    @property
    def asked(self) -> list[int]:
        return [sum(self._totals.get(item.pk, {}).values()) for item in self.items]

    @property
    def not_sent(self) -> list[int]:
        return [
            sum(count for state, count in self._totals.get(item.pk, {}).items() if state not in ANSWERED)
            for item in self.items
        ]

    # --- as a file: every item and organisation that was chosen

    @property
    def size(self) -> int:
        return len(self.item_ids) * len(self.organisation_ids)

    def table(self) -> Table:
        items = ChecklistItem.objects.filter(pk__in=self.item_ids).order_by("due_at", "reference")
        heads = [Column(f"i{pk}", f"{ref} {title}") for pk, ref, title in items.values_list("pk", "reference", "title")]
        columns = [Column("organisation", "Organisation"), Column("asked", "Asked"), Column("not_sent", "Not sent")]
        return Table("who-has-responded", [*columns, *heads], self._lines())

    def _lines(self) -> Iterator[dict[str, Value]]:
        only: dict[str, Any] = {"items": self.item_ids, "organisations": self.organisation_ids}
        sql = (
            f"SELECT organisation_id, name, item_id, state FROM {placed(**only)}"  # noqa: S608
            " ORDER BY name, organisation_id"
        )
        with flowing(sql, facts(self.now, **only)) as rows:
            for (_, name), mine in groupby(rows, key=lambda row: (row[0], row[1])):
                states = {item: state for _, _, item, state in mine}
                not_sent = sum(state not in ANSWERED for state in states.values())
                line: dict[str, Value] = {"organisation": name, "asked": len(states), "not_sent": not_sent}
                yield line | {f"i{item}": TRACKED[state] for item, state in states.items()}


def options() -> dict[str, list[tuple[str, str]]]:
    """What the filters offer; one query."""
    rows = ask(
        "SELECT 'roles', code, name, position FROM organisations_marketrole"
        " UNION ALL SELECT 'paths', slug, code, 0 FROM milestones_criticalpath"
        " UNION ALL SELECT DISTINCT 'workstreams', workstream, workstream, 0 FROM checklist_checklistitem"
        " WHERE state <> 'draft' ORDER BY 1, 4, 3",
        {},
    )
    found: dict[str, list[tuple[str, str]]] = {"roles": [], "paths": [], "workstreams": []}
    for which, value, label, _ in rows:
        found[which].append((value, label))
    return found
