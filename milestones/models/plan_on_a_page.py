from __future__ import annotations

from django.db import models
from django.utils import timezone

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import never_changes
from milestones.models.baselines import Baseline


class PlanOnAPage(models.Model):
    """One version of the plan on paper, as it was drawn. Every version stays."""

    #: SHA-256 over everything that is drawn; see milestones/plan_on_a_page.py.
    version = models.CharField(max_length=64, unique=True)
    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="+")
    as_at = models.DateField()
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        get_latest_by = ["made_at", "pk"]
        triggers = never_changes("plan_on_a_page", "A drawn plan is kept as it was.")
