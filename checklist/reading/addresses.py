"""Secret addresses of filtered lists: made, shown once, revoked. As with personal calendars, only a hash is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from checklist.reading.lists import ItemList, office_items, own_items
from checklist.reading.models import MOST_FEEDS, ListFeed
from mhhs_portal.calendars.secrets import hash_of
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.access import PARTICIPANTS
from mhhs_portal.organisations.models import Membership, Role

READERS = (*PARTICIPANTS, Role.OFFICE)
#: Readers ask every few hours; the page says when one last did, to the hour.
_NOTED_EVERY = timedelta(hours=1)


def feeds_of(acting: Membership) -> QuerySet[ListFeed]:
    """One's own, for this organisation, that still work."""
    return ListFeed.objects.filter(membership=acting, revoked_at__isnull=True)


def list_of(acting: Membership, query: str, now: datetime) -> ItemList:
    """Reads the part of an address as the list itself would: whatever else stands in it is left behind."""
    of = office_items if acting.role == Role.OFFICE else own_items
    return of(QueryDict(query[:2000]), acting, now)


def new_feed(*, query: str, acting: Membership, now: datetime) -> tuple[ListFeed, str]:
    """Make the address of a list and return its secret, which nobody can read again. An older one stops working."""
    choice, secret = list_of(acting, query, now).choice, secrets.token_urlsafe(32)
    with doing("checklist.list_address_made", by=acting.person):
        Membership.objects.select_for_update().get(pk=acting.pk)  # two presses of the button: one address remains
        held = feeds_of(acting)
        held.filter(query=choice.address()).update(revoked_at=now)
        if held.count() >= MOST_FEEDS:
            raise ValidationError(f"You have {MOST_FEEDS} addresses of lists already. Revoke one first.")
        feed = ListFeed(membership=acting, query=choice.address(), words=choice.words[:1000])
        feed.secret_hash, feed.made_at = hash_of(secret), now
        save_checked(feed)
    return feed, secret


def revoke(feed: ListFeed, *, acting: Membership, now: datetime) -> None:
    """The address answers "not found" from now on. Revoking twice changes nothing."""
    with doing("checklist.list_address_revoked", by=acting.person):
        feeds_of(acting).filter(pk=feed.pk).update(revoked_at=now)


def list_behind(secret: str, now: datetime) -> ItemList | None:
    """What the owner of an address in force would see now; None for every other address."""
    feeds = ListFeed.objects.in_force().select_related("membership__organisation", "membership__person")
    feed = feeds.filter(secret_hash=hash_of(secret)).first()
    if feed is None or feed.membership.role not in READERS:
        return None
    if feed.last_read_at is None or feed.last_read_at < now - _NOTED_EVERY:
        ListFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    return list_of(feed.membership, feed.query, now)
