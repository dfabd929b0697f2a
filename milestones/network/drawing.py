"""Where the boxes and arrows of a network stand: three columns, top to bottom. Words and numbers in, no Django."""

from __future__ import annotations

from dataclasses import dataclass

from milestones.network.computing import Computed, Picture
from milestones.poap.text import wrapped

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 212, 76, 56, 26, 36
_COLUMN = {"milestone": 0, "step": 1, "gate": 1, "outside": 2}
HEADINGS = ("Milestones", "Steps of the path", "Others must do")
#: More boxes than this are a wall; the table below has them all.
MOST = 80


@dataclass(frozen=True)
class Box:
    key: str
    x: int
    y: int
    kind: str
    lines: tuple[str, ...]
    caption: str
    band: str
    url: str
    title: str

    @property
    def classes(self) -> str:
        return f"n-box n-{self.kind} n-{self.band.lower().replace(' ', '-')}"

    def at(self, n: int) -> int:
        return self.y + 22 + n * 17

    @property
    def placed(self) -> list[tuple[int, str]]:
        return [(self.at(n), line) for n, line in enumerate(self.lines)]

    @property
    def text_x(self) -> int:
        return self.x + 12

    @property
    def caption_y(self) -> int:
        return self.y + HEIGHT - 12

    @property
    def diamond(self) -> str:
        x, y = self.x + WIDTH - 16, self.y + 16
        return f"M{x} {y - 6}L{x + 6} {y}L{x} {y + 6}L{x - 6} {y}Z"


@dataclass(frozen=True)
class Arrow:
    line: str
    head: str
    is_critical: bool


@dataclass(frozen=True)
class Diagram:
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]
    headings: list[tuple[int, str]]
    words: str
    left_out: int = 0


def draw(picture: Picture) -> Diagram | None:
    """The linked items; None when nothing is linked. Rows come in an order in which all arrows lead down."""
    rows = [row for row in picture.rows if row.is_linked]
    if not rows:
        return None
    shown = rows[:MOST]
    level: dict[str, int] = {}
    free = [0, 0, 0]
    for row in shown:
        column = _COLUMN[row.item.kind]
        above = [level[item.key] + 1 for item, _ in row.waits_for if item.key in level]
        level[row.key] = max([free[column], *above])
        free[column] = level[row.key] + 1
    _lower(shown, level)
    boxes = {row.key: _box(row, level[row.key]) for row in shown}
    arrows = [
        _arrow(boxes[item.key], boxes[row.key], picture, item.key, row.key)
        for row in shown
        for item, _ in row.waits_for
        if item.key in boxes
    ]
    used = sorted({_COLUMN[row.item.kind] for row in shown})
    height = EDGE * 2 + 24 + (max(level.values()) + 1) * (HEIGHT + DOWN)
    headings = [(EDGE + n * (WIDTH + ACROSS), HEADINGS[n]) for n in used]
    width = EDGE * 2 + (max(used) + 1) * WIDTH + max(used) * ACROSS
    arrows.sort(key=lambda arrow: arrow.is_critical)
    return Diagram(width, height, list(boxes.values()), arrows, headings, _words(picture), len(rows) - len(shown))


def _lower(rows: list[Computed], level: dict[str, int]) -> None:
    """What nothing comes before stands just above the first thing that waits for it, where there is room."""
    taken = {(_COLUMN[row.item.kind], level[row.key]) for row in rows}
    for row in reversed(rows):
        if row.item.kind == "step":
            continue
        column = _COLUMN[row.item.kind]
        below = [level[item.key] for item, _ in row.holds_up if item.key in level]
        best = min(below, default=0) - 1
        while best > level[row.key] and (column, best) in taken:
            best -= 1
        if best > level[row.key]:
            taken.remove((column, level[row.key]))
            level[row.key] = best
            taken.add((column, best))


def _box(row: Computed, level: int) -> Box:
    item = row.item
    x = EDGE + _COLUMN[item.kind] * (WIDTH + ACROSS)
    y = EDGE + 24 + level * (HEIGHT + DOWN)
    lines = wrapped(item.label, WIDTH - (40 if item.kind in ("milestone", "gate") else 24), 13, 600)[:2]
    date = row.earliest.short_words if row.earliest else "No date"
    caption = (
        f"{date}. {row.band}" if row.band in ("Critical", "Late", "Not known") else f"{date}. Float {row.float_days}"
    )
    if item.kind == "outside":
        caption = item.owner
    title = f"{item.label}: earliest {row.earliest_words}, latest {row.latest_words}, {row.float_words}"
    return Box(row.key, x, y, item.kind, tuple(lines), caption, row.band, item.url, title)


def _arrow(one: Box, other: Box, picture: Picture, before: str, after: str) -> Arrow:
    row = picture.get(after)
    driver = row.result.driver if row else None
    is_driving = bool(row and row.is_critical and driver and driver.before == before)
    x1, y1, x2, y2 = one.x + WIDTH // 2, one.y + HEIGHT, other.x + WIDTH // 2, other.y
    if one.x == other.x and y2 - y1 > DOWN:  # past the boxes between, on the left
        side = one.x - 10
        y1, y2 = one.y + HEIGHT // 2, other.y + HEIGHT // 2
        line = f"M{one.x} {y1}C{side - 16} {y1} {side - 16} {y2} {other.x - 7} {y2}"
        return Arrow(line, f"M{other.x} {y2}l-9 -5v10Z", is_driving)
    if one.x == other.x:
        return Arrow(f"M{x1} {y1}V{y2 - 7}", f"M{x2} {y2}l-5 -9h10Z", is_driving)
    right = other.x > one.x
    x1, y1 = (one.x + WIDTH if right else one.x), one.y + HEIGHT // 2
    x2, y2 = (other.x if right else other.x + WIDTH), other.y + HEIGHT // 2
    tip, half = (-7 if right else 7), (x1 + x2) // 2
    head = f"M{x2} {y2}l{-9 if right else 9} -5v10Z"
    return Arrow(f"M{x1} {y1}C{half} {y1} {half} {y2} {x2 + tip} {y2}", head, is_driving)


def _words(picture: Picture) -> str:
    """The drawing for those who do not see it; the table has what is not drawn."""
    said = []
    for row in [row for row in picture.rows if row.is_linked][:MOST]:
        if row.waits_for:
            names = ", ".join(item.label for item, _ in row.waits_for)
            said.append(f"{row.item.label} waits for {names}")
    critical = [row.item.label for row in picture.rows if row.is_critical and row.is_linked][:MOST]
    end = f" Critical: {', '.join(critical)}." if critical else " Nothing is critical."
    return f"{'. '.join(said)}.{end}"
