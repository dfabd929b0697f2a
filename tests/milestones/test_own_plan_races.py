"""Two colleagues at once on one plan, with real threads against PostgreSQL."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from milestones.journeys import journeys_of
from milestones.models import PathStep, Placement, PlanConfirmation, StepPlan
from milestones.own_plans.confirming import confirm, fingerprint, snapshot
from milestones.own_plans.own_plan import Saved, save_step
from milestones.own_plans.reporting_periods import current_period, make_periods
from tests import make
from tests.readiness.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def ours():
    lead = make.lead(make.organisation())
    lead.placement = make.on_path(make.role_held(lead.organisation))
    facts = {"name": "Testing", "short_name": "PIT", "summary": "Test", "applies_to": "All", "confidence": "stated"}
    lead.step = PathStep.objects.create(
        path=lead.placement.path, key="pit", position=1, source=lead.placement.path.source, **facts
    )
    return lead


def saving(lead, person, values, seen=None):
    placement = Placement.objects.select_related("role_held").get(pk=lead.placement.pk)
    return lambda: save_step(placement, lead.step, values, seen=seen, acting=person, now=NOW)


@pytest.mark.parametrize("already", [False, True])
def test_different_fields_at_once_all_survive(ours, already):
    seen = saving(ours, ours, {"evidence_title": "Before"})().plan.version if already else None
    people = [ours, *(make.contributor(ours.organisation) for _ in range(3))]
    days = [{"target_on": date(2027, 1, 4)}, {"forecast_on": date(2027, 2, 1)}]
    mine = [*days, {"comment": "C"}, {"likelihood": "confident"}]

    outcomes = at_once(*(saving(ours, who, what, seen) for who, what in zip(people, mine, strict=True)))

    assert all(isinstance(one, Saved) and not one.clashes for one in outcomes), outcomes
    kept = StepPlan.objects.get()
    said = (kept.target_on, kept.forecast_on, kept.comment, kept.likelihood)
    assert said == (date(2027, 1, 4), date(2027, 2, 1), "C", "confident")


@pytest.mark.parametrize("already", [False, True])
def test_one_field_at_once_has_one_winner_and_everybody_else_is_told(ours, already):
    seen = saving(ours, ours, {"comment": "Before"})().plan.version if already else None
    people = [ours, *(make.contributor(ours.organisation) for _ in range(3))]

    outcomes = at_once(*(saving(ours, who, {"comment": f"Text {n}"}, seen) for n, who in enumerate(people)))

    winners = [one for one in outcomes if one.written]
    losers = [one for one in outcomes if one.clashes]
    assert (len(winners), len(losers)) == (1, 3)
    kept = StepPlan.objects.get()
    assert {one.clashes["comment"].theirs for one in losers} == {kept.comment}
    assert kept.changed_by == people[outcomes.index(winners[0])].person


def test_two_leads_confirming_at_once_confirm_once(ours):
    make_periods(NOW)
    period, other = current_period(NOW), make.lead(ours.organisation)
    seen = fingerprint(snapshot(journeys_of(ours.organisation, timezone.localdate(), duties=False)))

    at_once(*(lambda who=who: confirm(period, seen=seen, acting=who, now=NOW) for who in (ours, other, ours)))

    assert PlanConfirmation.objects.count() == 1


def test_sweeps_at_once_make_each_period_once():
    from milestones.models import ReportingPeriod

    at_once(*(lambda: make_periods(NOW) for _ in range(4)))

    assert ReportingPeriod.objects.count() == 2
