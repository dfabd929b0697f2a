from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from readiness.models.questionnaires import QuestionnaireVersion
from readiness.models.refusals import refuse, refuse_truncate


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def opened(self) -> CampaignQuerySet:
        return self.filter(opened_at__isnull=False)


@pghistory.track()
class Campaign(models.Model):
    """One request for information, asked of many organisations with the same deadline.

    Whom it asks is decided once, at opening: each Submission is the frozen record that its organisation was asked.
    """

    class Kind(models.TextChoices):
        AIR = "air", "Assurance Information Request (AIR)"
        READINESS_ASSESSMENT = "readiness-assessment", "Readiness assessment"
        PPIR = "ppir", "Programme Participant Information Request (PPIR)"

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=30, choices=Kind)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40)
    #: The Performance Assurance Operating Period it belongs to, such as "2025/26".
    operating_period = models.CharField(max_length=20, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    covering_text = models.TextField(blank=True)
    declaration = models.TextField(
        default="I have the authority to make this submission. I have read the answers. To the best of my knowledge"
        " they are complete and correct."
    )
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="campaigns")
    #: Empty while it is a draft that nobody has received.
    opened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    #: Invented for demonstration; asks sample organisations only.
    is_sample = models.BooleanField(default=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["air", "readiness-assessment", "ppir"]), name="campaign_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(due_at__gt=F("opened_at")),
                name="campaign_due_after_opening",
                violation_error_message="A campaign must open before its deadline.",
            ),
        ]
        triggers = [
            refuse(
                "campaign_frozen",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.opened_at IS NOT NULL",
                words="A campaign that has been opened does not change: people are answering it.",
            ),
            refuse(
                "campaign_asks_published",
                pgtrigger.Insert | pgtrigger.Update,
                when="NEW.opened_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM readiness_questionnaireversion"
                " WHERE id = NEW.version_id AND status = 'published')",
                words="Publish the questionnaire before you open the campaign.",
            ),
            refuse_truncate(
                "campaign_kept",
                when="EXISTS (SELECT 1 FROM readiness_submittedround)",
                words="Submitted rounds are never removed.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
