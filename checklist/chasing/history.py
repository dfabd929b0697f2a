"""What chasing adds to an item's history."""

from __future__ import annotations

from django.db.models import Count, Q

from checklist.chasing.models import Chase, Opening
from checklist.history import Line
from checklist.models import ChecklistItem
from checklist.own_history import PROGRAMME, OwnLine
from mhhs_portal.organisations.models import Organisation


def lines(item: ChecklistItem) -> list[Line]:
    chases = Chase.objects.filter(lines__item=item).select_related("by")
    counted = chases.annotate(organisations=Count("lines__organisation", filter=Q(lines__item=item), distinct=True))
    return [
        Line(chase.at, f"Asked once more: {chase.organisations} that had not responded", chase.by.name)
        for chase in counted
    ]


def own_lines(item: ChecklistItem, organisation: Organisation) -> list[OwnLine]:
    """For one organisation: who opened the item first, and that it was asked once more."""
    opened = Opening.objects.filter(item=item, organisation=organisation).select_related("person")
    again = " in its changed wording"
    lines = [
        OwnLine(row.opened_at, f"First opened{again if row.revision > 1 else ''}", row.person.name) for row in opened
    ]
    chases = Chase.objects.filter(lines__item=item, lines__organisation=organisation).distinct()
    return lines + [OwnLine(chase.at, "Asked once more", PROGRAMME, chase.subject) for chase in chases]
