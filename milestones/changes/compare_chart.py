"""The comparison as a drawing: ghosts, diamonds and arrows on one axis of months. Arithmetic only, no Django."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from milestones.poap import MONTHS, When
from milestones.poap.text import width

WIDTH, LEFT, RIGHT, TOP, ROW = 1320, 260, 300, 46, 40
LIMIT = 60


@dataclass(frozen=True)
class Given:
    """One milestone to draw."""

    code: str
    name: str
    before: When | None
    after: When | None
    #: "138 working days later", "Removed", "First published".
    said: str
    is_later: bool = False
    is_moved: bool = False


@dataclass(frozen=True)
class Row:
    y: float
    code: str
    name: str
    #: Left and right end of what is known, None for a day.
    ghost: float | None
    ghost_ends: tuple[float, float] | None
    ghost_other: float | None
    mark: float | None
    mark_ends: tuple[float, float] | None
    #: From where to where the arrow goes; None when there is nothing to join.
    arrow: tuple[float, float] | None
    date: str
    said: str
    label_x: float
    said_x: float
    is_later: bool


@dataclass(frozen=True)
class Tick:
    x: float
    label: str
    is_year: bool


@dataclass
class Chart:
    rows: list[Row] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    today: float | None = None
    width: int = WIDTH
    height: float = 0
    left: int = LEFT
    bottom: float = 0
    #: How many milestones are in the table alone.
    left_out: int = 0


def chart(given: Iterable[Given], today: date) -> Chart:
    everything = [row for row in given if row.before or row.after]
    drawn = everything[:LIMIT]
    if not drawn:
        return Chart()
    ends = [end for row in drawn for said in (row.before, row.after) if said for end in _ends(said)]
    first, last = min(ends), max(ends)
    start = date(first.year, 1 + 3 * ((first.month - 1) // 3), 1)
    quarter = (last.month - 1) // 3 + 1
    end = date(last.year + quarter // 4, 1 + 3 * (quarter % 4), 1)
    scale = _Scale(start, end)
    bottom = TOP + ROW * len(drawn)
    rows = [_row(row, scale, TOP + ROW * (n + 0.5)) for n, row in enumerate(drawn)]
    now = scale.at(today) if start <= today < end else None
    return Chart(rows, scale.ticks(), now, WIDTH, bottom + 34, LEFT, bottom, len(everything) - len(drawn))


def _ends(said: When) -> list[date]:
    other = said.alternative
    return [said.first, said.last, *((other.first, other.last) if other else ())]


@dataclass(frozen=True)
class _Scale:
    start: date
    end: date

    def at(self, day: date) -> float:
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        return round(LEFT + 16 + share * (WIDTH - LEFT - RIGHT - 16), 1)

    def ticks(self) -> list[Tick]:
        quarters = (self.end.year - self.start.year) * 4 + (self.end.month - self.start.month) // 3
        found, day = [], self.start
        while day < self.end:
            if day.month == 1 or day == self.start:
                found.append(Tick(self.at(day), str(day.year), True))
            elif quarters <= 16:
                found.append(Tick(self.at(day), MONTHS[day.month - 1][:3], False))
            day = date(day.year + (day.month > 9), (day.month + 2) % 12 + 1, 1)
        return found


def _row(given: Given, scale: _Scale, y: float) -> Row:
    ghost, ghost_ends = _place(given.before, scale)
    mark, mark_ends = _place(given.after, scale)
    other = scale.at(given.before.alternative.middle) if given.before and given.before.alternative else None
    arrow = None
    if given.is_moved and ghost is not None and mark is not None and abs(mark - ghost) > 22:
        gap = 9 if mark > ghost else -9
        arrow = (ghost + gap, mark - gap)
    right = max(end for ends in (ghost_ends, mark_ends) if ends for end in ends) if ghost_ends or mark_ends else 0.0
    right = max(right, *(x for x in (ghost, mark, other) if x is not None)) + 14
    said = given.after or given.before
    words = said.short_words if said else ""
    return Row(
        y,
        given.code,
        _cut(given.name, LEFT - 24 - width(given.code, 13, 600)),
        ghost,
        ghost_ends,
        other,
        mark,
        mark_ends,
        arrow,
        words,
        given.said,
        right,
        round(right + width(words, 13, 600) + 12, 1),
        given.is_later,
    )


def _place(said: When | None, scale: _Scale) -> tuple[float | None, tuple[float, float] | None]:
    if said is None:
        return None, None
    ends = None if said.precision == "day" else (scale.at(said.first), scale.at(said.last))
    return scale.at(said.middle), ends


def _cut(text: str, room: float) -> str:
    if width(text, 13) <= room:
        return text
    words = text.split()
    while words and width(" ".join(words) + " …", 13) > room:
        words.pop()
    return " ".join(words) + " …" if words else ""
