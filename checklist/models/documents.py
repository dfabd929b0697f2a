from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models

from checklist.models.items import ChecklistItem
from checklist.models.life import kept_once_issued
from mhhs_portal.documents.models import StoredFile


@pghistory.track()
class ItemLink(models.Model):
    """A document or page that belongs to an item, kept where the Programme publishes it."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=500)
    #: Type, size and pages, in words: "PDF, 1.4 MB, 62 pages".
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="link_one_per_position")]


@pghistory.track()
class Attachment(models.Model):
    """A file that staff put beside an item. While the item is a draft it can be taken off again."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "title"],
                name="attachment_one_per_title",
                violation_error_message="The item has a file of this name already.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="attachment_stays", operation=pgtrigger.Update),
            kept_once_issued("attachment", pgtrigger.Delete, "The files of a published item stay."),
        ]

    def __str__(self) -> str:
        return self.title
