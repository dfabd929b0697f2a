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
from milestones.models.dates import Precision, date_rules, when
from milestones.models.paths import CriticalPath
from milestones.models.plan import Lane, Stage
from milestones.poap import When


class PlanOnAPage(models.Model):
    """One version of the plan on paper, as it was drawn. Every version stays."""

    #: SHA-256 over everything that is drawn; see milestones/sheets/plan_on_a_page.py.
    version = models.CharField(max_length=64, unique=True)
    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="+")
    size = models.CharField(max_length=2, choices=[("A3", "A3"), ("A4", "A4")], default="A3")
    #: Whose own sheet it is; empty is the public one.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    as_at = models.DateField()
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    #: SHA-256 over what the sheet says without the day on which it was drawn.
    content = models.CharField(max_length=64, blank=True)
    #: Counts up when the content changes; a new day alone draws the same edition again.
    edition = models.PositiveIntegerField(default=1)
    #: What this edition says, and in sentences what it changed: kept with its first drawing only.
    facts = models.JSONField(default=dict, blank=True)
    changed = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        get_latest_by = ["made_at", "pk"]
        indexes = [
            models.Index(fields=["edition", "size", "made_at"], name="plan_on_a_page_editions"),
            models.Index(fields=["organisation", "size", "-made_at"], name="plan_on_a_page_newest"),
        ]
        triggers = never_changes("plan_on_a_page", "A drawn plan is kept as it was.")

    @property
    def code(self) -> str:
        """What stands on the sheet and in its address."""
        return self.version[:12]


class AskedSheet(models.Model):
    """That an organisation waits for its own sheet. A worker draws it; Redis is not asked on the way."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    size = models.CharField(max_length=2, choices=[("A3", "A3"), ("A4", "A4")])
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey("organisations.Membership", models.CASCADE, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "size"], name="asked_sheet_once")]


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
    #: Counts up with each change, so that two people never overwrite each other unseen.
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


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
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

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
            models.CheckConstraint(
                condition=Q(start_first_on__isnull=False) | Q(end_first_on__isnull=False),
                name="draft_stage_has_a_date",
                violation_error_message="A stage needs a start or an end: with neither it cannot be drawn.",
            ),
            models.CheckConstraint(
                condition=Q(lane__isnull=True, path__isnull=False) | Q(lane__isnull=False, path__isnull=True),
                name="draft_stage_stands_in_one_place",
                violation_error_message="A stage stands in a lane or on a critical path, not both.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def start(self) -> When | None:
        return when(self.start_first_on, self.start_last_on, self.start_precision)

    @property
    def end(self) -> When | None:
        return when(self.end_first_on, self.end_last_on, self.end_precision)
