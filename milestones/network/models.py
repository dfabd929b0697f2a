from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models import Organisation
from milestones.models import Baseline, Milestone, PathStep
from milestones.models.dates import Precision, Sourced, confidence_rule, date_rules, when
from milestones.poap import When

_MOST_DAYS = 750


@pghistory.track()
class OutsideDependency(Sourced):
    """Something that somebody outside the plan must do first, and who that is."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    #: By role: "Code Bodies". Without an owner nobody can be asked.
    owner = models.CharField(max_length=120)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=10, choices=Precision, blank=True)

    class Meta:
        verbose_name_plural = "outside dependencies"
        ordering = ["name"]
        constraints = [
            *date_rules("outside_dependency", required=False),
            models.CheckConstraint(
                condition=~Q(owner=""),
                name="outside_dependency_has_an_owner",
                violation_error_message="Name the party that answers for it.",
            ),
            confidence_rule("outside_dependency"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.owner})"

    @property
    def when(self) -> When | None:
        return when(self.first_on, self.last_on, self.precision, is_inferred=self.is_inferred)


def _end(milestone: str, step: str) -> str:
    return f"CASE WHEN {step} IS NOT NULL THEN 's' || {step} ELSE 'm' || {milestone} END"


#: One writer at a time: two links that close a loop together cannot both be the first.
LOCK = "PERFORM pg_advisory_xact_lock(hashtext('network links'));"
_REACHES_BACK = f"""
    EXISTS (
        WITH RECURSIVE later(node) AS (
            SELECT {_end("NEW.after_milestone_id", "NEW.after_step_id")}
            UNION
            SELECT link.after FROM later JOIN (
                SELECT {_end("before_milestone_id", "before_step_id")} AS before,
                       {_end("after_milestone_id", "after_step_id")} AS after
                FROM network_steplink
                WHERE before_outside_id IS NULL AND NOT is_removed AND id IS DISTINCT FROM NEW.id
                UNION ALL
                SELECT 'm' || before_id, 'm' || after_id FROM milestones_dependency
            ) link ON link.before = later.node
        )
        SELECT 1 FROM later WHERE node = {_end("NEW.before_milestone_id", "NEW.before_step_id")}
    )
"""  # noqa: S608  # our own column names


@pghistory.track()
class StepLink(Sourced):
    """A step of a path waits for something, or a milestone waits for a step.

    Links between two milestones are `Dependency`: they belong to baselines and change by change request alone.
    """

    before_milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    before_step = models.ForeignKey(PathStep, models.PROTECT, null=True, blank=True, related_name="+")
    before_outside = models.ForeignKey(OutsideDependency, models.PROTECT, null=True, blank=True, related_name="links")
    after_milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    after_step = models.ForeignKey(PathStep, models.PROTECT, null=True, blank=True, related_name="+")
    #: Empty: not published. It counts as 0, and pages say so.
    lag_working_days = models.SmallIntegerField(null=True, blank=True)
    #: Staff made or changed it here: the files of facts no longer do.
    is_edited = models.BooleanField(default=False)
    is_removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(before_milestone__isnull=False, before_step__isnull=True, before_outside__isnull=True)
                | Q(before_milestone__isnull=True, before_step__isnull=False, before_outside__isnull=True)
                | Q(before_milestone__isnull=True, before_step__isnull=True, before_outside__isnull=False),
                name="step_link_has_one_beginning",
                violation_error_message="A link begins at one milestone, one step or one outside dependency.",
            ),
            models.CheckConstraint(
                condition=Q(after_milestone__isnull=False, after_step__isnull=True)
                | Q(after_milestone__isnull=True, after_step__isnull=False),
                name="step_link_has_one_end",
                violation_error_message="A link ends at one milestone or one step.",
            ),
            models.CheckConstraint(
                condition=Q(before_milestone__isnull=True) | Q(after_milestone__isnull=True),
                name="step_link_is_not_between_milestones",
                violation_error_message="A link between two milestones is changed by a change request.",
            ),
            models.CheckConstraint(
                condition=Q(before_step__isnull=True) | Q(after_step__isnull=True) | ~Q(before_step=F("after_step")),
                name="step_link_not_on_itself",
                violation_error_message="A step cannot wait for itself.",
            ),
            models.UniqueConstraint(
                fields=["before_milestone", "before_step", "before_outside", "after_milestone", "after_step"],
                name="step_link_once",
                nulls_distinct=False,
                violation_error_message="There is this link already.",
            ),
            models.CheckConstraint(
                condition=Q(lag_working_days__isnull=True) | Q(lag_working_days__range=(-_MOST_DAYS, _MOST_DAYS)),
                name="step_link_lag_is_believable",
                violation_error_message=f"A lag is at most {_MOST_DAYS} working days, later or earlier.",
            ),
            confidence_rule("step_link"),
        ]
        triggers = [
            refuse(
                "step_link_closes_no_loop",
                pgtrigger.Insert | pgtrigger.Update,
                first=LOCK,
                when=f"NEW.before_outside_id IS NULL AND NOT NEW.is_removed AND {_REACHES_BACK}",
                words="This link would close a loop: what it leads to comes before it already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    @property
    def before(self) -> Milestone | PathStep | OutsideDependency:
        found = self.before_milestone or self.before_step or self.before_outside
        assert found is not None
        return found

    @property
    def after(self) -> Milestone | PathStep:
        found = self.after_milestone or self.after_step
        assert found is not None
        return found


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def of(self, acting: Any) -> ScenarioQuerySet:
        """What this person made in this organisation; nobody else's exist for them."""
        return self.filter(person=acting.person, organisation=acting.organisation)


@pghistory.track()
class Scenario(models.Model):
    """One person's private "what if": milestones and steps moved on a copy that nobody else sees."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    #: What it started from; a later baseline or forecast does not change what was typed here.
    baseline = models.ForeignKey(Baseline, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "name"],
                name="scenario_name_once",
                violation_error_message="You have a scenario with this name already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="scenario_has_a_name", violation_error_message="Give the scenario a name."
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScenarioMove(models.Model):
    """One milestone or step at another date, in one scenario."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="moves")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    step = models.ForeignKey(PathStep, models.PROTECT, null=True, blank=True, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *date_rules("scenario_move"),
            models.CheckConstraint(
                condition=Q(milestone__isnull=False, step__isnull=True) | Q(milestone__isnull=True, step__isnull=False),
                name="scenario_move_is_of_one_thing",
            ),
            models.UniqueConstraint(fields=["scenario", "milestone"], name="scenario_move_milestone_once"),
            models.UniqueConstraint(fields=["scenario", "step"], name="scenario_move_step_once"),
        ]

    @property
    def when(self) -> When:
        return When(self.first_on, self.last_on, self.precision)  # type: ignore[arg-type]  # one of Precision
