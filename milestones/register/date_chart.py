"""How a milestone's date has moved, drawn: across, when a date was set; up, the date. Arithmetic only, no Django.

A month or a range is a band as high as what is known; a band is never narrowed to a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from milestones.poap import MONTHS, When

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 250, 64, 150, 30, 34


@dataclass(frozen=True)
class Given:
    """A date that was set on a day, and by what; an alternative date is said in the table alone."""

    name: str
    set_on: date
    when: When
    is_forecast: bool = False


@dataclass(frozen=True)
class Band:
    name: str
    words: str
    x1: float
    x2: float
    y1: float
    y2: float
    label_y: float
    is_current: bool

    @property
    def width(self) -> float:
        return round(self.x2 - self.x1, 1)

    @property
    def height(self) -> float:
        return round(self.y2 - self.y1, 1)


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass
class Chart:
    bands: list[Band] = field(default_factory=list)
    points: list[tuple[float, float, str]] = field(default_factory=list)
    across: list[Tick] = field(default_factory=list)
    up: list[Tick] = field(default_factory=list)
    today: float = 0
    words: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def chart(given: Iterable[Given], today: date) -> Chart | None:
    """None where fewer than two dates are known: nothing moved that could be drawn."""
    known = sorted((one for one in given if one.set_on <= today), key=lambda one: one.set_on)
    agreed = [one for one in known if not one.is_forecast]
    if len(known) < 2 or not agreed:
        return None
    across = _Scale(known[0].set_on, today, LEFT, WIDTH - RIGHT)
    ends = [day for one in known for day in (one.when.first, one.when.last)]
    up = _Scale(_month(min(ends), -1), _month(max(ends), 2), HEIGHT - BOTTOM, TOP)
    found = Chart(today=across.at(today), across=across.ticks(6), up=up.ticks(5))
    for n, one in enumerate(agreed):
        later = agreed[n + 1].set_on if n + 1 < len(agreed) else today
        y1, y2 = up.at(one.when.last), up.at(one.when.first)
        y1, y2 = min(y1, y2 - 4), y2
        middle = round((y1 + y2) / 2 + 4, 1)
        is_last = n + 1 == len(agreed)
        found.bands.append(
            Band(one.name, one.when.short_words, across.at(one.set_on), across.at(later), y1, y2, middle, is_last)
        )
    found.points = [(across.at(o.set_on), up.at(o.when.middle), o.when.words) for o in known if o.is_forecast]
    found.words = ". ".join(f"{o.name}, {o.when.words}" for o in known) + "."
    return found


def _month(day: date, more: int) -> date:
    month = day.year * 12 + day.month - 1 + more
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    start: float
    end: float

    def at(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self, most: int) -> list[Tick]:
        """First days of months, as many months apart as the room asks for."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        step = next(step for step in (1, 3, 6, 12, 24, 60) if months // step <= most or step == 60)
        day, found = _month(self.first, 0 if self.first.day == 1 else 1), []
        while (day.year * 12 + day.month - 1) % step:
            day = _month(day, 1)
        while day <= self.last:
            found.append(Tick(self.at(day), f"{MONTHS[day.month - 1][:3]} {day.year}"))
            day = _month(day, step)
        return found
