"""Every market role that participants hold, each in exactly one place, and counted so that the counts add up.

A role is at a step of its path, has finished its path, is on no path yet, or stays on legacy arrangements. No Django.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from mhhs_portal.deadlines import working_days_between
from milestones.own_plans.gaps import Gap


class Place(StrEnum):
    AT_STEP = "at-step"
    FINISHED = "finished"
    NO_PATH = "no-path"
    LEGACY = "legacy"


PLACES = {
    Place.AT_STEP: "At a step",
    Place.FINISHED: "Finished its path",
    Place.NO_PATH: "On no path yet",
    Place.LEGACY: "Legacy, not qualifying",
}
#: How many bands of shade the heat map has beside its numbers.
SHADES = 4


@dataclass(frozen=True)
class StepDates:
    """A role's own dates for one step that it has."""

    key: str
    name: str
    target_on: date | None = None
    forecast_on: date | None = None
    achieved_on: date | None = None
    likelihood: str = ""
    likelihood_words: str = ""

    @property
    def expected_on(self) -> date | None:
        return self.achieved_on or self.forecast_on or self.target_on


@dataclass(frozen=True)
class HeldRole:
    """One role of one organisation, and where it is."""

    pk: int
    mpid: str
    role: str
    organisation: str
    slug: str
    today: date
    is_legacy: bool = False
    #: Empty when the role is on no path.
    path: str = ""
    path_code: str = ""
    route: str = ""
    route_words: str = ""
    steps: Sequence[StepDates] = ()
    ready: StepDates | None = None
    gap: Gap = field(default_factory=lambda: Gap(None, None))
    is_confirmed: bool = False

    @cached_property
    def place(self) -> Place:
        if self.is_legacy:
            return Place.LEGACY
        if not self.path:
            return Place.NO_PATH
        return Place.AT_STEP if self.here else Place.FINISHED

    @cached_property
    def here(self) -> StepDates | None:
        """The first step that is not achieved."""
        return next((step for step in self.steps if not step.achieved_on), None)

    @cached_property
    def is_late_for_gate(self) -> bool:
        """Not ready, and the gate has passed or will have by the day that the role gives."""
        if self.place != Place.AT_STEP or self.ready is None or self.ready.achieved_on:
            return False
        return self.gap.is_late or self.gap.has_passed(self.today)

    @cached_property
    def slip(self) -> int:
        """Working days by which the forecast of its step is later than its own target."""
        step = self.here if self.place == Place.AT_STEP else None
        if step is None or not (step.target_on and step.forecast_on):
            return 0
        return max(working_days_between(step.target_on, step.forecast_on), 0)

    @cached_property
    def is_overdue(self) -> bool:
        """The date of its step has passed, and nobody has said that it is achieved."""
        step = self.here if self.place == Place.AT_STEP else None
        return step is not None and step.expected_on is not None and step.expected_on < self.today

    @property
    def is_late_for_target(self) -> bool:
        return self.slip > 0 or self.is_overdue

    @cached_property
    def is_late(self) -> bool:
        return self.is_late_for_gate or self.is_late_for_target

    @property
    def has_plan(self) -> bool:
        return self.place in {Place.AT_STEP, Place.FINISHED}

    @property
    def status(self) -> str:
        """A key of the table of status words."""
        if self.place != Place.AT_STEP:
            return {Place.FINISHED: "completed", Place.NO_PATH: "waits", Place.LEGACY: "does-not-apply"}[self.place]
        if self.is_late_for_gate or self.is_overdue:
            return "late"
        if self.slip:
            return "at-risk"
        return "on-track" if self.here and self.here.expected_on else "not-started"

    @property
    def badness(self) -> tuple[bool, bool, int, int]:
        """For the order of a list, the worst first; who is at no step comes last."""
        gap = self.gap.working_days
        return (self.place != Place.AT_STEP, not self.is_late, 10_000 if gap is None else gap, -self.slip)


@dataclass(frozen=True)
class Count:
    """A cell: how many roles, how many of them late; None where the step does not exist for the row."""

    roles: int
    late: int
    shade: int = 0


