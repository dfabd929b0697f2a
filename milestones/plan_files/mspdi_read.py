"""Reads Microsoft Project XML bit by bit: never a tree in memory, no entities, no DTD, nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO, Any
from xml.parsers import expat

from milestones.plan_files import mspdi
from milestones.plan_files.judging import judge, under_our_headings
from milestones.plan_files.mspdi_values import (
    BadError,
    baselines_of,
    duration_of,
    flag,
    level_of,
    link_of,
    moment,
    refuse_portal_number,
    short,
    uid_of,
    whole,
)
from milestones.plan_files.plan import (
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_VALUE,
    MOST_LINKS,
    MOST_TASKS,
    Field,
    Problem,
    Read,
    RefusedError,
    Task,
    Totals,
    Where,
    tidy,
)

SHEET = "Tasks"
CHUNK = 1 << 16
DEEPEST_ELEMENT = 40
LONGEST_TEXT = 1_000_000

Say = Callable[[float], None]


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

    def refuse(*_: object) -> Any:
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
        if flag(raw.simple.get("IsNull", "")):
            self.blank += 1
            return
        if raw.simple.get("UID", "").strip() == "0":  # the whole project, which Project lists as task 0
            self.read.plan.title = self.read.plan.title or tidy(raw.simple.get("Name", ""))[:LONGEST_NAME]
            return
        self.tasks += 1
        self.milestones += flag(raw.simple.get("Milestone", ""))
        self.summaries += flag(raw.simple.get("Summary", ""))
        self.links += len(raw.links)
        if self.links > MOST_LINKS:
            raise RefusedError(f"The file has more than {MOST_LINKS:,} links, the most that one plan may have.")
        for name in raw.simple:
            if name not in mspdi.MODELLED and name not in mspdi.KEPT and name not in mspdi.WORKED_OUT:
                is_block = name in ("TimephasedData", "OutlineCode")
                self.left[name] += is_block or raw.simple[name].strip() not in ("", "0", "PT0H0M0S", "-1")
        try:
            task, is_portals = self._made(raw)
        except BadError as bad:
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
                custom[number] = short("Field " + number, value, LONGEST_VALUE)
        start, finish = moment("Start", simple), moment("Finish", simple)
        if start and finish and finish < start:
            raise BadError(
                "Finish", simple["Finish"], "The task ends before it starts", f"It starts on {start:%-d %B %Y}."
            )
        duration, unit = duration_of("Duration", simple)
        task = Task(
            uid=uid_of("UID", simple),
            name=short("Name", tidy(simple.get("Name", "")), LONGEST_NAME),
            level=level_of(simple),
            wbs=short("WBS", tidy(simple.get("WBS", "")), LONGEST_NAME),
            start=start,
            finish=finish,
            duration=duration,
            duration_format=unit,
            is_milestone=flag(simple.get("Milestone", "")),
            is_summary=flag(simple.get("Summary", "")),
            percent=whole("PercentComplete", simple, 0, 100),
            notes=short("Notes", tidy(simple.get("Notes", "")), LONGEST_NOTES),
            code=own.get(mspdi.ALIAS_CODE, "")[:20].strip(),
            links=tuple(link_of(part) for part in raw.links),
            baselines=baselines_of(raw.baselines),
            custom=custom,
            more={
                name: short(name, tidy(value), LONGEST_VALUE)
                for name, value in simple.items()
                if name in mspdi.KEPT and value
            },
            where=self._where(raw),
        )
        if mspdi.ALIAS_ROW in own:  # the portal's own row: what it says of itself instead of the author's fields
            return replace(task, custom=own), True
        refuse_portal_number(task.uid)
        return task, False


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
    under_our_headings(read)
    judge(read, links_column="Predecessors")
    return read


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
