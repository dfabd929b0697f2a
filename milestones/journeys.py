"""A participant's way along its path: where it is, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import JSONObject

from mhhs_portal.deadlines import day_words, working_days_between
from mhhs_portal.organisations.models import MarketRole, Organisation
from milestones.models import (
    Achievement,
    BaselineDate,
    CriticalPath,
    PathGate,
    PathStep,
    Placement,
    StepDuty,
    StepPlan,
)
from milestones.poap import When


@dataclass(frozen=True)
class RolePlan:
    """One role's own dates for one step."""

    placement: Placement
    target_on: date | None = None
    forecast_on: date | None = None
    achieved_on: date | None = None
    comment: str = ""

    @property
    def status(self) -> str:
        if self.achieved_on:
            return "completed"
        return "in-progress" if self.forecast_on else "not-started"

    @property
    def slip(self) -> int:
        """Working days by which the forecast is later than the role's own target; 0 when it is not."""
        if self.achieved_on or not (self.target_on and self.forecast_on):
            return 0
        return max(working_days_between(self.target_on, self.forecast_on), 0)

    @property
    def words(self) -> str:
        if self.achieved_on:
            return f"Achieved {day_words(self.achieved_on)}"
        if self.forecast_on:
            late = f", {self.slip} working day{'s' * (self.slip != 1)} after your target" if self.slip else ""
            return f"Forecast {day_words(self.forecast_on)}{late}"
        return f"Target {day_words(self.target_on)}" if self.target_on else "No date given"


@dataclass(frozen=True)
class OwnStep:
    step: PathStep
    plans: list[RolePlan]
    is_here: bool = False

    @property
    def is_done(self) -> bool:
        return all(plan.achieved_on for plan in self.plans)

    @property
    def finish(self) -> date | None:
        """When the last of the roles is through: achieved, else forecast, else target; None when one has no date."""
        days = [plan.achieved_on or plan.forecast_on or plan.target_on for plan in self.plans]
        return max((day for day in days if day), default=None) if all(days) else None

    @property
    def kind(self) -> str:
        if self.is_done:
            return "Completed"
        return "Forecast finish" if any(plan.forecast_on for plan in self.plans) else "Your target"

    @property
    def slip(self) -> int:
        return max((plan.slip for plan in self.plans), default=0)

    @property
    def status(self) -> str:
        if self.is_done:
            return "completed"
        started = any(plan.achieved_on or plan.forecast_on for plan in self.plans)
        if self.is_here:
            return "in-progress" if started else "you-can-start-now"
        return "not-started"


@dataclass(frozen=True)
class Gate:
    """What the path must reach next: its own gate, or a milestone of the Programme."""

    label: str
    when: When
    code: str = ""
    slug: str = ""
    confidence: str = ""
    note: str = ""
    working_days_left: int | None = None


@dataclass(frozen=True)
class Journey:
    path: CriticalPath
    placements: list[Placement]
    steps: list[OwnStep]
    next_gate: Gate | None
    today: date

    @property
    def passed_gate(self) -> PathGate | None:
        """The path's own gate when it lies behind."""
        gate: PathGate | None = getattr(self.path, "gate", None)
        return gate if gate and gate.last_on < self.today else None

    @property
    def here(self) -> OwnStep | None:
        return next((step for step in self.steps if step.is_here), None)

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def market_roles(self) -> list[MarketRole]:
        """The roles on this path, for the table of who approves them."""
        return list({p.role_held.market_role.pk: p.role_held.market_role for p in self.placements}.values())

    @property
    def roles(self) -> str:
        """ "Supplier (ZZN1) and Metering Equipment Manager (ZZN2)"."""
        named = [f"{p.role_held.market_role.name}, {p.role_held.mpid}" for p in self.placements]
        return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def steps_with_duties() -> QuerySet[PathStep]:
    duties = StepDuty.objects.select_related("market_role").order_by("pk")
    return PathStep.objects.select_related("source").prefetch_related(Prefetch("duties", duties))


