"""Every way in which a bar, a milestone, a pennant or a decision may be drawn. No Django.

All positions are around the middle of a row: y = 0. The packing chooses; see `poap_pack.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from milestones.poap import Bar, Decision, Flag, Mark, PathRow, Plan, When
from milestones.poap.pack import LOSES_WORDS, Choice, Thing
from milestones.poap.shapes import Rect, Shape, Size, Text, box, line, ring, union
from milestones.poap.text import bar_end_label, bar_labels, same_dates


@dataclass(frozen=True)
class Scale:
    """Days to units of the drawing."""

    size: Size
    first: date
    last: date  # the last day shown
    today: date

    @classmethod
    def of(cls, plan: Plan, size: Size) -> Scale:
        return cls(size, date(plan.first_year, 1, 1), date(plan.last_year, 12, 31), plan.today)

    @property
    def left(self) -> float:
        return self.size.lane_column

    @property
    def right(self) -> float:
        return self.size.width - self.size.right_pad

    def x(self, day: date) -> float:
        days = (self.last - self.first).days + 1
        return self.left + (day - self.first).days / days * (self.right - self.left)

    def after(self, day: date) -> float:
        """Where a day ends."""
        return self.x(day + timedelta(days=1))

    def middle(self, when: When) -> float:
        return self.x(when.middle)

    def shows(self, when: When | None) -> bool:
        return when is not None and self.first <= when.middle <= self.last

    def clipped(self, x: float) -> float:
        return min(max(x, self.left), self.right)


def extent(points: Iterable[Shape]) -> Rect:
    """What the shapes take up together."""

    def rects() -> Iterator[Rect]:
        for shape in points:
            for stroke in (shape.points, *shape.more):
                xs, ys = [p[0] for p in stroke], [p[1] for p in stroke]
                r = shape.radius
                yield Rect(min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r)

    return union(rects())


def allowed(choices: Iterable[Choice], size: Size) -> tuple[Choice, ...]:
    """The choices whose texts stay on the plot, clear of their own shapes and each other."""
    good = []
    for choice in choices:
        texts = [text.rect for text in choice.texts]
        others = [rect for rect in choice.rects if not rect.is_text]
        outside = any(rect.x1 < size.lane_column + size.k or rect.x2 > size.width - size.k for rect in texts)
        covered = any(text.hits(rect) for text in texts for rect in others)
        crossed = any(a.hits(b) for n, a in enumerate(texts) for b in texts[:n])
        if not (outside or covered or crossed):
            good.append(choice)
    return tuple(sorted(good, key=lambda choice: choice.cost))


def base_line(size: float) -> float:
    """The base line of a single line of text that stands in the middle of its row."""
    return size * 0.36


# ---- bars -------------------------------------------------------------------------------------


def hatching(x1: float, x2: float, half: float, step: float) -> Shape:
    """Strokes at 45 degrees, cut to the box by arithmetic: no pattern to look up."""
    strokes = []
    at = x1 - 2 * half + step / 2
    while at < x2:
        left, right = max(at, x1), min(at + 2 * half, x2)
        if right > left:
            strokes.append(((left, half - (left - at)), (right, half - (right - at))))
        at += step
    return Shape("hatch", strokes[0], more=tuple(strokes[1:]))


def bar_shapes(bar: Bar, scale: Scale) -> tuple[tuple[Shape, ...], float, float, float] | None:
    """The bar, where it starts, where its stage ends and where all of it ends; None outside the years."""
    size = scale.size
    half, stub, notch = size.bar / 2, 62 * size.k, 6 * size.k
    if bar.start is None and bar.end is None:
        return None
    starts = scale.x(bar.start.first) if bar.start else None
    ends = scale.after(bar.end.last) if bar.end else None
    x1 = starts if starts is not None else ends - stub  # type: ignore[operator]
    x2 = ends if ends is not None else max(x1, scale.left) + stub
    if x2 <= scale.left or x1 >= scale.right:
        return None
    before, beyond = x1 < scale.left, x2 > scale.right
    x1, x2 = scale.clipped(x1), scale.clipped(x2)
    x2 = max(x2, x1 + 2 * size.k)
    is_open = bar.start is None or bar.end is None
    colour = f"b {bar.path or 'stage'}" + (" inf" if bar.is_inferred else "")
    shapes: list[Shape] = []
    if bar.is_window:
        return (box(f"{colour} win", x1, -half, x2, half),), x1, x2, x2
    left = ((x1, half), (x1, -half))
    if before:
        left = ((x1 + notch, half), (x1, 0.0), (x1 + notch, -half))  # type: ignore[assignment]
    right = ((x2, -half), (x2, half))
    if beyond:
        right = ((x2 - notch, -half), (x2, 0.0), (x2 - notch, half))  # type: ignore[assignment]
    if is_open:
        body = Shape(f"{colour} open", (*left, *right), closed=True)
        edge = Shape(f"edge {bar.path or 'stage'}", (right[0], *left[::-1], right[-1]))
        if bar.end is not None:
            edge = Shape(edge.cls, (left[-1], *right, left[0]))
        return (body, edge), x1, x2, x2
    body = Shape(colour, (*left, *right), closed=True)
    now = scale.x(scale.today)
    if now >= x2 or not x1 < now:
        shapes.append(Shape(f"{colour} past", body.points, closed=True) if now >= x2 else body)
    else:
        shapes += [body, Shape(f"{colour} past", (*left, (now, -half), (now, half)), closed=True)]
    if bar.forecast_end is not None and bar.end is not None:
        x3 = scale.clipped(scale.after(bar.forecast_end.last))
        if x3 > x2 + size.k:
            shapes += [
                box("over", x2, -half, x3, half),
                hatching(x2, x3, half, 5 * size.k),
                line("overend", x3, -half - size.k, x3, half + size.k),
            ]
            return tuple(shapes), x1, x2, x3
    return tuple(shapes), x1, x2, x2


def bar_thing(bar: Bar, scale: Scale) -> Thing | None:
    drawn = bar_shapes(bar, scale)
    if drawn is None:
        return None
    shapes, x1, inner, x2 = drawn
    size = scale.size
    k, y = size.k, base_line(size.label)
    whole, seam = extent(shapes), 0.5 * size.k  # a stage may start on the day that another ends
    body = replace(whole, x1=whole.x1 + seam, x2=whole.x2 - seam)
    labels = bar_labels(bar)
    is_open = bar.start is None or bar.end is None
    choices: list[Choice] = []

    def choose(cost: int, *texts: Text, inside: bool = False) -> None:
        rects = (body,) if inside else (body, *(text.rect for text in texts))
        choices.append(Choice(cost, shapes, texts, rects))

    left = 12 * k if x1 == scale.left and bar.start and bar.start.first < scale.first else 6 * k
    for nth, label in enumerate(labels):
        text = Text("label", x1 + left, y, label, size, inside=True)
        if not is_open and text.width + left + 6 * k <= inner - x1:
            end = Text("date", inner - 6 * k, y, bar_end_label(bar), size, "", "end", True)
            if size.bar_ends and text.width + end.width + left + 18 * k <= inner - x1:
                choose(nth, text, end, inside=True)
            choose(nth, text, inside=True)
        choose(10 + nth, Text("label", x2 + 6 * k, y, label, size))
        choose(20 + nth, Text("label", x1 - 6 * k, y, label, size, anchor="end"))
    inside = [choice for choice in choices if choice.cost < 10 or choice.texts[0].x != x1 + left]
    outside = allowed((choice for choice in inside if choice.cost >= 10), size)
    within = tuple(choice for choice in inside if choice.cost < 10)
    last = Choice(LOSES_WORDS, shapes, (), (body,))
    return Thing(bar.key, x1, x2, (*within, *outside, last), row=bar.row)


# ---- pennants and decisions -------------------------------------------------------------------


def whisker(cls: str, when: When, scale: Scale, y: float = 0.0) -> tuple[Shape, ...]:
    """A line with end stops: only the month, or a range of months, is known."""
    if when.precision == "day":
        return ()
    x1, x2 = scale.clipped(scale.x(when.first)), scale.clipped(scale.after(when.last))
    stop = 5 * scale.size.k
    stops = (((x1, y - stop), (x1, y + stop)), ((x2, y - stop), (x2, y + stop)))
    return (Shape(cls, ((x1, y), (x2, y)), more=stops),)


def flag_thing(flag: Flag, row: PathRow, scale: Scale) -> Thing | None:
    if not scale.shows(flag.when):
        return None
    size = scale.size
    k, half, x = size.k, size.bar / 2, scale.middle(flag.when)
    code = Text("chip", 0, 0, row.code, size)
    reach, notch, foot = code.width + 16 * k, 5 * k, 1.5 * k
    label = f"{flag.label}, {flag.when.short_words}" + (", inferred" if flag.when.is_inferred else "")
    inferred = " inf" if flag.when.is_inferred else ""
    choices: list[Choice] = []
    for side, extra in ((1, 0), (-1, 5)):
        top, low = -half - foot, half - 3.5 * k
        tip = x + side * reach
        pennant = Shape(
            f"flag {row.key}{inferred}",
            ((x, top), (tip, top), (tip - side * notch, (top + low) / 2), (tip, low), (x, low)),
            closed=True,
        )
        pole = line(f"pole {row.key}", x, top, x, half + foot)
        stops = whisker(f"w {row.key}", flag.when, scale, half - k)
        shapes = (pennant, pole, *stops)
        middle = (top + low) / 2 + base_line(size.date)
        style = "chip2" if flag.when.is_inferred else "chip"
        name = Text(style, x + side * (reach - notch) / 2, middle, row.code, size, anchor="middle")
        body = extent(shapes)
        y = base_line(size.label)
        if body.x1 < scale.left - 0.1 or body.x2 > size.width:
            continue
        for cost, said in ((0, label), (2, flag.label)):
            for at, anchor, more in ((body.x2 + 6 * k, "start", 0), (body.x1 - 6 * k, "end", 4)):
                text = Text("label", at, y, said, size, anchor=anchor)
                if allowed([Choice(0, shapes, (text,), (body, text.rect))], size):
                    choices.append(Choice(cost + more + extra, shapes, (name, text), (body, text.rect)))
        choices.append(Choice(LOSES_WORDS + extra, shapes, (name,), (body,)))
    choices.sort(key=lambda choice: choice.cost)
    return Thing(f"flag-{flag.path}-{flag.when.first}", x, x + reach, tuple(choices))


def decision_thing(decision: Decision, scale: Scale) -> Thing | None:
    size = scale.size
    k = size.k
    dates = [when for when in decision.dates if scale.shows(when)]
    if not dates:
        return None
    shapes: list[Shape] = []
    for when in dates:
        shapes += whisker("w", when, scale)
        x, half = scale.middle(when), 4.5 * k
        shapes.append(
            box("due", x - half, -half, x + half, half)
            if decision.is_deadline
            else ring("ring" + " inf" * when.is_inferred, x, 0, 5 * k)
        )
    body = extent(shapes)
    label = decision.label + (", inferred" if any(when.is_inferred for when in dates) else "")
    y = base_line(size.label)
    texts = (
        Text("label", body.x2 + 6 * k, y, label, size),
        Text("label", body.x1 - 6 * k, y, label, size, anchor="end"),
    )
    choices = allowed((Choice(n, tuple(shapes), (text,), (body, text.rect)) for n, text in enumerate(texts)), size)
    last = Choice(LOSES_WORDS, tuple(shapes), (), (body,))
    return Thing(f"decision-{decision.key}", body.x1, body.x2, (*choices, last))


def twins(marks: list[Mark]) -> list[tuple[Mark, ...]]:
    """Milestones in pairs where two have the same dates in everything: one above the other."""
    pairs: list[tuple[Mark, ...]] = []
    for mark in marks:
        for nth, pair in enumerate(pairs):
            other = pair[0]
            dates = ("baseline", "compared", "forecast", "achieved")
            if (
                len(pair) == 1
                and (other.tier, other.short_name) == (mark.tier, mark.short_name)
                and all(same_dates(getattr(other, what), getattr(mark, what)) for what in dates)
            ):
                pairs[nth] = (other, mark)
                break
        else:
            pairs.append((mark,))
    return pairs
