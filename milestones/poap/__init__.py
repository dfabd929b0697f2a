"""What the Plan on a Page is told: dates and words in, no Django, no positions.

`milestones.poap.draw.draw(plan, SCREEN or A3)` turns a `Plan` into positioned shapes. Whoever builds a
`Plan` never invents a date: what is not published is None, what is inferred says so.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "month", "range"]

MONTHS = tuple(calendar.month_name)[1:]


@dataclass(frozen=True)
class When:
    """A date and how sure it is: a day, a whole month, or a range of months."""

    first: date
    last: date
    precision: Precision
    alternative: When | None = None  # a second date that was approved beside the first
    is_inferred: bool = False

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @classmethod
    def day(cls, day: date, *, alternative: When | None = None, is_inferred: bool = False) -> When:
        return cls(day, day, "day", alternative, is_inferred)

    @classmethod
    def month(cls, year: int, month: int, *, alternative: When | None = None, is_inferred: bool = False) -> When:
        return cls.months((year, month), (year, month), alternative, is_inferred)

    @classmethod
    def months(
        cls,
        first: tuple[int, int],
        last: tuple[int, int],
        alternative: When | None = None,
        is_inferred: bool = False,
    ) -> When:
        """The whole months from the first to the last, both (year, month)."""
        end = date(last[0], last[1], calendar.monthrange(*last)[1])
        precision: Precision = "month" if first == last else "range"
        return cls(date(first[0], first[1], 1), end, precision, alternative, is_inferred)

    @property
    def middle(self) -> date:
        """Where a diamond stands: the day itself, or half way through what is known."""
        return self.first + timedelta(days=(self.last - self.first).days // 2)

    @property
    def words(self) -> str:
        """24 September 2025; September 2025; March to June 2025; December 2026 or May 2027."""
        return self._words(len("September"))

    @property
    def short_words(self) -> str:
        """The same with months of three letters, for labels in the drawing."""
        return self._words(3)

    def _words(self, letters: int) -> str:
        def month(day: date) -> str:
            return MONTHS[day.month - 1][:letters]

        first, last = self.first, self.last
        if self.precision == "day":
            said = f"{first.day} {month(first)} {first.year}"
        elif self.precision == "month":
            said = f"{month(first)} {first.year}"
        elif first.year == last.year:
            said = f"{month(first)} to {month(last)} {last.year}"
        else:
            said = f"{month(first)} {first.year} to {month(last)} {last.year}"
        if self.alternative is not None:
            said += f" or {self.alternative._words(letters)}"
        return said


@dataclass(frozen=True)
class Lane:
    """A band of the plan. The critical paths are not a lane: they are `PathRow`s above the lanes."""

    key: str  # "migration"
    name: str  # "Migration"


@dataclass(frozen=True)
class PathRow:
    """One row at the top for one critical path."""

    key: str  # "cp1"; also what `Bar.lane`, `Flag.path` and `Mark.paths` use
    code: str  # "CP1", "Later"
    name: str  # "SIT minimum viable cohort"
    url: str = ""
    note: str = ""  # said in the row when nothing can be drawn: "No date is published"


@dataclass(frozen=True)
class Mark:
    """One milestone. With no baseline, forecast or achieved date it is counted, not drawn."""

    code: str  # "M10"; a Tier 2 milestone without a number uses its short word: "SIT exit"
    lane: str  # key of a Lane
    short_name: str  # "Central systems ready"
    name: str = ""  # "Central systems ready to migrate MPANs"; the short name when empty
    tier: int = 1
    baseline: When | None = None
    compared: When | None = None
    forecast: When | None = None
    achieved: When | None = None
    status: str = ""  # in words, with nothing by colour alone: "Achieved", "On track", "Late"
    url: str = ""
    paths: tuple[str, ...] = ()  # keys of the PathRows that it matters to
    note: str = ""  # for the tables only; never drawn
    is_own: bool = False  # a step of an organisation's own plan: its target and forecast, no baseline

    @property
    def is_inferred(self) -> bool:
        """Whether the date that the diamond stands on is inferred."""
        shown = self.achieved or self.baseline or self.forecast
        return shown is not None and shown.is_inferred


@dataclass(frozen=True)
class Bar:
    """A stage with a length. An unknown end is drawn open, never at a guessed date."""

    key: str
    lane: str  # key of a Lane or of a PathRow
    label: str
    short_labels: tuple[str, ...] = ()  # tried in turn when the label does not fit
    start: When | None = None  # None: not published (drawn open); before the chart: an arrow end
    end: When | None = None  # None: not published (drawn open)
    forecast_end: When | None = None  # later than `end`: the overrun is hatched
    path: str | None = None  # key of a PathRow: drawn in the path's colour
    row: str | None = None  # bars with the same word share a row where they do not collide
    is_window: bool = False  # a dashed outline: something may happen at any time within it
    is_inferred: bool = False
    note: str = ""  # for the tables only


@dataclass(frozen=True)
class Flag:
    """A pennant in a path's row: the path is reached."""

    path: str  # key of a PathRow
    label: str  # "Earliest migration start"
    when: When


@dataclass(frozen=True)
class Decision:
    """One or more rings with one label: "CR055 approved, published"."""

    key: str
    lane: str
    label: str
    dates: tuple[When, ...]
    url: str = ""
    is_deadline: bool = False  # something that an organisation must do by then: a box, not a ring


@dataclass(frozen=True)
class Link:
    """`after` waits for `before`; both are codes of marks."""

    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """Everything one drawing shows."""

    lanes: tuple[Lane, ...]
    today: date
    baseline_name: str  # "CR055"
    path_rows: tuple[PathRow, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    flags: tuple[Flag, ...] = ()
    decisions: tuple[Decision, ...] = ()
    links: tuple[Link, ...] = ()
    compared_name: str | None = None  # "CR022"; None: no ghosts
    selected: str | None = None  # code of the mark whose inspector is open
    highlighted: str | None = None  # key of a PathRow
    first_year: int = 2024
    last_year: int = 2027
    folded: tuple[str, ...] = ()  # keys of lanes that are shown as one line
    left_out: int = 0  # milestones that are not among the marks, since no sheet holds so many
    today_said: str = "Today"  # what the flag on today's line says before the day: "As at" for a past one


@dataclass(frozen=True)
class Moved:
    """A row of "Milestones moved by this baseline"."""

    label: str
    before: str
    now: str
    movement: str


@dataclass(frozen=True)
class Forecasted:
    """A row of "Forecast against baseline"."""

    label: str
    baseline: str
    forecast: str
    movement: str


@dataclass(frozen=True)
class Revision:
    """The title block of the paper plan; every value is in words."""

    baseline: str  # "CR055, published 20 December 2024"
    approved_by: str  # "Ofgem, 29 November 2024"
    replaces: str  # "CR022, PSG, 8 June 2023"
    forecast: str  # "No forecast has been published in this portal"
    as_at: str  # "09:40 on Monday 19 May 2025, UK time"
    check_code: str  # "7f3a 91c4 02be"
    table_url: str  # absolute address of the same plan as a table
    version: str = ""  # "3, drawn on 19 May 2025"
    marking: str = "Public"
    sheet: str = "1 of 1, A3 landscape"
