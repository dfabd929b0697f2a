"""Draw the Plan on a Page: one geometry for the screen and for paper. No Django.

    drawing = draw(plan, SCREEN)    # or fit(plan, A3, height)
    drawing.problems()              # must be empty

The caller passes sizes only; which label goes where is found in `poap_pack`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from milestones.poap import Lane, Mark, PathRow, Plan
from milestones.poap.ground import axis, ground, today_marks
from milestones.poap.items import Scale, bar_thing, decision_thing, extent, flag_thing, twins
from milestones.poap.marks import mark_thing, standing
from milestones.poap.pack import Choice, Row, Thing, pack
from milestones.poap.shapes import (
    A3,
    A4,
    SCREEN,
    Band,
    Drawing,
    Item,
    Rect,
    Shape,
    Size,
    Text,
    box,
    line,
    union,
)
from milestones.poap.text import bar_name, empty_words, folded_words, mark_name, not_shown, width, wrapped
from milestones.poap.ties import outline, ties

__all__ = ["A3", "A4", "SCREEN", "PlanTooLargeError", "draw", "fit"]


class PlanTooLargeError(ValueError):
    """The plan has more rows than one sheet holds, even packed tightly."""


@dataclass(frozen=True)
class Placed:
    """A thing in its row, before it becomes an item."""

    thing: Thing
    choice: Choice
    y: float
    row_height: float
    is_on: bool  # in a row of the highlighted path, or nothing is highlighted


#: the rows of each band; they do not depend on how high a row is
Packed = dict[str, list[Row]]


def draw(plan: Plan, size: Size, packed: Packed | None = None) -> Drawing:
    return _Sheet(plan, size, {} if packed is None else packed).drawing()


def fit(plan: Plan, size: Size, height: float) -> Drawing:
    """The drawing in at most this height: rows move apart or together, type keeps its size."""
    packed: Packed = {}
    drawing = draw(plan, size, packed)
    least, most = size.bar * 1.12, size.row * 1.25
    row = size.row
    for _ in range(4):  # rows that hold two lines below each other do not shrink: ask again
        room = height - 1 - drawing.height
        if room > -0.01 and (row != size.row or row + room / drawing.rows < row * 1.01):
            return drawing
        row = min(max(row + room / max(drawing.rows, 1), least), most)
        drawing = draw(plan, replace(size, row=row), packed)
    if drawing.height <= height:
        return drawing
    raise PlanTooLargeError(f"The plan needs {drawing.height:.0f} of the {height:.0f} pt on its sheet")


class _Sheet:
    """The state of one drawing while it is made."""

    def __init__(self, plan: Plan, size: Size, packed: Packed) -> None:
        self.plan, self.size, self.scale = plan, size, Scale.of(plan, size)
        self.packed = packed
        self.marks = {mark.code: mark for mark in plan.marks}
        self.y = size.head
        self.rows_on: list[Shape] = []
        self.rules: list[Shape] = []
        self.outside: list[str] = []
        self.rows = 0.0
        self.homes: dict[str, list[str]] = {}  # code of a mark: the codes that it stands with
        self.at: dict[str, tuple[float, float, int]] = {}  # where a diamond stands: x, y, lane
        self.words: list[Rect] = []

    def drawing(self) -> Drawing:
        plan = self.plan
        bands = [*self._path_bands(), *self._lane_bands()]
        bottom = self.y
        links, tied = ties(plan, self.size, self.at, self.words)
        bands = [self._with_outlines(band, tied) for band in bands]
        rule, flag, today = today_marks(self.scale, plan, bands, bottom)
        kinds = {word for band in bands for item in band.items for shape in item.shapes
                 for word in shape.cls.split()}  # fmt: skip
        compared = f", with {plan.compared_name} dates for comparison" if plan.compared_name else ""
        return Drawing(
            size=self.size,
            height=bottom + (self.size.foot or 2 * self.size.k),
            ground=ground(self.scale, plan, bands, self.rows_on, self.rules, bottom),
            today_rule=rule,
            bands=tuple(bands),
            links=links,
            axis_texts=axis(self.scale, plan, bottom, today),
            today_flag=flag,
            today_text=today,
            title=f"Plan on a Page: baseline {plan.baseline_name}{compared}",
            sentences=not_shown(plan, self.outside),
            kinds=frozenset(kinds),
            rows=self.rows,
        )

    # -- bands

    def _path_bands(self) -> list[Band]:
        plan, size, bands = self.plan, self.size, []
        if plan.path_rows:
            self.y += size.lane_pad
        for row in plan.path_rows:
            names = {
                f"flag-{f.path}-{f.when.first}": f"{row.code} reached: {f.label}, {f.when.words}"
                + (", inferred" if f.when.is_inferred else "")
                for f in plan.flags
            }
            top = self.y
            if row.key not in self.packed:
                self.packed[row.key] = pack(self._path_things(row), size)
            placed = self._placed(self.packed[row.key], on=row.key)
            bottom = self.y = self.y if placed else top + size.row
            self.rows += not placed
            middle = top + (placed[0].row_height if placed else size.row) / 2
            chip = Text("chip", 0, 0, row.code, size)
            half, k = size.bar * 0.44, size.k
            codes = [width(each.code, *size.type("chip")) for each in plan.path_rows]
            wide = max(codes) + 12 * k
            x = 2 * k
            shape = box(f"chip {row.key}", x, middle - half, x + wide, middle + half)
            name = wrapped(row.name, size.lane_column - wide - 10 * k, *size.type("path"))
            step = size.date * 1.15
            low = middle + size.date * 0.36 - (len(name) - 1) * step / 2
            texts = [
                replace(
                    chip, x=x + wide / 2, y=middle + size.date * 0.36, anchor="middle"
                ),
                *(Text("path", x + wide + 6 * k, low + n * step, said, size) for n, said in enumerate(name)),
            ]  # fmt: skip
            if not placed:
                on = self.plan.highlighted in (None, row.key)
                texts += [self._note(row.note or "No date is published", middle)]
                self.rows_on += [self._on(row.key, top, bottom)] * (on and bool(plan.highlighted))
            if plan.highlighted not in (None, row.key):
                shape = replace(shape, cls="chip off")
            bottom = self.y = max(bottom, texts[len(name)].rect.y2 + k)
            bands.append(self._band(row.key, top, bottom, texts, (shape,), placed, names))
        if plan.path_rows:
            self.y += size.lane_pad
        return bands

    def _lane_bands(self) -> list[Band]:
        plan, size, bands = self.plan, self.size, []
        for nth, lane in enumerate(plan.lanes):
            self.rules.append(line("lane", 0, self.y, size.width, self.y))
            top = self.y
            self.y += size.lane_pad
            first = self.y
            marks = [mark for mark in plan.marks if mark.lane == lane.key]
            is_folded = lane.key in plan.folded
            if lane.key not in self.packed:
                self.packed[lane.key] = [] if is_folded else pack(self._lane_things(lane, marks), size)
            self.outside += [
                mark.code
                for mark in marks
                if (mark.baseline or mark.forecast or mark.achieved) and standing(mark, self.scale) is None
            ]
            placed = self._placed(self.packed[lane.key])
            height = size.row if not placed else placed[0].row_height
            self.y = self.y if placed else first + size.row
            self.rows += not placed
            lines = wrapped(lane.name, size.lane_column - 10 * size.k, *size.type("lane"))
            step = size.lane * 1.3
            y = first + height / 2 + size.lane * 0.36
            texts = [Text("lane", 2 * size.k, y + n * step, said, size) for n, said in enumerate(lines)]
            if not placed:
                said = folded_words(plan, lane.key) if is_folded else empty_words(plan, lane.key)
                texts.append(self._note(said, first + size.row / 2))
            self.y = max(self.y, texts[len(lines) - 1].rect.y2 + size.k) + size.lane_pad
            for each in placed:
                self._remember(each, nth)
            bands.append(self._band(lane.key, top, self.y, texts, (), placed, {}))
        self.rules.append(line("lane", 0, self.y, size.width, self.y))
        return bands

    def _note(self, said: str, middle: float) -> Text:
        size = self.size
        return Text("note", size.lane_column + 6 * size.k, middle + size.date * 0.36, said, size)

    def _on(self, key: str, top: float, bottom: float) -> Shape:
        return box(f"on {key}", 0, top, self.size.width, bottom)

    def _path_things(self, row: PathRow) -> list[Thing]:
        bars = [bar_thing(bar, self.scale) for bar in self.plan.bars if bar.lane == row.key]
        flags = [flag_thing(f, row, self.scale) for f in self.plan.flags if f.path == row.key]
        return [each for each in (*bars, *flags) if each]

    def _lane_things(self, lane: Lane, marks: list[Mark]) -> list[Thing]:
        """Stages first, then what has one date; each from left to right."""
        plan, scale = self.plan, self.scale
        stages = [bar_thing(bar, scale) for bar in plan.bars if bar.lane == lane.key]
        dated = [decision_thing(each, scale) for each in plan.decisions if each.lane == lane.key]
        dated += [mark_thing(pair, plan, scale) for pair in twins(marks)]
        return [
            each
            for group in (stages, dated)
            for each in sorted((one for one in group if one), key=lambda one: one.start)
        ]

    def _placed(self, rows: list[Row], on: str = "") -> list[Placed]:
        """Where the things of some rows stand, from the current height down."""
        placed = []
        for row in rows:
            height = row.height(self.size)
            self.rows += height / self.size.row
            is_on = self._is_on(row, on)
            if is_on and self.plan.highlighted:
                top, low = self.y, self.y + height
                self.rows_on.append(self._on(self.plan.highlighted, top, low))
            middle = self.y + height / 2
            placed += [
                Placed(thing, choice, middle, height, is_on)
                for thing, choice in zip(row.things, row.chosen, strict=True)
            ]
            self.y += height
        return placed

    def _is_on(self, row: Row, path: str) -> bool:
        wanted = self.plan.highlighted
        if wanted is None or path:
            return wanted in (None, path)
        keys = {thing.key for thing in row.things}
        return any(bar.key in keys and bar.path == wanted for bar in self.plan.bars) or any(
            wanted in self.marks[code].paths for key in keys for code in self._codes(key)
        )

    def _codes(self, key: str) -> list[str]:
        """The codes of the marks behind a thing's key."""
        if not hasattr(self, "_by_key"):
            self._by_key = {
                "-".join(mark.code.lower().replace(" ", "-") for mark in pair): [mark.code for mark in pair]
                for lane in self.plan.lanes
                for pair in twins([mark for mark in self.plan.marks if mark.lane == lane.key])
            }
        return self._by_key.get(key, [])

    # -- items

    def _band(
        self,
        key: str,
        top: float,
        bottom: float,
        texts: list[Text],
        shapes: tuple[Shape, ...],
        placed: list[Placed],
        names: dict[str, str],
    ) -> Band:
        lane = next((lane.name for lane in self.plan.lanes if lane.key == key), "")
        lane = lane or next((f"{r.code} {r.name}" for r in self.plan.path_rows if r.key == key), "")
        names = names | {bar.key: bar_name(bar, lane) for bar in self.plan.bars if bar.lane == key}
        for each in self.plan.decisions:
            dates = " and ".join(when.words for when in each.dates)
            what = "Deadline" if each.is_deadline else "Decision"
            names[f"decision-{each.key}"] = f"{what}: {each.label}, {dates}"
        bars, marks = [], []
        for here in placed:
            codes = self._codes(here.thing.key) if here.thing.is_tall else []
            if codes:
                marks += self._mark_items(here, [self.marks[code] for code in codes])
            else:
                bars.append(self._item(here, names.get(here.thing.key, "")))
        marks.sort(key=lambda item: item.start)
        bars.sort(key=lambda item: item.start)
        return Band(key, top, bottom, tuple(texts), shapes, tuple(bars), tuple(marks))

    def _item(self, here: Placed, name: str) -> Item:
        choice, y = here.choice, here.y
        return Item(
            here.thing.key,
            "" if here.is_on else "dim",
            name,
            tuple(shape.down(y) for shape in choice.shapes),
            tuple(text.down(y) for text in choice.texts),
            taken=tuple(rect.down(y) for rect in choice.rects),
            start=here.thing.start,
        )

    def _mark_items(self, here: Placed, marks: list[Mark]) -> list[Item]:
        """One item, and so one link, for each milestone; twins share the label between them."""
        whole = self._item(here, "")
        x1, y, x2 = self._reach(here, whole)
        half = max(self.size.least_hit, 2 * self.size.radius + 8 * self.size.k) / 2

        def one(mark: Mark, shapes: Iterable[Shape], texts: Iterable[Text], a: float, b: float) -> Item:
            hit = box("hit", a, y - half, b, y + half)
            at = standing(mark, self.scale)
            return replace(
                whole, key=mark.code.lower().replace(" ", "-"), name=mark_name(mark, self.plan),
                url=mark.url, shapes=tuple(shapes), texts=tuple(texts), hit=hit,
                start=self.scale.middle(at.when) if at else whole.start,
            )  # fmt: skip

        if len(marks) == 1:
            return [one(marks[0], whole.shapes, whole.texts, x1, x2)]
        first, rest = whole.texts[0], whole.texts[1:]
        code = replace(first, strong=f"{marks[0].code},", text="", x=first.left, anchor="start")
        weight = self.size.type(first.cls)[0]
        after = code.x + code.width + width(" ", weight, 600)
        other = replace(first, strong=marks[1].code, x=after, anchor="start")
        split = after - width(" ", weight, 600) / 2
        upper = [shape for shape in whole.shapes if shape.cls.split()[0] in ("m", "tick")
                 and shape.points[0][1] < y - self.size.radius]  # fmt: skip
        ticks = [s for s in whole.shapes if s.cls == "tick" and s.points[0][1] < y and s not in upper]
        lower = [shape for shape in whole.shapes if shape not in upper and shape not in ticks]
        one_first = one(marks[0], (*upper, *ticks), (code,), x1, split)
        return [replace(one_first, taken=()), one(marks[1], lower, (other, *rest), split, x2)]

    def _reach(self, here: Placed, whole: Item) -> tuple[float, float, float]:
        """From where to where a milestone can be clicked: its diamonds and its label."""
        solid = [shape for shape in whole.shapes if shape.cls.split()[0] in ("m", "w", "slip", "came")]
        labels = [text.rect for text in whole.texts if text.cls != "ghost"]
        around = union([extent(solid), *labels])
        k = 4 * self.size.k
        short = max(self.size.least_hit - (around.x2 - around.x1) - 2 * k, 0) / 2
        return around.x1 - k - short, here.y, around.x2 + k + short

    # -- what ties milestones together

    def _remember(self, here: Placed, lane: int) -> None:
        codes = self._codes(here.thing.key)
        for code in codes:
            self.homes[code] = codes
            at = standing(self.marks[code], self.scale)
            if at is not None:
                self.at[code] = (self.scale.middle(at.when), here.y, lane)
        self.words += [rect.down(here.y) for rect in here.choice.rects]

    def _with_outlines(self, band: Band, tied: set[str]) -> Band:
        """The selected milestone and those tied to it get a diamond round their own."""

        def outlined(item: Item) -> Item:
            code = next((c for c in self.at if c.lower().replace(" ", "-") == item.key), "")
            if code not in tied and code != self.plan.selected:
                return item
            x, y, _ = self.at[code]
            cls = "sel" if code == self.plan.selected else "tied"
            around = outline(cls, x, y, len(self.homes[code]), self.size)
            selected = " selected" if cls == "sel" else ""
            return replace(item, cls=item.cls + selected, shapes=(*item.shapes, around))

        return replace(band, marks=tuple(outlined(item) for item in band.marks))
