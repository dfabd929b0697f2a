"""What if: private scenarios, what they move, for whom, and a draft change request from one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from mhhs_portal.deadlines import add_working_days
from mhhs_portal.organisations.models import Membership, Organisation, Role
from milestones.models import ChangeRequest, Milestone, PathStep, Placement, StepPlan
from milestones.network import effects, scenarios
from milestones.network.models import Scenario, ScenarioMove
from milestones.poap import When
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(sample_portal):
    return Membership.objects.get(person__email="sam.whitlock@sample.example")


@pytest.fixture
def jo(sample_portal):
    return Membership.objects.get(person__email="jo.lindqvist@sample.example", role=Role.OFFICE)


def start(acting, name="Late"):
    return scenarios.start(name=name, acting=acting, now=timezone.now())


def shift(scenario, acting, key, *, when=None, later=None):
    plan = effects.plan_for(acting, timezone.localdate())
    scenarios.move(scenario, plan.network.items[key], when=when, later=later, by=acting.person)
    return effects.outcome(scenario, effects.plan_for(acting, timezone.localdate()), acting)


def step(slug, key):
    return PathStep.objects.get(path__slug=slug, key=key)


def own_date(acting, key):
    plans = StepPlan.objects.filter(placement__role_held__organisation=acting.organisation, step__key=key)
    return max(plan.achieved_on or plan.forecast_on or plan.target_on for plan in plans)


def test_moving_an_own_step_moves_what_follows_by_working_days(sam):
    qt, final, approval = (step("cp3", key) for key in ("qt", "final-qad", "approval"))
    new = add_working_days(own_date(sam, "final-qad"), 4)

    found = shift(start(sam), sam, f"s{qt.pk}", when=When.day(new))

    said = {effect.item.key: effect for effect in found.effects}
    assert said[f"s{qt.pk}"].is_own_move
    follows = said[f"s{final.pk}"]
    assert (follows.after, follows.working_days, follows.how_far) == (When.day(new), 4, "4 working days later")
    assert follows.because == "Follows QT"
    assert (f"s{approval.pk}" in said) is (own_date(sam, "approval") < new)
    assert found.stays == len(found.after.rows) - len(found.effects)


def test_a_small_move_uses_float_and_moves_nothing_else(sam):
    found = shift(start(sam), sam, f"s{step('cp3', 'qt').pk}", later=1)

    assert [effect.item.name for effect in found.effects] == ["QT"]
    assert found.pushed == []


def test_it_says_for_whom(sam, jo):
    qt = step("cp3", "qt")
    [reach] = shift(start(sam), sam, f"s{qt.pk}", later=40).reach
    assert reach.path.code == "CP3"
    assert [role.rpartition(", ")[2] for role in reach.own_roles] == ["ZZN1", "ZZN2"]
    assert (reach.organisations, reach.placements) == (None, None)
    assert reach.moved[0].roles == "Everyone outside SIT"

    reaches = shift(start(jo), jo, f"s{qt.pk}", when=When.month(2027, 8)).reach
    assert [reach.path.code for reach in reaches] == ["CP1", "CP2", "CP3", "Later"], "M14 and M15 are on all of them"
    staff = reaches[2]
    placed = Placement.objects.current().filter(path__slug="cp3")
    assert staff.placements == placed.count() > 0
    assert staff.organisations == placed.values("role_held__organisation").distinct().count()
    assert staff.own_roles == []


def test_a_month_pushes_a_day_to_the_end_of_the_month_in_words(jo):
    m15 = Milestone.objects.get(code="M15")

    found = shift(start(jo), jo, f"s{step('cp1', 'migration').pk}", when=When.month(2027, 8))

    said = {effect.item.key: effect for effect in found.effects}
    pushed = said[f"m{m15.pk}"]
    assert (pushed.before_words, pushed.after_words) == ("7 May 2027", "the end of August 2027")
    assert (pushed.how_far, pushed.working_days) == ("3 months later", None)


def test_nothing_that_was_achieved_can_be_moved_or_moves(jo):
    plan = effects.plan_for(jo, timezone.localdate())

    offered = {item.code for item in plan.movable()["Milestones"]}
    assert "M14" in offered
    assert not {"M8", "M10", "M11", "M12", "M13"} & offered
    found = shift(start(jo), jo, f"s{step('cp1', 'activation').pk}", when=When.day(date(2028, 1, 31)))
    assert {e.item.code for e in found.effects if e.item.kind == "milestone"} == {"M14", "M15"}


def test_a_new_date_or_a_shift_but_not_both_and_days_only_from_days(jo):
    scenario = start(jo)
    plan = effects.plan_for(jo, timezone.localdate())
    m14 = plan.network.items[f"m{Milestone.objects.get(code='M14').pk}"]
    migration = plan.network.items[f"s{step('cp2', 'migration').pk}"]
    unknown = plan.network.items[f"s{step('cp2', 'pit').pk}"]

    for both in ({"when": None, "later": None}, {"when": When.month(2027, 1), "later": 5}):
        with pytest.raises(ValidationError, match="not both"):
            scenarios.move(scenario, m14, by=jo.person, **both)
    with pytest.raises(ValidationError, match="known as May 2027, not as a day: enter a month"):
        scenarios.move(scenario, migration, when=None, later=5, by=jo.person)
    with pytest.raises(ValidationError, match="no date to count from"):
        scenarios.move(scenario, unknown, when=None, later=5, by=jo.person)
    with pytest.raises(ValidationError, match="Enter one date"):
        scenarios.move(
            scenario, m14, when=When.month(2027, 1, alternative=When.month(2027, 5)), later=None, by=jo.person
        )
    assert ScenarioMove.objects.count() == 0


def test_moving_twice_keeps_the_last_and_moving_back_is_no_move(jo):
    scenario = start(jo)
    m14 = Milestone.objects.get(code="M14")

    shift(scenario, jo, f"m{m14.pk}", later=5)
    shift(scenario, jo, f"m{m14.pk}", later=10)
    assert [move.first_on for move in scenario.moves.all()] == [add_working_days(date(2026, 10, 28), 10)]
    shift(scenario, jo, f"m{m14.pk}", when=When.day(date(2026, 10, 28)))
    assert scenario.moves.count() == 0


def test_put_back_reset_rename_and_delete(sam):
    scenario = start(sam)
    shift(scenario, sam, f"s{step('cp3', 'qt').pk}", later=5)
    other = start(sam, "Other")
    kept = ScenarioMove.objects.create(
        scenario=other, step=step("cp3", "qt"), first_on="2027-03-01", last_on="2027-03-01", precision="day"
    )

    scenarios.put_back(scenario, move=kept.pk, by=sam.person)
    assert ScenarioMove.objects.filter(pk=kept.pk).exists(), "a move of another scenario is not ours to put back"
    scenarios.put_back(scenario, move=scenario.moves.get().pk, by=sam.person)
    assert scenario.moves.count() == 0
    shift(scenario, sam, f"s{step('cp3', 'qt').pk}", later=5)
    scenarios.reset(scenario, by=sam.person, now=timezone.now())
    assert scenario.moves.count() == 0
    with pytest.raises(ValidationError, match="You have a scenario with this name already"):
        scenarios.rename(scenario, name="Other", by=sam.person)
    scenario.refresh_from_db()
    scenarios.rename(scenario, name="Better", by=sam.person)
    scenarios.delete(scenario, by=sam.person)
    assert list(Scenario.objects.values_list("name", flat=True)) == ["Other"]


def test_one_name_once_for_one_person(sam, jo):
    start(sam, "Same")
    start(jo, "Same")

    with pytest.raises(ValidationError, match="already"):
        start(sam, "Same")
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.create(person=sam.person, organisation=sam.organisation, name="Same")


def test_it_says_when_a_newer_baseline_or_forecast_exists(jo):
    scenario = start(jo)
    assert scenarios.news(scenario) == ""

    make.forecast(Milestone.objects.get(code="M15"), date(2027, 6, 1), reported_at=timezone.now())
    assert scenarios.news(scenario) == "A forecast has been published since it was started."

    made = make.baseline(name="CR099", slug="cr099", decided_on=date(2026, 11, 1))
    make.freeze(made, current=True)
    assert scenarios.news(scenario) == "CR099 is the current baseline now; it started from CR055."
    scenarios.reset(scenario, by=jo.person, now=timezone.now())
    assert scenarios.news(scenario) == ""


def test_a_scenario_starts_from_the_forecast(jo):
    m14 = Milestone.objects.get(code="M14")
    make.forecast(m14, date(2027, 1, 29))

    [effect] = shift(start(jo), jo, f"m{m14.pk}", later=1).effects

    assert (effect.before_words, effect.after_words) == ("29 January 2027", "1 February 2027")


# --- pages


def address(acting, scenario=None):
    return f"/o/{acting.organisation.slug}/what-if/" + (f"{scenario.pk}/" if scenario else "")


def test_a_person_works_through_the_pages(client, sam):
    client.force_login(sam.person)
    assert "You have no scenario yet" in client.get(address(sam)).text
    assert "Enter the name of the scenario" in client.post(address(sam), {"name": " "}).text

    page = client.post(address(sam), {"name": "Late QT"}, follow=True)
    [scenario] = Scenario.objects.all()
    assert page.redirect_chain[-1][0] == address(sam, scenario)
    assert "Nothing is moved yet" in page.text
    qt = step("cp3", "qt")
    page = client.post(address(sam, scenario), {"do": "move", "what": f"s{qt.pk}", "later": "40"}, follow=True)
    assert "40 working days later" in page.text
    assert "Follows QT" in page.text
    assert "Turn into a draft" not in page.text
    wrong = client.post(address(sam, scenario), {"do": "move", "what": f"s{qt.pk}", "when": "soon"})
    assert "is no date" in wrong.text
    wrong = client.post(address(sam, scenario), {"do": "move", "what": "s999999", "later": "1"})
    assert wrong.status_code == 200
    assert scenario.moves.count() == 1
    move = scenario.moves.get()
    client.post(address(sam, scenario), {"do": "back", "move": str(move.pk)})
    assert scenario.moves.count() == 0
    client.post(address(sam, scenario), {"do": "rename", "name": "Renamed"})
    assert "Renamed" in client.get(address(sam)).text
    assert client.post(address(sam, scenario), {"do": "share"}).status_code == 400
    client.post(address(sam, scenario), {"do": "delete"})
    assert client.get(address(sam, scenario)).status_code == 404


def test_htmx_gets_the_result_alone(client, sam):
    client.force_login(sam.person)
    scenario = start(sam)

    part = client.post(
        address(sam, scenario),
        {"do": "move", "what": f"s{step('cp3', 'qt').pk}", "later": "40"},
        headers={"HX-Request": "true"},
    )

    assert part.status_code == 200
    assert part.text.strip().startswith('<div id="result"')
    assert "40 working days later" in part.text


def test_nobody_else_sees_a_scenario_not_even_a_colleague(client, sam, jo):
    scenario = start(sam, "A secret thought")
    shift(scenario, sam, f"s{step('cp3', 'qt').pk}", later=40)
    northmoor = sam.organisation
    others = [make.lead(northmoor), make.contributor(northmoor), make.viewer(northmoor)]
    others += [jo, make.analyst(), make.board_observer(), make.lead(make.organisation()), make.former_lead(northmoor)]

    for other in others:
        client.force_login(other.person)
        for method, data in (("get", {}), ("post", {"do": "delete"}), ("post", {"do": "reset"})):
            assert getattr(client, method)(address(sam, scenario), data).status_code == 404, (other, method)
            own = f"/o/{other.organisation.slug}/what-if/{scenario.pk}/"
            assert getattr(client, method)(own, data).status_code == 404
        assert "A secret thought" not in client.get(f"/o/{other.organisation.slug}/what-if/").text
    client.logout()
    assert client.get(address(sam, scenario)).status_code == 302
    assert scenario.moves.count() == 1


@pytest.mark.parametrize("role", list(Role))
def test_everybody_who_signs_in_may_ask_what_if(client, sample_portal, role):
    at = {Role.OFFICE: "programme", Role.ANALYST: "elexon", Role.BOARD: "pab"}.get(role, "oldcastle")
    acting = make.member(Organisation.objects.get(slug=at), role)
    client.force_login(acting.person)

    page = client.post(address(acting), {"name": "Mine"}, follow=True)

    assert page.status_code == 200
    assert ("Turn into a draft change request" in page.text) is (role == Role.OFFICE)
    draft = client.post(f"/o/{at}/what-if/{Scenario.objects.get().pk}/draft/", {"code": "CR070", "title": "T"})
    assert draft.status_code == (200 if role == Role.OFFICE else 404)
    assert not ChangeRequest.objects.filter(code="CR070").exists(), "nothing has moved"


def test_staff_turn_a_scenario_into_a_draft_that_nobody_else_sees(client, jo):
    scenario = start(jo, "Later end")
    shift(scenario, jo, f"s{step('cp1', 'migration').pk}", when=When.month(2027, 8))
    m16 = Milestone.objects.get(code="M16")
    shift(scenario, jo, f"m{m16.pk}", when=When.day(date(2027, 10, 1)))
    client.force_login(jo.person)

    sent = client.post(f"{address(jo, scenario)}draft/", {"code": "cr070", "title": "A later end"})

    assert (sent.status_code, sent["Location"]) == (302, "/o/programme/change-requests/cr070/")
    change = ChangeRequest.objects.get(code="CR070")
    said = {row.milestone.code: (row.first_on, row.last_on, row.precision) for row in change.changes.all()}
    assert said == {
        "M15": (date(2027, 8, 1), date(2027, 8, 31), "month"),
        "M16": (date(2027, 10, 1), date(2027, 10, 1), "day"),
    }
    assert (change.state, change.based_on.name) == ("draft", "CR055")
    client.logout()
    assert client.get("/change-requests/cr070/").status_code == 404
    client.force_login(jo.person)
    again = client.post(f"{address(jo, scenario)}draft/", {"code": "CR070", "title": "A later end"})
    assert "There is a change request with this number already" in again.text


def test_many_moves_and_scenarios_are_bounded(sam, monkeypatch):
    monkeypatch.setattr(scenarios, "MOST_MOVES", 1)
    monkeypatch.setattr(scenarios, "MOST_SCENARIOS", 1)
    scenario = start(sam)

    with pytest.raises(ValidationError, match="delete one first"):
        start(sam, "Second")
    shift(scenario, sam, f"s{step('cp3', 'qt').pk}", later=5)
    with pytest.raises(ValidationError, match="at most 1"):
        shift(scenario, sam, f"s{step('cp3', 'pit').pk}", later=5)


def test_own_dates_begin_where_the_own_plan_stands(sam):
    plan = effects.plan_for(sam, timezone.localdate())

    qt = plan.network.items[f"s{step('cp3', 'qt').pk}"]
    assert (qt.when, qt.origin) == (When.day(own_date(sam, "qt")), "Your own plan")
    pqs = plan.network.items[f"s{step('cp3', 'pqs').pk}"]
    assert pqs.is_achieved
    assert qt.when.first > timezone.localdate() - timedelta(days=1)
