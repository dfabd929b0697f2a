"""An organisation's lead confirms the organisation's plan for a reporting period, with the plan as it then stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from mhhs_portal.deadlines import is_past, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation, Role
from milestones.journeys import Journey, journeys_of
from milestones.models import PlanConfirmation, ReportingPeriod
from milestones.own_plans.reporting_periods import is_open, open_periods


@dataclass(frozen=True)
class Standing:
    """How an organisation's confirmation stands for one open period."""

    period: ReportingPeriod
    last: PlanConfirmation | None
    #: The plan differs from the one that was confirmed.
    has_changed: bool
    is_late: bool

    @property
    def is_settled(self) -> bool:
        return self.last is not None and not self.has_changed

    @property
    def status(self) -> str:
        if self.last:
            return "completed"
        return "overdue" if self.is_late else "open"


def snapshot(journeys: Iterable[Journey]) -> list[dict[str, Any]]:
    """The dates, role by role and step by step. Comments are the organisation's own and are not kept here."""
    return [
        {
            "mpid": role.placement.role_held.mpid,
            "role": role.placement.role_held.market_role.name,
            "path": journey.path.code,
            "route": role.placement.route,
            "steps": [
                {
                    "key": plan.step.key,
                    "step": plan.step.name,
                    "target_on": plan.target_on.isoformat() if plan.target_on else None,
                    "forecast_on": plan.forecast_on.isoformat() if plan.forecast_on else None,
                    "achieved_on": plan.achieved_on.isoformat() if plan.achieved_on else None,
                    "likelihood": plan.likelihood,
                    "evidence_title": plan.evidence_title,
                    "evidence_url": plan.evidence_url,
                }
                for plan in [*role.plans, *role.parts]
            ],
        }
        for journey in journeys
        for role in journey.role_paths
    ]


def fingerprint(plan: list[dict[str, Any]]) -> str:
    """Sixteen characters that differ when the plan does."""
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def standings(organisation: Organisation, plan: list[dict[str, Any]], now: datetime) -> list[Standing]:
    """One for each open period; nothing when the organisation has no plan to confirm. Two queries."""
    if not plan:
        return []
    periods = open_periods(now)
    given = PlanConfirmation.objects.filter(organisation=organisation, period__in=periods)
    last: dict[int, PlanConfirmation] = {}
    for one in given.select_related("confirmed_by"):  # the newest first
        last.setdefault(one.period_id, one)
    return [_standing(period, last.get(period.pk), plan, now) for period in periods]


def _standing(
    period: ReportingPeriod, last: PlanConfirmation | None, plan: list[dict[str, Any]], now: datetime
) -> Standing:
    return Standing(period, last, last is not None and last.plan != plan, is_past(period.due_at, now))


def confirm(period: ReportingPeriod, *, seen: str, acting: Membership, now: datetime) -> PlanConfirmation:
    """Confirm the plan that the lead has in front of them; pressed twice on the same plan, it confirms once.

    `seen` is the fingerprint of the plan on the page. Raises ValidationError in words when the plan is another by now,
    when there is none, and when the period is not open.
    """
    if acting.role != Role.LEAD:
        raise PermissionDenied("Only a lead contact confirms the plan.")
    with doing("milestones.plan_confirmed", by=acting.person):
        organisation = Organisation.objects.select_for_update().get(pk=acting.organisation_id)
        if not is_open(period, now):
            raise ValidationError(f"The plan for {period} can be confirmed no longer, or not yet.")
        plan = snapshot(journeys_of(organisation, local_day(now), duties=False))
        if not plan:
            raise ValidationError("None of your roles is on a path, so there is no plan to confirm.")
        last = PlanConfirmation.objects.filter(period=period, organisation=organisation).first()
        if last and last.plan == plan:
            return last
        if seen != fingerprint(plan):
            raise ValidationError(
                "The plan has changed since you opened this page. Look at it below, then confirm it as it is now."
            )
        return PlanConfirmation.objects.create(
            period=period, organisation=organisation, confirmed_at=now, confirmed_by=acting.person, plan=plan
        )
