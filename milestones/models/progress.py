from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from mhhs_portal.frozen import never_changes, refuse, refuse_truncate
from milestones.models.dates import Dated, Sourced, confidence_rule, date_rules
from milestones.models.plan import Milestone

#: FOR SHARE waits for whoever publishes the release in the same moment.
_IS_PUBLISHED = (
    "EXISTS (SELECT 1 FROM milestones_planrelease r WHERE r.id = NEW.release_id AND r.published_at IS NOT NULL"
    " FOR SHARE)"
)


class ReportQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def in_force(self) -> ReportQuerySet:
        """Reports that no later one has replaced."""
        return self.filter(replaced_by__isnull=True)


class Report(Dated):
    """Somebody's statement about a milestone's date. Never edited: a later report replaces it, and both stay."""

    reported_at = models.DateTimeField(default=timezone.now)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = ReportQuerySet.as_manager()

    class Meta:
        abstract = True


@pghistory.track()
class PlanRelease(models.Model):
    """The fortnightly bundle of forecasts: a number, a note, and the reports that it brought."""

    #: "3.1": the baseline's number, then a count since that baseline.
    number = models.CharField(max_length=12, unique=True)
    as_at = models.DateField()
    baseline = models.ForeignKey("milestones.Baseline", models.PROTECT, related_name="releases")
    note = models.TextField(blank=True)
    #: Empty while only programme staff may see it; its forecasts are drafts until then.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-as_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["baseline"],
                condition=models.Q(published_at__isnull=True),
                name="plan_release_one_draft",
                violation_error_message="There is a draft release already; publish or discard it first.",
            )
        ]
        triggers = [
            refuse(
                "plan_release_stays_as_published",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.published_at IS NOT NULL",
                words="A published plan release never changes: publish a later one.",
            ),
            refuse_truncate("plan_release", "Published plan releases are never deleted."),
        ]

    def __str__(self) -> str:
        return f"Plan release {self.number}"


@pghistory.track()
class DraftForecast(Dated):
    """A forecast that waits for its release. It becomes a Forecast, and is public, when the release is published."""

    release = models.ForeignKey(PlanRelease, models.CASCADE, related_name="drafts")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["milestone__position"]
        constraints = [
            *date_rules("draft_forecast"),
            models.UniqueConstraint(
                fields=["release", "milestone"],
                name="draft_forecast_once",
                violation_error_message="The release has a forecast for this milestone already.",
            ),
        ]
        triggers = [
            refuse(
                "draft_forecast_only_in_a_draft",
                pgtrigger.Insert | pgtrigger.Update,
                when=_IS_PUBLISHED,
                words="The plan release is published: it takes no more forecasts.",
            )
        ]


class Forecast(Report, Sourced):
    """When a milestone is now expected, as at a day. The Programme's own are loaded only when it publishes them."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="forecasts")
    as_at = models.DateField()
    release = models.ForeignKey(PlanRelease, models.PROTECT, null=True, blank=True, related_name="forecasts")

    class Meta:
        ordering = ["-as_at", "-pk"]
        constraints = [
            *date_rules("forecast"),
            confidence_rule("forecast"),
            models.UniqueConstraint(
                fields=["milestone"],
                condition=models.Q(replaces__isnull=True),
                name="forecast_one_first",
                violation_error_message="A later forecast replaces the one before it.",
            ),
        ]
        triggers = [
            *never_changes("forecast", "A forecast is never edited: report a later one."),
            refuse(
                "forecast_only_in_a_draft_release",
                pgtrigger.Insert,
                when=_IS_PUBLISHED,
                words="The plan release is published: it takes no more forecasts.",
            ),
        ]


class Achievement(Report, Sourced):
    """That a milestone was reached, and when."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="achievements")
    #: "Approved by the SRO at an extraordinary PSG"
    words = models.CharField(max_length=300)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            *date_rules("achievement"),
            confidence_rule("achievement"),
            models.UniqueConstraint(
                fields=["milestone"],
                condition=models.Q(replaces__isnull=True),
                name="achievement_one_first",
                violation_error_message="A later report replaces the one before it.",
            ),
        ]
        triggers = never_changes("achievement", "An achievement is never edited: report a later one.")
