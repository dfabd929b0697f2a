"""The values of Microsoft Project's XML: text that is refused in words, or what it means."""

from __future__ import annotations

import re
from datetime import datetime

from milestones.plan_files.plan import (
    BASELINES,
    DAYS,
    DEEPEST,
    EARLIEST,
    FIRST_OWN,
    LATEST,
    LINK_TYPES,
    BaselineDates,
    Link,
    is_unit,
)

_DURATION = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?")
_COLUMNS = {"UID": "Unique ID", "OutlineLevel": "Outline level", "PercentComplete": "% complete"}


class BadError(ValueError):
    """One value that cannot be taken."""

    def __init__(self, column: str, value: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.advice = _COLUMNS.get(column, column), value, reason, advice


def flag(text: str) -> bool:
    return text.strip().lower() in ("1", "true")


def short(column: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadError(
            column, text[:60] + "…", f"It has {len(text):,} characters; the most is {longest:,}", "Shorten it."
        )
    return text


def whole(name: str, simple: dict[str, str], least: int, most: int) -> int:
    text = simple.get(name, "").strip()
    if not text:
        return least
    if not text.removeprefix("-").isdecimal() or len(text) > 10 or not least <= int(text) <= most:
        raise BadError(name, text, f"This is not a whole number from {least} to {most}")
    return int(text)


def uid_of(name: str, simple: dict[str, str]) -> int:
    if not simple.get(name, "").strip():
        raise BadError(
            name, "", "The task has no unique ID", "Project numbers its tasks itself: save the file there again."
        )
    return whole(name, simple, 1, 2**31 - 1)


def refuse_portal_number(number: int) -> None:
    if number >= FIRST_OWN:
        reason = f"Numbers from {FIRST_OWN:,} on are of rows that the portal writes itself"
        raise BadError("UID", str(number), reason, "Give the task another number.")


def level_of(simple: dict[str, str]) -> int:
    if simple.get("OutlineLevel", "").strip():
        return whole("OutlineLevel", simple, 1, DEEPEST)
    number = simple.get("OutlineNumber", "").strip()
    return whole("OutlineLevel", {"OutlineLevel": str(number.count(".") + 1)}, 1, DEEPEST) if number else 1


def moment_of(column: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip()).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise BadError(column, text, "This is not a real date", "A date is written as 2025-09-24T17:00:00.") from None
    if not EARLIEST <= found.date() <= LATEST:
        raise BadError(
            column, text, f"A plan's dates lie between {EARLIEST.year} and {LATEST.year}", "Correct the year."
        )
    return found


def moment(name: str, part: dict[str, str], column: str = "") -> datetime | None:
    text = part.get(name, "").strip()
    return None if text in ("", "NA") else moment_of(column or name, text)


def duration_of(name: str, part: dict[str, str], column: str = "") -> tuple[int | None, int]:
    text, unit = part.get(name, "").strip(), part.get("DurationFormat", "").strip() or str(DAYS)
    if not unit.isdecimal() or len(unit) > 3 or not is_unit(int(unit)):
        raise BadError(column or "DurationFormat", unit, "This is no unit of Microsoft Project")
    if not text:
        return None, DAYS  # a unit of nothing
    found = _DURATION.fullmatch(text)
    if not found:
        raise BadError(column or name, text, "This is not a duration", "A duration is written as PT40H0M0S.")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds, int(unit)


def link_of(part: dict[str, str]) -> Link:
    column = "Predecessors"
    if flag(part.get("CrossProject", "")):
        raise BadError(
            column, part.get("CrossProjectName", ""), "It waits for a task of another file", "Link within one."
        )
    kind = whole("Type", {"Type": part.get("Type", "1")}, 0, 3)
    lag = whole("LinkLag", part | {"LinkLag": part.get("LinkLag") or "0"}, -(10**8), 10**8)
    unit = whole("LagFormat", {"LagFormat": part.get("LagFormat") or str(DAYS)}, 3, 53)
    if not is_unit(unit):
        raise BadError(column, str(unit), "This lag has a unit that is not Microsoft Project's")
    return Link(uid_of("PredecessorUID", part), LINK_TYPES[kind], lag, unit)


def baselines_of(parts: list[dict[str, str]]) -> tuple[BaselineDates, ...]:
    found: dict[int, BaselineDates] = {}
    for part in parts:
        if flag(part.get("Interim", "")):
            continue
        number = whole("Baseline", {"Baseline": part.get("Number", "0")}, BASELINES[0], BASELINES[-1])
        column = f"Baseline {number}"
        if number in found:
            raise BadError(column, str(number), "The task has this baseline twice")
        start, finish = moment("Start", part, column), moment("Finish", part, column)
        duration, unit = duration_of("Duration", part, column)
        if start or finish or duration is not None:
            found[number] = BaselineDates(number, start, finish, duration, unit)
    return tuple(found[number] for number in sorted(found))
