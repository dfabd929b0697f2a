"""One item's frozen list for the office: every organisation with its state and the facts that stand beside it.

One query. The list has at most as many rows as there are participants, so filters are Python's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from checklist.chasing.standings import STATE, among, ask, facts
from checklist.models import ChecklistItem
from checklist.progress import ANSWERED, MARKS, MEANINGS, OUTSTANDING, TRACKED, tally
from mhhs_portal.organisations.models import Constituency

_FACTS = f"""
    SELECT a.item_id, a.organisation_id, org.slug, org.name, org.constituency, org.is_sample, a.reason,
        {STATE} AS state,
        CASE WHEN e.due_at > i.due_at THEN e.due_at END, c.organisation_id IS NOT NULL, coalesce(f.last_error, ''),
        r.given_at, giver.name, r.number, coalesce(r.on_behalf_reason, ''),
        (SELECT count(*) FROM checklist_comment cm WHERE cm.response_id = r.id),
        d.saved_at, d.handed_at, o.opened_at, opener.name,
        ARRAY(SELECT DISTINCT mr.code || '|' || mr.short_name FROM organisations_roleheld h
              JOIN organisations_marketrole mr ON mr.id = h.market_role_id
              WHERE h.organisation_id = a.organisation_id ORDER BY 1),
        ARRAY(SELECT DISTINCT cp.slug || '|' || cp.code FROM milestones_placement pl
              JOIN organisations_roleheld h ON h.id = pl.role_held_id
              JOIN milestones_criticalpath cp ON cp.id = pl.path_id
              WHERE h.organisation_id = a.organisation_id AND pl.until_on IS NULL ORDER BY 1)
    FROM {among(items=[])}
    ORDER BY org.name, org.id, i.due_at, i.reference
"""  # noqa: S608 - our own words only
_PEOPLE = """
    LEFT JOIN organisations_person giver ON giver.id = r.given_by_id
    LEFT JOIN organisations_person opener ON opener.id = o.person_id
    WHERE"""
_SQL = _FACTS.replace(" WHERE a.item_id = ANY", f"{_PEOPLE} a.item_id = ANY")


@dataclass(frozen=True)
class Asked:
    """One organisation of an item's list."""

    item: int
    organisation: int
    slug: str
    name: str
    constituency: str
    is_sample: bool
    reason: str
    state: str
    #: Its own deadline, where it was given more time than the others.
    own_due_at: datetime | None
    has_contact: bool
    #: What the mail server said when every message about the item failed.
    failure: str
    answered_at: datetime | None
    answered_by: str | None
    number: int | None
    on_behalf_reason: str
    comments: int
    saved_at: datetime | None
    handed_at: datetime | None
    opened_at: datetime | None
    opened_by: str | None
    roles: dict[str, str] = field(hash=False)
    paths: dict[str, str] = field(hash=False)

    @property
    def is_outstanding(self) -> bool:
        return self.state not in ANSWERED

    @property
    def why_not_reached(self) -> str:
        """In words, for whoever is about to write to them."""
        if not self.has_contact:
            return "Nobody there may respond now: no lead contact or contributor is in force."
        return f"Every message about the item failed: {self.failure}" if self.failure else ""

    @property
    def role_words(self) -> str:
        return ", ".join(self.roles.values())


def asked(now: datetime, *items: ChecklistItem) -> list[Asked]:
    """The frozen lists by name."""
    rows = ask(_SQL, facts(now, items=[item.pk for item in items]))
    return [Asked(*known, _named(roles), _named(paths)) for *known, roles, paths in rows]  # type: ignore[call-arg]


def _named(pairs: list[str]) -> dict[str, str]:
    return dict(tuple(pair.split("|", 1)) for pair in pairs)  # type: ignore[misc]


@dataclass(frozen=True)
class Choice:
    """Which organisations the reader wants to see; everything lives in the address."""

    q: str = ""
    role: str = ""
    path: str = ""
    constituency: str = ""
    state: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Choice:
        typed = {name: data.get(name, "").replace("\x00", "").strip()[:80] for name in cls.__dataclass_fields__}
        typed["state"] = typed["state"] or data.get("show", "")  # the name that older links have
        if typed["state"] not in {*TRACKED, "waiting"}:
            typed["state"] = ""
        return cls(**typed)

    @property
    def is_made(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def of_organisations(self) -> dict[str, Any]:
        """For standings.among()."""
        found = {name: getattr(self, name) for name in ("role", "path", "constituency") if getattr(self, name)}
        if self.q:
            pattern = self.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            found["q"] = f"%{pattern}%"
        return found

    @property
    def of_organisations_typed(self) -> list[tuple[str, str]]:
        """The same as the address says it."""
        return [(n, getattr(self, n)) for n in ("q", "role", "path", "constituency") if getattr(self, n)]

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are wanted; "waiting" is every one in which nothing was sent."""
        if self.state == "waiting":
            return OUTSTANDING
        return (self.state,) if self.state else tuple(TRACKED)

    def takes(self, row: Asked) -> bool:
        return (
            row.state in self.states
            and self.q.lower() in row.name.lower()
            and (not self.role or self.role in row.roles)
            and (not self.path or self.path in row.paths)
            and (not self.constituency or self.constituency == row.constituency)
        )


class AskedList:
    """What the item's page shows of its list."""

    def __init__(self, rows: list[Asked], choice: Choice) -> None:
        self.rows, self.choice = rows, choice
        self.shown = [row for row in rows if choice.takes(row)]

    @cached_property
    def counts(self) -> dict[str, int]:
        return tally(row.state for row in self.rows)

    @cached_property
    def totals(self) -> list[tuple[str, str, str, int, str]]:
        """State, word, mark, count and meaning; the counts add up to those asked."""
        return [(s, TRACKED[s], MARKS[s], count, MEANINGS[s]) for s, count in self.counts.items()]

    @property
    def answered(self) -> int:
        return sum(self.counts[state] for state in ANSWERED)

    @property
    def outstanding(self) -> int:
        return len(self.rows) - self.answered

    @property
    def roles(self) -> list[tuple[str, str]]:
        return sorted({pair for row in self.rows for pair in row.roles.items()}, key=lambda pair: pair[1])

    @property
    def paths(self) -> list[tuple[str, str]]:
        return sorted({pair for row in self.rows for pair in row.paths.items()}, key=lambda pair: pair[1])

    @property
    def constituencies(self) -> list[tuple[str, str]]:
        held = {row.constituency for row in self.rows if row.constituency}
        return [(value, label) for value, label in Constituency.choices if value in held]
