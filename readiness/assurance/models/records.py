from __future__ import annotations

from django.conf import settings
from django.db import models

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import never_changes
from readiness.models import Campaign, Submission


class EvidenceView(models.Model):
    """Somebody of another organisation took a file that a participant sent as evidence. One row for each time."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="evidence_views")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["submission", "-id"], name="evidence_view_of_submission")]
        triggers = never_changes("evidence_view", "Who has read evidence stays on record.")


class AnswersTaken(models.Model):
    """Somebody took answers away as a file: whose, how many, and in which form."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    #: Empty when it was the whole campaign.
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="+")
    form = models.CharField(max_length=10)
    rows = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        triggers = never_changes("answers_taken", "Who took answers away stays on record.")
