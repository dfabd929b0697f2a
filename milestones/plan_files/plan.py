"""A plan as a file holds it: tasks, links, baselines. No Django, no file format.

Dates are wall-clock times without a zone, as Microsoft Project has them. Durations are seconds, lags tenths of a
minute (or per cent), each with the number of the unit in which its author wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

DAY_STARTS, DAY_ENDS = time(8), time(17)
#: Microsoft Project's own calendar.
EARLIEST, LATEST = date(1984, 1, 1), date(2149, 12, 31)
BASELINES = range(11)
LINK_TYPES = ("FF", "FS", "SF", "SS")  # by their number in MSPDI
DEEPEST = 30
LONGEST_NAME, LONGEST_NOTES, LONGEST_VALUE = 512, 30_000, 4_000
#: Unique IDs from here on are of rows that the portal writes itself.
FIRST_OWN = 1_000_000_000
MOST_TASKS, MOST_LINKS = 20_000, 100_000
#: The unit numbers of MSPDI. Those from 35 on are the same with a question mark: estimated.
UNITS = {3: "m", 4: "em", 5: "h", 6: "eh", 7: "d", 8: "ed", 9: "w", 10: "ew", 11: "mo", 12: "emo", 19: "%", 20: "e%"}
ESTIMATED = 32
SECONDS = {
    "m": 60,
    "em": 60,
    "h": 3600,
    "eh": 3600,
    "d": 28_800,
    "ed": 86_400,
    "w": 144_000,
    "ew": 604_800,
    "mo": 576_000,
    "emo": 2_592_000,
}
DAYS = 7
PER_CENT = ("%", "e%")
NO_UNIT = (21, 53)


@dataclass(frozen=True, slots=True)
class Link:
    """That a task waits for another."""

    predecessor: int
    type: str = "FS"
    lag: int = 0
    lag_format: int = DAYS


@dataclass(frozen=True, slots=True)
class BaselineDates:
    number: int
    start: datetime | None = None
    finish: datetime | None = None
    duration: int | None = None
    duration_format: int = DAYS


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the file, as its author finds it again."""

    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    uid: int
    name: str
    level: int = 1
    wbs: str = ""
    start: datetime | None = None
    finish: datetime | None = None
    duration: int | None = None
    duration_format: int = DAYS
    is_milestone: bool = False
    is_summary: bool = False
    percent: int = 0
    notes: str = ""
    #: The portal's milestone that the author names: "M10".
    code: str = ""
    links: tuple[Link, ...] = ()
    baselines: tuple[BaselineDates, ...] = ()
    #: Values of the author's own fields, by field number.
    custom: dict[str, str] = field(default_factory=dict)
    #: Simple elements of Project that mean nothing to the portal and are kept for the way back.
    more: dict[str, str] = field(default_factory=dict)
    where: Where = field(default=Where(), compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """One of the author's own fields."""

    name: str
    alias: str = ""


@dataclass
class Plan:
    title: str = ""
    tasks: list[Task] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def by_uid(self) -> dict[int, Task]:
        return {task.uid: task for task in self.tasks}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row of the file is left out."""

    where: Where
    column: str
    value: str
    reason: str
    advice: str = ""
    uid: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Totals:
    tasks: int = 0
    milestones: int = 0
    summaries: int = 0
    links: int = 0


@dataclass
class Read:
    """What came out of a file."""

    plan: Plan = field(default_factory=Plan)
    problems: list[Problem] = field(default_factory=list)
    #: As the reader met them, the rows with a problem among them.
    found: Totals = field(default_factory=Totals)
    #: As a second reader, which only counts, found them.
    own: Totals = field(default_factory=Totals)
    #: Rows that the portal itself wrote: milestones, stages, headings.
    portal_rows: list[Task] = field(default_factory=list)
    #: What the file holds and the portal does not keep, in words.
    not_kept: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        return self.found.tasks - len(self.plan.tasks) - len(self.portal_rows)


class RefusedError(Exception):
    """The file as a whole is not taken; the words say why and what to do."""


# --- durations and lags -----------------------------------------------------------------------------------------------


def unit_of(number: int) -> tuple[str, str]:
    """The unit's letters, and "?" when it is an estimate."""
    if number in NO_UNIT:
        return "d", "?" if number > ESTIMATED else ""
    if number in UNITS:
        return UNITS[number], ""
    return UNITS[number - ESTIMATED], "?"


def is_unit(number: int) -> bool:
    return number in UNITS or number - ESTIMATED in UNITS or number in NO_UNIT


_NUMBERS = {letters: number for number, letters in UNITS.items()}
_NUMBERS |= {"min": 3, "mins": 3, "hr": 5, "hrs": 5, "hour": 5, "hours": 5, "day": 7, "days": 7, "dy": 7, "dys": 7}
_NUMBERS |= {"wk": 9, "wks": 9, "week": 9, "weeks": 9, "mon": 11, "mons": 11, "month": 11, "months": 11}
_AMOUNT = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,12})?) ?([a-z%]{0,6})(\??)")


