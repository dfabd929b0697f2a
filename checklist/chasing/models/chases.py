from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.models import ChecklistItem
from mhhs_portal.frozen import never_changes
from mhhs_portal.organisations.models import Organisation


class Chase(models.Model):
    """Staff asked those who had not responded once more: who, when, in which words. Its messages are in the log."""

    #: Made by the preview page: pressing its button twice is one chase.
    press = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    subject = models.CharField(max_length=150)
    text = models.TextField(max_length=4000)
    #: How many people were written to.
    people = models.PositiveIntegerField()
    #: Stands for exactly whom the preview named.
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gt=0), name="chase_writes_to_somebody"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="chase_has_words"),
        ]
        triggers = never_changes("chase", "What was sent stays as it was sent.")


class Chased(models.Model):
    """One organisation that was chased for one item, and how it stood at that moment."""

    chase = models.ForeignKey(Chase, models.PROTECT, related_name="lines")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="chased")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20)

    class Meta:
        ordering = ["chase", "organisation__name", "item__reference"]
        constraints = [
            models.UniqueConstraint(fields=["chase", "item", "organisation"], name="chased_once_per_chase"),
        ]
        indexes = [models.Index(fields=["item", "organisation"], name="chased_by_item")]
        triggers = never_changes("chased", "What was sent stays as it was sent.")
