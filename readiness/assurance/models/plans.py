from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from mhhs_portal.organisations.models import Organisation
from readiness.assurance.models.findings import Finding
from readiness.models.refusals import refuse


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    REVISING = "escalated", "Escalated"
    COMPLETE = "complete", "Complete"


P = PlanStatus
#: The whole life of a plan. What is not in this table cannot happen, in SQL either.
PLAN_STEPS: dict[tuple[str, str], PlanStatus] = {
    ("propose", P.DRAFT): P.PROPOSED,
    ("propose", P.REVISING): P.PROPOSED,
    ("refuse", P.PROPOSED): P.DRAFT,
    ("agree", P.PROPOSED): P.AGREED,
    ("escalate", P.DRAFT): P.REVISING,
    ("escalate", P.PROPOSED): P.REVISING,
    ("escalate", P.AGREED): P.REVISING,
    ("escalate", P.REVISING): P.REVISING,
    ("complete", P.AGREED): P.COMPLETE,
}
_ALLOWED = ", ".join(f"('{before.value}', '{after.value}')" for (_, before), after in PLAN_STEPS.items())  # type: ignore[attr-defined]


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def of(self, organisation: Organisation) -> ActionPlanQuerySet:
        return self.filter(finding__submission__organisation=organisation)


@pghistory.track()
class ActionPlan(models.Model):
    """What the participant will do about an issued finding; an EFR plan when that is what was recommended."""

    Status = PlanStatus

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="plan")
    is_efr = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT)
    #: Why it was not agreed, if it was not.
    refusal = models.TextField(blank=True)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-finding__number"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="plan_status_known"),
        ]
        triggers = [
            refuse(
                "plan_of_an_issued_finding",
                pgtrigger.Insert,
                when="NEW.status <> 'draft' OR NOT EXISTS (SELECT 1 FROM assurance_finding f"
                " WHERE f.id = NEW.finding_id AND f.status = 'issued' AND (f.recommendation = 'efr') = NEW.is_efr)",
                words="A plan begins as a draft, for an issued finding, and is of the kind that was recommended.",
            ),
            refuse(
                "plan_steps",
                pgtrigger.Update,
                when=f"NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({_ALLOWED})",
                words="A plan cannot be taken from this status to that one.",
            ),
            refuse(
                "plan_agreed_after_sign_off",
                pgtrigger.Update,
                when="NEW.status = 'agreed' AND OLD.status <> 'agreed' AND EXISTS (SELECT 1 FROM assurance_escalation e"
                " WHERE e.plan_id = NEW.id AND NOT EXISTS (SELECT 1 FROM assurance_signoff s"
                " WHERE s.escalation_id = e.id AND s.approved_by_id IS NOT NULL))",
                words="After an escalation a senior representative whom Elexon approved signs the plan off first.",
            ),
            refuse(
                "plan_has_steps",
                pgtrigger.Update,
                when="NEW.status IN ('proposed', 'agreed') AND NOT EXISTS (SELECT 1 FROM assurance_planstep s"
                " WHERE s.plan_id = NEW.id)",
                words="A plan needs at least one step with a date.",
            ),
            refuse(
                "plan_complete_when_done",
                pgtrigger.Update,
                when="NEW.status = 'complete' AND EXISTS (SELECT 1 FROM assurance_planstep s WHERE s.plan_id = NEW.id"
                " AND s.done_at IS NULL)",
                words="Every step is done before the plan is complete.",
            ),
            pgtrigger.Protect(name="plan_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{'EFR plan' if self.is_efr else 'Action plan'} for {self.finding}"


@pghistory.track()
class PlanStep(models.Model):
    """One dated thing to do. Once the plan is agreed its day moves only with a reported slip."""

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["plan", "due_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_step_numbered_once"),
            models.CheckConstraint(
                condition=~Q(text=""), name="plan_step_says_what", violation_error_message="Say what will be done."
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="plan_step_open", condition=Q(done_at__isnull=True))]
        triggers = [
            refuse(
                "plan_step_slips_are_reported",
                pgtrigger.Update,
                when="(NEW.due_on, NEW.text) IS DISTINCT FROM (OLD.due_on, OLD.text) AND EXISTS (SELECT 1"
                " FROM assurance_actionplan p WHERE p.id = OLD.plan_id AND p.status IN ('agreed', 'complete'))"
                " AND NOT EXISTS (SELECT 1 FROM assurance_stepslip s WHERE s.step_id = OLD.id AND s.was_on = OLD.due_on"
                " AND s.now_on = NEW.due_on AND NEW.text = OLD.text)",
                words="The date of an agreed step moves only with a reported slip.",
            ),
            refuse(
                "plan_step_kept",
                pgtrigger.Insert | pgtrigger.Delete,
                when="EXISTS (SELECT 1 FROM assurance_actionplan p WHERE p.id IN (OLD.plan_id, NEW.plan_id)"
                " AND p.status NOT IN ('draft', 'escalated'))",
                words="Steps are added and removed while the plan is being written.",
            ),
            refuse(
                "plan_step_done_stays",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.done_at IS NOT NULL",
                words="A step that is done stays done.",
            ),
        ]


@pghistory.track()
class StepSlip(models.Model):
    """That a step of an agreed plan will be later than agreed, and why."""

    step = models.ForeignKey(PlanStep, models.PROTECT, related_name="slips")
    was_on = models.DateField()
    now_on = models.DateField()
    reason = models.CharField(max_length=300)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["step", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="slip_says_why", violation_error_message="Say why the date moves."
            ),
            models.CheckConstraint(
                condition=~Q(was_on=models.F("now_on")),
                name="slip_moves_the_day",
                violation_error_message="Give another date than the agreed one.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="slip_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


@pghistory.track()
class Escalation(models.Model):
    """An EFR plan was taken to the Performance Assurance Board, then to the BSC Panel."""

    class Level(models.IntegerChoices):
        PAB = 1, "Performance Assurance Board (PAB)"
        PANEL = 2, "BSC Panel"

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="escalations")
    level = models.PositiveSmallIntegerField(choices=Level)
    reason = models.TextField()
    escalated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    escalated_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "level"],
                name="escalated_once_per_level",
                violation_error_message="This plan has been escalated there already.",
            ),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="escalation_level_known"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="escalation_says_why", violation_error_message="Say why it is escalated."
            ),
        ]
        triggers = [
            refuse(
                "escalation_in_order",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM assurance_actionplan p WHERE p.id = NEW.plan_id AND p.is_efr)"
                " OR (NEW.level = 2 AND NOT EXISTS (SELECT 1 FROM assurance_escalation e"
                " WHERE e.plan_id = NEW.plan_id AND e.level = 1))",
                words="Only an EFR plan is escalated, to the PAB first and then to the BSC Panel.",
            ),
            pgtrigger.Protect(name="escalation_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


@pghistory.track()
class SignOff(models.Model):
    """A senior person of the participant stands for the revised plan; Elexon approves who that is."""

    escalation = models.OneToOneField(Escalation, models.PROTECT, related_name="sign_off")
    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(position=""),
                name="sign_off_names_who",
                violation_error_message="Name the person and their position.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="sign_off_approved_whole",
            ),
        ]
        triggers = [
            refuse(
                "sign_off_kept",
                pgtrigger.Update | pgtrigger.Delete,
                when="TG_OP = 'DELETE' OR OLD.approved_at IS NOT NULL OR (NEW.escalation_id, NEW.name, NEW.position)"
                " IS DISTINCT FROM (OLD.escalation_id, OLD.name, OLD.position)",
                words="A sign-off stays as it was given.",
            )
        ]
