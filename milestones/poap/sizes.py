"""The sheets that a plan is drawn on: units are px on a screen and pt on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property


@dataclass(frozen=True)
class Size:
    """One sheet, and how large its parts and its type are."""

    name: str
    width: float
    lane_column: float
    right_pad: float
    row: float
    bar: float
    radius: float
    lane_pad: float
    label: float
    date: float
    lane: float
    year: float
    head: float  # from the top to the rule above the rows
    foot: float = 0  # room for the axis repeated at the bottom; 0 leaves it out
    bar_ends: bool = False  # bars say their end when they have room
    least_hit: float = 0  # height of what can be clicked
    tall: float = 1.35  # a row with milestones
    month_step: int = 3  # how many months lie between two that are named
    is_zoomed: bool = False  # wider than its frame: the year is said with each month

    @cached_property
    def k(self) -> float:
        """How large this sheet is beside the screen's."""
        return self.label / 13

    def type(self, style: str) -> tuple[float, int]:
        """Size and weight of a text style."""
        return self._types[style]

    @cached_property
    def _types(self) -> dict[str, tuple[float, int]]:
        return {
            "label": (self.label, 400),
            "strong": (self.label, 600),
            "date": (self.date, 400),
            "ghost": (self.date, 400),
            "note": (self.date, 400),
            "lane": (self.lane, 600),
            "year": (self.year, 600),
            "month": (self.date, 400),
            "chip": (self.date, 600),
            "chip2": (self.date, 600),  # on a pennant that is only an outline
            "path": (self.date, 400),
            "today": (self.date, 600),
        }


SCREEN = Size(
    "screen", 1376, 208, 12, 31, 19, 8, 5, 13, 12, 13.5, year=15, head=48, least_hit=40
)  # fmt: skip
A3 = Size(
    "a3", 1134.5, 176, 10, 23.1, 13.6, 5.4, 3.6, 8.6, 7.6, 9.2, year=10, head=33, foot=16,
    bar_ends=True,
)  # fmt: skip
A4 = Size(
    "a4", 785.9, 130, 8, 19.4, 11.2, 4.7, 2.6, 7.8, 7.5, 7.9, year=9, head=30, foot=13,
)  # fmt: skip
PAPERS = {"A3": A3, "A4": A4}

#: what can be chosen on the page: units for each month, and how many months lie between two named ones
ZOOMS = {"quarters": (54, 3), "months": (104, 1)}


def screen(zoom: str = "", years: int = 4) -> Size:
    """The screen's size; zoomed in, a month is as wide as the zoom says, and type stays as it is."""
    if zoom not in ZOOMS:
        return SCREEN
    wide, step = ZOOMS[zoom]
    width = SCREEN.lane_column + 12 * years * wide + SCREEN.right_pad
    return replace(SCREEN, name=f"screen-{zoom}", width=width, month_step=step, is_zoomed=True)