@dataclass(frozen=True)
class Column:
    key: str
    name: str


@dataclass(frozen=True)
class Line:
    """A row of the heat map."""

    path: str
    name: str
    route: str
    #: By step, in the order of the columns; None where the row's path has no such step.
    cells: list[Count | None]
    finished: int
    total: int
    late: int

    columns: list[Column]

    @property
    def is_route(self) -> bool:
        return bool(self.route)

    @property
    def filled(self) -> list[tuple[Column, Count | None]]:
        return list(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True)
class HeatMap:
    columns: list[Column]
    lines: list[Line]
    all_steps: list[Count]
    finished: int
    on_paths: int
    late: int
    no_path: int
    legacy: int
    total: int


def heat_map(roles: Sequence[HeldRole], columns: list[Column], paths: dict[str, tuple[str, set[str]]]) -> HeatMap:
    """`paths` is each path's name with the steps that it has, in order. A route has a line where roles take it."""
    lines = []
    on_paths = [role for role in roles if role.has_plan]
    most = max(Counter((role.path, role.here.key) for role in on_paths if role.here).values(), default=1)
    for slug, (name, steps) in paths.items():
        ours = [role for role in on_paths if role.path == slug]
        lines.append(_line(slug, name, "", ours, columns, steps, most))
        by_route = sorted({(role.route, role.route_words) for role in ours})
        lines += [
            _line(slug, words or "Route not known", route or "unknown", mine, columns, steps, most)
            for route, words in by_route
            if (mine := [role for role in ours if role.route == route])
        ]
    places = Counter(role.place for role in roles)
    return HeatMap(
        columns=columns,
        lines=lines,
        all_steps=[_count(on_paths, column.key, 0) for column in columns],
        finished=places[Place.FINISHED],
        on_paths=len(on_paths),
        late=sum(role.is_late for role in on_paths),
        no_path=places[Place.NO_PATH],
        legacy=places[Place.LEGACY],
        total=len(roles),
    )


def _line(
    slug: str, name: str, route: str, roles: Sequence[HeldRole], columns: list[Column], steps: set[str], most: int
) -> Line:
    cells = [_count(roles, column.key, most) if column.key in steps else None for column in columns]
    finished = sum(role.place == Place.FINISHED for role in roles)
    return Line(slug, name, route, cells, finished, len(roles), sum(role.is_late for role in roles), columns)


def _count(roles: Iterable[HeldRole], step: str, most: int) -> Count:
    here = [role for role in roles if role.here and role.here.key == step]
    shade = -(-len(here) * SHADES // most) if most and here else 0
    return Count(len(here), sum(role.is_late for role in here), min(shade, SHADES))


@dataclass(frozen=True)
class Month:
    first: date
    roles: int
    is_past: bool

    @property
    def words(self) -> str:
        return f"{self.first:%B %Y}"


@dataclass(frozen=True)
class Forecasts:
    """When the roles on a path expect to be through one step: the months, and those that have none."""

    months: list[Month]
    achieved: int
    without_date: int

    @property
    def total(self) -> int:
        return sum(month.roles for month in self.months) + self.achieved + self.without_date


def forecasts(roles: Iterable[HeldRole], step: str, today: date) -> Forecasts:
    """Of the roles that have the step: each is achieved, expected in one month, or without a date."""
    given = [one for role in roles if role.has_plan for one in role.steps if one.key == step]
    days = [one.expected_on for one in given if not one.achieved_on]
    by_month = Counter(day.replace(day=1) for day in days if day)
    return Forecasts(
        months=[Month(first, by_month[first], first < today.replace(day=1)) for first in _span(by_month)],
        achieved=sum(one.achieved_on is not None for one in given),
        without_date=sum(day is None for day in days),
    )


def _span(by_month: Counter[date]) -> list[date]:
    """Every month from the first to the last, empty ones too, as long as the chart stays readable."""
    if not by_month:
        return []
    first, last = min(by_month), max(by_month)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count > 36:
        return sorted(by_month)
    months = ((first.year * 12 + first.month - 1 + n) for n in range(count))
    return [date(month // 12, month % 12 + 1, 1) for month in months]
