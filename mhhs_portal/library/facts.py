"""Loads the documents that the Programme is known to have published. What staff changed since is left alone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from mhhs_portal.history.verbs import doing
from mhhs_portal.library.models import Document, DocumentVersion
from mhhs_portal.loading import put, read_toml

FILE = Path(__file__).parent / "data" / "documents.toml"


def load(today: date, file: Path = FILE) -> list[str]:
    written = 0
    with doing("library.facts_loaded", by=None):
        for position, row in enumerate(read_toml(file)["document"]):
            written += _document(row, position)
    return [f"Documents: {written} rows written"]


def _document(row: dict[str, Any], position: int) -> int:
    found = Document.objects.filter(slug=row["slug"]).first()
    written = 0
    if found is None or not found.is_edited:
        words = ("del_number", "summary")
        facts = {name: row.get(name, "") for name in words} | {
            "title": row["title"],
            "kind": row["kind"],
            "theme": row["theme"],
            "source_title": row["source"],
            "source_url": row["url"],
            "confidence_words": row.get("confidence", "Stated by the source"),
            "position": position,
        }
        found, was_written = put(Document, by={"slug": row["slug"]}, to=facts)
        written += was_written
    return written + sum(_version(found, said) for said in row.get("version", []))


def _version(document: Document, row: dict[str, Any]) -> int:
    """A version that staff withdrew stays withdrawn: the file says nothing about that."""
    issued = row.get("issued", "")
    is_month = bool(re.fullmatch(r"\d{4}-\d\d", issued))
    key = row.get("key") or slugify(row.get("number", "")) or issued
    facts = {
        "number": row.get("number", ""),
        "issued_on": date.fromisoformat(f"{issued}-01" if is_month else issued) if issued else None,
        "issued_precision": "" if not issued else "month" if is_month else "day",
        "status_words": row.get("status", ""),
        "note": row.get("note", ""),
        "url": row.get("link", ""),
        "source_title": row.get("source", document.source_title),
        "source_url": row.get("url", document.source_url),
    }
    return put(DocumentVersion, by={"document": document, "key": key}, to=facts)[1]
