"""What the participant will do about a finding: steps with dates, slips, escalations and who signs."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Max

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Role
from readiness.assurance.findings import page_for_analysts, page_for_participant
from readiness.assurance.models import (
    PLAN_STEPS,
    ActionPlan,
    Escalation,
    Finding,
    FindingStatus,
    PlanStatus,
    PlanStep,
    Recommendation,
    SignOff,
    StepSlip,
)
from readiness.assurance.people import check_analyst, check_own, tell_organisation, tell_person

#: While it stands like this, the participant writes on it.
WRITING = (PlanStatus.DRAFT, PlanStatus.REVISING)


def _move(plan: ActionPlan, step: str, **changes: str) -> None:
    before = PlanStatus(plan.status)
    after = PLAN_STEPS.get((step, before))
    if after is None:
        raise ValidationError(f"A plan in the state “{before.label}” cannot be changed this way.")
    if not ActionPlan.objects.filter(pk=plan.pk, status=before).update(status=after, **changes):
        raise ValidationError("Somebody else has just changed this plan. Reload to see it.")
    plan.status = after


def plan_for(finding: Finding, *, acting: Membership) -> ActionPlan:
    """The plan of an issued finding, begun when there is none."""
    check_own(acting, finding.submission.organisation_id)
    if finding.status != FindingStatus.ISSUED:
        raise ValidationError("A plan is made for a finding that has been issued.")
    with doing("readiness.plan_begun", by=acting.person):
        is_efr = finding.recommendation == Recommendation.EFR
        return ActionPlan.objects.get_or_create(finding=finding, defaults={"is_efr": is_efr})[0]


def add_step(finding: Finding, *, text: str, due_on: date, acting: Membership, now: datetime) -> PlanStep:
    plan = plan_for(finding, acting=acting)
    if plan.status not in WRITING:
        raise ValidationError("Steps are added while the plan is being written.")
    if due_on < local_day(now):
        raise ValidationError({"due_on": "The day must not lie in the past."})
    with doing("readiness.plan_step_added", by=acting.person):
        ActionPlan.objects.select_for_update().get(pk=plan.pk)
        number = (plan.steps.aggregate(most=Max("number"))["most"] or 0) + 1
        step = PlanStep(plan=plan, number=number, text=text.strip(), due_on=due_on)
        save_checked(step)
    return step


def remove_step(step: PlanStep, *, acting: Membership) -> None:
    check_own(acting, step.plan.finding.submission.organisation_id)
    if step.plan.status not in WRITING or step.done_at:
        raise ValidationError("Steps are removed while the plan is being written.")
    with doing("readiness.plan_step_removed", by=acting.person):
        PlanStep.objects.filter(pk=step.pk).delete()


def propose(plan: ActionPlan, *, acting: Membership, now: datetime) -> None:
    """The lead contact offers the plan; the author of the finding is told."""
    finding = plan.finding
    check_own(acting, finding.submission.organisation_id, [Role.LEAD])
    if not plan.steps.exists():
        raise ValidationError("A plan needs at least one step with a date.")
    waiting = plan.escalations.filter(sign_off__isnull=True).first()
    if waiting:
        raise ValidationError("After an escalation a senior representative signs the plan off first.")
    with doing("readiness.plan_proposed", by=acting.person):
        _move(plan, "propose", refusal="")
        tell_person(
            finding.author,
            finding.submission,
            f"plan/{plan.pk}/proposed/{now.isoformat()}",
            url=page_for_analysts(finding),
            headline=f"Plan for {finding}",
            lead=f"{finding.submission.organisation} has proposed {'an EFR' if plan.is_efr else 'an action'} plan.",
            action="Read the plan",
        )


def agree(plan: ActionPlan, *, acting: Membership, now: datetime) -> None:
    finding = plan.finding
    check_analyst(acting, finding.submission.organisation)
    if plan.escalations.exclude(sign_off__approved_at__isnull=False).exists():
        raise ValidationError("Approve the senior representative who signed the plan off first.")
    with doing("readiness.plan_agreed", by=acting.person):
        _move(plan, "agree")
        _tell(plan, "agreed", "Your plan is agreed", "Report each step when it is done, or before it slips.", now)


def refuse(plan: ActionPlan, *, words: str, acting: Membership, now: datetime) -> None:
    check_analyst(acting, plan.finding.submission.organisation)
    if not words.strip():
        raise ValidationError({"words": "Say what is missing."})
    with doing("readiness.plan_refused", by=acting.person):
        _move(plan, "refuse", refusal=words.strip())
        _tell(plan, "refused", "Your plan needs changes", words.strip(), now)


def _tell(plan: ActionPlan, what: str, headline: str, lead: str, now: datetime) -> None:
    finding = plan.finding
    key = f"plan/{plan.pk}/{what}/{now.isoformat()}"
    words = {"headline": f"{headline}: {finding}", "lead": lead, "action": "Open the plan"}
    tell_organisation(finding.submission, key, now, url=page_for_participant(finding), **words)


def done(step: PlanStep, *, acting: Membership, now: datetime) -> None:
    """Report a step of an agreed plan as done."""
    check_own(acting, step.plan.finding.submission.organisation_id)
    if step.plan.status != PlanStatus.AGREED:
        raise ValidationError("Steps are reported once the plan is agreed.")
    with doing("readiness.plan_step_done", by=acting.person):
        if not PlanStep.objects.filter(pk=step.pk, done_at=None).update(done_at=now, done_by=acting.person):
            raise ValidationError("A colleague has reported this step already.")


def slip(step: PlanStep, *, due_on: date, reason: str, acting: Membership, now: datetime) -> StepSlip:
    """Report that a step will be later than agreed. The agreed day stays on record; the analyst is told."""
    finding = step.plan.finding
    check_own(acting, finding.submission.organisation_id)
    if step.plan.status != PlanStatus.AGREED or step.done_at:
        raise ValidationError("Slips are reported of open steps of an agreed plan.")
    with doing("readiness.plan_step_slipped", by=acting.person):
        step = PlanStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
        made = StepSlip(
            step=step,
            was_on=step.due_on,
            now_on=due_on,
            reason=reason.strip(),
            reported_by=acting.person,
            reported_at=now,
        )
        save_checked(made)
        PlanStep.objects.filter(pk=step.pk).update(due_on=due_on)
        tell_person(
            finding.author,
            finding.submission,
            f"slip/{made.pk}",
            url=page_for_analysts(finding),
            headline=f"{finding}: a step slips",
            lead=f"{finding.submission.organisation}: {step.text}. {made.reason}",
            facts=[["Agreed", f"{made.was_on:%-d %B %Y}"], ["Now", f"{made.now_on:%-d %B %Y}"]],
            action="Open the plan",
        )
    return made


def escalate(plan: ActionPlan, *, reason: str, acting: Membership, now: datetime) -> Escalation:
    """Take an EFR plan to the PAB; a second time, to the BSC Panel. The participant revises it and a senior signs."""
    check_analyst(acting, plan.finding.submission.organisation)
    if not plan.is_efr:
        raise ValidationError("Only an EFR plan is escalated.")
    with doing("readiness.plan_escalated", by=acting.person):
        plan = ActionPlan.objects.select_for_update(of=("self",)).select_related("finding__submission").get(pk=plan.pk)
        level = plan.escalations.count() + 1
        if level > Escalation.Level.PANEL:
            raise ValidationError("The plan is with the BSC Panel already; there is no higher level.")
        made = Escalation(plan=plan, level=level, reason=reason.strip(), escalated_by=acting.person, escalated_at=now)
        save_checked(made)
        _move(plan, "escalate")
        words = f"{made.reason} Revise the plan; a director, partner or able senior manager signs it off."
        _tell(plan, f"escalated-{level}", f"Escalated to the {made.get_level_display()}", words, now)
    return made


def sign_off(escalation: Escalation, *, name: str, position: str, acting: Membership, now: datetime) -> SignOff:
    """The lead contact names the senior representative who stands for the revised plan."""
    check_own(acting, escalation.plan.finding.submission.organisation_id, [Role.LEAD])
    made = SignOff(
        escalation=escalation, name=name.strip(), position=position.strip(), given_by=acting.person, given_at=now
    )
    with doing("readiness.plan_signed_off", by=acting.person):
        save_checked(made)
    return made


def approve_sign_off(signed: SignOff, *, acting: Membership, now: datetime) -> None:
    """Elexon approves the senior representative."""
    check_analyst(acting, signed.escalation.plan.finding.submission.organisation)
    with doing("readiness.sign_off_approved", by=acting.person):
        SignOff.objects.filter(pk=signed.pk, approved_at=None).update(approved_by=acting.person, approved_at=now)


def complete(plan: ActionPlan, *, acting: Membership) -> None:
    """All steps are done, and an analyst agrees that they are."""
    check_analyst(acting, plan.finding.submission.organisation)
    if plan.steps.filter(done_at=None).exists():
        raise ValidationError("Every step is done before the plan is complete.")
    with doing("readiness.plan_completed", by=acting.person):
        _move(plan, "complete")
