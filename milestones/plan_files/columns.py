"""The columns of a plan as a spreadsheet. The Programme's own list is not published, so these are ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from milestones.plan_files import mspdi
from milestones.plan_files.plan import BASELINES, Field

SHEET = "Plan"


@dataclass(frozen=True)
class PlanColumn:
    key: str
    heading: str
    #: What the template says about it.
    meaning: str
    is_required: bool = False
    also: tuple[str, ...] = ()
    example: str = ""


COLUMNS = [
    PlanColumn(
        "uid",
        "Unique ID",
        "A whole number that stays with the task for ever; no two tasks share one",
        is_required=True,
        also=("UID",),
        example="101",
    ),
    PlanColumn(
        "level",
        "Outline level",
        "1 for the top, 2 for what stands under it, and so on; empty means 1",
        also=("Level",),
        example="2",
    ),
    PlanColumn("wbs", "WBS", "Your work breakdown code; kept as it is", also=("WBS code",), example="TST.2"),
    PlanColumn(
        "name", "Task name", "What is done or reached", is_required=True, also=("Name", "Task"), example="Rehearsal 2"
    ),
    PlanColumn("start", "Start", "A date: 1 September 2025, 01/09/2025 or 2025-09-01", example="1 Sep 2025"),
    PlanColumn("finish", "Finish", "A date, not before the start", also=("End",), example="5 Sep 2025"),
    PlanColumn(
        "duration",
        "Duration",
        "5d, 2w, 8h, 1mo; ed and so on for elapsed time; a number alone is days",
        example="5d",
    ),
    PlanColumn("milestone", "Milestone", "yes or no", also=("Is milestone",), example="no"),
    PlanColumn("summary", "Summary", "yes for a heading over other tasks", also=("Is summary",), example="no"),
    PlanColumn("percent", "% complete", "0 to 100", also=("Percent complete", "Complete"), example="0"),
    PlanColumn(
        "predecessors",
        "Predecessors (unique IDs)",
        "Tasks that this one waits for, with ; between them: 98; 99FS+5d; 100SS-2d. FS, SS, FF or SF",
        also=("Predecessors", "Unique ID predecessors"),
        example="98FS+2d",
    ),
    PlanColumn(
        "code",
        "Portal milestone",
        "The milestone of the portal that this row stands for: M10",
        also=("Milestone code", "Portal code"),
    ),
    PlanColumn("notes", "Notes", "Anything else; kept as it is"),
]
REQUIRED = [column for column in COLUMNS if column.is_required]
HEADINGS = {column.key: column.heading for column in COLUMNS}
PARTS = ("start", "finish", "duration")
#: Of rows that the portal wrote itself: milestones, stages, headings.
OWN = {"as_agreed": "Date as agreed", "portal_row": "Portal row"}
#: Written for readers only, never read back.
OUTLINE = "Outline number"


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9%]", "", heading.lower())


_BY_HEADING = {_plain(words): column.key for column in COLUMNS for words in (column.heading, *column.also)}
_BY_HEADING |= {_plain(words): key for key, words in OWN.items()}
_BASELINE = re.compile(r"baseline(\d{0,2})(start|finish|duration)")
_FIELD = re.compile(r"\[(\d{1,20})\] ?([^:]*)(?:: (.*))?", re.DOTALL)
_ELEMENT = "Project element: "


def baseline_key(number: int, part: str) -> str:
    return f"baseline/{number}/{part}"


def baseline_heading(number: int, part: str) -> str:
    return f"Baseline {number} {part}"


def field_heading(number: str, field: Field) -> str:
    return f"[{number}] {field.name.replace(':', ' ')}" + (f": {field.alias}" if field.alias else "")


def element_heading(name: str) -> str:
    return _ELEMENT + name


def key_of(heading: str) -> str:
    """Which of the columns a heading means, in whatever case and spacing; "" when none."""
    words = heading.strip()
    found = _field(heading)
    if found:
        return f"field/{found[1]}"
    if words.startswith(_ELEMENT):
        name = words.removeprefix(_ELEMENT)
        return f"element/{name}" if name in mspdi.KEPT else ""
    plain = _plain(heading)
    baseline = _BASELINE.fullmatch(plain)
    if baseline and int(baseline[1] or 0) in BASELINES:
        return baseline_key(int(baseline[1] or 0), baseline[2])
    return _BY_HEADING.get(plain, "")


def _field(heading: str) -> re.Match[str] | None:
    """As it stands first: what looks like space at the end may be the author's own name of the field."""
    return _FIELD.fullmatch(heading) or _FIELD.fullmatch(heading.strip())


def field_of(heading: str) -> tuple[str, Field]:
    found = _field(heading)
    assert found is not None
    return found[1], Field(found[2].strip(), found[3] or "")
