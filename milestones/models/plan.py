from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from mhhs_portal.frozen import refuse
from milestones.models.dates import Precision, Sourced, confidence_rule, date_rules, when
from milestones.poap import When


@pghistory.track()
class Source(models.Model):
    """A public page or document that facts come from."""

    key = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    #: False: known through quotations in other public files; to be checked against the page itself.
    was_read_directly = models.BooleanField(default=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Lane(models.Model):
    """A band of the plan: one workstream. The order is ours, not the published picture's."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    #: Taken off the plan by staff; milestones keep their workstream.
    is_removed = models.BooleanField(default=False)
    #: Staff changed it in the portal since: the files of facts no longer do.
    is_edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Milestone(models.Model):
    """A moment of the programme that somebody decides has been reached.

    The number (M10), the tier and whether Ofgem must approve a move are three different things. What is not published
    is empty: a milestone may be known by its number alone.
    """

    code = models.CharField(max_length=20)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160, blank=True)
    short_name = models.CharField(max_length=60, blank=True)
    summary = models.TextField(blank=True)
    lane = models.ForeignKey(Lane, models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField(default=0)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_ofgem_approval = models.BooleanField(null=True, blank=True)
    recommended_by = models.CharField(max_length=160, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    #: Who answers for it in the Programme, by role; most are not published.
    owner = models.CharField(max_length=160, blank=True)
    #: The current baseline no longer has it. It stays readable: other baselines do.
    is_removed = models.BooleanField(default=False)
    decision_source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    #: The critical paths that the milestone matters to.
    paths = models.ManyToManyField("milestones.CriticalPath", related_name="milestones", blank=True)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="milestone_code_once_in_any_case",
                violation_error_message="There is a milestone with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(tier__isnull=True) | Q(tier__range=(1, 3)), name="milestone_tier_is_1_to_3"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        return self.name or "Name not published"

    @property
    def brief(self) -> str:
        return self.short_name or self.title


@pghistory.track()
class MilestoneNote(Sourced):
    """What a reader must know about a milestone: sources that differ, what follows from it."""

    class Kind(models.TextChoices):
        CONFLICT = "conflict", "Sources differ"
        CONSEQUENCE = "consequence", "What follows"
        REMARK = "remark", "Note"

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="notes")
    key = models.SlugField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.REMARK)
    words = models.TextField()
    other_source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["milestone", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "key"], name="milestone_note_once"),
            models.CheckConstraint(
                condition=~Q(kind="conflict") | Q(other_source__isnull=False),
                name="milestone_note_conflict_names_both_sources",
                violation_error_message="A conflict names both sources.",
            ),
            confidence_rule("milestone_note"),
        ]


@pghistory.track()
class Stage(Sourced):
    """A bar: work with a start and an end. An end that nobody published stays empty and is drawn open."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60, blank=True)
    lane = models.ForeignKey(Lane, models.PROTECT, null=True, blank=True, related_name="stages")
    path = models.ForeignKey("milestones.CriticalPath", models.PROTECT, null=True, blank=True, related_name="stages")
    position = models.PositiveSmallIntegerField(default=0)
    start_first_on = models.DateField(null=True, blank=True)
    start_last_on = models.DateField(null=True, blank=True)
    start_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    end_first_on = models.DateField(null=True, blank=True)
    end_last_on = models.DateField(null=True, blank=True)
    end_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    is_window = models.BooleanField(default=False)
    #: Taken off the plan by staff.
    is_removed = models.BooleanField(default=False)
    #: Staff changed it in the portal since: the files of facts no longer do.
    is_edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            *date_rules("stage", prefix="start_", required=False),
            *date_rules("stage", prefix="end_", required=False),
            models.CheckConstraint(
                condition=Q(start_first_on__isnull=True)
                | Q(end_last_on__isnull=True)
                | Q(start_first_on__lte=F("end_last_on")),
                name="stage_ends_after_it_starts",
                violation_error_message="A stage cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(start_first_on__isnull=False) | Q(end_first_on__isnull=False),
                name="stage_has_a_published_date",
                violation_error_message="A stage needs a start or an end that somebody published.",
            ),
            models.CheckConstraint(
                condition=Q(lane__isnull=True, path__isnull=False) | Q(lane__isnull=False, path__isnull=True),
                name="stage_stands_in_one_place",
            ),
            confidence_rule("stage"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def start(self) -> When | None:
        return when(self.start_first_on, self.start_last_on, self.start_precision)

    @property
    def end(self) -> When | None:
        return when(self.end_first_on, self.end_last_on, self.end_precision)


#: Whether what waits leads back to what comes first, by links of milestones or of steps (milestones/network).
_REACHES_BACK = """
    EXISTS (
        WITH RECURSIVE later(milestone, step) AS (
            SELECT NEW.after_id, NULL::bigint
            UNION
            SELECT link.milestone, link.step FROM later CROSS JOIN LATERAL (
                SELECT after_id AS milestone, NULL::bigint AS step FROM milestones_dependency
                WHERE before_id = later.milestone AND id IS DISTINCT FROM NEW.id
                UNION ALL
                SELECT after_milestone_id, after_step_id FROM network_steplink
                WHERE before_milestone_id = later.milestone AND NOT is_removed
                UNION ALL
                SELECT after_milestone_id, after_step_id FROM network_steplink
                WHERE before_step_id = later.step AND NOT is_removed
            ) link
        )
        SELECT 1 FROM later WHERE milestone = NEW.before_id
    )
"""


@pghistory.track()
class Dependency(Sourced):
    """`after` waits for `before`."""

    before = models.ForeignKey(Milestone, models.PROTECT, related_name="holds_up")
    after = models.ForeignKey(Milestone, models.PROTECT, related_name="waits_for")
    lag_working_days = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "dependencies"
        ordering = ["before__position", "after__position"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="dependency_once"),
            models.CheckConstraint(
                condition=~Q(before=F("after")),
                name="dependency_not_on_itself",
                violation_error_message="A milestone cannot wait for itself.",
            ),
            confidence_rule("dependency"),
        ]
        triggers = [
            refuse(
                "dependency_closes_no_loop",
                pgtrigger.Insert | pgtrigger.Update,
                first="PERFORM pg_advisory_xact_lock(hashtext('network links'));",
                when=_REACHES_BACK,
                words="This link would close a loop: what it leads to comes before it already.",
            )
        ]
