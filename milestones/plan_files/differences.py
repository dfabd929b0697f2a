"""What a file would change in the draft, task by task. Arithmetic without a database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date

from milestones.movement import movement
from milestones.plan_files.plan import Plan, Task, link_words
from milestones.poap import When

#: Said by a kind of its own, or of no matter to a reader.
_TOLD = ("uid", "start", "finish", "name", "links", "where")
_WORDS = {
    "level": "outline level",
    "wbs": "WBS",
    "duration": "duration",
    "duration_format": "unit of the duration",
    "is_milestone": "milestone or not",
    "is_summary": "summary or not",
    "percent": "% complete",
    "notes": "notes",
    "code": "portal milestone",
    "baselines": "Project's baselines",
    "custom": "own fields",
    "more": "other fields of Project",
}
KINDS = ("added", "removed", "moved", "words", "links")


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    task: Task
    before: Task | None = None
    movement: str = ""
    what: str = ""
    #: Later (1), earlier (-1) or neither.
    direction: int = 0


def day_of(task: Task | None) -> date | None:
    """The day that stands for a task: its finish, else its start."""
    at = (task.finish or task.start) if task else None
    return at.date() if at else None


def changes(before: Plan | None, after: Plan, *, left_out: set[int] | frozenset[int] = frozenset()) -> list[Change]:
    """In the file's order, then what the file does not have. Rows left out for an error are neither."""
    old = before.by_uid if before else {}
    found = []
    for task in after.tasks:
        was = old.get(task.uid)
        change = Change("added", task) if was is None else change_of(was, task)
        if change:
            found.append(change)
    there = {task.uid for task in after.tasks} | set(left_out)
    return found + [Change("removed", task, task) for uid, task in old.items() if uid not in there]


def change_of(was: Task, now: Task) -> Change | None:
    moved = _days(was) != _days(now)
    what = [words for name, words in _WORDS.items() if getattr(was, name) != getattr(now, name)]
    if (was.start, was.finish) != (now.start, now.finish):
        if moved:
            names = [n for n, a, b in zip(("start", "finish"), _days(was), _days(now), strict=True) if a != b]
            what = names + what
        else:
            what.append("time of day")
    if was.name != now.name:
        what.insert(0, "name")
    if _links(was) != _links(now):
        what.append("links")
    if not what:
        return None
    kind = "moved" if moved else "links" if what == ["links"] else "words"
    words, direction = _movement(was, now) if moved else ("", 0)
    return Change(kind, now, was, words, ", ".join(what).capitalize().replace("Wbs", "WBS"), direction)


def _days(task: Task) -> tuple[date | None, date | None]:
    return (task.start.date() if task.start else None, task.finish.date() if task.finish else None)


def _links(task: Task) -> list[str]:
    return sorted(f"{link.predecessor}/{link.type}/{link.lag}/{link.lag_format}" for link in task.links)


def links_words(task: Task | None) -> str:
    return "; ".join(link_words(link) for link in task.links) if task else ""


def _movement(was: Task, now: Task) -> tuple[str, int]:
    before, after = day_of(was), day_of(now)
    if before is None or after is None:
        return ("Dated for the first time" if after else "No date any more"), 0
    if before == after:  # the start alone moved
        return "Starts on another day", 0
    return movement(When.day(before), When.day(after)), 1 if after > before else -1


def tally(found: list[Change], *, tasks: int, errors: int) -> dict[str, int]:
    """Each row of the file in one count: same + moved + added + words + links + errors = the rows of the file."""
    counts = Counter(change.kind for change in found)
    said = {kind: counts[kind] for kind in KINDS}
    touched = sum(count for kind, count in said.items() if kind != "removed")
    return {
        **said,
        "same": tasks - touched,
        "errors": errors,
        "later": sum(change.direction > 0 for change in found),
        "earlier": sum(change.direction < 0 for change in found),
        "rows": tasks + errors,
    }


assert {field.name for field in fields(Task)} == {*_TOLD, *_WORDS}, "say what a new column of a task is called"
