from __future__ import annotations

from django.db import models
from django.db.models import Q

from mhhs_portal.documents.models import StoredFile
from readiness.papers.models.papers import PaperVersion


class PaperFile(models.Model):
    """A version of a paper as PDF or Word, with or without the named annex: asked for, then made by a worker."""

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        WORD = "docx", "Word"

    version = models.ForeignKey(PaperVersion, models.PROTECT, related_name="files")
    form = models.CharField(max_length=5, choices=Form)
    has_annex = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    #: Why it could not be made, in words; asking again tries again.
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["version", "form", "has_annex"]
        constraints = [
            models.UniqueConstraint(fields=["version", "form", "has_annex"], name="paper_file_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=True) | Q(made_at__isnull=False), name="paper_file_says_when_made"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="paper_file_waiting", condition=Q(file__isnull=True, problem=""))
        ]
