"""Put things with several possible labels on as few rows as needed, without overlap. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from milestones.poap.shapes import Rect, Shape, Size, Text


@dataclass(frozen=True)
class Choice:
    """One way to draw a thing, around the middle of its row (y = 0)."""

    cost: int
    shapes: tuple[Shape, ...]
    texts: tuple[Text, ...]
    rects: tuple[Rect, ...]


#: a choice that costs this much loses words; a new row is better, unless no row helps
LOSES_WORDS = 40


@dataclass(frozen=True)
class Thing:
    """Something to place: the best choice first."""

    key: str
    start: float
    end: float
    choices: tuple[Choice, ...]
    is_tall: bool = False
    row: str | None = None  # things with the same word are tried in the same row first


@dataclass
class Row:
    things: list[Thing] = field(default_factory=list)
    chosen: list[Choice] = field(default_factory=list)

    @property
    def is_tall(self) -> bool:
        return any(thing.is_tall for thing in self.things)

    def height(self, size: Size) -> float:
        """A row is as high as the look says, and higher where a label stands below its mark."""
        reach = max((max(-r.y1, r.y2) for each in self.chosen for r in each.rects), default=0.0)
        return max(size.row * (size.tall if self.is_tall else 1), 2 * reach + size.k)


def clear(one: Choice, other: Choice, size: Size) -> bool:
    """Whether two choices leave room between them: more between texts, none between bars."""
    k = size.k
    for rect in one.rects:
        for against in other.rects:
            texts = rect.is_text + against.is_text
            if rect.hits(against, aside=(0, 4 * k, 11 * k)[texts], above=(0, 0.4 * k, k)[texts]):
                return False
    return True


def _search(things: Sequence[Thing], size: Size, limit: int) -> list[Choice] | None:
    """The cheapest choices that all stand clear of each other, by a narrow search."""
    partial: list[tuple[int, list[Choice]]] = [(0, [])]
    for thing in things:
        longer = [
            (cost + choice.cost, [*chosen, choice])
            for cost, chosen in partial
            for choice in thing.choices
            if choice.cost < limit and all(clear(choice, other, size) for other in chosen)
        ]
        partial = sorted(longer, key=lambda pair: pair[0])[:6]
    return partial[0][1] if partial else None


def _joins(thing: Thing, row: Row, size: Size, limit: int) -> bool:
    """Put the thing in the row if it can; others may change their label for it."""
    for choice in thing.choices:
        if choice.cost < limit and all(clear(choice, other, size) for other in row.chosen):
            row.things.append(thing)
            row.chosen.append(choice)
            return True
    if len(row.things) > 3:
        return False
    things = sorted([*row.things, thing], key=lambda each: each.start)
    found = _search(things, size, limit)
    if found is None:
        return False
    row.things, row.chosen = things, found
    return True


def pack(things: Sequence[Thing], size: Size, rows: list[Row] | None = None) -> list[Row]:
    """Rows for the things, in the order given."""
    rows = rows or []
    homes: dict[str, Row] = {}
    for thing in things:
        wanted = homes.get(thing.row or "")
        order = [wanted, *(row for row in rows if row is not wanted)] if wanted else rows
        home = next((row for row in order if row and _joins(thing, row, size, LOSES_WORDS)), None)
        if home is None:
            home = Row()
            rows.append(home)
            home.things.append(thing)
            home.chosen.append(thing.choices[0])
        if thing.row:
            homes.setdefault(thing.row, home)
    return rows
