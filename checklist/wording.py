"""The wording of an item: as it is now, as it was at any moment, and in words what is different."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checklist.models import ChecklistItem, ItemRevision
from checklist.models.items import WORDING

#: What readers are shown side by side, with its heading; titles of links and files follow as lists.
PARTS = {
    "title": "Title",
    "summary": "What is asked",
    "body": "More detail",
    "document_number": "Document number",
    "document_version": "Version",
}
#: Longer texts are compared by lines first, so that a comparison always ends in time.
_MOST_WORDS = 4_000
_WORD = re.compile(r"\s+|\d+(?:[.,:/-]\d+)+|[^\W_]+|.", re.DOTALL)


def wording_of(item: ChecklistItem) -> dict[str, Any]:
    """As ItemRevision keeps it; two queries, none of what was read ahead."""
    is_read = "attachments" in getattr(item, "_prefetched_objects_cache", {})
    files = item.current_files if is_read else item.attachments.filter(next=None).select_related("file")
    return {
        **{name: getattr(item, name) for name in WORDING},
        "links": [{"title": link.title, "url": link.url, "note": link.note} for link in item.shown_links],
        "files": [{"title": each.title, "sha256": each.file.sha256} for each in files],
    }


def wording_at(
    item: ChecklistItem, revision: int, moment: datetime, rows: list[ItemRevision] | None = None
) -> dict[str, Any]:
    """What this revision said at that moment; the wording now where it never changed. `rows` as revisions_of() says."""
    kept = [row for row in (item.revisions.all() if rows is None else rows) if row.number <= revision]
    if not kept:
        return wording_of(item)
    before = [row for row in kept if row.number < revision or row.raised_at <= moment]
    wording: dict[str, Any] = (before[-1] if before else kept[0]).wording
    return wording


@dataclass(frozen=True)
class Piece:
    """Words that stayed, were put in or were taken out: "same", "ins" or "del"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One part of the wording that is not as it was."""

    heading: str
    pieces: list[Piece]


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    found = [
        Difference(heading, compared(before.get(name, ""), after.get(name, "")))
        for name, heading in PARTS.items()
        if before.get(name, "") != after.get(name, "")
    ]
    for name, heading in (("links", "Documents"), ("files", "Files")):
        was, now = _named(before.get(name, [])), _named(after.get(name, []))
        if was != now:
            gone = [Piece("del", f"{line}\n") for line in was if line not in now]
            found.append(Difference(heading, gone + [Piece("ins", f"{line}\n") for line in now if line not in was]))
    return [each for each in found if each.pieces]


def _named(rows: list[dict[str, str]]) -> list[str]:
    """A link as its title and address, a file as its name and the first digits of its hash."""
    return [
        f"{row['title']} ({row['url']}){', ' * bool(row['note'])}{row['note']}"
        if "url" in row
        else f"{row['title']} (SHA-256 {row['sha256'][:12]})"
        for row in rows
    ]


def compared(before: str, after: str) -> list[Piece]:
    """Word by word; texts that are very long, line by line."""
    was, now = _WORD.findall(before), _WORD.findall(after)
    if len(was) + len(now) > _MOST_WORDS:
        was, now = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(now[c:d])))
            continue
        if b > a:
            pieces.append(Piece("del", "".join(was[a:b])))
        if d > c:
            pieces.append(Piece("ins", "".join(now[c:d])))
    return pieces


def revisions_of(item: ChecklistItem) -> list[ItemRevision]:
    return list(item.revisions.select_related("raised_by").order_by("number", "correction"))
