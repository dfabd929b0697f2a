"""Filters that are kept: what somebody wants to see again, and may share with colleagues."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from checklist.reading.models import MOST_FILTERS, SavedFilter
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Person, Role


def filters_of(acting: Membership) -> QuerySet[SavedFilter]:
    """One's own, and what colleagues share; nobody else's."""
    here = SavedFilter.objects.filter(organisation=acting.organisation)
    return here.filter(Q(owner=acting.person) | Q(is_shared=True)).select_related("owner").order_by("name", "pk")


def may_change(kept: SavedFilter, acting: Membership) -> bool:
    """One's own; and a lead clears up what is shared, of people who have left too."""
    is_lead = acting.role in (Role.LEAD, Role.OFFICE)
    return kept.owner_id == acting.person_id or (kept.is_shared and is_lead)


def keep_filter(*, name: str, query: str, is_shared: bool, acting: Membership, now: datetime) -> SavedFilter:
    """`query` has been read and written again by Choice, never as it was sent."""
    kept = SavedFilter(
        organisation=acting.organisation,
        owner=acting.person,
        name=" ".join(name.split()),
        query=query,
        is_shared=is_shared,
        made_at=now,
    )
    with doing("checklist.filter_kept", by=acting.person):
        Person.objects.select_for_update().get(pk=acting.person_id)  # two at once would both find room
        held = SavedFilter.objects.filter(organisation=acting.organisation, owner=acting.person).count()
        if held >= MOST_FILTERS:
            raise ValidationError(f"You have {MOST_FILTERS} filters already. Delete one first.")
        save_checked(kept)
    return kept


def rename(kept: SavedFilter, *, name: str, is_shared: bool, by: Person) -> None:
    with doing("checklist.filter_renamed", by=by):
        kept.name, kept.is_shared = " ".join(name.split()), is_shared
        save_checked(kept)


def forget(kept: SavedFilter, *, by: Person) -> None:
    with doing("checklist.filter_deleted", by=by), transaction.atomic():
        kept.delete()
