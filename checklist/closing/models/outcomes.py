"""What the page "You said, we did" says beyond the item's own outcome."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from checklist.models import ChecklistItem
from milestones.governance.models import Meeting


@pghistory.track()
class OutcomeDetail(models.Model):
    """Who decided at which meeting, and where it goes on. Readers see it once the outcome is published."""

    item = models.OneToOneField(ChecklistItem, models.PROTECT, related_name="outcome_detail")
    decision_body = models.CharField("decided by", max_length=120, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    next_item = models.ForeignKey(
        ChecklistItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="next consultation"
    )
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_item__isnull=True) | ~Q(next_item=F("item")),
                name="outcome_does_not_lead_to_itself",
                violation_error_message="An item does not lead to itself.",
            )
        ]


@pghistory.track()
class OutcomeTheme(models.Model):
    """One row of "You said, we did"."""

    detail = models.ForeignKey(OutcomeDetail, models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    said = models.CharField("you said", max_length=600)
    did = models.CharField("we did", max_length=600)
    #: The numbers of the comments that it rests on, as in the log.
    numbers = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["detail", "position"], name="theme_one_per_position"),
            models.CheckConstraint(
                condition=~Q(said="") & ~Q(did=""),
                name="theme_says_both",
                violation_error_message="Each row needs what you said and what we did.",
            ),
        ]
