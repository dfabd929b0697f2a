"""What a sheet says beside the drawing. No Django; `templates/pdf/plan_on_a_page.html` shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from milestones.poap import Bar, Lane, Mark, PathRow, Plan, Revision, When
from milestones.poap.draw import A3, A4, PlanTooLargeError, draw, fit
from milestones.poap.key import KeyEntry, key
from milestones.poap.shapes import Drawing, Size
from milestones.poap.text import forecasts, listed, moved

#: points that the drawing may take of the A3 sheet's 799.9: the rest is the head and the band below
ROOM = 600
#: rows of a table in the band; the plan's table has them all
ROWS = 6
KEY_ROW = 13.0  # points


@dataclass(frozen=True)
class Layout:
    """What stands where on one sheet."""

    name: str  # the class of the page's body
    size: Size
    room: float  # points for the drawing
    key_columns: int
    key_column: float
    has_tables: bool = False  # what moved, and forecasts
    key_row: float = KEY_ROW
    todo: int = 5  # rows of what an organisation must do next


A3_SHEET = Layout("a3", A3, ROOM, 2, 131, has_tables=True)
#: more room for the drawing, where a plan needs it: the tables are on the page anyway
A3_DENSE = Layout("a3 dense", A3, 644, 6, 131)
A3_OWN = Layout("a3 own", A3, ROOM, 2, 127, has_tables=True)
A4_SHEET = Layout("a4", A4, 402, 4, 131)
A4_OWN = Layout("a4 own", A4, 397, 2, 128, key_row=11.5, todo=5)
#: the first that holds the plan is taken
LAYOUTS = {
    ("A3", False): (A3_SHEET, A3_DENSE),
    ("A3", True): (A3_OWN,),
    ("A4", False): (A4_SHEET,),
    ("A4", True): (A4_OWN,),
}
#: a lane that holds what an organisation itself must do is never folded
OWN_LANE = "own"


@dataclass(frozen=True)
class KeyPlace:
    entry: KeyEntry
    x: float
    y: float
    words_x: float


@dataclass(frozen=True)
class Todo:
    """A row of "What we must do next"."""

    what: str
    due: str


@dataclass(frozen=True)
class Own:
    """What only an organisation's own sheet says."""

    name: str
    short_name: str
    path: str = ""  # "CP3", "CP1 and CP3"
    todo: tuple[Todo, ...] = ()
    #: said beside the key
    note: str = ""


#: of our own steps and deadline days, as many as leave room for the plan: tried in turn
_OWN_TRIED = ((12, 6), (8, 5), (8, 2), (6, 1), (5, 1), (4, 1), (3, 1), (2, 1))


def own_laid_out(plan: Plan, layouts: tuple[Layout, ...]) -> tuple[Layout, Drawing]:
    """The same with our own steps and deadlines, the next ones first; those without room are counted in words."""
    steps = [mark for mark in plan.marks if mark.is_own]
    days = [each for each in plan.decisions if each.is_deadline]
    for nth, (most, most_days) in enumerate(_OWN_TRIED):
        fewer = replace(
            plan,
            marks=(*steps[:most], *(mark for mark in plan.marks if not mark.is_own)),
            decisions=(*days[:most_days], *(each for each in plan.decisions if not each.is_deadline)),
        )
        is_last = nth == len(_OWN_TRIED) - 1
        try:
            layout = layouts[0]
            drawing = fit(fewer, layout.size, layout.room)
        except PlanTooLargeError:
            if not is_last:
                continue
            layout, drawing = laid_out(fewer, layouts)
        said = [
            _more(len(steps) - most, "step", "in our own plan"),
            _more(len(days) - most_days, "day", "on our home page"),
        ]
        return layout, replace(drawing, sentences=(*(words for words in said if words), *drawing.sentences))
    raise AssertionError("the last try always answers")


def _more(count: int, noun: str, where: str) -> str:
    if count <= 0:
        return ""
    due = " with deadlines" if noun == "day" else ""
    return f"{count} more {noun}{'s' * (count != 1)}{due} {'is' if count == 1 else 'are'} {where}."


