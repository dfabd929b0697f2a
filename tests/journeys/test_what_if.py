"""What if, in a browser: with JavaScript the answer comes at once, without it on the next page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from milestones.models import ChangeRequest
from milestones.network.models import Scenario
from tests.journeys.judging import faults_in_both_colours, faults_of, too_wide

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAM, PRIYA, JO = (f"{name}@sample.example" for name in ("sam.whitlock", "priya.anand", "jo.lindqvist"))
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@both
def test_a_participant_moves_a_step_and_sees_what_follows(visit, javascript):
    window = visit(email=SAM, javascript=javascript)
    page = window.go("/critical-paths/cp3/")
    page.get_by_role("link", name="What if a date moves?").click()
    page.get_by_label("Name of the scenario").fill("Qualification Testing runs late")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qualification Testing runs late")
    expect(page.get_by_text("Nothing is moved yet")).to_be_visible()

    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the milestone or step")
    window.settle()
    assert window.has_focus_in_the_page()
    choice = page.locator("#id_what option", has_text=re.compile(r"^QT, \d")).first.get_attribute("value")
    page.get_by_label("Milestone or step").select_option(choice)
    page.get_by_label("Or working days later").fill("40")
    page.get_by_role("button", name="Move it").click()
    table = page.get_by_role("table", name=re.compile("Everything that stands elsewhere"))
    expect(table).to_contain_text("40 working days later")
    expect(table).to_contain_text("Follows QT")
    expect(page.get_by_role("table", name=re.compile("Paths, roles"))).to_contain_text("ZZN1")
    window.settle()
    assert window.has_focus_in_the_page()
    if javascript:
        assert faults_of(page) == []
        assert too_wide(page) == []

    page.get_by_role("button", name=re.compile(r"^Put it back.*QT$")).click()
    expect(page.get_by_text("Nothing is moved yet")).to_be_visible()
    window.settle()
    address = window.path
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("You have no scenario yet")).to_be_visible()
    assert Scenario.objects.count() == 0
    page.goto(window.site + address)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Qualification Testing runs late")


@both
def test_staff_turn_a_scenario_into_a_draft(visit, javascript):
    window = visit(email=JO, javascript=javascript)
    page = window.go("/o/programme/what-if/")
    page.get_by_label("Name of the scenario").fill("A later end")
    page.get_by_role("button", name="Start").click()
    choice = page.locator("#id_what option", has_text=re.compile(r"^M16 ")).first.get_attribute("value")
    page.get_by_label("Milestone or step").select_option(choice)
    page.get_by_label("New date").fill("October 2027")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("table", name=re.compile("Everything that stands elsewhere"))).to_contain_text(
        "October 2027"
    )
    window.settle()
    if javascript:
        assert faults_of(page) == []

    page.get_by_label("Number of the change request").fill("CR077")
    page.get_by_label("Title").fill("A later end")
    page.get_by_role("button", name="Draft the change request").click()
    page.wait_for_url(re.compile(r"/o/programme/change-requests/cr077/$"))

    change = ChangeRequest.objects.get(code="CR077")
    assert [(row.milestone.code, row.precision) for row in change.changes.all()] == [("M16", "month")]
    other = visit(email=PRIYA, javascript=javascript)
    assert other.go("/o/northmoor/what-if/").get_by_text("You have no scenario yet").is_visible()


def test_paths_and_links_are_accessible_and_fit(visit):
    window = visit(email=JO)
    for address in (
        "/critical-paths/",
        "/critical-paths/cp1/",
        "/critical-paths/cp3/?why=g3",
        "/o/programme/plan/links/",
    ):
        page = window.go(address)
        assert too_wide(page) == [], address
        assert faults_in_both_colours(page) == [], address
