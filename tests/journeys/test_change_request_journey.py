"""A change of the plan from the first draft to the next baseline, in a browser, with JavaScript and without."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mhhs_portal.notifications.models import Message
from milestones.models import Baseline, BaselineDate, ImpactAssessment

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAM, JO = "sam.whitlock@sample.example", "jo.lindqvist@sample.example"
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


def date_into(page, label: str, day) -> None:
    group = page.get_by_role("group", name=label)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part).fill(str(value))


@both
def test_a_change_is_raised_assessed_decided_applied_and_compared(visit, javascript):
    today = timezone.localdate()
    staff = visit(javascript=javascript)
    page = staff.sign_in(JO)
    page.goto(f"{staff.site}/o/programme/change-requests/")
    page.get_by_role("link", name="Raise a change request").click()
    page.get_by_label("Number").fill("CR090")
    page.get_by_label("Title").fill("Transition ends later")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CR090: Transition ends later")

    page.locator("#id_move-milestone").fill("M15")
    page.locator("#id_move-when").fill("4 June 2027")
    page.get_by_role("button", name="Move a milestone").click()
    expect(page.locator("main")).to_contain_text("M15 moves from 7 May 2027 to 4 June 2027.")
    expect(page.locator("main")).to_contain_text("19 working days later")  # 20 weekdays less 31 May, a bank holiday
    assert page.request.get(f"{staff.site}/change-requests/cr090/").status == 404

    page.goto(f"{staff.site}/o/programme/change-requests/cr090/")
    date_into(page, "Answers due on", today + timedelta(days=14))
    page.get_by_role("button", name="Publish CR090").click()
    expect(page.get_by_role("status").or_(page.locator(".message")).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Every participant is asked to assess it.")

    participant = visit(javascript=javascript)
    own = participant.sign_in(SAM)
    own.goto(f"{participant.site}/o/northmoor/change-requests/")
    own.get_by_role("link", name="CR090").first.click()
    own.locator("label", has_text="Object").first.click()
    own.get_by_role("button", name="Send the impact assessment").click()
    expect(own.get_by_role("alert")).to_contain_text("Say why you object")
    own.get_by_label("Reasons").fill("Our cutover is booked.")
    own.get_by_role("button", name="Send the impact assessment").click()
    expect(own.get_by_role("heading", name="Northmoor Energy Supply: Object")).to_be_visible()
    assert ImpactAssessment.objects.get().reasons == "Our cutover is booked."

    page.reload()
    expect(page.locator("main")).to_contain_text("Our cutover is booked.")
    page.get_by_role("button", name="Close the impact assessment").click()
    page.locator("label", has_text="Approved").first.click()
    page.get_by_label("Decided by").fill("Ofgem")
    page.get_by_label("This is Ofgem’s decision").check()
    date_into(page, "Decision date", today)
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_role("link", name="See what changes, and apply").click()
    sentence = "M15 moves from 7 May 2027 to 4 June 2027, 19 working days later."
    expect(page.locator(".release-note")).to_contain_text(sentence)
    assert Baseline.objects.count() == 3
    page.get_by_label("Type the number of the request to confirm").fill("CR090")
    page.get_by_role("button", name="Apply and make baseline CR090").click()
    page.wait_for_url(re.compile(r"/baselines/cr090/$"))
    expect(page.locator("main")).to_contain_text("Current baseline")

    moved = BaselineDate.objects.get(baseline__slug="cr090", milestone__code="M15")
    assert moved.when.words == "4 June 2027"
    assert Message.objects.filter(dedupe_key__startswith="change/cr090/applied").exists()
    own.goto(f"{participant.site}/baselines/")
    own.get_by_role("link", name="Compare with CR055").click()
    own.wait_for_url(re.compile(r"/baselines/compare/cr055/cr090/$"))
    expect(own.get_by_role("heading", level=1)).to_have_text("What changed from CR055 to CR090")
    expect(own.locator("main")).to_contain_text(sentence)
    own.locator("#compare-to").select_option("forecast")
    own.get_by_role("button", name="Compare").click()
    own.wait_for_url(re.compile(r"/baselines/compare/cr055/forecast/$"))
