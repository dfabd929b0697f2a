"""What everybody may read: public items that were published and not withdrawn. Nothing here knows an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Window

from checklist.models import ChecklistItem


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
