"""What a list's address asks for: search, filters, period and order. What does not exist is left out, in words.

The same Choice is written back as an address, so that what is kept, sent or shown again is never what somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from checklist.reading.searching import typed
from mhhs_portal.deadlines import add_working_days, day_words, deadline, local_day

#: The filters that are chosen from a list, in the order of the form, with their words.
LISTED = {
    "kind": "Type",
    "workstream": "Workstream",
    "group": "Group that decides",
    "role": "Market role asked",
    "path": "Critical path",
    "milestone": "Milestone",
    "due": "Due",
}
DUE = {"week": "This week", "ten": "In the next 10 working days", "month": "This month"}
OVERDUE = {"overdue": "Overdue"}
SORTS = {"due": "Due, soonest first", "issued": "Issued, latest first", "title": "Title", "fit": "Best match"}
#: The same, beside the number of items.
ORDERS = {"due": "soonest first", "issued": "latest issue first", "title": "by title", "fit": "best match first"}
_MIDNIGHT = time(0, 0)
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Option:
    value: str
    label: str


Offered = Mapping[str, list[Option]]


@dataclass(frozen=True)
class Chip:
    """One filter that is on, in words, and the address of the list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Choice:
    state: str
    #: What the list shows when its address says nothing about states.
    usual: str
    q: str = ""
    kind: str = ""
    workstream: str = ""
    group: str = ""
    role: str = ""
    path: str = ""
    milestone: str = ""
    due: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "due"
    offered: Offered = field(default_factory=dict, compare=False, repr=False)
    #: What the address asked for and is not known here, in words.
    left_out: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, query: QueryDict, offered: Offered, usual: str) -> Choice:
        """`offered` has the options of every listed filter and of "state"."""
        left_out: list[str] = []

        def one(name: str, words: str, *also: str) -> str:
            wanted = next((text for key in (name, *also) if (text := typed(query.get(key, "")))), "")
            if not wanted or wanted in {option.value for option in offered[name]}:
                return wanted
            left_out.append(f"“{wanted[:40]}” is not a choice of {words} here, so the list does not depend on it.")
            return ""

        since, until = (_day(query, key, left_out) for key in ("from", "to"))
        if since and until and since > until:
            left_out.append("The first day is after the last one, so the list does not depend on them.")
            since = until = None
        listed = {name: one(name, f"“{label}”") for name, label in LISTED.items()}
        q = typed(query.get("q", ""))
        sort = _sort(query.get("sort", ""), q, left_out)
        state = one("state", "“State”", "show") or usual
        return cls(
            state, usual, q, **listed, since=since, until=until, sort=sort, offered=offered, left_out=(*left_out,)
        )

    def address(self, **changes: object) -> str:
        """The part of the address after the question mark; empty for the list as it usually is."""
        other = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        return urlencode(list(other._said()))

    def _said(self) -> Iterator[tuple[str, str]]:
        if self.q:
            yield "q", self.q
        if self.state != self.usual:
            yield "state", self.state
        for name in LISTED:
            if getattr(self, name):
                yield name, getattr(self, name)
        for name, day in (("from", self.since), ("to", self.until)):
            if day:
                yield name, day.isoformat()
        if self.sort != ("fit" if self.q else "due"):
            yield "sort", self.sort

    @property
    def is_filtered(self) -> bool:
        """By more than the tab that is open."""
        return bool(self.q or self.since or self.until or any(getattr(self, name) for name in LISTED))

    @property
    def uses_more(self) -> bool:
        """A filter is on that the page folds away."""
        return bool(self.group or self.role or self.path or self.milestone or self.since or self.until)

    @property
    def everything(self) -> str:
        """The address without any filter; the tab and the order stay."""
        return self.address(q="", since=None, until=None, sort=self._sort_without_q, **dict.fromkeys(LISTED, ""))

    @property
    def _sort_without_q(self) -> str:
        return "due" if self.sort == "fit" else self.sort

    @property
    def chips(self) -> list[Chip]:
        found = []
        if self.q:
            found.append(Chip("Search", self.q, self.address(q="", sort=self._sort_without_q)))
        for name, label in LISTED.items():
            if value := getattr(self, name):
                found.append(Chip(label, self.label_of(name, value), self.address(**{name: ""})))
        if self.since or self.until:
            found.append(Chip("Due", self._span(), self.address(since=None, until=None)))
        return found

    def label_of(self, name: str, value: str) -> str:
        return next((option.label for option in self.offered[name] if option.value == value), value)

    @property
    def words(self) -> str:
        """All of it for paper and for feeds: "Open; type: Consultation; due: This week"."""
        said = [self.label_of("state", self.state)]
        said += [f"{chip.label.lower()}: {chip.value}" for chip in self.chips]
        return "; ".join(said)

    def _span(self) -> str:
        if self.since and self.until:
            return f"{day_words(self.since)} to {day_words(self.until)}"
        return f"from {day_words(self.since)}" if self.since else f"until {day_words(self.until or _LAST)}"

    def due_between(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """The instants between which the deadline must lie; the second is the first one that is too late."""
        today = local_day(now)
        first, last = self.since, self.until
        if self.due == "week":
            first = today - timedelta(days=today.weekday())
            last = first + timedelta(days=6)
        elif self.due == "ten":
            first, last = today, add_working_days(today, 10)
        elif self.due == "month":
            first = today.replace(day=1)
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        return (
            deadline(first, _MIDNIGHT) if first else None,
            deadline(last + timedelta(days=1), _MIDNIGHT) if last else None,
        )


def _day(query: QueryDict, key: str, left_out: list[str]) -> date | None:
    text = typed(query.get(key, ""))
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = _LAST
    if _FIRST < day < _LAST:
        return day
    left_out.append(f"“{text[:40]}” is not a day such as 2026-05-30, so the list does not depend on it.")
    return None


def _sort(wanted: str, q: str, left_out: list[str]) -> str:
    usual = "fit" if q else "due"
    if not wanted:
        return usual
    if wanted not in SORTS:
        left_out.append(f"“{typed(wanted)[:40]}” is not an order of this list: it is sorted by {SORTS[usual].lower()}.")
        return usual
    return usual if wanted == "fit" and not q else wanted
