"""Which files the library takes, said in words, and checked by what they are rather than by what they are called."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
#: Ending, media type, and for Office files the folder that the archive must hold.
_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, tuple[str, str]] = {
    ".pdf": ("application/pdf", ""),
    ".xlsx": (f"{_OFFICE}spreadsheetml.sheet", "xl/"),
    ".docx": (f"{_OFFICE}wordprocessingml.document", "word/"),
    ".pptx": (f"{_OFFICE}presentationml.presentation", "ppt/"),
    ".csv": ("text/csv; charset=utf-8", ""),
    ".png": ("image/png", ""),
    ".jpg": ("image/jpeg", ""),
    ".jpeg": ("image/jpeg", ""),
}
WORDS = (
    "A PDF, Excel (XLSX), Word (DOCX), PowerPoint (PPTX), CSV, PNG or JPEG file of at most 20 MB, without a password."
)
LOCKED = (
    "This file is protected by a password, so nobody could read or scan it here. Save it without one and send it again."
)
_BEGINNINGS = {".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
#: A protected Office file is no archive but an older container, which holds the archive encrypted.
_CONTAINER, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")


def checked(upload: UploadedFile) -> tuple[bytes, str, str]:
    """The bytes, a harmless name and the media type; ValidationError in words for what the library does not take."""
    name = PurePosixPath((upload.name or "").replace("\\", "/")).name
    ending = PurePosixPath(name).suffix.lower()
    if ending not in KINDS:
        raise ValidationError({"file": f"The portal does not take {ending or 'files without an ending'}. {WORDS}"})
    size = upload.size or 0
    if size == 0:
        raise ValidationError({"file": "This file is empty."})
    if size > LARGEST:
        raise ValidationError({"file": f"This file has {size / MEGABYTE:.1f} MB. The most is 20 MB."})
    content = upload.read()
    media_type, folder = KINDS[ending]
    if _is_locked(content, ending):
        raise ValidationError({"file": LOCKED})
    if not _is_what_it_says(content, ending, folder):
        raise ValidationError({"file": f"This file is called {ending} but is something else inside. {WORDS}"})
    return content, _harmless(name), media_type


def _is_what_it_says(content: bytes, ending: str, folder: str) -> bool:
    if ending in _BEGINNINGS:
        return content.lstrip(b"\r\n\t ").startswith(_BEGINNINGS[ending])
    if ending == ".csv":
        return _is_text(content)
    return _is_office(content, folder)


def _is_locked(content: bytes, ending: str) -> bool:
    """A PDF names its /Encrypt dictionary in the trailer, or in the stream that replaces it: near the end or start."""
    if ending == ".pdf":
        return bool(re.search(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)", content))
    if content.startswith(_CONTAINER):
        return _ENCRYPTED in content
    if KINDS[ending][1]:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return any(entry.flag_bits & 1 for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError, OSError):
            return False
    return False


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _is_office(content: bytes, folder: str) -> bool:
    """The right kind of archive, without macros; only its list of names is read, so a bomb stays unopened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names) and not has_macros


def _harmless(name: str) -> str:
    """What the reader's download will be called."""
    kept = "".join(c if c.isalnum() or c in " .-_()" else "-" for c in name).strip(" .-")
    return kept[-150:] or "document"
