"""Programme staff keep the library: documents, their versions, and the withdrawing of a version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.library.models import Document, DocumentVersion
from mhhs_portal.library.uploads import checked
from mhhs_portal.organisations.models import Membership


def save_document(*, acting: Membership, document: Document | None = None, **facts: Any) -> Document:
    """Add a document or change what is said about it; its address stays."""
    with doing("library.document_saved", by=acting.person):
        if document is None:
            document = Document(slug=_new_slug(facts["title"]))
        for name, value in facts.items():
            setattr(document, name, value)
        document.is_edited = True
        save_checked(document)
    return document


def _new_slug(title: str) -> str:
    first = slugify(title)[:70] or "document"
    taken = {"new", *Document.objects.filter(slug__startswith=first).values_list("slug", flat=True)}
    return next(slug for slug in [first, *(f"{first}-{n}" for n in range(2, 1000))] if slug not in taken)


def add_version(
    *,
    acting: Membership,
    document: Document,
    now: datetime,
    number: str = "",
    issued_on: date | None = None,
    file: UploadedFile | None = None,
    url: str = "",
    **words: Any,
) -> DocumentVersion:
    """Put a version beside the earlier ones: a file that is kept here, or a link to where it is published."""
    if bool(file) == bool(url):
        what = "Give a file or a link, not both." if file else "Choose a file, or give the link where it is published."
        raise ValidationError({"file": what})
    if url and not url.startswith("https://"):
        raise ValidationError({"url": "A link begins with https://"})
    if issued_on and issued_on > local_day(now):
        raise ValidationError({"issued_on": "The date of issue is still ahead."})
    said = {
        "number": number,
        "issued_on": issued_on,
        "issued_precision": "day" if issued_on else "",
        "url": url,
        "added_at": now,
        "added_by": acting.person,
        **words,
    }
    key = slugify(number) or f"{issued_on or local_day(now)}"
    if DocumentVersion.objects.filter(document=document, key=key).exists():
        raise ValidationError({"number": "The document has this version already."})
    return put_version(document, key, said, *checked(file)) if file else _save(document, key, said, acting)


def put_version(document: Document, key: str, said: dict[str, Any], content: bytes, name: str, kind: str) -> Any:
    """A version whose bytes are kept here. When the row cannot be written the bytes do not stay either."""
    with bytes_go_with_rows(), doing("library.version_added", by=said.get("added_by")):
        stored = keep(
            content, name=name, content_type=kind, by=said.get("added_by"), made_here=bool(said.get("made_from"))
        )
        version = DocumentVersion(document=document, key=key, file=stored, **said)
        save_checked(version)
    return version


def _save(document: Document, key: str, said: dict[str, Any], acting: Membership) -> DocumentVersion:
    with doing("library.version_added", by=acting.person):
        version = DocumentVersion(document=document, key=key, **said)
        save_checked(version)
    return version


def withdraw(version: DocumentVersion, *, acting: Membership, reason: str, now: datetime) -> None:
    """It stays in the history with the reason, and is no longer offered as the version in force."""
    with doing("library.version_withdrawn", by=acting.person):
        version = DocumentVersion.objects.select_for_update().get(pk=version.pk)
        if version.is_withdrawn:
            raise ValidationError("This version is withdrawn already.")
        version.withdrawn_at, version.withdrawn_reason = now, reason.strip()
        save_checked(version)
