from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from checklist.models.responses import Response


class CommentKind(models.TextChoices):
    SUBSTANTIVE = "substantive", "Substantive"
    QUESTION = "question", "Question"
    EDITORIAL = "editorial", "Editorial"


class Severity(models.TextChoices):
    """How much hangs on it, for whoever wrote it. The portal's own scale: the Programme's is not published."""

    HIGH = "high", "High: must be settled before approval"
    MEDIUM = "medium", "Medium: should be settled"
    LOW = "low", "Low: for information"


@pghistory.track()
class Comment(models.Model):
    """One row of the comments log, as it was sent."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="comments")
    number = models.PositiveSmallIntegerField()
    document = models.CharField(max_length=120, blank=True)
    clause = models.CharField("clause or page", max_length=80, blank=True)
    comment = models.TextField()
    suggested_change = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=CommentKind, default=CommentKind.SUBSTANTIVE)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.MEDIUM)
    #: Its text and its author are seen by the Programme only; the published log says that it was received.
    is_confidential = models.BooleanField(default=False)

    class Meta:
        ordering = ["response", "number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="comment_one_per_number"),
            models.CheckConstraint(condition=Q(kind__in=CommentKind.values), name="comment_kind_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="comment_severity_known"),
            models.CheckConstraint(
                condition=~Q(comment=""), name="comment_is_not_empty", violation_error_message="Write the comment."
            ),
        ]
        triggers = [pgtrigger.Protect(name="comments_are_final", operation=pgtrigger.Update | pgtrigger.Delete)]
