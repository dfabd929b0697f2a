"""The comments log as a workbook: what an organisation fills in away from the portal."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from checklist.models import ChecklistItem, CommentKind, DraftComment, Severity
from checklist.responding import CommentRow
from mhhs_portal.deadlines import spoken
from mhhs_portal.organisations.models import Organisation

SHEET = "Comments"
#: By field of CommentRow, in the order of the sheet: heading and width.
COLUMNS = {
    "document": ("Document reference", 28),
    "clause": ("Section", 16),
    "comment": ("Comment", 70),
    "severity": ("Severity", 12),
    "kind": ("Kind", 14),
    "suggested_change": ("Proposed wording", 50),
    "is_confidential": ("Confidential", 13),
}
#: Hidden: which row of the draft this one was written from, and its version then.
PLACE = "Row in the portal"
#: In the sheet a severity is its first word.
SEVERITIES = {each.value: each.label.partition(":")[0] for each in Severity}
KINDS = {each.value: each.label for each in CommentKind}
YES, NO = "Yes", "No"
#: So many rows have lists to choose from.
READY = 500


@dataclass(frozen=True)
class Placed:
    """A row as the draft has it; `place` is empty for a row that no draft has yet."""

    row: CommentRow
    place: str = ""


def placed(comment: DraftComment, row: CommentRow) -> Placed:
    return Placed(row, f"{comment.key}/{comment.version}")


def plain(text: str) -> str:
    """What a cell can hold: lines end in one way, and nothing that is no character stays."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", text).strip()


def document_names(item: ChecklistItem) -> list[str]:
    """What the Document reference column offers."""
    own = " ".join(filter(None, [item.document_number, item.document_version]))
    links = [link.title for link in item.links.all()]
    files = [file.title for file in item.attachments.filter(next=None)]
    return list(dict.fromkeys(plain(name) for name in [own, *links, *files] if name))


def workbook(item: ChecklistItem, organisation: Organisation, rows: Sequence[Placed]) -> bytes:
    """The template for this item and organisation, with the rows of the draft as they are now."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.freeze_panes = "A2"
    headings = [heading for heading, _ in COLUMNS.values()] + [PLACE]
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0A4A58")
    wrapped = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDEFGH", [*(width for _, width in COLUMNS.values()), 10], strict=True):
        column = sheet.column_dimensions[letter]
        column.width, column.hidden = width, letter == "H"
        column.number_format, column.alignment = "@", wrapped  # as typed: no section becomes a date or a number
    for number, placed_row in enumerate(rows, start=2):
        for place, text in enumerate(_texts(placed_row), start=1):
            cell = sheet.cell(number, place, text or None)
            cell.number_format, cell.alignment = "@", wrapped
            if text:
                cell.data_type = "s"  # whatever it begins with, it is no formula
    names = document_names(item)
    _instructions(book, item, organisation, names)
    _choices(book, sheet, names, max(len(rows), READY) + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _texts(placed: Placed) -> list[str]:
    row = placed.row
    said = {
        "severity": SEVERITIES.get(str(row.severity), ""),
        "kind": KINDS.get(str(row.kind), ""),
        "is_confidential": YES if row.is_confidential else NO,
    }
    return [said[name] if name in said else plain(getattr(row, name)) for name in COLUMNS] + [placed.place]


def _choices(book: object, sheet: object, names: list[str], last: int) -> None:
    """Lists to choose from; only the document may be another than those offered."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("Lists")  # type: ignore[attr-defined]
    lists.sheet_state = "hidden"
    offered: list[tuple[str, Iterable[str], bool]] = [
        ("A", names, False),
        ("D", SEVERITIES.values(), True),
        ("E", KINDS.values(), True),
        ("G", (YES, NO), True),
    ]
    for place, (column, values, only) in enumerate(offered, start=1):
        letter = "ABCD"[place - 1]
        count = 0
        for count, value in enumerate(values, start=1):
            cell = lists.cell(count, place, value)
            cell.data_type = "s"
        if not count:
            continue
        rule = DataValidation(
            type="list", formula1=f"Lists!${letter}$1:${letter}${count}", allow_blank=True, showErrorMessage=only
        )
        rule.errorTitle, rule.error = "Not in the list", "Choose one of the words in the list."
        rule.add(f"{column}2:{column}{last}")
        sheet.add_data_validation(rule)  # type: ignore[attr-defined]


def _instructions(book: object, item: ChecklistItem, organisation: Organisation, names: list[str]) -> None:
    from openpyxl.styles import Alignment, Font

    closes = spoken(item.closes_at) if item.closes_at else "not set"
    lines = [
        ("Comments log", ""),
        ("Item", f"{item.reference}, {item.title}"),
        ("Organisation", organisation.name),
        ("Responses close", closes),
        ("Documents", "\n".join(names) or "None is named"),
        ("How it works", f"Write one comment in each row of the sheet “{SHEET}”, then upload this file on the page of"
         f" the item. You see every row before it goes into your draft; nothing is sent by uploading."),
        ("Document reference", "Which document. Choose from the list or type another."),
        ("Section", "Clause, page or table. Text, as you would say it."),
        ("Comment", "What you want to say. Required; at most 8,000 characters."),
        ("Severity", f"{', '.join(each.label for each in Severity)}. Empty means {SEVERITIES[Severity.MEDIUM]}."),
        ("Kind", f"{', '.join(KINDS.values())}. Empty means {KINDS[CommentKind.SUBSTANTIVE]}."),
        ("Proposed wording", "What the document should say instead, if you have words for it."),
        ("Confidential", f"{YES} or {NO}. The text of a confidential comment is read by the Programme only."),
        ("Formulas", "A formula is not taken over. Text may begin with = or any other character."),
        ("Whose columns these are", "The columns, kinds and severities are the portal's own: the Programme's comments"
         " log template is not published, so its columns are not known here."),
        ("Address of the item", f"{settings.SITE_URL}/o/{organisation.slug}/checklist/{item.reference}/"),
    ]  # fmt: skip
    sheet = book.create_sheet("Instructions")  # type: ignore[attr-defined]
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 90
    for number, (label, text) in enumerate(lines, start=1):
        for column, value in ((1, label), (2, plain(text))):
            cell = sheet.cell(number, column, value or None)
            if value:
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=column == 1, size=16 if number == 1 else 11)
