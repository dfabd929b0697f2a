from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from mhhs_portal.documents.models import StoredFile


@pghistory.track()
class ItemTemplate(models.Model):
    """The words, rules and links of an item that comes again, without its dates."""

    name = models.CharField(
        max_length=80, unique=True, error_messages={"unique": "There is a template of this name already."}
    )
    #: As checklist.content.Content keeps it.
    content = models.JSONField()
    #: Working days from opening to close; empty when each time is different.
    period_days = models.PositiveSmallIntegerField(null=True, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="item_template_has_a_name", violation_error_message="Name the template."
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ItemImport(models.Model):
    """A file of items that staff sent: first checked, then taken over as drafts, all rows or none."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    #: How many drafts it made.
    made = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-checked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, made=0) | Q(imported_at__isnull=False, made__gt=0),
                name="item_import_made_what_it_says",
            )
        ]
