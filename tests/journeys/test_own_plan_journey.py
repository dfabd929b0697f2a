"""A participant edits and confirms its plan in a browser, with JavaScript and without; by keyboard; two at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from milestones.models import PlanConfirmation, StepPlan

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAM, PRIYA, JO = (f"{name}@sample.example" for name in ("sam.whitlock", "priya.anand", "jo.lindqvist"))
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
PLAN = "/o/northmoor/path/plan/"


def dip():
    return StepPlan.objects.get(placement__role_held__mpid="ZZN1", step__key="dip")


def fields(page):
    plan = dip()
    return {
        name: page.locator(f"[name='{plan.placement_id}-{plan.step_id}-{name}']")
        for name in ("target_on", "forecast_on", "achieved_on", "likelihood", "comment", "evidence_url")
    }


@both
def test_a_participant_changes_dates_puts_one_right_and_confirms(visit, javascript):
    window = visit(javascript=javascript, email=SAM)
    page = window.go("/o/northmoor/path/")
    page.get_by_role("link", name="Change your dates").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My plan")

    cells = fields(page)
    cells["forecast_on"].fill("31/2/2027")
    cells["comment"].fill("Waiting for certificates")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("alert")).to_contain_text("31/2/2027 is not a real date")
    expect(fields(page)["forecast_on"]).to_have_value("31/2/2027")
    assert dip().comment == "Waiting for certificates"
    assert window.has_focus_in_the_page()

    cells = fields(page)
    cells["forecast_on"].fill("4 1 2027")
    cells["likelihood"].select_option("some-doubt")
    window.settle()
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert (str(dip().forecast_on), dip().likelihood) == ("2027-01-04", "some-doubt")
    expect(fields(page)["forecast_on"]).to_have_value("4 Jan 2027")

    page.goto(window.site + "/o/northmoor/path/")
    page.get_by_role("button", name="Confirm this plan").click()
    expect(page.get_by_text(re.compile("The plan is confirmed for"))).to_be_visible()
    expect(page.get_by_role("button", name="Confirm this plan")).to_have_count(0)
    assert PlanConfirmation.objects.get().organisation.slug == "northmoor"


def test_each_field_is_saved_within_a_second_of_leaving_it_by_keyboard_alone(visit):
    window = visit(email=SAM)
    page = window.go(PLAN)
    cells = fields(page)
    cells["forecast_on"].focus()
    page.keyboard.type("4 Jan 2027")
    with page.expect_request(lambda request: request.method == "POST", timeout=1000):
        page.keyboard.press("Tab")
    row = page.locator("tbody", has=cells["forecast_on"])
    expect(row.get_by_text(re.compile(r"Saved at \d\d:\d\d"))).to_be_visible()
    assert str(dip().forecast_on) == "2027-01-04"
    expect(cells["achieved_on"]).to_be_focused()

    page.keyboard.type("9 9 2034")
    page.keyboard.press("Tab")
    expect(row.get_by_text("It cannot be achieved after today")).to_be_visible()
    expect(cells["achieved_on"]).to_have_value("9 9 2034")
    expect(cells["likelihood"]).to_be_focused()
    assert dip().achieved_on is None


@both
def test_two_colleagues_at_once_see_both_texts_and_choose(visit, javascript):
    sam, priya = visit(javascript=javascript, email=SAM), visit(javascript=javascript, email=PRIYA)
    ours, theirs = sam.go(PLAN), priya.go(PLAN)
    fields(theirs)["comment"].fill("From Priya")
    theirs.get_by_role("button", name="Save").last.click()
    theirs.wait_for_load_state()
    expect(theirs.get_by_text(re.compile("Saved at|Nothing was changed")).first).to_be_visible()

    fields(ours)["comment"].fill("From Sam")
    fields(ours)["forecast_on"].fill("4 1 2027")
    sam.settle()
    ours.get_by_role("button", name="Save").last.click()

    expect(ours.get_by_text("Theirs, saved: From Priya")).to_be_visible()
    expect(ours.get_by_text("Yours, not saved yet: From Sam")).to_be_visible()
    assert (dip().comment, str(dip().forecast_on)) == ("From Priya", "2027-01-04")
    ours.get_by_role("button", name=re.compile("^Keep mine")).click()
    expect(ours.get_by_text("Theirs, saved: From Priya")).to_have_count(0)
    assert dip().comment == "From Sam"


@both
def test_programme_staff_drill_down_from_the_counts(visit, javascript):
    window = visit(javascript=javascript, email=JO)
    page = window.go("/o/programme/progress/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where every role is")
    page.get_by_label("Path", exact=True).select_option("cp3")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("2 roles of 10"))).to_be_visible()
    page.get_by_role("link", name="Northmoor Energy Supply").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northmoor Energy Supply")


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_is_wider_than_a_phone(visit, width):
    window = visit(email=SAM, viewport={"width": width, "height": 800})
    for address in ("/o/northmoor/path/", PLAN):
        page = window.go(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
