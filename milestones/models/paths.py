from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mhhs_portal.organisations.models import MarketRole, RoleHeld
from milestones.models.dates import Dated, Precision, Sourced, confidence_rule, date_rules, when
from milestones.models.plan import Milestone, Source
from milestones.poap import When


class Route(models.TextChoices):
    """How a market role of a participant comes to qualify, which decides the steps it has."""

    SIT = "sit", "Systems Integration Testing (SIT)"
    NON_SIT = "non-sit", "Non-SIT supplier or agent"
    NON_SIT_LDSO = "non-sit-ldso", "Non-SIT LDSO"
    NEW_ENTRANT = "new-entrant", "New entrant"
    LEGACY = "legacy", "Legacy, not qualifying"


@pghistory.track()
class CriticalPath(Sourced):
    """One of the routes to starting migration: CP1, CP2, CP3, or a later wave."""

    slug = models.SlugField(unique=True)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    who = models.CharField(max_length=200)
    summary = models.TextField()
    #: What the path's date is when no date can be drawn: "Between CP2 and CP3".
    without_gate = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [confidence_rule("critical_path")]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class PathLabel(Sourced):
    """What the Programme called the people on a path, from a day to a day."""

    path = models.ForeignKey(CriticalPath, models.PROTECT, related_name="labels")
    words = models.CharField(max_length=120)
    since_on = models.DateField()
    since_precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    until_on = models.DateField(null=True, blank=True)
    until_precision = models.CharField(max_length=10, choices=Precision, blank=True)

    class Meta:
        ordering = ["since_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["path", "words"], name="path_label_once"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True, until_precision="")
                | Q(until_on__gte=F("since_on"), until_precision__in=["day", "month"]),
                name="path_label_ends_after_it_starts",
            ),
            confidence_rule("path_label"),
        ]


@pghistory.track()
class PathGate(Dated, Sourced):
    """When a path reaches migration. No source states one: each says how it is known."""

    path = models.OneToOneField(CriticalPath, models.PROTECT, related_name="gate")
    label = models.CharField(max_length=80)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [*date_rules("path_gate"), confidence_rule("path_gate")]


class PathStepQuerySet(models.QuerySet["PathStep"]):
    def whole(self) -> PathStepQuerySet:
        """The steps of the journey, without the parts that some are made of."""
        return self.filter(part_of__isnull=True)


@pghistory.track()
class PathStep(Sourced):
    """Something that everybody on a path must do, in its order."""

    path = models.ForeignKey(CriticalPath, models.PROTECT, related_name="steps")
    key = models.SlugField()
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    summary = models.TextField()
    applies_to = models.CharField(max_length=200)
    start_first_on = models.DateField(null=True, blank=True)
    start_last_on = models.DateField(null=True, blank=True)
    start_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    end_first_on = models.DateField(null=True, blank=True)
    end_last_on = models.DateField(null=True, blank=True)
    end_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    #: The step ends with a decision by the bodies that the role needs (MarketRole.approved_by_…).
    is_approval = models.BooleanField(default=False)
    #: The routes that have this step; empty means all.
    routes = ArrayField(models.CharField(max_length=12, choices=Route), default=list, blank=True)
    #: The one market role that has this step; empty means all.
    only_role = models.ForeignKey(MarketRole, models.PROTECT, null=True, blank=True, related_name="+")
    #: The step that this one is a part of: a sprint of the migration. Parts are planned, but nobody is "at" one.
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")

    objects = PathStepQuerySet.as_manager()

    class Meta:
        ordering = ["path__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["path", "key"], name="path_step_once"),
            *date_rules("path_step", prefix="start_", required=False),
            *date_rules("path_step", prefix="end_", required=False),
            confidence_rule("path_step"),
        ]

    def __str__(self) -> str:
        return f"{self.path.code}: {self.name}"

    def belongs_to(self, placement: Placement) -> bool:
        """Whether a role that is placed so has this step."""
        is_on_route = not self.routes or not placement.route or placement.route in self.routes
        return is_on_route and self.only_role_id in (None, placement.role_held.market_role_id)

    @property
    def start(self) -> When | None:
        return when(self.start_first_on, self.start_last_on, self.start_precision)

    @property
    def end(self) -> When | None:
        return when(self.end_first_on, self.end_last_on, self.end_precision)


@pghistory.track()
class StepDuty(models.Model):
    """What one market role, or everybody (no role), must do in a step."""

    step = models.ForeignKey(PathStep, models.CASCADE, related_name="duties")
    market_role = models.ForeignKey(MarketRole, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "market_role"], name="step_duty_once_per_role", nulls_distinct=False
            )
        ]


class PlacementQuerySet(models.QuerySet["Placement"]):
    def current(self) -> PlacementQuerySet:
        return self.filter(until_on__isnull=True)


@pghistory.track()
class Placement(models.Model):
    """One market role of an organisation on a path, since a day. One path at a time."""

    role_held = models.ForeignKey(RoleHeld, models.PROTECT, related_name="placements")
    path = models.ForeignKey(CriticalPath, models.PROTECT, related_name="placements")
    #: Empty while nobody has said; the steps are then all of the path's.
    route = models.CharField(max_length=12, choices=Route, blank=True)
    since_on = models.DateField(default=timezone.localdate)
    until_on = models.DateField(null=True, blank=True)
    #: Why the role was put on this path, in the words of whoever did it.
    reason = models.CharField(max_length=300, blank=True)
    #: Why it left the path; empty while it is on it.
    end_reason = models.CharField(max_length=300, blank=True)
    is_sample = models.BooleanField(default=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["role_held__mpid"]
        constraints = [
            models.UniqueConstraint(
                fields=["role_held"],
                condition=Q(until_on__isnull=True),
                name="placement_on_one_path_at_a_time",
                violation_error_message="This role is on a path already.",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                name="placement_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(route__in=["", *(route.value for route in Route if route != Route.LEGACY)]),
                name="placement_is_of_a_qualifying_role",
                violation_error_message="A legacy role is on no path.",
            ),
        ]
