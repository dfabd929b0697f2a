"""Addresses that nobody can guess: made, shown once, revoked. The portal keeps only a hash; `hiding` keeps them out of
the log."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from mhhs_portal.calendars.models import PersonalFeed
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership

#: A calendar asks every few hours; the page says when it last did, to the hour.
_NOTED_EVERY = timedelta(hours=1)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_address(*, acting: Membership, kind: str, now: datetime) -> str:
    """Make the address of a calendar and return its secret, which nobody can read again. An older one stops working."""
    secret = secrets.token_urlsafe(32)
    with doing("calendars.address_made", by=acting.person):
        Membership.objects.select_for_update().get(pk=acting.pk)  # two presses of the button: one address remains
        PersonalFeed.objects.filter(membership=acting, kind=kind, revoked_at__isnull=True).update(revoked_at=now)
        save_checked(PersonalFeed(membership=acting, kind=kind, secret_hash=hash_of(secret), made_at=now))
    return secret


def revoke(feed: PersonalFeed, *, acting: Membership, now: datetime) -> None:
    """The address answers "not found" from now on. Revoking twice changes nothing."""
    with doing("calendars.address_revoked", by=acting.person):
        PersonalFeed.objects.filter(pk=feed.pk, membership=acting, revoked_at__isnull=True).update(revoked_at=now)


def feed_behind(secret: str, now: datetime) -> PersonalFeed | None:
    """The calendar behind an address that is in force, whoever asks."""
    feeds = PersonalFeed.objects.in_force().select_related("membership__organisation", "membership__person")
    feed = feeds.filter(secret_hash=hash_of(secret)).first()
    if feed and (feed.last_read_at is None or feed.last_read_at < now - _NOTED_EVERY):
        PersonalFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    return feed
