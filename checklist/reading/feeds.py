"""A filtered list of public items for feed readers and calendars: what the page shows, nothing that is not public."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max, Q
from django.urls import reverse

from checklist.calendars import FEED, KEPT_FOR, events, uid_of
from checklist.models import ChecklistItem, State
from checklist.reading.lists import ItemList
from mhhs_portal.calendars.atom import NEWEST, Change
from mhhs_portal.calendars.entries import settle
from mhhs_portal.calendars.ics import Published
from mhhs_portal.deadlines import spoken


def changes(shown: ItemList) -> list[Change]:
    """The newest of what is shown, each with when it last changed for everybody."""
    items = shown.chosen.annotate(
        extended_at=Max("extensions__granted_at", filter=Q(extensions__organisation=None)),
        revised_at=Max("revisions__raised_at", filter=Q(revisions__number__gt=1)),
    )
    found = [_change(item) for item in items.order_by("-issued_at", "reference")]
    return sorted(found, key=lambda change: (change.updated, change.key), reverse=True)[:NEWEST]


def _change(item: ChecklistItem) -> Change:
    assert item.issued_at is not None
    assert item.due_at is not None
    moments = [item.extended_at, item.revised_at, item.closed_at, item.outcome_at]  # type: ignore[attr-defined]
    said = f" Outcome: {item.outcome_decision or 'published'}." if item.outcome_at else ""
    return Change(
        key=f"checklist/{item.reference}",
        title=f"{item.reference} {item.title}" + (" (sample)" if item.is_sample else ""),
        words=f"{item.get_kind_display()}, {item.workstream}. Closes at {spoken(item.due_at)}.{said} {item.summary}",
        path=reverse("checklist:item", args=[item.reference]),
        published_at=item.issued_at,
        updated_at=max((moment for moment in moments if moment), default=None),
        category="Checklist",
    )


def entries(shown: ItemList) -> list[Published]:
    """Settled with the whole public calendar, so that an entry is the same one in every filtered calendar.

    What was withdrawn goes on as cancelled, in the calendars in which it would stand.
    """
    published = settle(FEED, events(shown.now), shown.now)
    wanted = set(_uids(shown.chosen.filter(due_at__gt=shown.now - KEPT_FOR).values_list("reference", flat=True)))
    gone = shown.narrowed(ChecklistItem.objects.filter(is_public=True, state=State.WITHDRAWN))
    wanted |= set(_uids(gone.values_list("reference", flat=True)))
    return [entry for entry in published if entry.event.uid in wanted]


def _uids(references: Iterable[str]) -> Iterable[str]:
    return (uid_of(reference) for reference in references)