def journeys_of(organisation: Organisation, today: date, *, duties: bool = True) -> list[Journey]:
    """One journey for each path on which the organisation has a role; three queries, and one for the duties."""
    placements = list(
        Placement.objects.current()
        .filter(role_held__organisation=organisation)
        .select_related("role_held__market_role", "path__gate")
    )
    if not placements:
        return []
    by_path: dict[CriticalPath, list[Placement]] = {}
    for placement in placements:
        by_path.setdefault(placement.path, []).append(placement)
    steps = list(_steps(by_path, placements, steps_with_duties() if duties else PathStep.objects.all()))
    ahead = list(milestones_on(by_path).filter(last_on__gte=today, is_achieved=False))
    return [
        Journey(
            path,
            here,
            _own_steps([step for step in steps if step.path_id == path.pk], here),
            _next_gate(path, [row for row in ahead if path.pk in row.path_pks], today),
            today,
        )
        for path, here in sorted(by_path.items(), key=lambda pair: pair[0].position)
    ]


def milestones_on(paths: Iterable[CriticalPath]) -> QuerySet[Any]:
    """Dates of the current baseline for milestones on these paths, soonest first."""
    of_milestone = CriticalPath.objects.filter(milestones=OuterRef("milestone")).values("pk")
    achieved = Achievement.objects.filter(milestone=OuterRef("milestone"))
    return (
        BaselineDate.objects.filter(
            Exists(of_milestone.filter(pk__in=[path.pk for path in paths])),
            baseline__is_current=True,
        )
        .select_related("milestone")
        .annotate(path_pks=ArraySubquery(of_milestone), is_achieved=Exists(achieved))
        .order_by("first_on", "milestone__position")
    )


def _steps(paths: Iterable[CriticalPath], placements: list[Placement], steps: QuerySet[PathStep]) -> QuerySet[Any]:
    names = ("placement_id", "target_on", "forecast_on", "achieved_on", "comment")
    own = StepPlan.objects.filter(step=OuterRef("pk"), placement__in=[p.pk for p in placements])
    plans = own.values(json=JSONObject(**{name: name for name in names}))
    return steps.filter(path__in=[path.pk for path in paths]).annotate(plans_json=ArraySubquery(plans))


def _own_steps(steps: list[Any], placements: list[Placement]) -> list[OwnStep]:
    found: list[OwnStep] = []
    somebody_is_here = False
    for step in steps:
        given = {row["placement_id"]: row for row in step.plans_json}
        own = OwnStep(step, [_role_plan(placement, given.get(placement.pk, {})) for placement in placements])
        is_here = not own.is_done and not somebody_is_here
        somebody_is_here |= is_here
        found.append(OwnStep(step, own.plans, is_here))
    return found


def _role_plan(placement: Placement, row: dict[str, Any]) -> RolePlan:
    days = {
        name: date.fromisoformat(row[name]) if row.get(name) else None
        for name in ("target_on", "forecast_on", "achieved_on")
    }
    return RolePlan(placement, comment=row.get("comment", ""), **days)


def _next_gate(path: CriticalPath, ahead: list[BaselineDate], today: date) -> Gate | None:
    """The path's own gate while it is ahead, else the soonest milestone on the path that is."""
    gate: PathGate | None = getattr(path, "gate", None)
    if gate and gate.last_on >= today:
        return Gate(
            gate.label,
            gate.when,
            confidence=gate.get_confidence_display(),
            note=gate.note,
            working_days_left=_left(gate, today),
        )
    if not ahead:
        return None
    soonest = ahead[0]
    return Gate(
        soonest.milestone.title,
        soonest.when,
        code=soonest.milestone.code,
        slug=soonest.milestone.slug,
        confidence=soonest.get_confidence_display(),
        working_days_left=_left(soonest, today),
    )


def _left(dated: PathGate | BaselineDate, today: date) -> int | None:
    """Working days to a day; a month has no such number."""
    return working_days_between(today, dated.first_on) if dated.precision == "day" else None
