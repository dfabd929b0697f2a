"""What everybody may read: public items that were published and not withdrawn. Nothing here knows an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Window

from checklist.models import ChecklistItem, State
from checklist.own import dates_of
from checklist.progress import phase


@dataclass(frozen=True)
class PublicItem:
    item: ChecklistItem
    #: "upcoming", "open" or "closed".
    phase: str


@dataclass(frozen=True)
class OpenNow:
    count: int
    #: The next few by deadline, as ChecklistItem rows.
    next: Sequence[ChecklistItem]


def open_now(now: datetime, limit: int = 3) -> OpenNow:
    """How many public items can be answered in time, and the first of them to close; one query."""
    items = ChecklistItem.objects.public().open_at(now).annotate(of_all=Window(Count("*")))
    first = list(items.order_by("due_at", "reference")[:limit])
    return OpenNow(first[0].of_all if first else 0, first)


def public_items(now: datetime, *, only_open: bool) -> list[PublicItem]:
    """Open and upcoming by deadline, then closed, the latest first."""
    items = ChecklistItem.objects.public()
    if only_open:
        items = items.open_at(now)
    found = [PublicItem(item, phase(dates_of(item), now)) for item in items.order_by("due_at", "reference")]
    closed = [row for row in found if row.phase == "closed"]
    return [row for row in found if row.phase != "closed"] + closed[::-1]


def public_counts(now: datetime) -> dict[str, int]:
    return ChecklistItem.objects.public().aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state=State.PUBLISHED, opens_at__lte=now, due_at__gte=now))
    )
