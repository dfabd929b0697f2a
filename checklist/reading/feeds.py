"""A filtered list for feed readers and calendars: what the page shows to whoever asks, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import DateTimeField, F, OuterRef, Subquery
from django.db.models.functions import Greatest

from checklist.calendars import FEED, KEPT_FOR, event_of, events, uid_of
from checklist.models import ChecklistItem, Extension, ItemRevision, State
from checklist.own import dates_of
from checklist.reading.list_files import item_path
from checklist.reading.lists import ItemList, OwnList
from mhhs_portal.calendars.atom import NEWEST, Change
from mhhs_portal.calendars.entries import settle
from mhhs_portal.calendars.ics import Event, Published
from mhhs_portal.deadlines import spoken
from mhhs_portal.icons import STATUSES


def changes(shown: ItemList) -> list[Change]:
    """The newest of what is shown, each with when it last changed for its reader."""
    item = OuterRef("pk")
    # Whoever reads for everybody or for the Programme is told of deadlines that moved for all.
    whose = shown.acting.organisation if isinstance(shown, OwnList) and shown.acting else None
    granted = Extension.objects.seen_by(whose).filter(item=item).order_by("-granted_at").values("granted_at")
    raised = ItemRevision.objects.filter(item=item, number__gt=1).order_by("-raised_at").values("raised_at")
    later = [Subquery(rows[:1], output_field=DateTimeField()) for rows in (granted, raised)]
    items = shown.chosen.annotate(
        changed_at=Greatest("issued_at", *later, "closed_at", "withdrawn_at", "outcome_at")
    ).order_by(F("changed_at").desc(), "reference")
    return [_change(shown, found) for found in items[:NEWEST]]


def _change(shown: ItemList, item: ChecklistItem) -> Change:
    assert item.issued_at is not None
    said = f" Outcome: {item.outcome_decision or 'published'}." if item.outcome_at else ""
    standing = f"{STATUSES[item.standing].word}. " if isinstance(shown, OwnList) else ""  # type: ignore[attr-defined]
    return Change(
        key=f"checklist/{_whose(shown)}{item.reference}",
        title=f"{item.reference} {item.title}" + (" (sample)" if item.is_sample else ""),
        words=f"{standing}{item.get_kind_display()}, {item.workstream}. "
        f"Closes at {spoken(dates_of(item).due_at)}.{said} {item.summary}",
        path=item_path(shown, item),
        published_at=item.issued_at,
        updated_at=item.changed_at,  # type: ignore[attr-defined]
        category="Checklist",
    )


def _whose(shown: ItemList) -> str:
    return f"{shown.acting.organisation.slug}/" if shown.acting else ""


def entries(shown: ItemList) -> list[Published]:
    """Settled with the whole calendar of its reader, so that an entry is the same one in every filtered calendar.

    What was withdrawn goes on as cancelled, in the calendars in which it would stand.
    """
    whose = _whose(shown)
    scope = f"{FEED}/{whose}" if whose else FEED
    published = settle(scope, _all_events(shown, shown.now) if whose else events(shown.now), shown.now)
    wanted = set(
        _uids(shown, shown.chosen.filter(ends_at__gt=shown.now - KEPT_FOR).values_list("reference", flat=True))
    )
    gone = shown.narrowed(_withdrawn(shown))
    wanted |= set(_uids(shown, gone.values_list("reference", flat=True)))
    return [entry for entry in published if entry.event.uid in wanted]


def _all_events(shown: ItemList, now: datetime) -> list[Event]:
    """Everything that the list could hold under any filter, but for what was withdrawn."""
    items = shown.with_standing(shown.items().exclude(state=State.WITHDRAWN)).filter(ends_at__gt=now - KEPT_FOR)
    return [
        event_of(item, dates_of(item).due_at, item_path(shown, item), _uid(shown, item.reference))
        for item in items.order_by("ends_at", "reference")
    ]


def _withdrawn(shown: ItemList) -> Iterable[ChecklistItem]:
    if shown.acting is None:
        return ChecklistItem.objects.filter(is_public=True, state=State.WITHDRAWN)
    return shown.items().filter(state=State.WITHDRAWN)


def _uid(shown: ItemList, reference: str) -> str:
    """One organisation's deadlines may differ from everybody's, so its entries have names of their own."""
    return f"{uid_of(reference)}-{shown.acting.organisation.slug}" if shown.acting else uid_of(reference)


def _uids(shown: ItemList, references: Iterable[str]) -> Iterable[str]:
    return (_uid(shown, reference) for reference in references)
