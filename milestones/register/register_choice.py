"""What the register's address asks for: search, filters, the baseline to compare with, and the order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.http import QueryDict

from milestones.models import Baseline
from milestones.register import Entry, Register

#: What can be chosen as the state of a milestone, in the words of the page.
STATES = {
    "red": "Red",
    "amber": "Amber",
    "green": "Green",
    "not-rated": "Not rated",
    "achieved": "Achieved",
    "ahead": "Still ahead",
    "unknown": "Outcome not known",
    "removed": "Removed from the plan",
}
OFGEM = {"yes": "Ofgem approves a move", "no": "Ofgem need not approve", "unknown": "Not published"}
SORTS = {
    "number": "Number",
    "name": "Name",
    "date": "Date, soonest first",
    "-slip": "Slip, largest first",
    "rag": "RAG, red first",
    "workstream": "Workstream",
    "tier": "Tier",
}
_RAGS = ("red", "amber", "green", "not-rated", "achieved")
LONGEST = 100


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Choice:
    """Every part is one that exists, or empty; what the address says otherwise is left out."""

    q: str = ""
    workstream: str = ""
    tier: str = ""
    path: str = ""
    state: str = ""
    ofgem: str = ""
    against: str = ""
    sort: str = "number"

    @classmethod
    def of(cls, query: QueryDict, register: Register) -> Choice:
        offered = options(register)

        def one(name: str) -> str:
            wanted = query.get(name, "").strip()
            return wanted if wanted in {option.value for option in offered[name]} else ""

        order = query.get("sort", "")
        known = order in SORTS or order.removeprefix("-") in SORTS or f"-{order}" in SORTS
        before = register.previous or register.current
        return cls(
            q=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST],
            **{name: one(name) for name in ("workstream", "tier", "path", "state", "ofgem")},
            against=one("against") or (before.slug if before else ""),
            sort=order if known else "number",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.workstream or self.tier or self.path or self.state or self.ofgem)

    def found(self, register: Register) -> list[Entry]:
        words = self.q.casefold().split()
        kept = [entry for entry in register.entries if self._keeps(entry) and _says(entry, words)]
        key = _KEYS[self.sort.removeprefix("-")](self.against)
        keyed = [(key(entry), entry) for entry in kept]
        known = [pair for pair in keyed if pair[0] is not None]
        known.sort(key=itemgetter(0), reverse=self.sort.startswith("-"))
        return [entry for _, entry in known] + [entry for place, entry in keyed if place is None]

    def _keeps(self, entry: Entry) -> bool:
        milestone = entry.milestone
        ofgem = {True: "yes", False: "no", None: "unknown"}[milestone.needs_ofgem_approval]
        return (
            self.workstream in ("", milestone.lane.slug)
            and self.tier in ("", str(milestone.tier or "none"))
            and (not self.path or self.path in entry.path_slugs)
            and self.ofgem in ("", ofgem)
            and self._is_in_state(entry)
        )

    def _is_in_state(self, entry: Entry) -> bool:
        if self.state == "removed" or entry.milestone.is_removed:
            return self.state == "removed" and entry.milestone.is_removed
        if self.state == "ahead":
            return entry.is_ahead
        if self.state == "unknown":
            return entry.is_unknown
        return self.state in ("", entry.rag.key)


def options(register: Register) -> dict[str, list[Option]]:
    """What each filter offers: only what the register has."""
    lanes = {entry.milestone.lane_id: entry.milestone.lane for entry in register.entries}
    tiers = sorted({entry.milestone.tier for entry in register.entries if entry.milestone.tier})
    paths = {path["slug"]: path["code"] for entry in register.entries for path in entry.paths}
    return {
        "workstream": [
            Option(lane.slug, lane.name) for lane in sorted(lanes.values(), key=lambda lane: (lane.position, lane.slug))
        ],
        "tier": [*(Option(str(tier), f"Tier {tier}") for tier in tiers), Option("none", "Tier not published")],
        "path": [Option(slug, code) for slug, code in sorted(paths.items(), key=lambda pair: pair[1])],
        "state": [Option(*pair) for pair in STATES.items()],
        "ofgem": [Option(*pair) for pair in OFGEM.items()],
        "against": [Option(baseline.slug, _said(baseline)) for baseline in register.baselines[::-1]],
        "sort": [Option(*pair) for pair in SORTS.items()],
    }


def _said(baseline: Baseline) -> str:
    return f"{baseline.name}, current" if baseline.is_current else f"{baseline.name}, {baseline.decided_on.year}"


def _says(entry: Entry, words: Iterable[str]) -> bool:
    """Whether number, name and summary hold every word."""
    milestone = entry.milestone
    text = f"{milestone.code} {milestone.name} {milestone.short_name} {milestone.summary}".casefold()
    return all(word in text for word in words)


def natural(code: str) -> tuple[Any, ...]:
    """M2 before M10; what has no number after those that have one."""
    number = re.match(r"([A-Za-z]+)\s*(\d+)", code)
    return (0, number[1].upper(), int(number[2]), code) if number else (1, code.upper(), 0, code)


def _by_date(against: str) -> Callable[[Entry], Any]:
    def key(entry: Entry) -> tuple[date, date] | None:
        return (entry.now.first, entry.now.last) if entry.now else None

    return key


def _by_slip(against: str) -> Callable[[Entry], Any]:
    return lambda entry: entry.slip(against).order


_KEYS: dict[str, Callable[[str], Callable[[Entry], Any]]] = {
    "number": lambda against: lambda entry: natural(entry.milestone.code),
    "name": lambda against: lambda entry: entry.milestone.name.casefold() or None,
    "date": _by_date,
    "slip": _by_slip,
    "rag": lambda against: lambda entry: _RAGS.index(entry.rag.key),
    "workstream": lambda against: lambda entry: (entry.milestone.lane.position, entry.milestone.lane.slug),
    "tier": lambda against: lambda entry: entry.milestone.tier,
}
