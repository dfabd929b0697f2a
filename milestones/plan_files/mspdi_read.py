"""Reads Microsoft Project XML bit by bit: never a tree in memory, no entities, no DTD, nothing from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any
from xml.parsers import expat

from milestones.plan_files import mspdi
from milestones.plan_files.judging import judge
from milestones.plan_files.plan import (
    BASELINES,
    DAYS,
    DEEPEST,
    EARLIEST,
    LATEST,
    LINK_TYPES,
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_VALUE,
    MOST_LINKS,
    MOST_TASKS,
    BaselineDates,
    Field,
    Link,
    Problem,
    Read,
    RefusedError,
    Task,
    Totals,
    Where,
    is_unit,
    tidy,
)

SHEET = "Tasks"
CHUNK = 1 << 16
DEEPEST_ELEMENT = 40
LONGEST_TEXT = 1_000_000
_DURATION = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?")
_COLUMNS = {"UID": "Unique ID", "OutlineLevel": "Outline level", "PercentComplete": "% complete"}

Say = Callable[[float], None]


class _Bad(ValueError):
    """One value that cannot be taken."""

    def __init__(self, column: str, value: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.advice = _COLUMNS.get(column, column), value, reason, advice


@dataclass
class _Raw:
    """A task's elements as text."""

    line: int
    simple: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)
    baselines: list[dict[str, str]] = field(default_factory=list)
    custom: list[dict[str, str]] = field(default_factory=list)


def parser_that_refuses() -> Any:
    """An expat parser that stops at whatever a plan never has."""
    parser = expat.ParserCreate(None, " ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise RefusedError(
            "The file declares a document type or entities, which a plan never needs and an attack does. "
            "Save it from Microsoft Project again as XML."
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.SkippedEntityHandler = refuse
    return parser


def feed(parser: Any, file: IO[bytes], size: int, say: Say) -> None:
    """The file through the parser, a piece at a time; what is wrong with it in words."""
    done = 0
    try:
        while piece := file.read(CHUNK):
            parser.Parse(piece, False)
            done += len(piece)
            say(done / max(size, 1))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, "not well-formed")
        raise RefusedError(
            f"This is not XML that can be read: {what}, line {error.lineno}, column {error.offset + 1}. "
            "Save the plan from Microsoft Project with “Save As, XML format”."
        ) from None
    except LookupError:
        raise RefusedError("The file names an encoding that is not known. Save it as XML in UTF-8.") from None
    except (UnicodeError, ValueError) as error:
        raise RefusedError(f"The file's characters do not fit the encoding that it names ({error}).") from None


