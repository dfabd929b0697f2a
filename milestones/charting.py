"""The Plan on a Page's input, built from the database: dates as they are known, and no positions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from milestones.models import CriticalPath, Stage
from milestones.models.dates import Confidence
from milestones.poap import Bar, Decision, Flag, Link, Mark, PathRow, Plan, When
from milestones.poap import Lane as Band
from milestones.register import Entry, Register

#: A sheet with more marks than this cannot be read, on screen or paper; the table has them all. Our own number.
MOST_MARKS = 150
#: The chart shows at least these; more when a date of the plan lies outside.
FIRST_YEAR, LAST_YEAR = 2024, 2027


@dataclass(frozen=True)
class Drawn:
    """What is chosen on the page; empty means everything, nothing compared, nothing selected."""

    path: str = ""
    compare: str = ""
    selected: str = ""
    #: Slugs of lanes that are shown as one line.
    folded: tuple[str, ...] = ()
    #: The plan as it was known on a past day.
    is_past: bool = False


def paths() -> list[CriticalPath]:
    return list(CriticalPath.objects.select_related("source", "gate__source"))


def stages() -> list[Stage]:
    """What stands on the plan: not what staff took off it."""
    return list(Stage.objects.filter(is_removed=False).select_related("lane", "path", "source"))


def plan(
    register: Register,
    paths: Iterable[CriticalPath],
    stages: Iterable[Stage],
    drawn: Drawn,
    *,
    today: date,
    url_of: dict[str, str] | None = None,
) -> Plan:
    """Everything that one drawing shows. `url_of` says where a milestone's mark leads, by code; else to its page."""
    paths, stages = list(paths), list(stages)
    compared = register.baseline(drawn.compare)
    selected = register.entry(drawn.selected) if drawn.selected else None
    entries = shown(register, selected, drawn.path)
    first_year, last_year = years(register, today)
    return Plan(
        lanes=_bands(register, stages),
        today=today,
        baseline_name=register.current.name if register.current else "Not published",
        path_rows=tuple(_row(path) for path in paths),
        bars=tuple(_bar(stage) for stage in stages),
        marks=tuple(_mark(entry, compared.slug if compared else "", url_of or {}) for entry in entries),
        flags=tuple(flag for path in paths if (flag := _flag(path))),
        decisions=_decisions(register),
        links=_links(entries),
        compared_name=compared.name if compared else None,
        selected=selected.milestone.code if selected else None,
        highlighted=drawn.path or None,
        first_year=first_year,
        last_year=last_year,
        folded=drawn.folded,
        left_out=len(register.entries) - len(entries),
        today_said="As at" if drawn.is_past else "Today",
    )


def shown(register: Register, selected: Entry | None = None, path: str = "") -> list[Entry]:
    """The milestones that are drawn, in the order of the register: all, or as many as can be read.

    The one that is selected first, then those of the highlighted path, the lowest tiers, and the nearest to today.
    """
    if len(register.entries) <= MOST_MARKS:
        return register.entries

    def rank(entry: Entry) -> tuple[bool, bool, int, int]:
        far = abs((entry.now.first - register.today).days) if entry.now else 1_000_000
        return entry is not selected, path not in ("", *entry.path_slugs), entry.milestone.tier or 9, far

    kept = {id(entry) for entry in sorted(register.entries, key=rank)[:MOST_MARKS]}
    return [entry for entry in register.entries if id(entry) in kept]


def years(register: Register, today: date) -> tuple[int, int]:
    """Whole years around the milestones and today; what lies further away is named, not drawn."""
    dates = [date.when for entry in register.entries for date in entry.dates.values()]
    dates += [said.when for entry in register.entries for said in (entry.forecast, entry.achieved) if said]
    found = {today.year, *(when.first.year for when in dates), *(when.last.year for when in dates)}
    near = [year for year in found if FIRST_YEAR - 4 <= year <= LAST_YEAR + 8]
    return min([FIRST_YEAR, *near]), max([LAST_YEAR, *near])


def _bands(register: Register, stages: list[Stage]) -> tuple[Band, ...]:
    """The lanes that hold something, in their order; the first one also holds the decisions."""
    found = {entry.milestone.lane for entry in register.entries}
    found |= {stage.lane for stage in stages if stage.lane}
    found = {lane for lane in found if not lane.is_removed}
    return tuple(Band(lane.slug, lane.name) for lane in sorted(found, key=lambda lane: (lane.position, lane.slug)))


def _row(path: CriticalPath) -> PathRow:
    url = reverse("milestones:path", args=[path.slug])
    return PathRow(path.slug, path.code, path.name, url, path.without_gate)


def _bar(stage: Stage) -> Bar:
    return Bar(
        key=stage.key,
        lane=stage.path.slug if stage.path else stage.lane.slug if stage.lane else "",
        label=stage.name,
        short_labels=(stage.short_name,) if stage.short_name else (),
        start=stage.start,
        end=stage.end,
        path=stage.path.slug if stage.path else None,
        row=None,
        is_window=stage.is_window,
        is_inferred=stage.is_inferred,
        note=stage.note,
    )


def _mark(entry: Entry, compared: str, url_of: dict[str, str]) -> Mark:
    milestone = entry.milestone
    old = entry.dates.get(compared)
    status = entry.status
    return Mark(
        code=milestone.code,
        lane=milestone.lane.slug,
        short_name=milestone.brief,
        name=milestone.title,
        tier=2 if milestone.tier == 2 else 1,
        baseline=entry.current.when if entry.current else None,
        compared=old.when if old else None,
        forecast=entry.forecast.when if entry.forecast else None,
        achieved=entry.achieved.when if entry.achieved else None,
        status=status.words or status.key.replace("-", " ").capitalize(),
        url=url_of.get(milestone.code) or reverse("milestones:detail", args=[milestone.slug]),
        paths=tuple(entry.path_slugs),
    )


def _flag(path: CriticalPath) -> Flag | None:
    gate = getattr(path, "gate", None)
    if gate is None:
        return None
    # Trade press is not an inference of ours: the label says which of the two it is.
    label = f"{gate.label}, trade press" if gate.confidence == Confidence.TRADE_PRESS else gate.label
    return Flag(path.slug, label, gate.when)


def _decisions(register: Register) -> tuple[Decision, ...]:
    """When each baseline was decided and published, in the lane of governance."""
    found = []
    for baseline in register.baselines:
        days = [baseline.decided_on] + ([baseline.published_on] if baseline.published_on else [])
        words = "approved, published" if baseline.published_on else "approved"
        url = f"{reverse('home')}?{'view=table' if baseline.is_current else f'compare={baseline.slug}'}"
        dates = tuple(When.day(day) for day in days)
        found.append(Decision(baseline.slug, "governance", f"{baseline.name} {words}", dates, url))
    return tuple(found)


def _links(entries: list[Entry]) -> tuple[Link, ...]:
    codes = {entry.milestone.code for entry in entries}
    return tuple(
        Link(before, entry.milestone.code)
        for entry in entries
        for before in entry.milestone.waits_for_codes  # type: ignore[attr-defined]  # annotated by register.milestones
        if before in codes
    )
