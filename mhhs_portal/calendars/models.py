"""What calendars were told, so that they can be told what changed; and the secret addresses of personal feeds."""

from __future__ import annotations

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mhhs_portal.organisations.models import Membership


class CalendarEntry(models.Model):
    """One event as a feed last published it. Its sequence goes up each time what it says has changed."""

    #: Which calendar: "milestones", "cp3", "deadlines/17".
    scope = models.CharField(max_length=80)
    uid = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    #: Since when the source no longer names it: published as cancelled for a while, then left out.
    gone_at = models.DateTimeField(null=True, blank=True)
    #: The event itself, for as long as it is published as cancelled after its source forgot it.
    said = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "calendar entries"
        constraints = [models.UniqueConstraint(fields=["scope", "uid"], name="calendar_entry_once")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.uid}"


class PersonalFeedQuerySet(models.QuerySet["PersonalFeed"]):
    def in_force(self, today: date | None = None) -> PersonalFeedQuerySet:
        """Not revoked, and whoever made it still belongs to the organisation."""
        memberships = Membership.objects.current(today)
        return self.filter(revoked_at__isnull=True, membership__in=memberships)


@pghistory.track(exclude=["secret_hash", "last_read_at"])
class PersonalFeed(models.Model):
    """A calendar of one person's organisation behind an address that nobody can guess. Only its hash is kept."""

    class Kind(models.TextChoices):
        DEADLINES = "deadlines", "My deadlines"
        PATH = "path", "My path"

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="calendar_feeds")
    kind = models.CharField(max_length=12, choices=Kind)
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: To the hour: when a calendar last asked.
    last_read_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "kind"],
                condition=Q(revoked_at__isnull=True),
                name="personal_feed_one_address",
                violation_error_message="There is an address for this calendar already.",
            ),
            models.CheckConstraint(condition=Q(kind__in=["deadlines", "path"]), name="personal_feed_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.membership}"
