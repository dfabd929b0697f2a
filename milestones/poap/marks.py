"""Every way in which a milestone, or two on one date, may be drawn. No Django."""

from __future__ import annotations

from dataclasses import dataclass

from milestones.poap import Mark, Plan, When
from milestones.poap.items import Scale, allowed, extent, whisker
from milestones.poap.pack import LOSES_WORDS, Choice, Thing
from milestones.poap.shapes import Rect, Shape, Size, Text, diamond, line, pointer
from milestones.poap.text import date_line, ghost_label, same_dates, together


@dataclass(frozen=True)
class Standing:
    """Where a milestone's diamond stands, and whether another one shows where it was planned."""

    when: When
    kind: str  # "base", "done", "fore"
    also: When | None = None  # the baseline, when it is far enough from the diamond to be seen


def standing(mark: Mark, scale: Scale) -> Standing | None:
    """None when no date is known within the years shown."""
    apart = 2 * scale.size.radius + 4 * scale.size.k

    def far(one: When, other: When) -> bool:
        return abs(scale.middle(one) - scale.middle(other)) >= apart

    if scale.shows(mark.achieved) and mark.achieved is not None:
        also = mark.baseline if scale.shows(mark.baseline) else None
        return Standing(mark.achieved, "done", also if also and far(also, mark.achieved) else None)
    if scale.shows(mark.baseline) and mark.baseline is not None:
        return Standing(mark.baseline, "base")
    if scale.shows(mark.forecast) and mark.forecast is not None:
        return Standing(mark.forecast, "fore")
    return None


def tick(x: float, y: float, r: float, inferred: str = "") -> Shape:
    return Shape(
        f"tick{inferred}",
        ((x - 0.36 * r, y), (x - 0.1 * r, y + 0.3 * r), (x + 0.38 * r, y - 0.3 * r)),
    )


def stacked(count: int, size: Size) -> tuple[float, list[float]]:
    """Radius and the middles of one diamond, or of two above each other."""
    if count == 1:
        return size.radius, [0.0]
    r = size.radius * 0.8
    return r, [-r * 1.06, r * 1.06]


def arrow(cls: str, x1: float, x2: float, k: float) -> tuple[Shape, ...]:
    """A line with a head, from x1 to x2."""
    way = 1 if x2 > x1 else -1
    head = ((x2 - way * 5 * k, -3.2 * k), (x2, 0.0), (x2 - way * 5 * k, 3.2 * k))
    return (line(cls, x1, 0, x2 - way * 4 * k, 0), Shape(f"{cls} head", head, closed=True))


def _body(marks: tuple[Mark, ...], at: Standing, scale: Scale) -> tuple[list[Shape], list[Rect]]:
    """Whisker, diamonds, and the forecast or baseline that stands apart from them."""
    size, mark = scale.size, marks[0]
    r, heights = stacked(len(marks), size)
    figure, x = pointer if mark.is_own else diamond, scale.middle(at.when)
    tier = " t2" if mark.tier != 1 and at.kind != "done" else ""
    shapes: list[Shape] = []
    if at.kind == "done" and mark.baseline is not None and at.also is None:
        planned = mark.baseline
        if planned.first <= at.when.first and at.when.last <= planned.last:
            shapes += whisker("w", planned, scale)
        else:
            shapes += whisker("w", at.when, scale)
    else:
        shapes += whisker("w" + " fc" * (at.kind == "fore"), at.when, scale)
    reach = [extent(shapes)] if shapes else []
    other: list[Shape] = []
    if at.also is not None:
        x0 = scale.middle(at.also)
        way = 1 if x > x0 else -1
        other += whisker("w", at.also, scale)
        other += arrow("came", x0 + way * r, x - way * r, size.k)
        inferred = " inf" if at.also.is_inferred else ""
        other += [figure(f"m base{tier}{inferred}", x0, y, r) for y in heights]
    fc = mark.forecast
    if at.kind == "base" and fc is not None and scale.shows(fc):
        x3 = scale.middle(fc)
        if abs(x3 - x) >= 2 * r + 4 * size.k:
            way = 1 if x3 > x else -1
            late = "" if way > 0 else " early"
            other += arrow(f"slip{late}", x + way * r, x3 - way * r, size.k)
            other += [figure(f"m fore{late}", x3, y, r * 0.9) for y in heights]
    if other:
        reach.append(extent(other))
    shapes += other
    for each, y in zip(marks, heights, strict=True):
        when = each.achieved or each.baseline or each.forecast
        inferred = (" inf" if when is not None and when.is_inferred else "") + " own" * mark.is_own
        shapes.append(figure(f"m {at.kind}{tier}{inferred}", x, y, r))
        if at.kind == "done":
            shapes.append(tick(x, y, r, inferred.removesuffix(" own")))
    reach.append(extent([diamond("", x, y, r) for y in heights]))
    return shapes, reach


