"""Each user's main job once, in a browser, with JavaScript and without."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from checklist.models import Addressee, ChecklistItem, Response
from mhhs_portal.deadlines import add_working_days
from mhhs_portal.organisations.demo import SAMPLE_PASSWORD
from readiness.models import Answer, Submission

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAM, PRIYA, JO, MAYA, AMINA = (
    f"{name}@sample.example"
    for name in ("sam.whitlock", "priya.anand", "jo.lindqvist", "maya.fernandes", "amina.yusuf")
)
ITEM = "Qualification approach: sample update for review"
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


def choose(page, words: str) -> None:
    """Clicks a card: its label lies over the button that it belongs to."""
    page.locator("label", has_text=words).first.click()


@both
def test_anyone_reads_the_timeline_a_milestone_and_a_path(visit, javascript):
    window = visit(javascript=javascript)
    page = window.go("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("MHHS implementation timeline")
    expect(page.locator("#plan svg").first).to_be_visible()

    page.get_by_role("navigation", name="View").get_by_role("link", name="Table").click()
    expect(page.get_by_role("table", name=re.compile("Every milestone"))).to_be_visible()
    window.settle()
    assert "view=table" in page.url
    assert window.has_focus_in_the_page()

    page.get_by_role("link", name=re.compile(r"^M10\b")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^M10 "))
    assert window.path == "/milestones/m10/"

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Critical paths").click()
    page.locator("main").get_by_role("link", name=re.compile("CP3")).first.click()
    page.wait_for_url(re.compile(r"/critical-paths/cp3/$"))
    expect(page.locator("main").get_by_text("CP3").first).to_be_visible()


@both
def test_a_participant_responds_and_sees_it_done_everywhere(visit, javascript):
    window = visit(javascript=javascript)
    page = window.sign_in(SAM)
    expect(page.get_by_role("heading", level=1)).to_have_text("What Northmoor needs to do next")
    page.locator("main").get_by_role("link", name=ITEM).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ITEM)

    choose(page, "Does not apply to us")
    page.get_by_role("button", name="Send response").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("There is a problem")
    expect(problem).to_contain_text("Say why this item does not apply to you")
    expect(page.get_by_label("Does not apply to us")).to_be_checked()
    window.settle()
    assert window.has_focus_in_the_page()
    assert Response.objects.filter(item__title=ITEM, organisation__slug="northmoor").count() == 0

    choose(page, "Reviewed, no comments")
    page.get_by_role("button", name="Send response").click()
    expect(page.get_by_role("heading", name="Response sent")).to_be_visible()
    window.settle()
    assert window.has_focus_in_the_page()

    page.goto(window.site + "/o/northmoor/checklist/?show=all")
    row = page.locator("tr", has=page.get_by_role("link", name=ITEM, exact=True))
    expect(row).to_contain_text(re.compile("Sent|Responded|No comments"))
    expect(row.get_by_role("button")).to_have_count(0)
    page.goto(window.site + "/o/northmoor/")
    expect(page.get_by_role("heading", level=1)).to_have_text("What Northmoor needs to do next")
    expect(page.locator("main").get_by_role("link", name=ITEM, exact=True)).to_have_count(0)
    assert Response.objects.get(item__title=ITEM, organisation__slug="northmoor").answer == "no-comments"


@both
def test_the_office_publishes_for_suppliers_on_cp3_and_only_they_see_it(visit, javascript):
    window = visit(javascript=javascript, email=JO)
    page = window.go("/o/programme/checklist/publish/")
    title = "Migration rehearsal: dates for review"
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Type", exact=True).select_option(index=1)
    page.get_by_label("Workstream", exact=True).select_option(index=1)
    page.get_by_label("What you ask for, in two sentences").fill("Read the dates. Say what you cannot meet.")
    page.locator("[name='rules-0-market_role']").select_option("supplier")
    page.locator("[name='rules-0-path']").select_option("cp3")
    due = add_working_days(timezone.localdate() + timedelta(days=14), 1)
    closing = page.get_by_role("group", name="Closing date")
    for field, value in zip(closing.get_by_role("textbox").all(), (due.day, due.month, due.year), strict=True):
        field.fill(str(value))
    window.settle()

    page.get_by_role("button", name=re.compile("^Preview")).last.click()
    expect(page.get_by_role("heading", name=re.compile("will be asked"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Publish to")).click()
    page.wait_for_url(re.compile(r"/o/programme/checklist/PCL-\d+/"))

    item = ChecklistItem.objects.get(title=title)
    assert set(Addressee.objects.filter(item=item).values_list("organisation__slug", flat=True)) == {"northmoor"}
    ours = visit(javascript=javascript, email=PRIYA).go("/o/northmoor/checklist/")
    expect(ours.get_by_role("link", name=title, exact=True)).to_have_count(1)
    theirs = visit(javascript=javascript, email=AMINA).go("/o/tidewater/checklist/?show=all")
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    expect(theirs.get_by_role("link", name=title)).to_have_count(0)
    assert theirs.request.get(f"{window.site}/o/tidewater/checklist/{item.reference}/").status == 404


@both
def test_a_section_is_filled_in_submitted_and_marked(visit, javascript):
    sections = "/o/northmoor/readiness/air-s1/sections"
    window = visit(javascript=javascript, email=PRIYA)
    page = window.go(f"{sections}/b/")
    page.get_by_label("What happens when more arrive on one day").fill("They wait until the next working day.")
    page.get_by_role("button", name="Save and complete").click()
    page.wait_for_url(lambda url: "/sections/b/" not in url)
    page = window.go(f"{sections}/c/")
    for field, value in zip(
        page.get_by_role("group", name=re.compile("change in live use")).get_by_role("textbox").all(),
        ("31", "8", "2025"),
        strict=True,
    ):
        field.fill(value)
    page.get_by_role("group", name=re.compile("same day")).get_by_label("Yes", exact=True).check()
    window.settle()
    page.get_by_role("button", name="Save and complete").click()
    page.wait_for_url(lambda url: "/sections/c/" not in url)
    page = window.go(f"{sections}/d/")
    page.get_by_label(re.compile("How long after a migration")).fill("3")
    page.get_by_role("group", name=re.compile("technical details")).get_by_label("Yes", exact=True).check()
    page.get_by_label(re.compile("I confirm that the people")).check()
    window.settle()
    page.get_by_role("button", name="Save and complete").click()
    page.wait_for_url(lambda url: "/sections/d/" not in url)

    lead = visit(javascript=javascript, email=SAM)
    page = lead.go("/o/northmoor/readiness/air-s1/check/")
    page.get_by_role("link", name="Continue to the declaration").click()
    page.get_by_label("Full name of the person who authorises").fill("Sam Whitlock")
    page.get_by_label("I make this declaration").check()
    page.get_by_role("button", name="Submit to Elexon").click()
    page.wait_for_url(re.compile(r"/receipts/1/"))
    submission = Submission.objects.get(organisation__slug="northmoor", campaign__slug="air-s1")
    assert submission.status == "submitted"

    analyst = visit(javascript=javascript, email=MAYA)
    page = analyst.go("/o/elexon/campaigns/")
    page.locator("main").get_by_role("link", name=re.compile("AIR|Assurance")).first.click()
    page.get_by_role("link", name="Northmoor Energy Supply").first.click()
    answer = page.get_by_role("article").first
    answer.get_by_label("Adequate", exact=True).check()
    answer.get_by_role("button", name="Mark A1").click()
    expect(page.get_by_role("article").first.get_by_role("button", name="Mark again")).to_be_visible()
    analyst.settle()
    assert analyst.has_focus_in_the_page()
    assert submission.answers.get(question__number="A1").assessments.count() == 1


def test_an_answer_outlives_the_end_of_the_session(visit):
    """Signed out while typing: the answer stays on the page, and is saved after signing in in another tab."""
    window = visit(email=PRIYA)
    page = window.go("/o/northmoor/readiness/air-s1/sections/b/")
    mine = page.get_by_label("What happens when more arrive on one day")
    window.context.clear_cookies(name="sessionid")
    window.may_complain = True  # of the 401
    mine.fill("They wait until the next working day.")
    mine.blur()
    expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()
    expect(mine).to_have_value("They wait until the next working day.")

    with window.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again in a new tab").click()
    other = opened.value
    other.locator("[name=login]").fill(PRIYA)
    other.locator("[name=password]").fill(SAMPLE_PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    page.get_by_role("button", name="Try again").click()
    window.settle()

    expect(page.get_by_role("heading", name="You have been signed out")).to_have_count(0)
    expect(page.locator(".question", has=mine).get_by_text(re.compile(r"Saved at \d\d:\d\d"))).to_be_visible()
    answer = Answer.objects.get(
        submission__organisation__slug="northmoor", question__text__icontains="more arrive on one day"
    )
    assert "next working day" in str(answer.value)


def tab_to(page, matches: str, most: int = 120) -> None:
    """Presses Tab until the element in focus matches the selector; fails when it never does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", matches):
            return
    raise AssertionError(f"Tab never reaches {matches}")


def test_the_keyboard_alone_is_enough_to_sign_in_and_respond(visit):
    item = ChecklistItem.objects.get(title=ITEM)
    window = visit()
    page = window.go("/sign-in/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page, "[name=login]")
    page.keyboard.type(SAM)
    tab_to(page, "[name=password]")
    page.keyboard.type(SAMPLE_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    tab_to(page, f"main a[href$='/checklist/{item.reference}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(item.reference))
    tab_to(page, "[name=answer]")
    page.keyboard.press("ArrowDown")
    if not page.get_by_label("Reviewed, no comments").is_checked():
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Reviewed, no comments")).to_be_checked()
    tab_to(page, "button[value=send]")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Response sent")).to_be_visible()
    window.settle()
    assert window.has_focus_in_the_page()
