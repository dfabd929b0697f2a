from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.models.items import ChecklistItem
from mhhs_portal.frozen import never_changes


@pghistory.track(pghistory.InsertEvent())
class ItemRevision(models.Model):
    """The wording of one revision of a published item, as it was asked. Written when the next one replaces it, and then
    also for the new one, so that both can be laid side by side."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    #: title, summary, body, document_number, document_version; links [{title, url, note}]; files [{title, sha256}].
    wording = models.JSONField()
    #: What changed against the revision before, in the words of whoever raised it; empty for the first.
    what_changed = models.CharField(max_length=600, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="revision_one_per_number"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(what_changed=""),
                name="revision_says_what_changed",
                violation_error_message="Say what changed, for those who have responded already.",
            ),
        ]
        triggers = never_changes("item_revision", "The wording of a revision stays as it was asked.")
