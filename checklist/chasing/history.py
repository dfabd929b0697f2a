"""What chasing adds to an item's history."""

from __future__ import annotations

from django.db.models import Count, Q

from checklist.chasing.models import Chase
from checklist.history import Line
from checklist.models import ChecklistItem


def lines(item: ChecklistItem) -> list[Line]:
    chases = Chase.objects.filter(lines__item=item).select_related("by")
    counted = chases.annotate(organisations=Count("lines__organisation", filter=Q(lines__item=item), distinct=True))
    return [
        Line(chase.at, f"Asked once more: {chase.organisations} that had not responded", chase.by.name)
        for chase in counted
    ]