def _decimal(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


def duration_words(seconds: int, number: int) -> str:
    """ "5d", "2.5h", "3w?" """
    letters, mark = unit_of(number)
    suffix = "" if number in NO_UNIT else letters
    if letters in PER_CENT:
        return f"{seconds}{letters}{mark}"
    return f"{_decimal(seconds / SECONDS[letters])}{suffix}{mark}"


def duration_of(words: str) -> tuple[int, int]:
    """Seconds and unit of what a person typed; days when no unit is said. Raises ValueError."""
    found = _AMOUNT.fullmatch(words.strip().lower())
    if not found:
        raise ValueError(words)
    amount, letters, mark = float(found[1]), found[2], found[3]
    number = _NUMBERS.get(letters) if letters else 21 if mark == "" else 53
    if number is None or amount < 0:
        raise ValueError(words)
    if letters and mark:
        number += ESTIMATED
    if letters in PER_CENT:
        return round(amount), number
    return round(amount * SECONDS[unit_of(number)[0]]), number


def lag_words(link: Link) -> str:
    """ "+5d", "-2ed", "" """
    if link.lag == 0 and link.lag_format == DAYS:
        return ""
    letters, mark = unit_of(link.lag_format)
    per_unit = 1 if letters in PER_CENT else SECONDS[letters] / 6
    amount = _decimal(link.lag / per_unit)
    return f"{'' if amount.startswith('-') else '+'}{amount}{letters}{mark}"


def link_words(link: Link) -> str:
    """As Microsoft Project writes it: "12FS+5d"; "12" alone for the usual kind."""
    lag = lag_words(link)
    kind = "" if link.type == "FS" and not lag else link.type
    return f"{link.predecessor}{kind}{lag}"


_LINK = re.compile(r"(\d{1,10}) ?(FF|FS|SF|SS)? ?([+-].+)?", re.IGNORECASE)


def link_of(words: str) -> Link:
    """Raises ValueError."""
    found = _LINK.fullmatch(words.strip())
    if not found:
        raise ValueError(words)
    kind = (found[2] or "FS").upper()
    if not found[3]:
        return Link(int(found[1]), kind)
    lag = _AMOUNT.fullmatch(found[3].replace(" ", "").lower())
    number = _NUMBERS.get(lag[2] or "d") if lag else None
    if lag is None or number is None:
        raise ValueError(words)
    letters = UNITS[number]
    per_unit = 1 if letters in PER_CENT else SECONDS[letters] / 6
    return Link(int(found[1]), kind, round(float(lag[1]) * per_unit), number + (ESTIMATED if lag[3] else 0))


# --- the tree ---------------------------------------------------------------------------------------------------------


def outline_numbers(levels: Iterable[int]) -> Iterator[str]:
    """ "1", "1.1", "1.2", "2" … by level and order, as Project counts them."""
    counts: list[int] = []
    for level in levels:
        depth = max(level, 1)
        del counts[depth:]
        while len(counts) < depth:
            counts.append(0)
        counts[depth - 1] += 1
        yield ".".join(str(max(count, 1)) for count in counts)


def with_links(task: Task, links: tuple[Link, ...]) -> Task:
    return replace(task, links=links)


def tidy(text: str) -> str:
    """Line ends as one character, and nothing that XML or PostgreSQL cannot hold."""
    return _UNSPEAKABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