class _Reader:
    def __init__(self) -> None:
        self.read = Read()
        self.stack: list[str] = []
        self.text: list[str] = []
        self.length = 0
        self.raw = _Raw(0)
        self.part: dict[str, str] = {}
        self.milestones = self.summaries = self.links = self.tasks = self.blank = 0
        self.left: Counter[str] = Counter()
        self.left_tops: Counter[str] = Counter()
        self.top: dict[str, str] = {}
        self.own_fields: dict[str, str] = {}
        self.parser = parser_that_refuses()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def start(self, name: str, _: object) -> None:
        local = name.rsplit(" ", 1)[-1]
        if not self.stack and local != "Project":
            raise RefusedError(
                f"The file is XML, but no plan: it begins with <{local[:40]}>, a plan with <Project>. "
                "Save it from Microsoft Project with “Save As, XML format”."
            )
        self.stack.append(local)
        if len(self.stack) > DEEPEST_ELEMENT:
            raise RefusedError(f"Its elements are nested deeper than {DEEPEST_ELEMENT}, which a plan's never are.")
        self.text, self.length = [], 0
        if len(self.stack) == 3 and local == "Task" and self.stack[1] == "Tasks":
            if self.tasks >= MOST_TASKS:
                raise RefusedError(f"The file has more than {MOST_TASKS:,} tasks, the most that one plan may have.")
            self.raw = _Raw(self.parser.CurrentLineNumber)
        elif len(self.stack) == (4 if self.stack[1:2] == ["Tasks"] else 3):
            self.part = {}

    def characters(self, text: str) -> None:
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise RefusedError(f"One element, {self.stack[-1]}, holds more than {LONGEST_TEXT:,} characters.")
        self.text.append(text)

    def end(self, _: str) -> None:
        depth, local = len(self.stack), self.stack[-1]
        inside = self.stack[1] if depth > 1 else ""
        if inside == "Tasks":
            self._end_in_task(depth, local)
        elif inside == "ExtendedAttributes":
            if depth == 4:
                self.part[local] = "".join(self.text)
            elif depth == 3:
                self._field(self.part)
        elif depth == 2:
            self.top[local] = "".join(self.text)
        elif depth == 3:
            self.left_tops[inside] += 1
        self.stack.pop()
        self.text, self.length = [], 0

    def _end_in_task(self, depth: int, local: str) -> None:
        if depth == 3:
            self._task()
        elif depth == 4:
            kinds = {
                "PredecessorLink": self.raw.links,
                "Baseline": self.raw.baselines,
                "ExtendedAttribute": self.raw.custom,
            }
            if local in kinds:
                kinds[local].append(self.part)
                self.part = {}
            else:
                self.raw.simple[local] = "".join(self.text)
        elif depth == 5:
            self.part[local] = "".join(self.text)

    def _field(self, part: dict[str, str]) -> None:
        number = part.get("FieldID", "").strip()
        alias = tidy(part.get("Alias", ""))
        if alias in mspdi.OWN_ALIASES:
            self.own_fields[number] = alias
        elif number and len(self.read.plan.fields) < 500:
            name = tidy(part.get("FieldName", ""))
            self.read.plan.fields[number[:20]] = Field(name[:100], alias[:100])

    def _task(self) -> None:
        raw = self.raw
        if _flag(raw.simple.get("IsNull", "")):
            self.blank += 1
            return
        if raw.simple.get("UID", "").strip() == "0":  # the whole project, which Project lists as task 0
            self.read.plan.title = self.read.plan.title or tidy(raw.simple.get("Name", ""))[:LONGEST_NAME]
            return
        self.tasks += 1
        self.milestones += _flag(raw.simple.get("Milestone", ""))
        self.summaries += _flag(raw.simple.get("Summary", ""))
        self.links += len(raw.links)
        if self.links > MOST_LINKS:
            raise RefusedError(f"The file has more than {MOST_LINKS:,} links, the most that one plan may have.")
        for name in raw.simple:
            if name not in mspdi.MODELLED and name not in mspdi.KEPT and name not in mspdi.WORKED_OUT:
                self.left[name] += raw.simple[name].strip() not in ("", "0", "PT0H0M0S", "-1")
        try:
            task, is_portals = self._made(raw)
        except _Bad as bad:
            uid, name = raw.simple.get("UID", "").strip(), tidy(raw.simple.get("Name", ""))[:LONGEST_NAME]
            number = int(uid) if uid.isdecimal() and len(uid) < 11 else None
            where = self._where(raw)
            self.read.problems.append(
                Problem(where, bad.column, tidy(bad.value)[:200], bad.reason, bad.advice, number, name)
            )
            return
        (self.read.portal_rows if is_portals else self.read.plan.tasks).append(task)

    def _where(self, raw: _Raw) -> Where:
        """The number that Project shows beside the row, else the line of the file."""
        shown = raw.simple.get("ID", "").strip()
        return Where(SHEET, int(shown) if shown.isdecimal() and len(shown) < 9 else raw.line)

    def _made(self, raw: _Raw) -> tuple[Task, bool]:
        simple = raw.simple
        custom, own = {}, {}
        for part in raw.custom:
            number, value = part.get("FieldID", "").strip()[:20], tidy(part.get("Value", ""))
            if not value:
                continue
            if number in self.own_fields:
                own[self.own_fields[number]] = value
            elif number:
                custom[number] = _short("Field " + number, value, LONGEST_VALUE)
        start, finish = _moment("Start", simple), _moment("Finish", simple)
        if start and finish and finish < start:
            raise _Bad("Finish", simple["Finish"], "The task ends before it starts", f"It starts on {start:%-d %B %Y}.")
        duration, unit = _duration("Duration", simple)
        task = Task(
            uid=_uid("UID", simple),
            name=_short("Name", tidy(simple.get("Name", "")), LONGEST_NAME),
            level=_level(simple),
            wbs=_short("WBS", tidy(simple.get("WBS", "")), LONGEST_NAME),
            start=start,
            finish=finish,
            duration=duration,
            duration_format=unit,
            is_milestone=_flag(simple.get("Milestone", "")),
            is_summary=_flag(simple.get("Summary", "")),
            percent=_number("PercentComplete", simple, 0, 100),
            notes=_short("Notes", tidy(simple.get("Notes", "")), LONGEST_NOTES),
            code=own.get(mspdi.ALIAS_CODE, "")[:20].strip(),
            links=tuple(_link(part) for part in raw.links),
            baselines=_baselines(raw.baselines),
            custom=custom,
            more={
                name: _short(name, tidy(value), LONGEST_VALUE)
                for name, value in simple.items()
                if name in mspdi.KEPT and value
            },
            where=self._where(raw),
        )
        return task, mspdi.ALIAS_ROW in own


