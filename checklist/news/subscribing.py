"""Who receives The Clock: people with an account by a switch, others by an address that they confirm."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.urls import reverse

from checklist.news.models import Subscription
from checklist.news.models.subscriptions import new_secret
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Priority
from mhhs_portal.notifications.outbox import enqueue
from mhhs_portal.organisations.models import Person

#: A link that was not used by then asks again.
CONFIRM_WITHIN = timedelta(days=7)
#: No more confirmations to one address than this, so that nobody can flood it through us.
MOST_ASKED = 3


def choose(person: Person, *, wanted: bool, now: datetime) -> None:
    """A person with an account switches it on or off for themselves."""
    with doing("news.subscribed" if wanted else "news.unsubscribed", by=person):
        found = Subscription.objects.select_for_update().filter(person=person).first()
        if found is None:
            found = Subscription(person=person, asked_at=now)
        found.confirmed_at = found.confirmed_at or now
        found.ended_at = None if wanted else (found.ended_at or now)
        save_checked(found)


def ask(*, address: str, now: datetime) -> None:
    """Send the link that confirms. The answer is the same whether or not the address is known, so nothing leaks."""
    address = address.strip().lower()
    if Person.objects.filter(email__iexact=address, is_active=True).exists():
        _tell_the_person(address, now)
        return
    with doing("news.subscription_asked", by=None):
        Subscription.objects.bulk_create(
            [Subscription(address=address, asked_at=now, asked_times=0)], ignore_conflicts=True
        )
        found = Subscription.objects.select_for_update().get(address__iexact=address)
        if found.is_running:
            return
        if found.asked_at < now - CONFIRM_WITHIN:
            found.asked_times = 0
        if found.asked_times >= MOST_ASKED:
            return
        found.asked_times += 1
        found.asked_at, found.secret = now, new_secret()
        save_checked(found)
        enqueue(
            "clock-confirm",
            to=None,
            to_address=address,
            dedupe_key=f"clock/confirm/{found.pk}/{found.secret[:8]}",
            priority=Priority.RECEIPT,
            about_url=reverse("news:confirm", args=[found.secret]),
            secret=found.secret,
        )


def _tell_the_person(address: str, now: datetime) -> None:
    """They have an account: the switch is there."""
    person = Person.objects.get(email__iexact=address)
    enqueue(
        "notice",
        to=person,
        dedupe_key=f"clock/has-account/{person.pk}/{now:%Y-%m-%d}",
        about_url=reverse("news:subscription"),
        headline="The Clock: you have an account",
        lead="Somebody asked for The Clock at this address. You have an account here: switch it on after you sign in.",
        action="Choose whether to receive The Clock",
    )


def confirm(found: Subscription, *, now: datetime) -> None:
    with doing("news.subscribed", by=None):
        found = Subscription.objects.select_for_update().get(pk=found.pk)
        if found.is_running:
            return
        if found.asked_at < now - CONFIRM_WITHIN:
            raise ValidationError("This link is older than seven days. Ask for a new one.")
        found.confirmed_at, found.ended_at, found.asked_times = now, None, 0
        save_checked(found)


def end(found: Subscription, *, now: datetime) -> None:
    """Twice is as good as once."""
    with doing("news.unsubscribed", by=found.person):
        found = Subscription.objects.select_for_update().get(pk=found.pk)
        if found.ended_at is None:
            found.ended_at = now
            save_checked(found)
