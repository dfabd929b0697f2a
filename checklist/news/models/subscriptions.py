from __future__ import annotations

import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


def new_secret() -> str:
    return secrets.token_urlsafe(24)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> SubscriptionQuerySet:
        return self.filter(confirmed_at__isnull=False, ended_at=None)


@pghistory.track(exclude=["secret"])
class Subscription(models.Model):
    """Somebody who receives The Clock: a person with an account, or an address whose owner has confirmed it."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="clock_subscription"
    )
    address = models.EmailField("e-mail address", blank=True)
    #: In the links of its own mails; confirming and ending need a POST there.
    secret = models.CharField(max_length=40, unique=True, default=new_secret)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: How often a confirmation was asked for, so that nobody can flood an address through us.
    asked_times = models.PositiveSmallIntegerField(default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address="") | (Q(person=None) & ~Q(address="")),
                name="subscription_of_a_person_or_an_address",
            ),
            models.UniqueConstraint(Lower("address"), condition=~Q(address=""), name="subscription_address_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.address)

    @property
    def is_running(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None
