"""An organisation edits its own plan: every field in words, nothing lost, routes and gaps."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.deadlines import LONDON
from mhhs_portal.organisations import facts as organisations
from mhhs_portal.organisations.models import MarketRole
from milestones import facts
from milestones.journeys import journeys_of
from milestones.models import CriticalPath, PathStep, Placement, Route, StepPlan
from milestones.own_plans.gaps import Gap
from milestones.own_plans.own_plan import history_of, save_step
from milestones.own_plans.role_plans import warnings
from milestones.own_plans.typed_days import NotADay, day_of, typed_as
from milestones.poap import When
from tests import kept, make

HTMX = {"HX-Request": "true"}
NOW = timezone.now()
TODAY = NOW.astimezone(LONDON).date()


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load)


def placed(organisation, path="cp3", route="non-sit", role="supplier", **fields):
    held = make.role_held(organisation, market_role=MarketRole.objects.get(code=role), **fields)
    return Placement.objects.create(role_held=held, path=CriticalPath.objects.get(slug=path), route=route)


@pytest.fixture
def ours(plan):
    """A lead whose supplier role is on CP3 outside SIT."""
    lead = make.lead(make.organisation(name="Northmoor"))
    lead.placement = placed(lead.organisation)
    return lead


def step(placement, key="pit"):
    return PathStep.objects.get(path=placement.path, key=key)


def save(lead, values, *, key="pit", seen=None, **more):
    return save_step(lead.placement, step(lead.placement, key), values, seen=seen, acting=lead, now=NOW, **more)


def field(lead, name, key="pit"):
    return f"{lead.placement.pk}-{step(lead.placement, key).pk}-{name}"


def page_of(lead):
    return reverse("milestones:own_plan", args=[lead.organisation.slug])


def step_of(lead, key="pit"):
    return reverse(
        "milestones:own_step", args=[lead.organisation.slug, lead.placement.pk, step(lead.placement, key).pk]
    )


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("&#x27;", "'")


# --- days typed into one field


@pytest.mark.parametrize(
    "typed", ["30/5/2026", "30 5 2026", "30 May 2026", "30 may, 2026", "2026-05-30", "Sat 30 May 2026", " 30.05.2026 "]
)
def test_a_day_may_be_typed_in_any_of_the_usual_ways(typed):
    assert day_of(typed) == date(2026, 5, 30)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/2/2026", "31/2/2026 is not a real date"),
        ("30/13/2026", "not a real date"),
        ("May 2026", "a month alone is not a day"),
        ("5/2026", "a month alone is not a day"),
        ("30/5/26", "the year with four figures"),
        ("tomorrow", "Enter a day, month and year"),
        ("30/5/1999", "The year must be from 2020 to 2035"),
    ],
)
def test_what_is_no_day_is_refused_in_words(typed, words):
    with pytest.raises(NotADay, match=re.escape(words)):
        day_of(typed)


def test_a_day_reads_back_as_it_is_shown():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 800, 13)]
    assert [day_of(typed_as(day)) for day in days] == days


# --- the gap to the gate


def test_a_gate_known_as_a_month_is_counted_to_its_last_day_and_says_so():
    gap = Gap(When.month(2026, 5), date(2026, 5, 22))

    assert gap.working_days == 4  # Monday 25 May 2026 is a bank holiday, 30 and 31 May are a weekend
    assert gap.words == "4 working days before the end of May 2026"
    assert gap.how_counted == "The gate is known only as May 2026, so we count to 31 May 2026."
    assert not gap.is_late


@pytest.mark.parametrize(
    ("gate", "day", "words", "late"),
    [
        (When.day(date(2025, 9, 24)), date(2025, 9, 26), "2 working days after 24 September 2025", True),
        (When.day(date(2025, 9, 24)), date(2025, 9, 24), "On 24 September 2025, the last day in time", False),
        (When.day(date(2025, 9, 24)), None, "No date given", False),
        (None, date(2025, 9, 24), "No gate is published", False),
        (
            When.month(2026, 12, alternative=When.month(2027, 5)),
            date(2027, 1, 4),
            "Two dates are published, December 2026 or May 2027: no single gap",
            False,
        ),
    ],
)
def test_the_gap_in_words(gate, day, words, late):
    gap = Gap(gate, day)
    assert (gap.words, gap.is_late) == (words, late)


# --- routes


@pytest.mark.parametrize(
    ("path", "route", "role", "keys"),
    [
        ("cp1", "sit", "supplier", ["pit", "dip", "initial-qad", "sit"]),
        ("cp3", "non-sit", "mem", ["pqs", "pit", "dip", "initial-qad", "qt"]),
        ("later", "non-sit-ldso", "ldso", ["pit", "dip", "initial-qad", "qt"]),
        ("later", "new-entrant", "ldso", ["pqs", "pit", "dip", "initial-qad", "qt"]),
        ("cp3", "", "supplier", ["pqs", "pit", "dip", "initial-qad", "qt"]),
    ],
)
def test_each_route_has_its_own_steps(plan, path, route, role, keys):
    lead = make.lead(make.organisation())
    placed(lead.organisation, path, route, role)

    [journey] = journeys_of(lead.organisation, TODAY)

    shared = ["final-qad", "approval", "activation", "migration"]
    assert [own.step.key for own in journey.steps] == [*keys, *shared]
    parts = [f"sprint-{n}" for n in range(1, 10)] if role == "supplier" else []
    assert [plan.step.key for plan in journey.role_paths[0].parts] == parts


def test_two_roles_on_one_path_by_two_routes_share_only_what_both_have(plan):
    lead = make.lead(make.organisation())
    ldso, supplier = placed(lead.organisation, "later", "non-sit-ldso", "ldso"), placed(lead.organisation, "later")
    [journey] = journeys_of(lead.organisation, TODAY)

    by_key = {own.step.key: [plan.placement for plan in own.plans] for own in journey.steps}

    assert by_key["pqs"] == [supplier]
    assert {one.pk for one in by_key["qt"]} == {ldso.pk, supplier.pk}


def test_a_legacy_role_is_never_on_a_path(plan):
    held = make.role_held(make.organisation())
    with pytest.raises(IntegrityError, match="placement_is_of_a_qualifying_role"), transaction.atomic():
        Placement.objects.create(role_held=held, path=CriticalPath.objects.get(slug="cp3"), route=Route.LEGACY)


def test_the_sprints_have_no_dates_because_none_are_published(plan):
    sprints = PathStep.objects.filter(part_of__isnull=False, path__slug="cp3")

    assert len(sprints) == 9
    assert {(sprint.start, sprint.end, sprint.part_of.key) for sprint in sprints} == {(None, None, "migration")}
    assert not PathStep.objects.whole().filter(key__startswith="sprint").exists()


# --- saving


def test_a_change_is_kept_with_who_and_when_and_its_history(ours):
    saved = save(ours, {"target_on": date(2027, 3, 1), "comment": "First guess"})
    later = save(ours, {"target_on": date(2027, 3, 8)}, seen=saved.plan.version)

    kept = StepPlan.objects.get()
    assert (kept.target_on, kept.comment, kept.changed_by) == (date(2027, 3, 8), "First guess", ours.person)
    assert later.plan.version == kept.version == saved.plan.version + 1
    newest, before = history_of(kept)
    assert newest.words == ["Target: 8 March 2027, was 1 March 2027"]
    assert before.words == ["Target: 1 March 2027", "Comment: First guess"]
    assert {newest.by, before.by} == {ours.person.name}


def test_different_fields_of_one_step_by_two_people_both_survive(ours):
    start = save(ours, {"target_on": date(2027, 3, 1)}).plan.version
    priya = make.contributor(ours.organisation)
    priya.placement = ours.placement

    save(ours, {"target_on": date(2027, 3, 1), "comment": "Mine"}, seen=start)
    saved = save(priya, {"target_on": date(2027, 4, 1), "comment": ""}, seen=start)

    kept = StepPlan.objects.get()
    assert (kept.target_on, kept.comment, saved.clashes) == (date(2027, 4, 1), "Mine", {})


def test_the_same_field_by_two_people_is_a_clash_and_nothing_is_written_over(ours):
    start = save(ours, {"forecast_on": date(2027, 3, 1)}).plan.version
    priya = make.contributor(ours.organisation)
    priya.placement = ours.placement
    save(priya, {"forecast_on": date(2027, 3, 16)}, seen=start)

    saved = save(ours, {"forecast_on": date(2027, 3, 11), "comment": "Also this"}, seen=start)

    clash = saved.clashes["forecast_on"]
    assert (clash.theirs, clash.by) == (date(2027, 3, 16), priya.person.name)
    assert saved.written == ["comment"]
    assert StepPlan.objects.get().forecast_on == date(2027, 3, 16)

    settled = save(ours, {"forecast_on": date(2027, 3, 11)}, seen=start, keep={"forecast_on": clash.version})
    assert (settled.clashes, StepPlan.objects.get().forecast_on) == ({}, date(2027, 3, 11))


def test_keeping_mine_does_not_write_over_a_third_text_that_nobody_has_seen(ours):
    start = save(ours, {"comment": "A"}).plan.version
    seen = save(ours, {"comment": "B"}, seen=start).plan.version
    save(ours, {"comment": "C"}, seen=seen)

    saved = save(ours, {"comment": "Mine"}, seen=start, keep={"comment": seen})

    assert saved.clashes["comment"].theirs == "C"
    same = save(ours, {"comment": "B"}, seen=start, keep={"comment": seen})
    assert same.clashes["comment"].theirs == "C"  # also where mine is the text that they wrote over


def test_a_day_that_has_not_come_is_never_achieved_not_even_by_sql(ours):
    with pytest.raises(ValidationError, match="cannot be achieved after today"):
        save(ours, {"achieved_on": TODAY + timedelta(days=1)})
    assert not StepPlan.objects.exists()
    save(ours, {"achieved_on": TODAY})
    with pytest.raises(DatabaseError, match="has not come yet"), transaction.atomic():
        StepPlan.objects.update(achieved_on=TODAY + timedelta(days=2))


def test_an_evidence_link_without_https_is_refused_by_the_database(ours):
    save(ours, {"evidence_url": "https://portal.example/report"})
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        StepPlan.objects.update(evidence_url="javascript:alert(1)")


def test_the_database_counts_the_versions(ours):
    save(ours, {"comment": "A"})
    before = StepPlan.objects.get().version
    StepPlan.objects.update(comment="B")
    assert StepPlan.objects.get().version == before + 1


def test_nobody_elses_step_and_no_step_of_another_route_can_be_saved(ours):
    stranger = make.lead(make.organisation())
    with pytest.raises(Exception, match="lead contact or a contributor"):
        save_step(ours.placement, step(ours.placement), {"comment": "x"}, seen=None, acting=stranger, now=NOW)
    viewer = make.viewer(ours.organisation)
    with pytest.raises(PermissionDenied, match="lead contact or a contributor"):
        save_step(ours.placement, step(ours.placement), {"comment": "x"}, seen=None, acting=viewer, now=NOW)
    PathStep.objects.filter(path__slug="cp3", key="dip").update(routes=["new-entrant"])
    with pytest.raises(ValidationError, match="another path now"):
        save(ours, {"comment": "x"}, key="dip")
    sit = PathStep.objects.get(path__slug="cp1", key="sit")
    with pytest.raises(ValidationError, match="another path now"):
        save_step(ours.placement, sit, {"comment": "x"}, seen=None, acting=ours, now=NOW)


def test_odd_orders_warn_and_never_stop(ours):
    save(ours, {"forecast_on": date(2030, 3, 1)}, key="pit")
    save(ours, {"forecast_on": date(2030, 2, 1)}, key="dip")
    save(ours, {"achieved_on": TODAY}, key="qt")
    [journey] = journeys_of(ours.organisation, TODAY)

    said = warnings(journey.role_paths[0].plans)

    assert said[step(ours.placement, "dip").pk] == "Earlier than PIT before it, 1 March 2030"
    assert said[step(ours.placement, "qt").pk] == "Achieved although PQS before it is not"
