"""The home page: what is chosen in its address, and what it shows for that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.module_loading import import_string

from milestones import charting
from milestones.charting import Drawn
from milestones.models import CriticalPath, Lane
from milestones.poap.sizes import ZOOMS
from milestones.register import Entry, Register

VIEWS = ("chart", "table")
PER_PAGE = 50


@dataclass(frozen=True)
class Option:
    """One way to change the page: a link that keeps everything else."""

    label: str
    url: str
    is_current: bool
    hint: str = ""


@dataclass(frozen=True)
class Choice:
    """What the address asks for; what it does not know is what the page shows by itself."""

    view: str = "chart"
    path: str = ""
    compare: str = ""
    sel: str = ""
    zoom: str = ""
    #: Slugs of the lanes that are shown as one line.
    fold: tuple[str, ...] = ()
    as_at: date | None = None

    @classmethod
    def of(
        cls,
        query: QueryDict,
        register: Register,
        paths: Iterable[CriticalPath],
        as_at: date | None = None,
    ) -> Choice:
        current = register.current
        folded = set(query.get("fold", "").lower().split(","))
        others = {b.slug for b in register.baselines if current is None or b.pk != current.pk} | {"none"}
        selected = register.entry(query.get("sel", ""))
        usual = cls(compare=register.previous.slug if register.previous else "none")
        return cls(
            view=_one_of(query.get("view", ""), VIEWS, usual.view),
            path=_one_of(query.get("path", ""), {path.slug for path in paths}, ""),
            compare=_one_of(query.get("compare", ""), others, usual.compare),
            sel=selected.milestone.slug if selected else "",
            zoom=_one_of(query.get("zoom", ""), ZOOMS, ""),
            fold=tuple(lane.slug for lane in lanes_of(register) if lane.slug in folded),
            as_at=as_at,
        )

    @property
    def drawn(self) -> Drawn:
        return Drawn(
            self.path, "" if self.compare == "none" else self.compare, self.sel, self.fold, self.as_at is not None
        )

    def named(self, usual: Choice, **changes: Any) -> dict[str, str]:
        """What the address says when something else is chosen; what the page shows by itself is left out of it."""
        wanted = replace(self, **changes)
        said = {name: value for name, value in vars(wanted).items() if value != getattr(usual, name)}
        if "fold" in said:
            said["fold"] = ",".join(wanted.fold)
        return {name: str(value) for name, value in said.items()}

    def url(self, usual: Choice, **changes: Any) -> str:
        named = self.named(usual, **changes)
        return reverse("home") + (f"?{urlencode(named, safe=',')}" if named else "")


def lanes_of(register: Register) -> list[Lane]:
    """The lanes that hold a milestone, in their order."""
    found = {entry.milestone.lane for entry in register.entries}
    return sorted((lane for lane in found if not lane.is_removed), key=lambda lane: (lane.position, lane.slug))


def _one_of(value: str, known: Iterable[str], otherwise: str) -> str:
    return value.lower() if value.lower() in known else otherwise


@dataclass(frozen=True)
class Options:
    views: list[Option]
    paths: list[Option]
    compares: list[Option]
    #: Where each milestone's mark leads, by code: this page with it selected.
    marks: dict[str, str]
    unselect: str
    zooms: list[Option]
    folds: list[Option]
    unfold: str
    fold_all: str
    #: What a form that chooses another day keeps: names and values of the address.
    kept: dict[str, str]
    today: str


def options(choice: Choice, register: Register, paths: Iterable[CriticalPath]) -> Options:
    usual = Choice(compare=register.previous.slug if register.previous else "none")
    current = register.current
    others = [b for b in register.baselines if current is None or b.pk != current.pk][::-1]
    compares = [(b.name, b.slug, f"{b.decided_on:%Y}") for b in others] + [("Nothing", "none", "")]
    return Options(
        views=[Option(view.capitalize(), choice.url(usual, view=view), choice.view == view, view) for view in VIEWS],
        paths=[
            Option(label, choice.url(usual, path=slug), choice.path == slug)
            for label, slug in [("All", ""), *((path.code, path.slug) for path in paths)]
        ],
        compares=[
            Option(label, choice.url(usual, compare=slug), choice.compare == slug, hint)
            for label, slug, hint in compares
        ],
        marks={
            entry.milestone.code: choice.url(usual, sel=entry.milestone.slug) + "#selected"
            for entry in charting.shown(register, register.entry(choice.sel), choice.path)
        },
        unselect=choice.url(usual, sel=""),
        zooms=[
            Option(label, choice.url(usual, zoom=zoom) + ("#plan-today" if zoom else ""), choice.zoom == zoom)
            for label, zoom in (("Whole plan", ""), ("Quarters", "quarters"), ("Months", "months"))
        ],
        folds=[
            Option(lane.name, choice.url(usual, fold=_toggled(choice.fold, lane.slug)), lane.slug in choice.fold)
            for lane in lanes_of(register)
        ],
        unfold=choice.url(usual, fold=()),
        fold_all=choice.url(usual, fold=tuple(lane.slug for lane in lanes_of(register))),
        kept=choice.named(usual, as_at=None),
        today=choice.url(replace(usual, as_at=None), as_at=None),
    )


def _toggled(folded: tuple[str, ...], slug: str) -> tuple[str, ...]:
    return tuple(each for each in folded if each != slug) if slug in folded else (*folded, slug)


@dataclass(frozen=True)
class Year:
    """A part of the list that phones see instead of the chart."""

    label: str
    entries: list[Entry]


def paged(register: Register, wanted: str | None) -> Page[Entry]:
    """The milestones by date, a page at a time; of a long plan first the page that today is on."""
    entries = register.by_date
    ahead = next((n for n, entry in enumerate(entries) if entry.now and entry.now.last >= register.today), 0)
    return Paginator(entries, PER_PAGE).get_page(wanted or ahead // PER_PAGE + 1)


def dated_list(page: Iterable[Entry]) -> list[Year]:
    """Milestones with a date by year, soonest first; then those without."""
    years: dict[str, list[Entry]] = {}
    for entry in page:
        years.setdefault(str(entry.now.first.year) if entry.now else "Not published", []).append(entry)
    return [Year(label, entries) for label, entries in years.items()]


@dataclass(frozen=True)
class Group:
    label: str
    rows: list[dict[str, Any]]


def table(register: Register, page: Iterable[Entry], highlighted: str = "") -> list[Group]:
    """The plan as a table: every milestone with what each baseline says, or None where nothing is published."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in page:
        label = "Achieved" if entry.achieved else f"{entry.now.first.year}" if entry.now else "No date published"
        dates = [entry.dates.get(baseline.slug) for baseline in register.baselines]
        on_path = highlighted in entry.path_slugs
        groups.setdefault(label, []).append({"entry": entry, "dates": dates, "is_on_path": on_path})
    return [Group(label, rows) for label, rows in groups.items()]


def open_for_review(now: datetime) -> Any:
    """What the Participant Checklist has open for everybody, as (count, next items).

    This app does not import the checklist: `settings.PUBLIC_REVIEW_SOURCE` names the function.
    """
    return import_string(settings.PUBLIC_REVIEW_SOURCE)(now, limit=5)


def selected_facts(entry: Entry | None, register: Register) -> dict[str, Any]:
    """The inspector: the chosen milestone with what it waits for and what it holds up."""
    if entry is None:
        return {}
    code = entry.milestone.code
    before = set(entry.milestone.waits_for_codes)  # type: ignore[attr-defined]
    return {
        "entry": entry,
        "was": entry.dates.get(register.previous.slug) if register.previous else None,
        "waits_for": [e.milestone for e in register.entries if e.milestone.code in before],
        "holds_up": [e.milestone for e in register.entries if code in e.milestone.waits_for_codes],  # type: ignore[attr-defined]
    }