def laid_out(plan: Plan, layouts: tuple[Layout, ...]) -> tuple[Layout, Drawing]:
    """The drawing on the first sheet that holds it; where none does, the fullest lanes are folded and named."""
    for layout in layouts:
        try:
            return layout, fit(plan, layout.size, layout.room)
        except PlanTooLargeError:
            continue
    layout = layouts[-1]
    heights = {band.key: band.bottom - band.top for band in draw(_tight(plan), layout.size).bands}
    foldable = sorted((lane for lane in plan.lanes if lane.key != OWN_LANE), key=lambda lane: -heights[lane.key])
    for count in range(1, len(foldable) + 1):
        folded = tuple(lane.key for lane in foldable[:count])
        try:
            drawing = fit(replace(plan, folded=(*plan.folded, *folded)), layout.size, layout.room)
        except PlanTooLargeError:
            continue
        names = listed(lane.name for lane in plan.lanes if lane.key in folded)
        said = f"More than this sheet holds is folded: {names}. The table has all of it."
        return layout, replace(drawing, sentences=(*drawing.sentences, said))
    raise PlanTooLargeError("The plan has more critical paths than one sheet holds")


def _tight(plan: Plan) -> Plan:
    return replace(plan, selected=None)


def paper_context(
    plan: Plan, revision: Revision, site: str = "", *, size: str = "A3", own: Own | None = None
) -> dict[str, Any]:
    """Everything the template needs; `site` is put before the addresses of milestones."""
    layouts = LAYOUTS[size, own is not None]
    if layouts == LAYOUTS["A4", True]:
        plan = replace(plan, compared_name=None)  # our own steps need the room of the earlier dates
    layout, drawing = own_laid_out(plan, layouts) if own else laid_out(plan, layouts)
    entries = key(plan, drawing)
    rows = -(-len(entries) // layout.key_columns)
    places = tuple(
        KeyPlace(
            entry,
            nth // rows * layout.key_column,
            nth % rows * layout.key_row,
            nth // rows * layout.key_column + 40,
        )
        for nth, entry in enumerate(entries)
    )
    all_moved, all_forecasts = moved(plan), forecasts(plan)
    todo = own.todo if own else ()
    return {
        "plan": plan,
        "drawing": drawing,
        "revision": revision,
        "site": site.rstrip("/"),
        "layout": layout,
        "size": size,
        "key": places,
        "key_height": rows * layout.key_row,
        "key_width": layout.key_columns * layout.key_column + 8,
        "moved": all_moved[:ROWS],
        "more_moved": len(all_moved[ROWS:]),
        "forecasts": all_forecasts[: ROWS - 2],
        "more_forecasts": len(all_forecasts[ROWS - 2 :]),
        "own": own,
        "todo": todo[: layout.todo],
        "more_todo": len(todo[layout.todo :]),
    }


def made_up_plan(items: int, today: date = date(2025, 5, 19)) -> Plan:
    """A plan of any size for measuring; it says on its face that it is made up."""
    lanes = tuple(Lane(f"lane-{n}", f"Made-up lane {n + 1}") for n in range(7))
    bars, marks = [], []
    first = date(2024, 1, 10)
    for n in range(items):
        lane, start = f"lane-{n % 7}", first + timedelta(days=(n * 37) % 1380)
        if n % 5 == 4:
            when = When.day(start) if n % 2 else When.month(start.year, start.month)
            marks.append(Mark(f"X{n}", lane, "Made up", baseline=when, url=f"/milestones/x{n}/"))
        else:
            end = start + timedelta(days=20 + n % 60)
            bars.append(Bar(f"bar-{n}", lane, f"Stage {n}", (str(n),), When.day(start), When.day(end)))
    return Plan(lanes, today, "Made up", (PathRow("cp1", "CP1", "Made up"),), tuple(bars), tuple(marks))


def made_up_revision() -> Revision:
    return Revision(
        "Made up, for measuring",
        "Nobody",
        "Nothing",
        "None",
        "Never",
        "0000 0000 0000",
        "about:blank",
    )
