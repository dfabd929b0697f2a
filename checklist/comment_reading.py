"""Reads a comments log that somebody sent: every row comes back, and what is wrong with one is said cell by cell."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import IO, Any

from django.core.exceptions import ValidationError

from checklist.comment_sheets import COLUMNS, KINDS, NO, PLACE, SEVERITIES, SHEET, YES, plain
from checklist.import_reading import FORMULA, lines_of
from checklist.models import CommentKind, Severity
from checklist.responding import MOST_COMMENTS, CommentRow
from mhhs_portal.deadlines import day_words

#: Our own limits. A log of 2,000 comments of ordinary length has half a megabyte.
LARGEST = 4 * 1024 * 1024
LARGEST_UNPACKED = 24 * 1024 * 1024
#: A template with 2,000 rows has 18,000.
MOST_CELLS = 60_000
SMALLER = "Copy the comments into the template and send that."
_MADE = re.compile(rb"<(?:\w+:)?(?:c|row|si|t|r|xf|col|definedName|dataValidation)[\s/>]")
LONGEST = {"document": 120, "clause": 80, "comment": 8_000, "suggested_change": 8_000}
_KEYS = {heading.casefold(): name for name, (heading, _) in COLUMNS.items()} | {PLACE.casefold(): "place"}
#: Words that other logs use for the same.
_KEYS |= {
    "document": "document",
    "clause": "clause",
    "clause or page": "clause",
    "section / clause": "clause",
    "comments": "comment",
    "suggested change": "suggested_change",
    "proposed change": "suggested_change",
}
_SEVERITIES = {word.casefold(): key for key, word in SEVERITIES.items()}
_SEVERITIES |= {each.label.casefold(): each.value for each in Severity}
_KINDS = {word.casefold(): key for key, word in KINDS.items()}
_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0", ""}


@dataclass(frozen=True)
class Fault:
    column: str
    words: str
    #: What stands in the cell.
    text: str = ""


@dataclass
class ReadRow:
    """One line of the file. With faults it goes nowhere, and is shown as it is."""

    number: int
    row: CommentRow = field(default_factory=CommentRow)
    place: str = ""
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Log:
    #: How the sheet is called; empty for a CSV file.
    sheet: str
    rows: list[ReadRow] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def good(self) -> list[ReadRow]:
        return [row for row in self.rows if not row.faults]

    @property
    def bad(self) -> list[ReadRow]:
        return [row for row in self.rows if row.faults]


def read(file: IO[bytes], name: str, size: int) -> Log:
    """All rows. ValidationError in words for a file that cannot be a comments log; it is never read in full then."""
    if size > LARGEST:
        megabytes = f"{size / 1024 / 1024:.1f} MB"
        raise ValidationError({"file": f"This file has {megabytes}. The most is {LARGEST // 1024 // 1024} MB."})
    lines = lines_of(file, name, SHEET)
    is_book = _refuse_what_is_too_large_inside(file)
    log = Log(SHEET if is_book else "")
    keys: dict[int, str] = {}
    for number, values in lines:
        if not keys:
            keys = _headings(values, log)
            continue
        if (row := _row(number, values, keys, is_book)) is None:
            continue
        if len(log.rows) >= MOST_COMMENTS:
            raise ValidationError({"file": f"The log has more than {MOST_COMMENTS:,} comments. Send it in parts."})
        log.rows.append(row)
    if not keys:
        raise ValidationError({"file": "The file is empty."})
    if not log.rows:
        raise ValidationError({"file": f"There is no comment under the headings of the sheet “{SHEET}”."})
    return log


def _refuse_what_is_too_large_inside(file: IO[bytes]) -> bool:
    """True for a workbook. What its parts declare is the most that is ever unpacked of them."""
    start = file.read(2)
    file.seek(0)
    if start != b"PK":
        return False
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        too_large = unpacked > LARGEST_UNPACKED
        cells = 0 if too_large else sum(_cells(archive, name) for name in archive.namelist())
    file.seek(0)
    if too_large:
        words = f"The workbook would unpack to {unpacked // (1024 * 1024):,} MB. The most is 24 MB."
        raise ValidationError({"file": f"{words} {SMALLER}"})
    if cells > MOST_CELLS:
        words = f"The workbook has {cells:,} rows, cells and texts, empty ones included. The most is {MOST_CELLS:,}."
        raise ValidationError({"file": f"{words} {SMALLER}"})
    return True


def _cells(archive: zipfile.ZipFile, name: str) -> int:
    """How many things the reader would make of a part; counting costs a hundredth of making them."""
    if not name.lower().endswith(".xml"):
        return 0
    try:
        return sum(1 for _ in _MADE.finditer(archive.read(name)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise ValidationError({"file": "The workbook cannot be read: it is damaged. Save it again."}) from None


def _headings(values: list[Any], log: Log) -> dict[int, str]:
    keys: dict[int, str] = {}
    for place, value in enumerate(values):
        heading = " ".join(str(value or "").split())
        key = _KEYS.get(heading.casefold())
        if key and key in keys.values():
            raise ValidationError({"file": f"The heading “{heading}” stands twice."})
        if key:
            keys[place] = key
        elif heading:
            log.unknown.append(heading[:60])
    if "comment" not in keys.values():
        headings = ", ".join(f"“{heading}”" for heading, _ in COLUMNS.values())
        raise ValidationError({"file": f"The first row must hold the headings, with “Comment” among {headings}."})
    return keys


def _row(number: int, values: list[Any], keys: dict[int, str], is_book: bool) -> ReadRow | None:
    """None for a line in which nothing was said; a kind, severity or “No” alone says nothing."""
    read = ReadRow(number)
    typed: dict[str, str] = {}
    for place, value in enumerate(values):
        if not (key := keys.get(place)):
            continue
        text, fault = _text(value, is_book)
        if key == "place":
            read.place = text[:40]
            continue
        if not fault and len(text) > LONGEST.get(key, 100):
            fault = f"This has {len(text):,} characters. The most is {LONGEST.get(key, 100):,}."
        if fault:
            read.faults.append(Fault(COLUMNS[key][0], fault, text))
        typed[key] = text
    if not read.faults and not any(typed.get(name) for name in LONGEST):
        return None
    read.row = _comment(typed, read)
    return read


def _comment(typed: dict[str, str], read: ReadRow) -> CommentRow:
    faulty = {fault.column for fault in read.faults}
    texts: Any = {name: typed.get(name, "") for name in LONGEST}
    row = CommentRow(**texts)
    if not row.comment and COLUMNS["comment"][0] not in faulty:
        read.faults.append(Fault(COLUMNS["comment"][0], "The comment is missing. Write it, or delete the row."))
    severity, kind, private = (typed.get(name, "") for name in ("severity", "kind", "is_confidential"))
    if severity.casefold() in _SEVERITIES or not severity:
        row = replace(row, severity=_SEVERITIES.get(severity.casefold(), Severity.MEDIUM.value))
    elif COLUMNS["severity"][0] not in faulty:
        read.faults.append(_unknown("severity", severity, SEVERITIES.values()))
    if kind.casefold() in _KINDS or not kind:
        row = replace(row, kind=_KINDS.get(kind.casefold(), CommentKind.SUBSTANTIVE.value))
    elif COLUMNS["kind"][0] not in faulty:
        read.faults.append(_unknown("kind", kind, KINDS.values()))
    if private.casefold() in _YES | _NO:
        return replace(row, is_confidential=private.casefold() in _YES)
    if COLUMNS["is_confidential"][0] not in faulty:
        read.faults.append(_unknown("is_confidential", private, (YES, NO)))
    return row


def _unknown(name: str, text: str, known: Any) -> Fault:
    return Fault(COLUMNS[name][0], f"“{text[:40]}” is not known here. Write one of: {', '.join(known)}.", text)


def _text(value: Any, is_book: bool) -> tuple[str, str]:
    """What the cell says, and what is wrong with it."""
    if value is None:
        return "", ""
    if value == FORMULA:
        return "", "This cell holds a formula or an error. Put its value there instead."
    if isinstance(value, datetime | date | time):
        said = day_words(value) if isinstance(value, date) else f"{value:%H:%M}"
        return said, f"Excel has made a date or time of this: {said}. Format the cell as text and type it again."
    if isinstance(value, bool):
        return (YES if value else NO), ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = plain(str(value))
    if not is_book and text[:1] == "'" and text[1:2] in ("=", "+", "-", "@"):
        text = text[1:]  # as our own CSV files write it
    return text, ""
