"""The deadlines of public checklist items as calendar entries; an item that is withdrawn is cancelled there too."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from checklist.models import ChecklistItem
from mhhs_portal.calendars.ics import Event
from mhhs_portal.calendars.sources import Feed, address
from mhhs_portal.deadlines import spoken

#: The calendar of all of them; filtered ones are parts of it.
FEED = "checklist"
#: Deadlines older than this are of no use in a calendar. Our own number.
KEPT_FOR = timedelta(days=365)


def feeds(now: datetime) -> list[Feed]:
    return [Feed(FEED, "Checklist deadlines", "When public items of the Participant Checklist close", events)]


def events(now: datetime) -> list[Event]:
    items = ChecklistItem.objects.public().filter(due_at__gt=now - KEPT_FOR).order_by("due_at", "reference")
    return [
        event_of(item, item.due_at, reverse("checklist:item", args=[item.reference]), uid_of(item.reference))
        for item in items
        if item.due_at
    ]


def uid_of(reference: str) -> str:
    return f"checklist-{reference.lower()}"


def event_of(item: ChecklistItem, due_at: datetime, path: str, uid: str) -> Event:
    """The deadline that holds for the reader, with the page where they read the item."""
    sample = ", sample" if item.is_sample else ""
    return Event(
        uid=uid,
        title=f"Closes: {item.title}{sample}",
        starts=due_at,
        words=f"{item.get_kind_display()}, {item.workstream}. Responses close at {spoken(due_at)}.",
        url=address(path),
        category="Checklist",
    )
