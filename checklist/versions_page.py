"""How the wording of an item came to be what it is: every revision with what is different, and every file version."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from checklist.carrying_over import previous
from checklist.models import Attachment, ChecklistItem, ItemRevision, Response
from checklist.receipts import part
from checklist.wording import Difference, differences, revisions_of, wording_at, wording_of
from mhhs_portal.organisations.models import Organisation


@dataclass(frozen=True)
class Step:
    """One recorded wording, with what is different from the one before."""

    revision: ItemRevision
    differences: list[Difference] = field(default_factory=list)


def steps_of(item: ChecklistItem) -> list[Step]:
    """Newest first; empty while the wording is as it was published."""
    rows = revisions_of(item)
    steps = [Step(rows[0])] if rows else []
    steps += [Step(after, differences(before.wording, after.wording)) for before, after in pairwise(rows)]
    return steps[::-1]


@dataclass(frozen=True)
class FileLine:
    """One file with its versions, the newest first."""

    versions: list[Attachment]

    @property
    def current(self) -> Attachment:
        return self.versions[0]


def file_lines(item: ChecklistItem) -> list[FileLine]:
    by_number = {file.pk: file for file in item.attachments.select_related("file", "added_by")}
    replaced = {file.replaces_id for file in by_number.values()}
    lines = []
    for file in by_number.values():
        if file.pk in replaced:
            continue
        versions = [file]
        while versions[-1].replaces_id:
            versions.append(by_number[versions[-1].replaces_id])
        lines.append(FileLine(versions))
    return lines


@dataclass(frozen=True)
class News:
    """What an item's page says above the wording: what changed last, and since the reader's organisation answered."""

    newest: ItemRevision
    first_version: str
    #: Against the wording that they answered, or else against the first.
    differences: list[Difference]
    earlier: Response | None

    @property
    def earlier_part(self) -> str:
        return part(self.earlier) if self.earlier else ""


def news_of(item: ChecklistItem, organisation: Organisation | None) -> News | None:
    """None while the wording is as it was published. One query where the rest was read ahead with the item."""
    rows = revisions_of(item) if getattr(item, "has_revisions", True) else []
    if len(rows) < 2:
        return None
    earlier = _earlier(item, organisation) if organisation else None
    before: dict[str, Any] = wording_at(item, earlier.revision, earlier.given_at, rows) if earlier else rows[0].wording
    version = str(rows[0].wording.get("document_version", ""))
    return News(rows[-1], version, differences(before, wording_of(item)), earlier)


def _earlier(item: ChecklistItem, organisation: Organisation) -> Response | None:
    sent: list[Response] | None = item.__dict__.get("sent_versions")
    if sent is None:
        return previous(item, organisation)
    return next((one for one in sent if one.is_current and one.revision < item.revision), None)
