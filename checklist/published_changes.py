"""What the checklist adds to the feed of published changes: public items, when they open to everybody."""

from __future__ import annotations

from django.urls import reverse

from checklist.models import ChecklistItem
from mhhs_portal.calendars.atom import Change
from mhhs_portal.deadlines import spoken


def changes(limit: int) -> list[Change]:
    items = ChecklistItem.objects.public().order_by("-issued_at")[:limit]
    return [
        Change(
            key=f"checklist/{item.reference}",
            title=f"{item.reference} {item.title}" + (" (sample)" if item.is_sample else ""),
            words=f"{item.get_kind_display()}, {item.workstream}. Closes at {spoken(item.due_at)}.",
            path=reverse("checklist:item", args=[item.reference]),
            published_at=item.issued_at,
            category="Checklist",
        )
        for item in items
        if item.due_at and item.issued_at
    ]
