"""The drawing of the Plan on a Page as numbers: sizes, shapes, texts, and what may not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from milestones.poap.sizes import A3 as A3
from milestones.poap.sizes import A4 as A4
from milestones.poap.sizes import SCREEN as SCREEN
from milestones.poap.sizes import Size as Size
from milestones.poap.text import width

ASCENT, DESCENT = 0.76, 0.21  # of Inter's letters, in parts of the size


def number(value: float) -> str:
    """A coordinate with one decimal at most, as short as it goes."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "-0") if value else "0"


@dataclass(frozen=True)
class Rect:
    """What a shape or a text takes up."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_text: bool = False

    def down(self, y: float) -> Rect:
        return Rect(self.x1, self.y1 + y, self.x2, self.y2 + y, self.is_text)

    def hits(self, other: Rect, aside: float = 0.0, above: float = 0.0) -> bool:
        """Whether the two overlap, or stand closer than asked."""
        return (
            self.x1 - aside < other.x2 - 0.05
            and other.x1 - aside < self.x2 - 0.05
            and self.y1 - above < other.y2 - 0.05
            and other.y1 - above < self.y2 - 0.05
        )


def prefixed(words: str) -> str:
    """Class names of the drawing: p-m p-done. The prefix keeps them apart from the components'."""
    return " ".join(f"p-{word}" for word in words.split())


def union(rects: Iterable[Rect]) -> Rect:
    rects = list(rects)
    return Rect(
        min(rect.x1 for rect in rects),
        min(rect.y1 for rect in rects),
        max(rect.x2 for rect in rects),
        max(rect.y2 for rect in rects),
    )


