"""What the selected milestone waits for and holds up. No Django."""

from __future__ import annotations

from itertools import pairwise

from milestones.poap import Plan
from milestones.poap.marks import stacked
from milestones.poap.shapes import Rect, Shape, Size, diamond


def ties(
    plan: Plan, size: Size, at: dict[str, tuple[float, float, int]], words: list[Rect]
) -> tuple[tuple[Shape, ...], set[str]]:
    """Lines from and to the selected milestone in the next lane; others get an outline."""
    chosen, k, r = plan.selected, size.k, size.radius
    shapes: list[Shape] = []
    tied: set[str] = set()
    for link in plan.links:
        if chosen not in (link.before, link.after):
            continue
        other = link.after if link.before == chosen else link.before
        if link.before not in at or link.after not in at:
            continue
        x1, y1, lane1 = at[link.before]
        x2, y2, lane2 = at[link.after]
        way = 1 if y2 > y1 else -1
        start, end = y1 + way * (r + 6 * k), y2 - way * (r + 6 * k)
        bend = (y1 + y2) / 2
        route = ((x1, start), (x1, bend), (x2, bend), (x2, end))
        if abs(lane1 - lane2) != 1 or not _is_free(route, words) or len(shapes) >= 8:
            tied.add(other)
            continue
        head = ((x2 - 3.5 * k, end - way * 5 * k), (x2, end), (x2 + 3.5 * k, end - way * 5 * k))
        shapes += [Shape("dep", route), Shape("dep head", head, closed=True)]
    return tuple(shapes), tied


def _is_free(route: tuple[tuple[float, float], ...], words: list[Rect]) -> bool:
    """Whether a line with right angles touches no label and no other mark."""
    for (xa, ya), (xb, yb) in pairwise(route):
        leg = Rect(min(xa, xb) - 1, min(ya, yb), max(xa, xb) + 1, max(ya, yb))
        if any(leg.hits(rect) for rect in words):
            return False
    return True


def outline(cls: str, x: float, y: float, count: int, size: Size) -> Shape:
    """A diamond round a diamond; round two, it has upright sides."""
    out = 4.5 * size.k
    if count == 1:
        return diamond(cls, x, y, size.radius + out)
    r, heights = stacked(count, size)
    r, low = r + out, heights[-1]
    points = (
        (x, y - low - r), (x + r, y - low), (x + r, y + low),
        (x, y + low + r), (x - r, y + low), (x - r, y - low),
    )  # fmt: skip
    return Shape(cls, points, closed=True)
