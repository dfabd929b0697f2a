"""The Programme changes a lane and a stage, looks at the drawing, and publishes; a supplier waits for its own sheet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from milestones.models import Lane, Stage
from milestones.sheets import own_sheet

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAM, JO = "sam.whitlock@sample.example", "jo.lindqvist@sample.example"
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@both
def test_staff_draft_see_it_drawn_and_publish(visit, javascript):
    window = visit(javascript=javascript)
    page = window.sign_in(JO)
    window.go("/o/programme/plan/draft/")
    page.get_by_role("button", name="Open a draft").click()
    expect(page.get_by_text("the draft is the same as the published plan")).to_be_visible()

    page.get_by_role("link", name="Add a stage to CP3 Non-SIT, Tranche 1").click()
    page.get_by_label("Name of the stage").fill("Pre-integration testing (PIT)")
    page.get_by_label("Start").fill("soon")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("“soon” is no date")
    page.get_by_label("Start").fill("March to June 2026")
    page.get_by_role("button", name="Save in the draft").click()

    page.get_by_role("link", name="Rename Migration").click()
    page.get_by_label("Name of the lane").fill("Migration of meters")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("button", name=re.compile("^Up.*Migration of meters")).click()

    page.get_by_role("link", name="See it drawn").click()
    expect(page.locator("svg text", has_text="Pre-integration testing (PIT)").first).to_be_visible()
    assert not Stage.objects.filter(name__startswith="Pre-integration testing").exists()
    page.get_by_role("link", name="Back to the draft").click()

    page.get_by_role("button", name="Publish 3 changes").click()
    expect(page.get_by_text("Published. The timeline shows it now")).to_be_visible()
    assert Lane.objects.get(slug="migration").name == "Migration of meters"
    window.go("/")
    expect(page.locator("#plan svg text", has_text="Migration of meters").first).to_be_visible()


@both
def test_anyone_zooms_folds_a_lane_and_looks_at_a_past_day(visit, javascript):
    window = visit(javascript=javascript)
    page = window.go("/")
    page.get_by_role("navigation", name="Zoom").get_by_role("link", name="Months").click()
    expect(page.locator("svg text", has_text="Feb 2026").first).to_be_attached()
    page.locator("summary", has_text="Lanes").click()
    page.get_by_role("link", name="Fold Design and code").click()
    expect(page.locator("svg text", has_text="Folded: 3 milestones").first).to_be_attached()

    page.locator("summary", has_text="As at").click()
    page.get_by_label("Show the plan as it was known on").fill("2024-06-01")
    page.get_by_role("button", name="Show that day").click()
    expect(page.get_by_text("As at Saturday 1 June 2024.")).to_be_visible()
    assert "zoom=months" in page.url
    assert "fold=" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Back to today").click()
    expect(page.get_by_text("As at Saturday 1 June 2024.")).to_have_count(0)


def test_marks_are_reached_and_seen_by_keyboard(visit):
    window = visit(javascript=False)
    page = window.go("/?zoom=quarters")
    page.locator(".plan-scroll").focus()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.id")
    assert first.startswith("plan-")
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.p-hit')).stroke") != "none"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != first
    page.keyboard.press("Enter")
    expect(page.locator("#selected")).to_contain_text("Selected milestone")


def test_a_supplier_waits_for_its_own_sheet_and_gets_it(visit):
    window = visit(javascript=False)
    page = window.sign_in(SAM)
    window.go("/o/northmoor/path/")
    answer = page.request.get(page.get_by_role("link", name="Our Plan on a Page, A3").evaluate("link => link.href"))
    assert answer.status == 202
    assert "is being drawn" in answer.text()
    assert own_sheet.draw_asked() == 1
    made = page.request.get(answer.url)
    assert made.status == 200
    assert made.body().startswith(b"%PDF")
