"""What the A3 sheet says beside the drawing. No Django; `templates/pdf/plan_on_a_page.html` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from milestones.poap import Bar, Lane, Mark, PathRow, Plan, Revision, When
from milestones.poap_draw import A3, fit
from milestones.poap_key import KeyEntry, key
from milestones.poap_text import forecasts, moved

#: points that the drawing may take of the sheet's 799.9: the rest is the head and the band below
ROOM = 600
#: rows of a table in the band; the plan's table has them all
ROWS = 6
KEY_ROW, KEY_COLUMN = 13.0, 131.0


@dataclass(frozen=True)
class KeyPlace:
    entry: KeyEntry
    x: float
    y: float
    words_x: float


def paper_context(plan: Plan, revision: Revision, site: str = "") -> dict[str, Any]:
    """Everything the template needs; `site` is put before the addresses of milestones."""
    drawing = fit(plan, A3, ROOM)
    entries = key(plan, drawing)
    half = (len(entries) + 1) // 2
    places = tuple(
        KeyPlace(entry, nth // half * KEY_COLUMN, nth % half * KEY_ROW, nth // half * KEY_COLUMN + 40)
        for nth, entry in enumerate(entries)
    )
    all_moved, all_forecasts = moved(plan), forecasts(plan)
    return {
        "plan": plan,
        "drawing": drawing,
        "revision": revision,
        "site": site.rstrip("/"),
        "key": places,
        "key_height": half * KEY_ROW,
        "moved": all_moved[:ROWS],
        "more_moved": len(all_moved[ROWS:]),
        "forecasts": all_forecasts[: ROWS - 2],
        "more_forecasts": len(all_forecasts[ROWS - 2 :]),
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
