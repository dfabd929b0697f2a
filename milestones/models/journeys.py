from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

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

    class Meta:
        ordering = ["step__position"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "step"], name="step_plan_once"),
            models.CheckConstraint(condition=Q(likelihood__in=Likelihood.values), name="step_plan_likelihood_known"),
        ]
