"""How a milestone stands: what must be met for it, how much slip is tolerated, and where staff see it differently."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mhhs_portal.frozen import never_changes
from milestones.models.plan import Milestone, Source


class Rag(models.TextChoices):
    """Red, amber, green: always shown as the word and a shape, never as the colour alone."""

    GREEN = "green", "Green"
    AMBER = "amber", "Amber"
    RED = "red", "Red"


@pghistory.track()
class Tolerance(models.Model):
    """By how many working days a forecast may be later than the baseline, for milestones of a tier or of none."""

    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Later by more than this is amber, by more than that is red.
    amber_over = models.PositiveSmallIntegerField(default=0)
    red_over = models.PositiveSmallIntegerField(default=10)
    #: Who set it: the Programme's own tolerances are not published.
    basis = models.CharField(max_length=300)

    class Meta:
        ordering = ["tier"]
        constraints = [
            models.UniqueConstraint(fields=["tier"], name="tolerance_once_per_tier", nulls_distinct=False),
            models.CheckConstraint(condition=Q(tier__isnull=True) | Q(tier__range=(1, 3)), name="tolerance_tier"),
            models.CheckConstraint(
                condition=Q(red_over__gte=F("amber_over")),
                name="tolerance_red_after_amber",
                violation_error_message="Red begins after amber.",
            ),
        ]


class RagOverride(models.Model):
    """Staff's own judgement in place of the rule's. Never edited; an empty `rag` goes back to the rule."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="rag_overrides")
    rag = models.CharField(max_length=5, choices=Rag, blank=True)
    reason = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="rag_override_has_a_reason",
                violation_error_message="Say why the rule's colour is not right.",
            ),
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(replaces__isnull=True),
                name="rag_override_one_first",
                violation_error_message="Somebody has just overridden this; look at theirs first.",
            ),
        ]
        triggers = never_changes("rag_override", "An override is never edited: make a later one.")


@pghistory.track()
class Criterion(models.Model):
    """One thing that must be met before a milestone counts as reached."""

    class State(models.TextChoices):
        NOT_STARTED = "not-started", "Not started"
        IN_PROGRESS = "in-progress", "In progress"
        MET = "met", "Met"
        NOT_MET = "not-met", "Not met"
        WAIVED = "waived", "Waived"

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="criteria")
    key = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)
    words = models.TextField()
    #: "M15 Acceptance Criteria v1.0"
    document = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    evidence_title = models.CharField(max_length=160, blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    #: Who found it met, and where it is minuted.
    approved_at_words = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["milestone", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "key"], name="criterion_once"),
            models.CheckConstraint(
                condition=~Q(state="met") | ~Q(evidence_url="") | ~Q(approved_at_words=""),
                name="criterion_met_has_evidence",
                violation_error_message="A criterion that is met names its evidence or the meeting that found it met.",
            ),
        ]
