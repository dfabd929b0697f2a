from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.models.items import ChecklistItem
from mhhs_portal.frozen import never_changes


@pghistory.track(pghistory.InsertEvent())
class ItemRevision(models.Model):
    """The wording of a published item as it stood from one moment on.

    The first rows are written when the wording first changes: how it was asked, and how it is now. A new revision asks
    everybody again; a correction (a typo, a link) belongs to the revision that it corrects.
    """

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    #: 0 as the revision was raised, then 1, 2, ... for what was corrected in it.
    correction = models.PositiveSmallIntegerField(default=0)
    #: title, summary, body, document_number, document_version; links [{title, url, note}]; files [{title, sha256}].
    wording = models.JSONField()
    #: What changed against the wording before, in the words of whoever raised it; empty for the first.
    what_changed = models.CharField(max_length=600, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "number", "correction"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number", "correction"], name="revision_one_per_number"),
            models.CheckConstraint(
                condition=Q(number=1, correction=0) | ~Q(what_changed=""),
                name="revision_says_what_changed",
                violation_error_message="Say what changed.",
            ),
        ]
        triggers = never_changes("item_revision", "The wording of a revision stays as it was asked.")

    def __str__(self) -> str:
        corrected = f", correction {self.correction}" if self.correction else ""
        return f"Revision {self.number}{corrected}"

    @property
    def asks_again(self) -> bool:
        return self.number > 1 and not self.correction
