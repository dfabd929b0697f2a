from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from checklist.models.responses import Response
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import refuse


class ReceiptSheet(models.Model):
    """The receipt of a response as a PDF: asked for when it was sent, drawn by a worker, and kept as it was drawn."""

    response = models.OneToOneField(Response, models.PROTECT, related_name="sheet")
    asked_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="receipt_waiting", condition=Q(file=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=True, made_at__isnull=True) | Q(file__isnull=False, made_at__isnull=False),
                name="receipt_sheet_made_at",
            )
        ]
        triggers = [
            refuse(
                "receipt_sheet_stays",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.file_id IS NOT NULL",
                words="A receipt is kept as it was drawn.",
            )
        ]
