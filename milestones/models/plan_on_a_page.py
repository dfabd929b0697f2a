from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import never_changes
from mhhs_portal.organisations.models import Organisation
from milestones.models.baselines import Baseline
from milestones.models.dates import Precision, date_rules
from milestones.models.paths import CriticalPath
from milestones.models.plan import Lane, Stage


class PlanOnAPage(models.Model):
    """One version of the plan on paper, as it was drawn. Every version stays."""

    #: SHA-256 over everything that is drawn; see milestones/plan_on_a_page.py.
    version = models.CharField(max_length=64, unique=True)
    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="+")
    size = models.CharField(max_length=2, choices=[("A3", "A3"), ("A4", "A4")], default="A3")
    #: Whose own sheet it is; empty is the public one.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    as_at = models.DateField()
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        get_latest_by = ["made_at", "pk"]
        triggers = never_changes("plan_on_a_page", "A drawn plan is kept as it was.")


@pghistory.track()
class PlanDraft(models.Model):
    """A private copy of the lanes and stages on which programme staff work until they publish or discard it."""

    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    discarded_at = models.DateTimeField(null=True, blank=True)
    #: What changed, in words, for the history of published versions.
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(published_at__isnull=True, discarded_at__isnull=True),
                name="plan_draft_one_open",
                violation_error_message="There is an open draft already.",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(discarded_at__isnull=True), name="plan_draft_one_end"
            ),
        ]


@pghistory.track()
class DraftLane(models.Model):
    draft = models.ForeignKey(PlanDraft, models.CASCADE, related_name="lanes")
    #: The lane that this would change; empty for a new one.
    lane = models.ForeignKey(Lane, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    is_removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]


@pghistory.track()
class DraftStage(models.Model):
    draft = models.ForeignKey(PlanDraft, models.CASCADE, related_name="stages")
    #: The stage that this would change; empty for a new one.
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+")
    lane = models.ForeignKey(DraftLane, models.CASCADE, null=True, blank=True, related_name="stages")
    path = models.ForeignKey(CriticalPath, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    start_first_on = models.DateField(null=True, blank=True)
    start_last_on = models.DateField(null=True, blank=True)
    start_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    end_first_on = models.DateField(null=True, blank=True)
    end_last_on = models.DateField(null=True, blank=True)
    end_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    is_window = models.BooleanField(default=False)
    is_removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *date_rules("draft_stage", prefix="start_", required=False),
            *date_rules("draft_stage", prefix="end_", required=False),
            models.CheckConstraint(
                condition=Q(start_first_on__isnull=True)
                | Q(end_last_on__isnull=True)
                | Q(start_first_on__lte=F("end_last_on")),
                name="draft_stage_ends_after_it_starts",
                violation_error_message="A stage cannot end before it starts.",
            ),
        ]
