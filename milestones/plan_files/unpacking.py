"""Looks at a file before anything reads it: what it is by its bytes, and whether a workbook is safe to unpack."""

from __future__ import annotations

import zipfile
from struct import error as struct_error
from typing import IO

from milestones.plan_files.plan import RefusedError

MSPDI, XLSX, CSV = "mspdi", "xlsx", "csv"
LARGEST = 50 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 1_000
#: A sheet of repeated cells packs 1 to 40 or so; a bomb 1 to 1,000.
MOST_PACKED = 200
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_UNWANTED = (
    ("vbaproject", "It holds macros. Save it as an ordinary workbook (.xlsx) without them."),
    ("externallinks/", "It takes values from other workbooks. Break the links (Data, Edit Links) and save it again."),
    ("activex", "It holds controls that run code. Remove them and save it again."),
    ("embeddings/", "It holds other files within itself. Remove the embedded objects and save it again."),
)


def kind_of(file: IO[bytes], name: str) -> str:
    """By the file's first bytes, whatever it is called."""
    start = file.read(2048)
    file.seek(0)
    ending = name.lower().rpartition(".")[2]
    if ending in ("xlsm", "xltm", "xlsb", "xlam", "xls"):
        raise RefusedError(
            f"A .{ending} workbook can hold macros or is too old. Save it as an ordinary workbook (.xlsx)."
        )
    if start.startswith(_OLD_OFFICE):
        raise RefusedError(
            "This is a Project (.mpp) or old Excel file, or one with a password. "
            "Save it from Microsoft Project as XML, or from Excel as .xlsx without a password."
        )
    if start.startswith(b"PK"):
        return XLSX
    if start.lstrip(b" \t\r\n").startswith(_XML_STARTS):
        return MSPDI
    if ending == "csv" and b"\x00" not in start:
        return CSV
    if not start:
        raise RefusedError("The file is empty.")
    raise RefusedError("This is neither Microsoft Project XML nor an Excel workbook (.xlsx) nor a .csv table.")


def inspect_workbook(file: IO[bytes]) -> None:
    """Refuses a workbook that would not fit, or that brings more than cells. Nothing is unpacked for it.

    What a member declares is the most that Python will unpack of it, so the sum of what is declared is a true limit.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct_error):
        raise RefusedError("The workbook cannot be opened: it is damaged or no Excel file. Save it again.") from None
    finally:
        file.seek(0)
    if len(members) > MOST_MEMBERS:
        raise RefusedError(f"The workbook holds {len(members):,} parts; one of a plan has a few dozen.")
    if any(member.flag_bits & 1 for member in members):
        raise RefusedError("The workbook has a password. Save it without one.")
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if unpacked > LARGEST_UNPACKED or (unpacked > 1024 * 1024 and unpacked / packed > MOST_PACKED):
        raise RefusedError(
            f"The workbook would unpack to {unpacked // (1024 * 1024):,} MB. A plan of 5,000 tasks needs about 10 MB."
        )
    names = [member.filename.lower() for member in members]
    for part, words in _UNWANTED:
        if any(part in name for name in names):
            raise RefusedError(words)
    if "xl/workbook.xml" not in names:
        raise RefusedError("This is a zip file, but no Excel workbook.")
