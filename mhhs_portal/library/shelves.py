"""The library as a reader chooses to see it: by theme and type, searched; and the same as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from mhhs_portal.exports import Column, Table
from mhhs_portal.library.models import Document, DocumentKind, DocumentVersion


@dataclass(frozen=True)
class Choice:
    theme: str = ""
    kind: str = ""
    words: str = ""

    @classmethod
    def of(cls, asked: dict[str, str]) -> Choice:
        kind = asked.get("type", "")
        return cls(
            asked.get("theme", "").replace("\x00", "")[:60],
            kind if kind in DocumentKind.values else "",
            asked.get("q", "").replace("\x00", "").strip()[:80],
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.theme or self.kind or self.words)


@dataclass(frozen=True)
class Shelf:
    """One document with the version that is in force: the latest that was not withdrawn."""

    document: Document
    versions: list[DocumentVersion]

    @property
    def latest(self) -> DocumentVersion | None:
        return next((version for version in self.versions if not version.is_withdrawn), None)


def shelves(choice: Choice) -> list[Shelf]:
    """Two queries, however many documents."""
    found = _chosen(choice).prefetch_related(Prefetch("versions", _versions()))
    return [Shelf(document, list(document.versions.all())) for document in found]


def shelf(document: Document) -> Shelf:
    return Shelf(document, list(_versions().filter(document=document)))


def _versions() -> QuerySet[DocumentVersion]:
    return DocumentVersion.objects.select_related("file__scan__released_by", "added_by")


def _chosen(choice: Choice) -> QuerySet[Document]:
    found = Document.objects.all()
    if choice.theme:
        found = found.filter(theme=choice.theme)
    if choice.kind:
        found = found.filter(kind=choice.kind)
    for word in choice.words.split():
        in_version = DocumentVersion.objects.filter(number__icontains=word).values("document")
        found = found.filter(
            Q(title__icontains=word)
            | Q(del_number__icontains=word)
            | Q(summary__icontains=word)
            | Q(theme__icontains=word)
            | Q(pk__in=in_version)
        )
    return found


def themes() -> list[str]:
    return list(Document.objects.order_by("theme").exclude(theme="").values_list("theme", flat=True).distinct())


def table(found: Iterable[Shelf]) -> Table:
    """One row for each version; a document with none has a row of its own."""
    columns = [
        Column("document", "Document"),
        Column("type", "Type"),
        Column("theme", "Theme"),
        Column("del_number", "DEL number"),
        Column("version", "Version"),
        Column("issued", "Issued"),
        Column("issued_on", "Issued on (day, where known)"),
        Column("status", "Status"),
        Column("is_withdrawn", "Withdrawn"),
        Column("link", "Link"),
        Column("sha256", "SHA-256 of the file"),
        Column("source", "Source"),
    ]
    rows = [row for each in found for row in _rows(each)]
    return Table("documents", columns, rows)


def _rows(each: Shelf) -> list[dict[str, str | date | bool | None]]:
    document = each.document
    about: dict[str, str | date | bool | None] = {
        "document": document.title,
        "type": document.get_kind_display(),
        "theme": document.theme or None,
        "del_number": document.del_number or None,
        "source": document.source_url or None,
    }
    return [
        about
        | {
            "version": version.number or None,
            "issued": version.issued_words if version.issued_on else None,
            "issued_on": version.issued_on if version.issued_precision == "day" else None,
            "status": version.status_words or None,
            "is_withdrawn": version.is_withdrawn,
            "link": version.url or None,
            "sha256": version.file.sha256 if version.file else None,
            "source": version.source_url or document.source_url or None,
        }
        for version in each.versions
    ] or [about]
