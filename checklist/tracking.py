"""The office's list: every published item with how many were asked and have responded. checklist/chasing has the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from checklist.models import ChecklistItem
from checklist.own import dates_of
from checklist.progress import phase


@dataclass(frozen=True)
class Summary:
    """One item in the office's list."""

    item: ChecklistItem
    phase: str
    asked: int
    answered: int
    late: int

    @property
    def in_time(self) -> int:
        return self.answered - self.late

    @property
    def outstanding(self) -> int:
        return self.asked - self.answered


def summaries(now: datetime, *, only_open: bool = False) -> list[Summary]:
    """Every issued item with its counts, soonest deadline first; one query."""
    items = ChecklistItem.objects.issued().with_counts().order_by("due_at", "reference")
    if only_open:
        items = items.open_at(now)
    found = [
        Summary(item, phase(dates_of(item), now), item.asked or 0, item.sent or 0, item.late or 0)  # type: ignore[attr-defined]
        for item in items
    ]
    over = [row for row in found if row.phase in {"closed", "withdrawn"}]
    return [row for row in found if row.phase not in {"closed", "withdrawn"}] + over[::-1]


def counts(now: datetime) -> dict[str, int]:
    return ChecklistItem.objects.issued().aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state="published", opens_at__lte=now, due_at__gte=now))
    )
