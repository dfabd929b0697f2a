"""Any list as a file: CSV, XLSX or JSON of exactly the rows that the page would show.

A view builds its rows once and asks `file_of(request, table)` before it renders: the answer is a response when the
address has `?format=csv`, `xlsx` or `json`, else None.
"""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mhhs_portal.deadlines import LONDON

log = logging.getLogger(__name__)

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
#: A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Column:
    """`key` is the name in JSON and never changes; `label` is the heading in spreadsheets."""

    key: str
    label: str


@dataclass(frozen=True)
class Table:
    """What one export holds. Days are `date`, instants `datetime`; what is not published is None."""

    #: The file's name without its ending, and the sheet's title: "milestones".
    name: str
    columns: list[Column]
    rows: Iterable[Mapping[str, Value]]


def file_of(request: HttpRequest, table: Table) -> HttpResponse | None:
    """The table as the file that the address asks for; None when it asks for a page.

    Raises BadRequest (a page with these words) for a format that we do not have.
    """
    wanted = request.GET.get("format", "")
    if not wanted:
        return None
    if wanted not in FORMATS:
        raise BadRequest(f"There is no format “{wanted[:20]}”. Use csv, xlsx or json.")
    rows = list(table.rows)
    content = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}[wanted](Table(table.name, table.columns, rows))
    log.info("export %s.%s rows=%d person=%s", table.name, wanted, len(rows), request.user.pk or "-")
    response = HttpResponse(content, content_type=FORMATS[wanted])
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{table.name}-{day}.{wanted}"'
    return response


def as_csv(table: Table) -> bytes:
    """UTF-8 with the mark that Excel needs to see it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(column.label) for column in table.columns])
    for row in table.rows:
        writer.writerow([_for_csv(row.get(column.key)) for column in table.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet; days are real dates, and no text is ever a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"

    def cell(value: Any, *, bold: bool = False) -> Any:
        shown = _for_xlsx(value)
        if not bold and not (isinstance(shown, str) and shown.startswith(("=", "#"))):
            return shown  # no object of its own: only these would be taken for a formula or an error
        made = WriteOnlyCell(sheet, shown)
        if isinstance(value, str):
            made.data_type = "s"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(column.label, bold=True) for column in table.columns])
    for row in table.rows:
        sheet.append([cell(row.get(column.key)) for column in table.columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(table: Table) -> bytes:
    rows = [{column.key: _for_json(row.get(column.key)) for column in table.columns} for row in table.rows]
    said = {
        "name": table.name,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "columns": {column.key: column.label for column in table.columns},
        "rows": rows,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _for_csv(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    return _harmless(str(_for_json(value)))


def _for_xlsx(value: Value) -> Any:
    """Excel knows no zones: an instant is given as UK time."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).replace(tzinfo=None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "".join(c for c in value if c >= " " or c in "\n\t") if isinstance(value, str) else value


def _for_json(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(LONDON).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
