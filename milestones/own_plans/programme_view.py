"""Where every role of every participant is, read once for the Programme's view; the arithmetic is in population.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mhhs_portal.deadlines import local_day
from mhhs_portal.exports import Column as FileColumn
from mhhs_portal.exports import Table
from mhhs_portal.organisations.models import Kind, RoleHeld
from milestones.journeys import READY_STEP
from milestones.models import (
    CriticalPath,
    Likelihood,
    PathStep,
    Placement,
    PlanConfirmation,
    ReportingPeriod,
    Route,
    StepPlan,
)
from milestones.own_plans.gaps import Gap
from milestones.own_plans.population import PLACES, Column, HeatMap, HeldRole, StepDates, heat_map
from milestones.own_plans.reporting_periods import current_period

STATES = {
    "late": "Late, against the gate or its own target",
    "late-gate": "Late against the gate",
    "late-target": "Late against its own target",
    "on-track": "On track",
    "no-date": "No date for its step",
    "unlikely": "Expects to be late",
    "not-confirmed": "Plan not confirmed this period",
    **{place.value: words for place, words in PLACES.items()},
}


@dataclass(frozen=True)
class Population:
    roles: list[HeldRole]
    steps: list[PathStep]
    paths: list[CriticalPath]
    period: ReportingPeriod | None
    now: datetime

    @property
    def columns(self) -> list[Column]:
        """The steps of all paths, each once, in order."""
        return list({step.key: Column(step.key, step.short_name) for step in self.steps}.values())

    @property
    def heat_map(self) -> HeatMap:
        has: dict[str, set[str]] = defaultdict(set)
        slugs = {path.pk: path.slug for path in self.paths}
        for step in self.steps:
            has[slugs[step.path_id]].add(step.key)
        return heat_map(self.roles, self.columns, {path.slug: (path.name, has[path.slug]) for path in self.paths})

    @property
    def unconfirmed(self) -> list[tuple[str, str]]:
        """Organisations (name, slug) that have a plan and have not confirmed it for the period."""
        missing = (role for role in self.roles if role.has_plan and not role.is_confirmed)
        return sorted({(role.organisation, role.slug) for role in missing})

    @property
    def planning(self) -> int:
        """How many organisations have a plan to confirm."""
        return len({role.slug for role in self.roles if role.has_plan})


def read(now: datetime) -> Population:
    """Seven queries, however many roles there are."""
    today = local_day(now)
    steps = sorted(
        PathStep.objects.whole().select_related("path__gate"), key=lambda step: (step.position, step.path.position)
    )
    paths = sorted({step.path.pk: step.path for step in steps}.values(), key=lambda path: path.position)
    period = current_period(now)
    confirmed = set(PlanConfirmation.objects.filter(period=period).values_list("organisation", flat=True))
    held = RoleHeld.objects.filter(organisation__kind=Kind.PARTICIPANT).select_related("organisation", "market_role")
    placements = {placement.role_held_id: placement for placement in Placement.objects.current()}
    dates = _dates()
    by_path: dict[int, list[PathStep]] = defaultdict(list)
    for step in steps:
        by_path[step.path_id].append(step)
    ways = {path.pk: path for path in paths}
    roles = []
    for role in held:
        placement = placements.get(role.pk) if role.is_qualifying else None
        facts = _facts(role, placement, ways, by_path, dates) if placement else {}
        facts["is_confirmed"] = role.organisation_id in confirmed
        organisation = role.organisation
        roles.append(
            HeldRole(
                role.pk, role.mpid, role.market_role.name, organisation.name, organisation.slug, today,
                is_legacy=not role.is_qualifying, **facts,
            )
        )  # fmt: skip
    return Population(roles, steps, paths, period, now)


_NOTHING = (None, None, None, "", str(Likelihood.UNSAID.label))


def _dates() -> dict[tuple[int, int], tuple[Any, ...]]:
    """The dates of every current plan by placement and step."""
    names = ("placement", "step", "target_on", "forecast_on", "achieved_on", "likelihood")
    rows = StepPlan.objects.filter(placement__until_on__isnull=True).order_by().values_list(*names)
    said = {choice.value: str(choice.label) for choice in Likelihood}
    return {(row[0], row[1]): (*row[2:], said[row[5]]) for row in rows.iterator(chunk_size=5000)}


def _facts(
    role: RoleHeld,
    placement: Placement,
    ways: dict[int, CriticalPath],
    by_path: dict[int, list[PathStep]],
    dates: dict[tuple[int, int], tuple[Any, ...]],
) -> dict[str, Any]:
    placement.role_held = role
    path = ways[placement.path_id]
    ours = [
        StepDates(step.key, step.short_name, *dates.get((placement.pk, step.pk), _NOTHING))
        for step in by_path[path.pk]
        if step.belongs_to(placement)
    ]
    ready = next((step for step in ours if step.key == READY_STEP), None)
    gate = getattr(path, "gate", None)
    return {
        "path": path.slug,
        "path_code": path.code,
        "route": placement.route,
        "route_words": Route(placement.route).label if placement.route else "",
        "steps": ours,
        "ready": ready,
        "gap": Gap(gate.when if gate else None, ready.expected_on if ready else None),
    }


def chosen(roles: Sequence[HeldRole], wanted: dict[str, str]) -> list[HeldRole]:
    """Those that the address asks for, the worst first. What it does not know, it ignores."""
    path, route, step, state = (wanted.get(name, "") for name in ("path", "route", "step", "state"))
    words = wanted.get("q", "").strip().casefold()
    found = [
        role
        for role in roles
        if (not path or role.path == path)
        and (not route or (role.route or "unknown") == route)
        and (not step or (role.here is not None and role.has_plan and role.here.key == step))
        and (not state or _is_in(role, state))
        and (not words or words in f"{role.organisation} {role.mpid} {role.role}".casefold())
    ]
    return sorted(found, key=lambda role: (*role.badness, role.organisation, role.mpid))


def _is_in(role: HeldRole, state: str) -> bool:
    answers = {
        "late": role.is_late,
        "late-gate": role.is_late_for_gate,
        "late-target": role.is_late_for_target,
        "on-track": role.status == "on-track",
        "no-date": role.status == "not-started" or (role.here is not None and role.here.expected_on is None),
        "unlikely": role.here is not None and role.here.likelihood == Likelihood.UNLIKELY,
        "not-confirmed": role.has_plan and not role.is_confirmed,
    }
    return answers.get(state, role.place == state)


def confidence(roles: Sequence[HeldRole]) -> list[tuple[str, str, int]]:
    """How sure the roles at a step are of its date: key, words and count, adding up to the roles at a step."""
    at = [role.here.likelihood for role in roles if role.has_plan and role.here]
    return [(choice.value, str(choice.label), at.count(choice.value)) for choice in Likelihood]


def table(name: str, roles: Sequence[HeldRole]) -> Table:
    return Table(name, [FileColumn(*pair) for pair in COLUMNS], (_row(role) for role in roles))


COLUMNS = (
    ("organisation", "Organisation"),
    ("mpid", "MPID"),
    ("market_role", "Market role"),
    ("path", "Critical path"),
    ("route", "Route"),
    ("place", "Place"),
    ("step", "Step it is at"),
    ("target_on", "Its own target for the step"),
    ("forecast_on", "Forecast for the step"),
    ("slip_working_days", "Forecast after target, working days"),
    ("is_overdue", "Its date has passed"),
    ("confidence", "Confidence"),
    ("ready_on", "Service activation"),
    ("gate", "Gate of the path"),
    ("gap_working_days", "Before the gate, working days"),
    ("is_late_for_gate", "Late against the gate"),
    ("is_confirmed", "Plan confirmed this period"),
)


def _row(role: HeldRole) -> dict[str, Any]:
    step = role.here if role.has_plan else None
    return {
        "organisation": role.organisation,
        "mpid": role.mpid,
        "market_role": role.role,
        "path": role.path_code or None,
        "route": role.route_words or None,
        "place": PLACES[role.place],
        "step": step.name if step else None,
        "target_on": step.target_on if step else None,
        "forecast_on": step.forecast_on if step else None,
        "slip_working_days": role.slip if step and step.target_on and step.forecast_on else None,
        "is_overdue": role.is_overdue if step else None,
        "confidence": Likelihood(step.likelihood).label if step and step.likelihood else None,
        "ready_on": role.gap.day,
        "gate": role.gap.gate.words if role.gap.gate else None,
        "gap_working_days": role.gap.working_days,
        "is_late_for_gate": role.is_late_for_gate if role.has_plan else None,
        "is_confirmed": role.is_confirmed if role.has_plan else None,
    }
