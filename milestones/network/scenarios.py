"""What one person does with a private scenario: start it, move things, put them back, and draft a request from it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Person
from milestones.changes.change_requests import Line, draft_change
from milestones.models import Baseline, ChangeRequest, Forecast, Milestone, ProposedChange
from milestones.network.models import Scenario, ScenarioMove
from milestones.network.reading import Item
from milestones.network.working_days import day_of, number_of
from milestones.poap import When
from milestones.poap.text import same_dates

MOST_MOVES, MOST_SCENARIOS = 50, 50


def start(*, name: str, acting: Membership, now: datetime) -> Scenario:
    """A new scenario on the plan as it is now."""
    if Scenario.objects.of(acting).count() >= MOST_SCENARIOS:
        raise ValidationError(f"You have {MOST_SCENARIOS} scenarios: delete one first.")
    with doing("network.scenario_started", by=acting.person):
        scenario = Scenario(
            person=acting.person,
            organisation=acting.organisation,
            name=name.strip(),
            baseline=Baseline.objects.current(),
            started_at=now,
        )
        save_checked(scenario)
    return scenario


def rename(scenario: Scenario, *, name: str, by: Person) -> None:
    with doing("network.scenario_renamed", by=by):
        scenario.name = name.strip()
        save_checked(scenario)


def delete(scenario: Scenario, *, by: Person) -> None:
    with doing("network.scenario_deleted", by=by):
        scenario.delete()


def reset(scenario: Scenario, *, by: Person, now: datetime) -> None:
    """Nothing is moved any more, and it starts from the plan as it is now."""
    with doing("network.scenario_reset", by=by):
        scenario.moves.all().delete()
        scenario.baseline, scenario.started_at = Baseline.objects.current(), now
        scenario.save()


def move(scenario: Scenario, item: Item, *, when: When | None, later: int | None, by: Person) -> ScenarioMove | None:
    """Put one item at another date, or so many working days later. Back where it was is no move any more."""
    if (when is None) == (later is None):
        raise ValidationError({"when": "Enter the new date, or how many working days later, not both"})
    if when is not None and when.alternative is not None:
        raise ValidationError({"when": "Enter one date"})
    to = when or _later(item, later or 0)
    what = {"milestone_id" if item.kind == "milestone" else "step_id": item.pk}
    with doing("network.scenario_moved", by=by):
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        if item.when is not None and same_dates(item.when, to):
            scenario.moves.filter(**what).delete()
            return None
        row = scenario.moves.filter(**what).first() or ScenarioMove(scenario=scenario, **what)
        if row.pk is None and scenario.moves.count() >= MOST_MOVES:
            raise ValidationError(f"A scenario moves at most {MOST_MOVES} things.")
        row.first_on, row.last_on, row.precision = to.first, to.last, to.precision
        save_checked(row)
    return row


def _later(item: Item, days: int) -> When:
    if item.when is None:
        raise ValidationError({"later": f"{item.label} has no date to count from: enter a date"})
    if item.when.precision != "day":
        raise ValidationError({"later": f"{item.label} is known as {item.when.words}, not as a day: enter a month"})
    return When.day(day_of(number_of(item.when.last) + days))


def put_back(scenario: Scenario, *, move: int, by: Person) -> None:
    with doing("network.scenario_moved_back", by=by):
        scenario.moves.filter(pk=move).delete()


def news(scenario: Scenario) -> str:
    """What has come since the scenario was started, in words; empty when nothing has."""
    current = Baseline.objects.current()
    if current is not None and current.pk != scenario.baseline_id:
        was = f"it started from {scenario.baseline.name}" if scenario.baseline else "there was none when it started"
        return f"{current.name} is the current baseline now; {was}."
    if Forecast.objects.filter(reported_at__gt=scenario.started_at).exists():
        return "A forecast has been published since it was started."
    return ""


def draft_request(scenario: Scenario, *, code: str, title: str, dates: dict[int, When], by: Person) -> ChangeRequest:
    """A draft change request that moves these milestones, by their number; steps are not in a baseline."""
    if not dates:
        raise ValidationError("No milestone moves in this scenario, so there is nothing to propose.")
    milestones = Milestone.objects.in_bulk(dates)
    lines = [Line(ProposedChange.Kind.MOVE, milestones[pk], when) for pk, when in dates.items()]
    return draft_change(
        code=code, title=title, reason=f"Worked out in the scenario “{scenario.name}”.", by=by, lines=lines
    )
