from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from mhhs_portal.organisations.models import Organisation


class Answer(models.TextChoices):
    COMMENTS = "comments", "Comments"
    NO_COMMENTS = "no-comments", "Reviewed, no comments"
    NOT_APPLICABLE = "not-applicable", "Does not apply to us"


@pghistory.track()
class Response(models.Model):
    """What one organisation answered to one revision of one item. Never edited, never deleted."""

    item = models.ForeignKey("checklist.ChecklistItem", models.PROTECT, related_name="responses")
    revision = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="responses")
    answer = models.CharField(max_length=20, choices=Answer)
    reason = models.CharField(max_length=1000, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "revision", "organisation"],
                name="response_once_per_revision",
                violation_error_message="Your organisation has already responded to this item.",
            ),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="response_answer_known"),
            models.CheckConstraint(
                condition=~Q(answer=Answer.NOT_APPLICABLE, reason=""),
                name="response_says_why_not_applicable",
                violation_error_message="Say why this item does not apply to you.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="responses_are_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    @property
    def receipt(self) -> str:
        """The number that both sides quote: "PCL-0412-northmoor-1"."""
        return f"{self.item.reference}-{self.organisation.slug}-{self.revision}"


@pghistory.track()
class ResponseDraft(models.Model):
    """What colleagues have typed and not sent. One per organisation and item; `version` guards against overwriting."""

    item = models.ForeignKey("checklist.ChecklistItem", models.CASCADE, related_name="drafts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="response_drafts")
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    reason = models.TextField(blank=True)
    #: Comment rows as typed, complete or not: [{document, clause, comment, suggested_change, kind}].
    comments = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "organisation"],
                name="draft_one_per_organisation",
                violation_error_message="A colleague has started a draft in the meantime. Open the page again.",
            ),
        ]
