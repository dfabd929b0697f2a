from __future__ import annotations

from django.conf import settings
from django.db import models

from checklist.models import ChecklistItem
from mhhs_portal.frozen import never_changes
from mhhs_portal.organisations.models import Organisation


class Opening(models.Model):
    """Who of an organisation was the first to open an item in its present wording; an e-mail that was read is none."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="openings")
    revision = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["item", "organisation", "revision"], name="opening_once_per_wording")
        ]
        triggers = never_changes("opening", "Who opened an item first stays on record.")


class ItemView(models.Model):
    """That somebody read an item that is not public, once for each person and day: for the audit."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="views")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    viewed_on = models.DateField()
    #: The first time on that day.
    viewed_at = models.DateTimeField()

    class Meta:
        ordering = ["-viewed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "organisation", "person", "viewed_on"], name="item_view_once_per_person_and_day"
            )
        ]
        indexes = [models.Index(fields=["item", "-viewed_at"], name="item_view_newest")]
        triggers = never_changes("item_view", "Who has read an item stays on record.")
