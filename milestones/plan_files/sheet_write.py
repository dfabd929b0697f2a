"""A plan as the rows of a spreadsheet, and the template that people fill in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from milestones.plan_files import columns
from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, Plan, Task, link_words, outline_numbers
from milestones.plan_files.sheet_values import duration_cell

Value = str | int | datetime | None
#: Of rows that the portal wrote itself: {unique ID: {key of columns.OWN: what it says}}.
Own = Mapping[int, Mapping[str, str]]


def headings_of(plan: Plan, own: Own | None = None) -> dict[str, str]:
    """The headings by key: all columns of ours, and of the rest those that hold something."""
    found = {"outline": columns.OUTLINE, **columns.HEADINGS}
    if own:
        found |= columns.OWN
    numbers = sorted({baseline.number for task in plan.tasks for baseline in task.baselines})
    for nth in numbers:
        for part in columns.PARTS:
            found[columns.baseline_key(nth, part)] = columns.baseline_heading(nth, part)
    for number, field in plan.fields.items():
        found[f"field/{number}"] = columns.field_heading(number, field)
    for name in sorted({name for task in plan.tasks for name in task.more}):
        found[f"element/{name}"] = columns.element_heading(name)
    return found


def rows_of(plan: Plan, own: Own | None = None) -> Iterator[dict[str, Value]]:
    for task, outline in zip(plan.tasks, outline_numbers(task.level for task in plan.tasks), strict=True):
        yield {**_row(task, outline), **(own or {}).get(task.uid, {})}


def _row(task: Task, outline: str) -> dict[str, Value]:
    row: dict[str, Value] = {
        "outline": outline,
        "uid": task.uid,
        "level": task.level,
        "wbs": task.wbs,
        "name": task.name,
        "start": task.start,
        "finish": task.finish,
        "duration": duration_cell(task.duration, task.duration_format),
        "milestone": "yes" if task.is_milestone else "no",
        "summary": "yes" if task.is_summary else "no",
        "percent": task.percent,
        "predecessors": "; ".join(link_words(link) for link in task.links),
        "code": task.code,
        "notes": task.notes,
    }
    for baseline in task.baselines:
        row[columns.baseline_key(baseline.number, "start")] = baseline.start
        row[columns.baseline_key(baseline.number, "finish")] = baseline.finish
        duration = duration_cell(baseline.duration, baseline.duration_format)
        row[columns.baseline_key(baseline.number, "duration")] = duration
    row |= {f"field/{number}": value for number, value in task.custom.items()}
    row |= {f"element/{name}": value for name, value in task.more.items()}
    return row


def write_xlsx(plan: Plan, own: Own | None = None) -> bytes:
    """The sheet “Plan”, and “Columns” that says what each means."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(columns.SHEET)
    sheet.freeze_panes = "A2"
    headings = headings_of(plan, own)
    keys = list(headings)
    for place, key in enumerate(keys):
        sheet.column_dimensions[_letter(place)].width = {"name": 48, "notes": 40, "predecessors": 26}.get(key, 14)
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings.values()])
    for row in rows_of(plan, own):
        sheet.append([_cell(sheet, row.get(key), is_end=key.endswith("finish")) for key in keys])
    _columns_sheet(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns_sheet(book: Any) -> None:
    sheet = book.create_sheet("Columns")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 90
    sheet.append([_cell(sheet, words, bold=True) for words in ("Heading", "What it holds", "Example", "Needed")])
    for column in columns.COLUMNS:
        needed = "yes" if column.is_required else "no"
        sheet.append([_cell(sheet, words) for words in (column.heading, column.meaning, column.example, needed)])
    other = "Baseline 0 start, Baseline 0 finish, Baseline 0 duration, and so on to 10"
    sheet.append([_cell(sheet, other), _cell(sheet, "Dates of Project's baselines. They are compared, never imported")])
    sheet.append(
        [_cell(sheet, "In any order"), _cell(sheet, "Capitals do not matter. Other columns are left aside and named.")]
    )


def template() -> bytes:
    """An empty plan with the headings, and the sheet that explains them."""
    return write_xlsx(Plan())


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place + 1))


def _cell(sheet: Any, value: Value, *, bold: bool = False, is_end: bool = False) -> Any:
    """A text is never a formula; a day at its usual hour is a plain date, midnight itself is written out."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    style = ""
    if isinstance(value, datetime):
        usual = DAY_ENDS if is_end else DAY_STARTS
        if value.time() == usual:
            value, style = value.replace(hour=0, minute=0, second=0), "d mmm yyyy"
        elif value.time() == datetime.min.time():
            value = value.isoformat()
        else:
            style = "d mmm yyyy hh:mm:ss"
    made = WriteOnlyCell(sheet, None if value == "" else value)
    if isinstance(value, str) and value:
        made.data_type = "s"
    if style:
        made.number_format = style
    if bold:
        made.font = Font(bold=True)
    return made
