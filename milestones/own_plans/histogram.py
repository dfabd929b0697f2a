"""Columns of equal width for a small chart; the numbers stand above them, so the picture needs no scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milestones.own_plans.population import Month

WIDTH, HEIGHT, TOP, BOTTOM = 640, 200, 22, 40


@dataclass(frozen=True)
class Bar:
    month: Month
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 6, 1)

    @property
    def has_label(self) -> bool:
        """Every month while there is room, else each quarter's first."""
        return self.width >= 24 or self.month.first.month % 3 == 1


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def floor(self) -> int:
        return HEIGHT - BOTTOM

    @property
    def months_at(self) -> int:
        return HEIGHT - BOTTOM + 16

    @property
    def years_at(self) -> int:
        return HEIGHT - BOTTOM + 32


def draw(months: Sequence[Month]) -> Chart:
    most = max((month.roles for month in months), default=0)
    slot = WIDTH / max(len(months), 6)
    room = HEIGHT - TOP - BOTTOM
    bars = []
    for place, month in enumerate(months):
        height = round(month.roles / most * room, 1) if most else 0
        bars.append(Bar(month, round(place * slot + slot * 0.1, 1), TOP + room - height, round(slot * 0.8, 1), height))
    return Chart(bars)
