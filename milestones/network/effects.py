"""What a scenario moves, by how much and for whom: the plan computed twice and compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from mhhs_portal.organisations.models import Kind, Membership
from milestones import charting, register
from milestones.models import CriticalPath, PathStep, Placement, StepPlan
from milestones.movement import movement
from milestones.network import computing, reading
from milestones.network.computing import Computed, Picture, by_words
from milestones.network.models import Scenario, ScenarioMove
from milestones.network.reading import Item, Network
from milestones.poap import When


@dataclass(frozen=True)
class Effect:
    """One thing that stands elsewhere than before."""

    item: Item
    before: When | None
    after: When
    is_own_move: bool
    paths: list[str]
    #: Whom it concerns, by role, as published for the step.
    roles: str
    move: ScenarioMove | None = None
    because: str = ""
    #: None between dates that are not both days.
    working_days: int | None = None

    @property
    def how_far(self) -> str:
        return movement(self.before, self.after) if self.before else "Had no date before"

    @property
    def is_later(self) -> bool:
        return self.before is not None and self.after.last > self.before.last

    @property
    def before_words(self) -> str:
        return self.before.words if self.before else "Not published"

    @property
    def after_words(self) -> str:
        """What somebody chose is said as they chose it; what follows from a month, as the end of one."""
        return self.after.words if self.is_own_move else by_words(self.after)


@dataclass
class PathReach:
    """What a scenario does to one path."""

    path: CriticalPath
    moved: list[Effect]
    own_roles: list[str] = field(default_factory=list)
    #: For programme staff alone.
    organisations: int | None = None
    placements: int | None = None


@dataclass
class Outcome:
    plan: Plan
    effects: list[Effect]
    reach: list[PathReach]
    after: Picture
    stays: int = 0

    @property
    def pushed(self) -> list[Effect]:
        return [effect for effect in self.effects if not effect.is_own_move]

    @property
    def milestones(self) -> dict[int, When]:
        """The new date of every milestone that moves, by its number."""
        return {e.item.pk: e.after for e in self.effects if e.item.kind == "milestone"}


@dataclass
class Plan:
    """The plan that scenarios start from: everything on all paths, with the organisation's own dates."""

    network: Network
    paths: list[CriticalPath]
    steps: dict[str, PathStep]
    entries: dict[str, register.Entry]
    placements: list[Placement]

    def movable(self) -> dict[str, list[Item]]:
        """What may be moved, under headings: own paths first. What was achieved stays where it was."""
        milestones = [i for i in self.network.items.values() if i.kind == "milestone" and not i.is_achieved]
        groups = {"Milestones": sorted(milestones, key=lambda i: (i.when is None, i.when and i.when.last))}
        ours = {placement.path_id for placement in self.placements}
        for path in sorted(self.paths, key=lambda path: (path.pk not in ours, path.position)):
            own = [i for i in self.network.items.values() if i.kind == "step" and i.path_slug == path.slug]
            groups[f"{path.code}, {path.name}"] = [item for item in own if not item.is_achieved]
        return {heading: items for heading, items in groups.items() if items}


def plan_for(acting: Membership, today: date) -> Plan:
    """Seven queries, however much there is."""
    paths, read = charting.paths(), register.read(today)
    steps = list(PathStep.objects.whole())
    placements = list(
        Placement.objects.current()
        .filter(role_held__organisation=acting.organisation)
        .select_related("role_held__market_role", "path")
    )
    own, achieved = _own_dates(placements)
    network = reading.read(read, paths, steps, own=own)
    network.items |= {
        key: replace(item, is_achieved=True)
        for key, item in network.items.items()
        if item.kind == "step" and item.pk in achieved
    }
    for entry in read.entries:
        item = reading.of_milestone(entry)
        network.items.setdefault(item.key, item)
    network.anchor = ""
    # One organisation that is late does not move a milestone of the Programme, nor a gate that others share.
    ours = {f"s{pk}" for pk in own}
    network.bonds = [b for b in network.bonds if b.before not in ours or b.after.startswith("s")]
    return Plan(
        network,
        paths,
        {f"s{step.pk}": step for step in steps},
        {f"m{entry.milestone.pk}": entry for entry in read.entries},
        placements,
    )


def _own_dates(placements: list[Placement]) -> tuple[dict[int, When], set[int]]:
    """Own dates by step: the last of the roles; and the steps that all of them have behind them."""
    days: dict[int, list[date]] = {}
    done: dict[int, list[bool]] = {}
    for plan in StepPlan.objects.filter(placement__in=[placement.pk for placement in placements]):
        if day := plan.achieved_on or plan.forecast_on or plan.target_on:
            days.setdefault(plan.step_id, []).append(day)
        done.setdefault(plan.step_id, []).append(plan.achieved_on is not None)
    return {pk: When.day(max(found)) for pk, found in days.items()}, {pk for pk, all_ in done.items() if all(all_)}


def outcome(scenario: Scenario, plan: Plan, acting: Membership) -> Outcome:
    moves = {f"m{m.milestone_id}" if m.milestone_id else f"s{m.step_id}": m for m in scenario.moves.all()}
    moves = {key: move for key, move in moves.items() if key in plan.network.items}
    network = plan.network.held()
    before = computing.compute(network)
    after = computing.compute(network.moved({key: move.when for key, move in moves.items()}))
    effects = []
    for row in after.rows:
        was = before.get(row.key)
        assert was is not None
        is_moved = row.result.earliest_finish != was.result.earliest_finish and row.earliest is not None
        if row.key in moves or is_moved:
            effects.append(_effect(plan, was, row, moves.get(row.key), after))
    reach = _reach(plan, effects, acting)
    return Outcome(plan, effects, reach, after, stays=len(after.rows) - len(effects))


def _effect(plan: Plan, was: Computed, row: Computed, move: ScenarioMove | None, after: Picture) -> Effect:
    step, entry = plan.steps.get(row.key), plan.entries.get(row.key)
    assert row.earliest is not None
    before = was.item.when or was.earliest
    both_days = before is not None and before.precision == row.earliest.precision == "day"
    days = row.result.earliest_finish - was.result.earliest_finish
    driver = after.get(str(row.result.driver.before)) if row.result.driver else None
    return Effect(
        item=was.item,
        before=before,
        after=row.earliest,
        is_own_move=move is not None,
        paths=entry.path_slugs if entry else [row.item.path_slug] if row.item.path_slug else [],
        roles=step.applies_to if step else "",
        move=move,
        because=f"Follows {driver.item.label}" if driver else "",
        working_days=days if both_days else None,
    )


def _reach(plan: Plan, effects: list[Effect], acting: Membership) -> list[PathReach]:
    found = []
    for path in plan.paths:
        moved = [effect for effect in effects if path.slug in effect.paths]
        if moved:
            own = [p.role_held for p in plan.placements if p.path_id == path.pk]
            found.append(PathReach(path, moved, [f"{held.market_role.name}, {held.mpid}" for held in own]))
    if acting.organisation.kind == Kind.PROGRAMME and found:
        rows = Placement.objects.current().filter(path__in=[reach.path for reach in found])
        who = list(rows.values_list("path_id", "role_held__organisation_id"))
        for reach in found:
            here = [organisation for path, organisation in who if path == reach.path.pk]
            reach.placements, reach.organisations = len(here), len(set(here))
    return found
