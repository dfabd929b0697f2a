"""What tests of the drawing ask it: items by key, shapes by class, and a plan of three lanes."""

from __future__ import annotations

from datetime import date

from milestones.poap import Bar, Lane, Mark, Plan
from milestones.poap.shapes import Drawing, Item, Shape


def item(drawing: Drawing, key: str) -> Item:
    return next(each for each in drawing.items if each.key == key)


def shapes(each: Item, *words: str) -> list[Shape]:
    return [shape for shape in each.shapes if set(words) <= set(shape.cls.split())]


def middle_of(shape: Shape) -> tuple[float, float]:
    xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def plan(*marks: Mark, bars: tuple[Bar, ...] = (), **rest: object) -> Plan:
    lanes = (Lane("a", "Lane A"), Lane("b", "Lane B"), Lane("c", "Lane C"))
    return Plan(lanes, date(2025, 5, 19), "CR055", marks=marks, bars=bars, **rest)  # type: ignore[arg-type]
