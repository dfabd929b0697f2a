"""How to read the plan: a small picture and words for each kind of mark that a drawing holds."""

from __future__ import annotations

from dataclasses import dataclass

from milestones.poap import Plan
from milestones.poap.items import hatching
from milestones.poap.marks import arrow, tick
from milestones.poap.shapes import Drawing, Shape, box, diamond, line, number, pointer, ring


@dataclass(frozen=True)
class KeyEntry:
    words: str
    shapes: tuple[Shape, ...]
    width: str
    height: str

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def key(plan: Plan, drawing: Drawing) -> tuple[KeyEntry, ...]:
    """Only what is on the drawing, in the order in which a reader meets it."""
    size, kinds = drawing.size, drawing.kinds
    k, r = size.k, size.radius * 0.9
    y, wide = 10 * k, 52 * k
    middle = wide / 2
    compared = plan.compared_name or ""
    stops = (((8 * k, y - 5 * k), (8 * k, y + 5 * k)), ((44 * k, y - 5 * k), (44 * k, y + 5 * k)))

    def bar(cls: str, x1: float, x2: float) -> Shape:
        return box(cls, x1, y - 7 * k, x2, y + 7 * k)

    entries: list[tuple[bool, str, tuple[Shape, ...]]] = [
        ("base" in kinds, f"Baseline {plan.baseline_name}", (diamond("m base", middle, y, r),)),
        ("done" in kinds, "Achieved", (diamond("m done", middle, y, r), tick(middle, y, r))),
        ("t2" in kinds, "Tier 2 milestone", (diamond("m base t2", middle, y, r),)),
        (
            "w" in kinds,
            "Only the month is known",
            (
                Shape("w", ((8 * k, y), (44 * k, y)), more=stops),
                diamond("m base", middle, y, r),
            ),
        ),
        (
            "fore" in kinds,
            "Baseline to forecast",
            (
                *arrow("slip", 10 * k + r, 40 * k - r, k),
                diamond("m base", 10 * k, y, r),
                diamond("m fore", 40 * k, y, r),
            ),
        ),
        (
            "ghost" in kinds,
            f"{compared} to {plan.baseline_name}",
            (
                diamond("ghost", 9 * k, y, r * 0.85),
                line("lead", 17 * k, y, 34 * k, y),
                diamond("m base", 43 * k, y, r),
            ),
        ),
        (
            bool(kinds & {"stage", "past"}),
            "Stage, darker to date",
            (bar("b stage", 6 * k, 46 * k), bar("b stage past", 6 * k, 26 * k)),
        ),
        (
            "open" in kinds,
            "End not published",
            (
                bar("b stage open", 6 * k, 46 * k),
                Shape(
                    "edge stage",
                    (
                        (46 * k, y - 7 * k),
                        (6 * k, y - 7 * k),
                        (6 * k, y + 7 * k),
                        (46 * k, y + 7 * k),
                    ),
                ),
            ),
        ),
        (
            "over" in kinds,
            "Forecast to finish late",
            (
                bar("b stage", 6 * k, 26 * k),
                bar("over", 26 * k, 44 * k),
                hatching(26 * k, 44 * k, 7 * k, 5 * k).down(y),
                line("overend", 44 * k, y - 8 * k, 44 * k, y + 8 * k),
            ),
        ),
        ("ring" in kinds, "Decision", (ring("ring", middle, y, 5 * k),)),
        ("flag" in kinds, "Critical path reached", _pennant(y, k)),
        (
            "own" in kinds,
            "Our target, forecast",
            (
                *arrow("slip", 10 * k + r, 40 * k - r, k),
                pointer("m base own", 10 * k, y, r),
                pointer("m fore own", 40 * k, y, r),
            ),
        ),
        ("due" in kinds, "Our deadline", (box("due", middle - 4.5 * k, y - 4.5 * k, middle + 4.5 * k, y + 4.5 * k),)),
        (
            "inf" in kinds,
            "Dashed edge: inferred",
            (diamond("m done inf", middle, y, r),),
        ),
        (
            "tied" in kinds,
            "Tied to the selected milestone",
            (diamond("tied", middle, y, r + 3 * k), diamond("m base", middle, y, r * 0.8)),
        ),
    ]
    return tuple(
        KeyEntry(words, _on_line(shapes, y), number(wide), number(20 * k))
        for is_used, words, shapes in entries
        if is_used
    )


def _pennant(y: float, k: float) -> tuple[Shape, ...]:
    x, top, low = 8 * k, y - 8 * k, y + 4 * k
    points = ((x, top), (44 * k, top), (38 * k, (top + low) / 2), (44 * k, low), (x, low))
    return (Shape("flag cp1", points, closed=True), line("pole cp1", x, top, x, y + 9 * k))


def _on_line(shapes: tuple[Shape, ...], y: float) -> tuple[Shape, ...]:
    """Arrows are made around 0 and have to come down to the line of the key."""
    return tuple(shape.down(y) if shape.cls.startswith("slip") else shape for shape in shapes)
