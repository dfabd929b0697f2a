from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from mhhs_portal.frozen import never_changes
from milestones.models.dates import Dated, Sourced, confidence_rule, date_rules
from milestones.models.plan import Milestone


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


class Forecast(Report, Sourced):
    """When a milestone is now expected, as at a day. The Programme's own are loaded only when it publishes them."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="forecasts")
    as_at = models.DateField()

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
        triggers = never_changes("forecast", "A forecast is never edited: report a later one.")


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
