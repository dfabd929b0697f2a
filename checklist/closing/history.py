"""What closing the loop adds to an item's history."""

from __future__ import annotations

from checklist.closing.models import LogPublication
from checklist.history import Change, Line
from checklist.models import ChecklistItem


def lines(item: ChecklistItem) -> list[Line]:
    published = LogPublication.objects.filter(item=item).select_related("published_by")
    return [
        Line(
            log.published_at,
            f"Version {log.number} of the comments log published, {log.row_count} comments",
            log.published_by.name if log.published_by else "The portal",
            [Change("What changed", "", log.what_changed)] if log.what_changed else [],
        )
        for log in published
    ]