def _ghost(marks: tuple[Mark, ...], body: Rect, scale: Scale) -> tuple[list[Shape], list[Rect]]:
    """The compared baseline: dashed diamonds and a dotted leader to where it is now."""
    was, size = marks[0].compared, scale.size
    if was is None or not scale.shows(was):
        return [], []
    r, heights = stacked(len(marks), size)
    r *= 0.85
    k, x = size.k, scale.middle(was)
    dates = [was]
    if was.alternative is not None and scale.shows(was.alternative):
        dates.append(was.alternative)
    edges = extent(
        [
            *(diamond("", x, y, r) for y in heights),
            *(whisker("gw", was, scale) if was.precision == "range" else ()),
        ]
    )
    if edges.x2 + 4 * k > body.x1 and edges.x1 - 4 * k < body.x2:
        return [], []  # too near to be told apart: the words and the table say it
    x1, x2 = (edges.x2, body.x1) if edges.x2 < body.x1 else (edges.x1, body.x2)
    way = 1 if x2 > x1 else -1
    shapes = [line("lead", x1 + way * 2 * k, 0, x2 - way * 3 * k, 0)]
    rects = [Rect(min(x1, x2), -1.2 * k, max(x1, x2), 1.2 * k)]
    if was.precision == "range":
        shapes += whisker("gw", was, scale)
    inferred = " inf" if was.is_inferred else ""
    shapes += [diamond(f"ghost{inferred}", x, y, r) for y in heights]
    rects.append(edges)
    if len(dates) > 1:
        x3, small = scale.middle(dates[1]), r * 0.8
        if min(x1, x2) + small < x3 < max(x1, x2) - small:
            shapes.append(diamond("ghost", x3, 0, small))
            rects.append(Rect(x3 - small, -small, x3 + small, small))
    return shapes, rects


def _labels(marks: tuple[Mark, ...], body: list[Rect], size: Size) -> list[tuple[int, tuple[Text, ...]]]:
    """Number and name above the date: right, left, without the name, or the number alone below."""
    k = size.k
    up, down = -2.2 * k, -2.2 * k + size.date * 1.18
    x1, x2 = min(rect.x1 for rect in body), max(rect.x2 for rect in body)
    codes, name, dated = ", ".join(mark.code for mark in marks), together(marks), date_line(marks)
    found: list[tuple[int, tuple[Text, ...]]] = []
    for cost, said, when in ((0, name, dated), (20, "", dated), (LOSES_WORDS + 10, "", "")):
        for more, x, anchor in ((0, x2 + 6 * k, "start"), (6, x1 - 6 * k, "end")):
            texts = [Text("label", x, up if when else size.label * 0.36, said, size, codes, anchor)]
            if when:
                texts.append(Text("date", x, down, when, size, anchor=anchor))
            found.append((cost + more, tuple(texts)))
    alone = Text("date", 0, 0, "", size, codes)
    low = max(rect.y2 for rect in body) + size.date * 0.8
    x = min(max((x1 + x2 - alone.width) / 2, size.lane_column + 2 * k), size.width - alone.width - 2 * k)
    found.append((LOSES_WORDS + 20, (Text("date", x, low, "", size, codes),)))
    return found


def _ghost_labels(label: str, ghost: list[Rect], body: list[Rect], size: Size) -> list[tuple[int, tuple[Text, ...]]]:
    """Left of the ghost; above the leader; not at all: the table has it."""
    if not ghost:
        return [(0, ())]
    k = size.k
    leader, edges = ghost[0], ghost[1]
    middle = size.date * 0.36
    is_left = edges.x2 <= leader.x1 + 0.1
    beside = (
        Text("ghost", edges.x1 - 6 * k, middle, label, size, anchor="end")
        if is_left
        else Text("ghost", edges.x2 + 6 * k, middle, label, size)
    )
    found = [(0, (beside,))]
    above = Text("ghost", leader.x1 + 5 * k, -4.5 * k, label, size)
    if above.width + 8 * k < leader.x2 - leader.x1:
        found.append((2, (above,)))
    return [*found, (10, ())]


def mark_thing(marks: tuple[Mark, ...], plan: Plan, scale: Scale) -> Thing | None:
    at = standing(marks[0], scale)
    if at is None:
        return None
    size = scale.size
    shapes, body = _body(marks, at, scale)
    reach = extent(shapes)
    mark = marks[0]
    settled = mark.baseline or mark.achieved
    moved = mark.compared is not None and not same_dates(mark.compared, settled)
    ghost_shapes, ghost = _ghost(marks, reach, scale) if moved and plan.compared_name else ([], [])
    says = ghost_label(plan.compared_name, mark.compared) if mark.compared else ""
    choices = [
        Choice(
            cost + more,
            (*ghost_shapes, *shapes),
            (*texts, *others),
            (*body, *ghost, *(text.rect for text in (*texts, *others))),
        )
        for cost, texts in _labels(marks, body, size)
        for more, others in _ghost_labels(says, ghost, body, size)
    ]
    good = allowed(choices, size)
    everything = extent([*ghost_shapes, *shapes])
    key = "-".join(each.code.lower().replace(" ", "-") for each in marks)
    return Thing(key, everything.x1, everything.x2, good, is_tall=True)
