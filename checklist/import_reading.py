"""Reads a table of items that somebody sent: cells only, nothing that runs, and every fault with its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any

from django.core.exceptions import ValidationError

from milestones.plan_files.plan import RefusedError
from milestones.plan_files.unpacking import CSV, XLSX, inspect_workbook, kind_of

#: Our own limits: a table of requests is short.
LARGEST = 2 * 1024 * 1024
MOST_ROWS = 500
MOST_CELL = 25_000
MOST_BLANK = 200
#: What a row may say, by the key of the publish form, with the heading that we print.
COLUMNS = {
    "title": "Title",
    "kind": "Type",
    "workstream": "Workstream",
    "governance_group": "Group that decides",
    "summary": "What you ask for",
    "body": "More detail",
    "document_number": "Document number",
    "document_version": "Version",
    "contact": "Contact mailbox",
    "is_mandatory": "Mandatory",
    "legal_basis": "Legal basis",
    "response_method": "Response method",
    "response_address": "Response address",
    "parent": "Follows from",
    "milestone": "Milestone",
    "path": "Path",
    "opens_on": "Opens on",
    "questions_on": "Questions until",
    "due_on": "Closes on",
    "due_time": "Closing time",
    "accepts_late": "Late responses",
    "is_public": "Public",
    "audience": "Audience",
    "link": "Link",
}
_KEYS = {heading.casefold(): key for key, heading in COLUMNS.items()}


@dataclass(frozen=True)
class Problem:
    row: int
    column: str
    words: str


@dataclass
class TableRow:
    number: int
    #: By key; text, or a date or time that the workbook held as one.
    cells: dict[str, Any] = field(default_factory=dict)


@dataclass
class Table:
    rows: list[TableRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Headings that we do not know; what stands under them is not taken over.
    unknown: list[str] = field(default_factory=list)


def read(file: IO[bytes], name: str) -> Table:
    """The rows under our headings. ValidationError in words for a file that cannot be a table of items."""
    return _table(lines_of(file, name))


def lines_of(file: IO[bytes], name: str, sheet: str = "") -> Iterator[tuple[int, list[Any]]]:
    """The lines with their numbers, of the sheet of this name or else of the first. A formula reads as FORMULA.

    ValidationError in words for a file that is no table, or that would do more than hold cells.
    """
    try:
        kind = kind_of(file, name)
        if kind == XLSX:
            inspect_workbook(file)
    except RefusedError as refusal:
        raise ValidationError({"file": str(refusal)}) from None
    if kind not in (CSV, XLSX):
        raise ValidationError({"file": "This is neither an Excel workbook (.xlsx) nor a .csv table."})
    return _xlsx(file, sheet) if kind == XLSX else _csv(file)


def _table(lines: Iterator[tuple[int, list[Any]]]) -> Table:
    table = Table()
    keys: dict[int, str] = {}
    for number, values in lines:
        if not keys:
            keys = _headings(values, table)
            continue
        if len(table.rows) >= MOST_ROWS:
            raise ValidationError({"file": f"The table has more than {MOST_ROWS} rows. Send it in parts."})
        row = TableRow(number)
        for place, value in enumerate(values):
            if (key := keys.get(place)) and value is not None and (cell := _cell(value)) != "":
                if isinstance(cell, str) and (fault := _fault(cell)):
                    table.problems.append(Problem(number, COLUMNS[key], fault))
                else:
                    row.cells[key] = cell
        if row.cells or any(problem.row == number for problem in table.problems):
            table.rows.append(row)
    if not keys:
        raise ValidationError({"file": "The table is empty."})
    if not table.rows:
        raise ValidationError({"file": "The table has headings and no rows."})
    return table


def _headings(values: list[Any], table: Table) -> dict[int, str]:
    keys: dict[int, str] = {}
    for place, value in enumerate(values):
        heading = str(value or "").strip()
        key = _KEYS.get(heading.casefold())
        if key and key in keys.values():
            raise ValidationError({"file": f"The heading “{heading}” stands twice."})
        if key:
            keys[place] = key
        elif heading:
            table.unknown.append(heading[:60])
    if "title" not in keys.values():
        raise ValidationError({"file": "The first row must hold the headings, with “Title” among them."})
    return keys


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | time):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _fault(text: str) -> str:
    if text == FORMULA:
        return "This cell holds a formula or an error. Put its value there instead."
    if len(text) > MOST_CELL:
        return f"This cell has {len(text):,} characters. The most is {MOST_CELL:,}."
    if any(c < " " and c not in "\n\r\t" for c in text):
        return "This cell holds characters that cannot be read."
    return ""


FORMULA = "\x00"  # no cell of a workbook can hold it


def _xlsx(file: IO[bytes], wanted: str = "") -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book[wanted if wanted in book.sheetnames else book.sheetnames[0]]
        sheet.reset_dimensions()  # what the sheet declares is not believed
        blank = 0
        for number, cells in enumerate(sheet.iter_rows(max_col=100), start=1):
            values = [FORMULA if cell.data_type in ("f", "e") else cell.value for cell in cells]
            if all(value is None for value in values):
                blank += 1
                if blank > MOST_BLANK:
                    return
                continue
            blank = 0
            yield number, values
    except ValidationError:
        raise
    except Exception as error:  # whatever a damaged workbook makes the library say
        words = f"The workbook cannot be read: it is damaged ({type(error).__name__}). Save it again."
        raise ValidationError({"file": words}) from None


def _csv(file: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
    content = file.read()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise ValidationError({"file": "The table is not in UTF-8. Save it as “CSV UTF-8”."}) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(value.strip() for value in row):
                yield number, list(row[:100])
    except csv.Error as error:
        raise ValidationError({"file": f"The table cannot be read after row {number}: {error}."}) from None