# --- values -----------------------------------------------------------------------------------------------------------


def _flag(text: str) -> bool:
    return text.strip().lower() in ("1", "true")


def _short(column: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise _Bad(column, text[:60] + "…", f"It has {len(text):,} characters; the most is {longest:,}", "Shorten it.")
    return text


def _number(name: str, simple: dict[str, str], least: int, most: int) -> int:
    text = simple.get(name, "").strip()
    if not text:
        return least
    if not text.removeprefix("-").isdecimal() or len(text) > 10 or not least <= int(text) <= most:
        raise _Bad(name, text, f"This is not a whole number from {least} to {most}")
    return int(text)


def _uid(name: str, simple: dict[str, str]) -> int:
    if not simple.get(name, "").strip():
        raise _Bad(
            name, "", "The task has no unique ID", "Project numbers its tasks itself: save the file there again."
        )
    return _number(name, simple, 1, 2**31 - 1)


def _level(simple: dict[str, str]) -> int:
    if simple.get("OutlineLevel", "").strip():
        return _number("OutlineLevel", simple, 1, DEEPEST)
    number = simple.get("OutlineNumber", "").strip()
    return _number("OutlineLevel", {"OutlineLevel": str(number.count(".") + 1)}, 1, DEEPEST) if number else 1


def moment_of(column: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip()).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise _Bad(column, text, "This is not a real date", "A date is written as 2025-09-24T17:00:00.") from None
    if not EARLIEST <= found.date() <= LATEST:
        raise _Bad(column, text, f"A plan's dates lie between {EARLIEST.year} and {LATEST.year}", "Correct the year.")
    return found


def _moment(name: str, part: dict[str, str], column: str = "") -> datetime | None:
    text = part.get(name, "").strip()
    return None if text in ("", "NA") else moment_of(column or name, text)


def _duration(name: str, part: dict[str, str], column: str = "") -> tuple[int | None, int]:
    text, unit = part.get(name, "").strip(), part.get("DurationFormat", "").strip() or str(DAYS)
    if not unit.isdecimal() or len(unit) > 3 or not is_unit(int(unit)):
        raise _Bad(column or "DurationFormat", unit, "This is no unit of Microsoft Project")
    if not text:
        return None, DAYS  # a unit of nothing
    found = _DURATION.fullmatch(text)
    if not found:
        raise _Bad(column or name, text, "This is not a duration", "A duration is written as PT40H0M0S.")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds, int(unit)


def _link(part: dict[str, str]) -> Link:
    column = "Predecessors"
    if _flag(part.get("CrossProject", "")):
        raise _Bad(column, part.get("CrossProjectName", ""), "It waits for a task of another file", "Link within one.")
    kind = _number("Type", {"Type": part.get("Type", "1")}, 0, 3)
    lag = _number("LinkLag", part | {"LinkLag": part.get("LinkLag") or "0"}, -(10**8), 10**8)
    unit = _number("LagFormat", {"LagFormat": part.get("LagFormat") or str(DAYS)}, 3, 53)
    if not is_unit(unit):
        raise _Bad(column, str(unit), "This lag has a unit that is not Microsoft Project's")
    return Link(_uid("PredecessorUID", part), LINK_TYPES[kind], lag, unit)


def _baselines(parts: list[dict[str, str]]) -> tuple[BaselineDates, ...]:
    found: dict[int, BaselineDates] = {}
    for part in parts:
        if _flag(part.get("Interim", "")):
            continue
        number = _number("Baseline", {"Baseline": part.get("Number", "0")}, BASELINES[0], BASELINES[-1])
        column = f"Baseline {number}"
        if number in found:
            raise _Bad(column, str(number), "The task has this baseline twice")
        start, finish = _moment("Start", part, column), _moment("Finish", part, column)
        duration, unit = _duration("Duration", part, column)
        if start or finish or duration is not None:
            found[number] = BaselineDates(number, start, finish, duration, unit)
    return tuple(found[number] for number in sorted(found))


# --- the whole file ---------------------------------------------------------------------------------------------------


def read_mspdi(file: IO[bytes], size: int, say: Say = lambda share: None) -> Read:
    reader = _Reader()
    feed(reader.parser, file, size, lambda share: say(share * 0.7))
    read = reader.read
    if not reader.tasks:
        raise RefusedError("The file holds no task. Save the plan from Microsoft Project with its tasks.")
    read.found = Totals(reader.tasks, reader.milestones, reader.summaries, reader.links)
    file.seek(0)
    read.own = own_totals(file, size, lambda share: say(0.7 + share * 0.3))
    read.plan.title = tidy(reader.top.get("Title") or read.plan.title or reader.top.get("Name") or "")[:LONGEST_NAME]
    read.not_kept = _not_kept(reader)
    _under_our_headings(read)
    judge(read, links_column="Predecessors")
    return read


def _under_our_headings(read: Read) -> None:
    """Our own export puts the detailed tasks under a heading of ours: they come back one level higher."""
    if not read.portal_rows:
        return
    up = min((task.level for task in read.plan.tasks), default=1) - 1
    ours = {task.uid for task in read.portal_rows}
    dropped = 0
    for n, task in enumerate(read.plan.tasks):
        links = tuple(link for link in task.links if link.predecessor not in ours)
        dropped += len(task.links) - len(links)
        read.plan.tasks[n] = replace(task, level=task.level - up, links=links)
    if dropped:
        read.not_kept.append(f"links of tasks to the portal's own milestones and stages: {dropped}")


_TOPS = {"Resources": "resources", "Assignments": "assignments", "OutlineCodes": "outline codes"}
_TOPS |= {"Calendars": "calendars", "WBSMasks": "WBS masks"}


def _not_kept(reader: _Reader) -> list[str]:
    words = [f"{_TOPS[name]}: {count}" for name, count in reader.left_tops.items() if name in _TOPS]
    seen: set[str] = set()
    for kind, names in mspdi.NOT_KEPT.items():
        count = max((reader.left[name] for name in names), default=0)
        seen |= names
        if count:
            words.append(f"{kind} of {count} tasks")
    others = [name for name, count in reader.left.items() if name not in seen and count]
    words += [f"element {name[:60]} of {reader.left[name]} tasks" for name in others[:10]]
    if reader.blank:
        words.append(f"blank rows: {reader.blank}")
    return words


def own_totals(file: IO[bytes], size: int, say: Say = lambda share: None) -> Totals:
    """The file counted once more, by nothing but the names of its elements."""
    path: list[str] = []
    counts = Counter[str]()
    task = Counter[str]()
    text: list[str] = []

    def start(name: str, _: object) -> None:
        path.append(name.rpartition(" ")[2])
        text.clear()

    def end(_: str) -> None:
        here = "/".join(path)
        said = "".join(text).strip()
        if here == "Project/Tasks/Task/PredecessorLink":
            task["links"] += 1
        elif here in ("Project/Tasks/Task/Milestone", "Project/Tasks/Task/Summary", "Project/Tasks/Task/IsNull"):
            task[path[-1]] += said in ("1", "true")
        elif here == "Project/Tasks/Task/UID":
            task["zero"] += said == "0"
        elif here == "Project/Tasks/Task":
            if not task["IsNull"] and not task["zero"]:
                counts.update({"tasks": 1} | task)
            task.clear()
        path.pop()
        text.clear()

    parser = parser_that_refuses()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text.append
    feed(parser, file, size, say)
    return Totals(counts["tasks"], counts["Milestone"], counts["Summary"], counts["links"])
