from __future__ import annotations

from datetime import timedelta

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from mhhs_portal.deadlines import day_words
from mhhs_portal.frozen import never_changes
from mhhs_portal.organisations.models import Organisation
from milestones.models.paths import PathStep, Placement


class Likelihood(models.TextChoices):
    """How sure a participant is of its own forecast; the words are theirs to choose."""

    UNSAID = "", "Not said"
    CONFIDENT = "confident", "We expect to keep it"
    SOME_DOUBT = "some-doubt", "We may be late"
    UNLIKELY = "unlikely", "We expect to be late"


@pghistory.track()
class StepPlan(models.Model):
    """A participant's own dates for one step of its path, for one of its roles."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="step_plans")
    step = models.ForeignKey(PathStep, models.PROTECT, related_name="plans")
    target_on = models.DateField(null=True, blank=True)
    forecast_on = models.DateField(null=True, blank=True)
    achieved_on = models.DateField(null=True, blank=True)
    likelihood = models.CharField(max_length=20, choices=Likelihood, blank=True)
    comment = models.TextField(blank=True)
    evidence_title = models.CharField(max_length=160, blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    #: Counts up with each change, so that two colleagues never overwrite each other unseen. PostgreSQL counts.
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["step__position"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "step"], name="step_plan_once"),
            models.CheckConstraint(condition=Q(likelihood__in=Likelihood.values), name="step_plan_likelihood_known"),
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__istartswith="https://"),
                name="step_plan_evidence_is_a_safe_address",
                violation_error_message="An evidence link begins with https://",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="step_plan_counts_its_changes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(),
                func="NEW.version := OLD.version + 1; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="step_plan_is_achieved_by_now",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__achieved_on__isnull=False),
                func="""
                    IF NEW.achieved_on > (now() AT TIME ZONE 'Europe/London')::date THEN
                        RAISE EXCEPTION 'A step cannot be achieved on a day that has not come yet.'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


@pghistory.track()
class ReportingPeriod(models.Model):
    """A stretch of time for which each organisation confirms its plan once."""

    starts_on = models.DateField(unique=True)
    ends_on = models.DateField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="reporting_period_ends_after_it_starts",
                violation_error_message="A reporting period ends after it starts.",
            ),
            ExclusionConstraint(
                name="reporting_period_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="Another reporting period covers some of these days.",
            ),
        ]

    def clean(self) -> None:
        """Asked before the constraints: PostgreSQL cannot even compare a span whose end comes first."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "A reporting period ends after it starts."})

    def __str__(self) -> str:
        """ "November 2026" when it is a calendar month, else its first and last day."""
        following = self.ends_on + timedelta(days=1)
        is_month = self.starts_on.day == following.day == 1 and (following - self.starts_on).days <= 31
        if is_month:
            return f"{self.starts_on:%B %Y}"
        return f"{day_words(self.starts_on)} to {day_words(self.ends_on)}"


class PlanConfirmation(models.Model):
    """That an organisation's lead confirmed its own plan for a period, with the plan as it then was."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="confirmations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plan_confirmations")
    confirmed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: The steps with their dates, role by role, as confirmed.
    plan = models.JSONField(default=list)

    class Meta:
        ordering = ["-confirmed_at", "-pk"]
        triggers = never_changes("plan_confirmation", "A confirmation is kept as it was given.")