@dataclass(frozen=True)
class Shape:
    """A line, outline or filled figure: points joined in order, or a circle when it has a radius."""

    cls: str
    points: tuple[tuple[float, float], ...]
    closed: bool = False
    radius: float = 0.0
    more: tuple[tuple[tuple[float, float], ...], ...] = ()  # further strokes of the same class

    @property
    def d(self) -> str:
        """The path data."""
        parts = []
        for points in (self.points, *self.more):
            x0, y0 = points[0]
            said = [f"M{number(x0)} {number(y0)}"]
            for (x1, y1), (x2, y2) in pairwise(points):
                if number(x1) == number(x2):
                    said.append(f"V{number(y2)}")
                elif number(y1) == number(y2):
                    said.append(f"H{number(x2)}")
                else:
                    said.append(f"L{number(x2)} {number(y2)}")
            parts.append("".join(said) + "z" * self.closed)
        return "".join(parts)

    @property
    def classes(self) -> str:
        return prefixed(self.cls)

    @property
    def cx(self) -> str:
        return number(self.points[0][0])

    @property
    def cy(self) -> str:
        return number(self.points[0][1])

    @property
    def r(self) -> str:
        return number(self.radius)

    def down(self, y: float) -> Shape:
        def moved(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
            return tuple((px, py + y) for px, py in points)

        more = tuple(moved(points) for points in self.more)
        return Shape(self.cls, moved(self.points), self.closed, self.radius, more)


def box(cls: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    return Shape(cls, ((x1, y1), (x2, y1), (x2, y2), (x1, y2)), closed=True)


def line(cls: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    return Shape(cls, ((x1, y1), (x2, y2)))


def diamond(cls: str, x: float, y: float, r: float) -> Shape:
    return Shape(cls, ((x, y - r), (x + r, y), (x, y + r), (x - r, y)), closed=True)


def pointer(cls: str, x: float, y: float, r: float) -> Shape:
    """An organisation's own mark: a triangle on its point."""
    return Shape(cls, ((x - r, y - 0.8 * r), (x + r, y - 0.8 * r), (x, y + r)), closed=True)


def ring(cls: str, x: float, y: float, r: float) -> Shape:
    return Shape(cls, ((x, y),), radius=r)


@dataclass(frozen=True)
class Text:
    """A text on its base line. `strong` comes first, in bold, then `text`."""

    cls: str
    x: float
    y: float
    text: str
    size: Size
    strong: str = ""
    anchor: str = "start"  # start, middle, end
    inside: bool = False  # on a bar: no halo

    @cached_property
    def width(self) -> float:
        size, weight = self.size.type(self.cls)
        bold = width(self.strong, size, 600)
        gap = width(" ", size, weight) if self.strong and self.text else 0
        return bold + gap + width(self.text, size, weight)

    @property
    def left(self) -> float:
        return self.x - self.width * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]

    @property
    def classes(self) -> str:
        """label; label end; label in: style, anchor, and whether it stands on a bar."""
        anchor = {"start": "", "middle": " mid", "end": " end"}[self.anchor]
        return prefixed(self.cls + anchor + (" in" if self.inside else ""))

    @property
    def px(self) -> str:
        return number(self.x)

    @property
    def py(self) -> str:
        return number(self.y)

    @property
    def points(self) -> float:
        """The size of its type."""
        return self.size.type(self.cls)[0]

    @property
    def top(self) -> str:
        """Where a line box of 1.21 times the size has to start to put the letters on the base line."""
        return f"{self.y - 0.96875 * self.points:.2f}"

    @property
    def from_right(self) -> str:
        """For a text that ends at x: how far that is from the right edge of the drawing."""
        return f"{self.size.width - self.x:.2f}"

    @property
    def wide(self) -> str:
        """A box that surely holds the text, so that nothing has to be measured twice."""
        return f"{self.width * 1.05 + 4:.1f}"

    @property
    def kind(self) -> str:
        """Its class on paper, where a shape may not have the same: t-lane."""
        return f"t-{self.cls}"

    @property
    def starts_at(self) -> str:
        return f"{self.left:.2f}"

    @property
    def base_line(self) -> str:
        return f"{self.y:.2f}"

    @property
    def rect(self) -> Rect:
        size = self.points
        return Rect(self.left, self.y - ASCENT * size, self.left + self.width, self.y + DESCENT * size, True)

    @property
    def in_words(self) -> str:
        return f"{self.strong} {self.text}".strip()

    def down(self, y: float) -> Text:
        return Text(self.cls, self.x, self.y + y, self.text, self.size, self.strong, self.anchor, self.inside)


@dataclass(frozen=True)
class Item:
    """A bar, a milestone, a pennant or a decision with its label, ready to be drawn."""

    key: str
    cls: str
    name: str  # accessible name
    shapes: tuple[Shape, ...]
    texts: tuple[Text, ...] = ()
    url: str = ""
    hit: Shape | None = None
    taken: tuple[Rect, ...] = ()  # what nothing else may touch
    start: float = 0.0  # for the order of focus

    @property
    def classes(self) -> str:
        return prefixed(self.cls)


@dataclass(frozen=True)
class Band:
    """A lane or a path's row: its height, its name, and what stands in it."""

    key: str
    top: float
    bottom: float
    texts: tuple[Text, ...]
    shapes: tuple[Shape, ...] = ()
    bars: tuple[Item, ...] = ()  # under
    marks: tuple[Item, ...] = ()  # above, in the order of focus

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.bars, *self.marks)


@dataclass(frozen=True)
class Drawing:
    """Everything in its place, from the bottom layer up."""

    size: Size
    height: float
    ground: tuple[Shape, ...]
    today_rule: tuple[Shape, ...]
    bands: tuple[Band, ...]
    links: tuple[Shape, ...]
    axis_texts: tuple[Text, ...]
    today_flag: tuple[Shape, ...]
    today_text: Text | None
    title: str
    sentences: tuple[str, ...] = ()  # what is not shown, and why
    kinds: frozenset[str] = field(default_factory=frozenset)  # for the key: only what is drawn
    rows: float = 0.0  # how many rows there are, tall ones counted for more

    @property
    def view_box(self) -> str:
        return f"0 0 {number(self.size.width)} {number(self.height)}"

    @property
    def tall(self) -> str:
        return number(self.height)

    @property
    def plot_width(self) -> str:
        return number(self.size.width - self.size.lane_column)

    @property
    def names_box(self) -> str:
        """The column of lanes alone, and below the rest of it: zoomed in, one stays while the other scrolls."""
        return f"0 0 {number(self.size.lane_column)} {self.tall}"

    @property
    def plot_box(self) -> str:
        return f"{number(self.size.lane_column)} 0 {self.plot_width} {self.tall}"

    @property
    def items(self) -> Iterator[Item]:
        for band in self.bands:
            yield from band.items

    def layer(self, which: str) -> list[Shape]:
        """The shapes of all bars or all marks with one path for each class: items never overlap."""
        found: dict[str, Shape] = {}
        rings: list[Shape] = []
        for band in self.bands:
            for item in getattr(band, which):
                for shape in item.shapes:
                    if shape.radius:
                        rings.append(shape)
                    elif shape.cls in found:
                        before = found[shape.cls]
                        strokes = (*before.more, shape.points, *shape.more)
                        found[shape.cls] = replace(before, more=strokes)
                    else:
                        found[shape.cls] = shape
        return sorted((*found.values(), *rings), key=lambda shape: _depth(shape.cls))

    @property
    def bar_layer(self) -> list[Shape]:
        return self.layer("bars")

    @property
    def mark_layer(self) -> list[Shape]:
        return self.layer("marks")

    @property
    def texts(self) -> Iterator[Text]:
        """Every text in reading order."""
        yield from self.axis_texts
        if self.today_text is not None:
            yield self.today_text
        for band in self.bands:
            yield from band.texts
            for item in sorted(band.items, key=lambda item: item.start):
                yield from item.texts

    @property
    def plain_texts(self) -> list[Text]:
        """Every text that does not name a milestone, in reading order."""
        return [text for text in self.texts if not text.strong]

    def problems(self) -> list[str]:
        """Overlaps, labels past an edge, labels in the lane column: there must be none."""
        found: list[str] = []
        edge = self.size.width
        items = list(self.items)
        for item in items:
            for text in item.texts:
                if text.rect.x1 < self.size.lane_column:
                    found.append(f"{text.in_words!r} stands in the lane column")
                if text.rect.x2 > edge:
                    found.append(f"{text.in_words!r} goes past the right edge")
        for band in self.bands:
            for text in band.texts:
                if text.rect.x2 > self.size.lane_column and text.cls != "note":
                    found.append(f"{text.in_words!r} is too wide for the lane column")
                if text.rect.y2 > band.bottom or text.rect.y1 < band.top:
                    found.append(f"{text.in_words!r} is too high for its lane")
            for item in band.items:
                for rect in item.taken:
                    if rect.y1 < band.top - 0.5 or rect.y2 > band.bottom + 0.5:
                        found.append(f"{item.key} leaves its lane")
        found += _overlaps([(item.key, rect) for item in items for rect in item.taken])
        axis = [(text.in_words, text.rect) for text in self.axis_texts]
        return found + _overlaps(axis)


#: what lies above what within one item; the rest lies below
_DEPTHS = {
    "edge": 2, "over": 2, "pole": 2, "hatch": 3, "ghost": 3, "w": 3, "overend": 4, "slip": 4,
    "came": 4, "ring": 5, "due": 5, "m": 5, "tick": 6, "sel": 7, "tied": 7,
}  # fmt: skip


def _depth(cls: str) -> int:
    words = cls.split()
    return _DEPTHS.get(words[0], 1 if "past" in words else 0)


def _overlaps(taken: list[tuple[str, Rect]]) -> list[str]:
    """Pairs of different owners that touch, found from left to right."""
    found: list[str] = []
    waiting: list[tuple[str, Rect]] = []
    for owner, rect in sorted(taken, key=lambda pair: pair[1].x1):
        waiting = [pair for pair in waiting if pair[1].x2 > rect.x1]
        found += [f"{owner} touches {other}" for other, before in waiting if other != owner and rect.hits(before)]
        waiting.append((owner, rect))
    return found
