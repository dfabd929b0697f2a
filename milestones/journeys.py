"""A participant's way along its path: where it is, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.db.models.functions import JSONObject

from mhhs_portal.deadlines import working_days_between
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
from milestones.own_plans.gaps import Gap
from milestones.own_plans.role_plans import RolePlan
from milestones.poap import When

#: A role is ready for its path's gate when this step is through: the gates say when migration may begin.
READY_STEP = "activation"


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
        days = [plan.expected_on for plan in self.plans]
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
class RolePath:
    """One role's own way: its steps in order, with the parts that some are made of."""

    placement: Placement
    plans: list[RolePlan]
    parts: list[RolePlan] = field(default_factory=list)

    @property
    def here(self) -> RolePlan | None:
        return next((plan for plan in self.plans if not plan.achieved_on), None)

    @property
    def ready(self) -> RolePlan | None:
        return next((plan for plan in self.plans if plan.step.key == READY_STEP), None)

    @property
    def gap(self) -> Gap:
        """From the day on which the role is ready to the gate of its path."""
        gate: PathGate | None = getattr(self.placement.path, "gate", None)
        return Gap(gate.when if gate else None, self.ready.expected_on if self.ready else None)

    @property
    def is_late_for_gate(self) -> bool:
        """Not ready, and the gate has passed or will have by the day that the role gives."""
        if self.ready is None or self.ready.achieved_on:
            return False
        return self.gap.is_late or self.gap.has_passed(self.ready.today)

    @property
    def slip(self) -> int:
        return max((plan.slip for plan in self.plans), default=0)

    @property
    def standing(self) -> tuple[str, str]:
        """A key of the table of status words, and what it rests on in words."""
        if self.here is None:
            return "completed", "All steps are achieved"
        if self.is_late_for_gate:
            return "late", self.gap.words if self.gap.day else f"Not ready, and it was needed {self.gap.by_when}"
        passed = next((plan for plan in self.plans if plan.is_overdue), None)
        if passed:
            return "late", f"{passed.step.short_name}: its date has passed"
        if self.slip:
            return "at-risk", f"{self.slip} working day{'s' * (self.slip != 1)} after its own target"
        if self.gap.gate is None:
            return "on-track", "Against its own targets; no gate is published"
        if self.gap.day is None:
            return "not-started", "No date given for service activation"
        return "on-track", self.gap.words


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
    role_paths: list[RolePath]

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
    """The steps of the journey as everybody reads them; the sprints within the migration are not steps of their own."""
    return _with_duties(PathStep.objects.whole())


def _with_duties(steps: QuerySet[PathStep]) -> QuerySet[PathStep]:
    duties = StepDuty.objects.select_related("market_role").order_by("pk")
    return steps.select_related("source").prefetch_related(Prefetch("duties", duties))


def journeys_of(organisation: Organisation, today: date, *, duties: bool = True) -> list[Journey]:
    """One journey for each path on which the organisation has a role; three queries, and one for the duties."""
    on_paths = Placement.objects.current().filter(role_held__organisation=organisation)
    placements = list(on_paths.select_related("role_held__market_role", "path__gate"))
    if not placements:
        return []
    by_path: dict[CriticalPath, list[Placement]] = {}
    for placement in placements:
        by_path.setdefault(placement.path, []).append(placement)
    all_steps = PathStep.objects.all()
    steps = list(_steps(by_path, placements, _with_duties(all_steps) if duties else all_steps))
    ahead = list(milestones_on(by_path).filter(last_on__gte=today, is_achieved=False))
    return [
        _journey(path, here, steps, ahead, today)
        for path, here in sorted(by_path.items(), key=lambda pair: pair[0].position)
    ]


def _journey(
    path: CriticalPath, placements: list[Placement], steps: list[Any], ahead: list[Any], today: date
) -> Journey:
    ours = [step for step in steps if step.path_id == path.pk]
    roles = [_role_path(placement, ours, today) for placement in placements]
    next_gate = _next_gate(path, [row for row in ahead if path.pk in row.path_pks], today)
    return Journey(path, placements, _own_steps(ours, roles), next_gate, today, roles)


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


_FIELDS = (
    *("placement_id", "version", "target_on", "forecast_on", "achieved_on", "likelihood", "comment"),
    *("evidence_title", "evidence_url", "changed_at"),
)


def _steps(paths: Iterable[CriticalPath], placements: list[Placement], steps: QuerySet[PathStep]) -> QuerySet[Any]:
    own = StepPlan.objects.filter(step=OuterRef("pk"), placement__in=[p.pk for p in placements])
    fields = {name: name for name in _FIELDS} | {"changed_by": F("changed_by__name")}
    plans = own.values(json=JSONObject(**fields))
    return steps.filter(path__in=[path.pk for path in paths]).annotate(plans_json=ArraySubquery(plans))


def _role_path(placement: Placement, steps: list[Any], today: date) -> RolePath:
    plans: list[RolePlan] = []
    parts: list[RolePlan] = []
    for step in steps:
        if step.belongs_to(placement):
            ours = (row for row in step.plans_json if row["placement_id"] == placement.pk)
            row: dict[str, Any] = next(ours, {})
            (parts if step.part_of_id else plans).append(RolePlan.read(placement, step, row, today))
    return RolePath(placement, plans, parts)


def _own_steps(steps: list[Any], roles: list[RolePath]) -> list[OwnStep]:
    """Each step with the roles that have it; a step that none of them has is not theirs."""
    found: list[OwnStep] = []
    somebody_is_here = False
    for step in steps:
        plans = [plan for role in roles for plan in role.plans if plan.step.pk == step.pk]
        if not plans:
            continue
        is_here = not all(plan.achieved_on for plan in plans) and not somebody_is_here
        somebody_is_here |= is_here
        found.append(OwnStep(step, plans, is_here))
    return found


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
