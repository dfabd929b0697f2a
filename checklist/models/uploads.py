from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.models.items import ChecklistItem
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.organisations.models import Organisation


@pghistory.track()
class CommentsUpload(models.Model):
    """A comments log that an organisation sent as a file: looked at first, then its rows go into the draft."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="comment_uploads")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    #: The keys of the draft rows that were made from it.
    keys = models.JSONField(default=list)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["item", "organisation"], name="upload_by_organisation")]
        constraints = [
            models.CheckConstraint(condition=Q(taken_at__isnull=False) | Q(keys=[]), name="upload_rows_were_taken")
        ]
