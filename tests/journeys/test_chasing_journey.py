"""Staff find who has not sent, chase them, give one more time and enter a response; the others see nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from checklist.chasing.models import Chase
from checklist.models import ChecklistItem, Response
from mhhs_portal.deadlines import add_working_days

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MAIL = b"From: Ruth <ruth@sample.example>\r\nSubject: Our response\r\n\r\nNothing to add.\r\n"


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_staff_chase_give_time_and_enter_a_response(visit, javascript):
    item = ChecklistItem.objects.get(title__startswith="Change request CR-S01")
    page = visit(email="jo.lindqvist@sample.example", javascript=javascript).go("/o/programme/checklist/")
    page.locator("main, .page-head").get_by_role("link", name="Who has responded").first.click()
    page.get_by_label("Organisation", exact=True).fill("oldcastle")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_text("1 organisation by")).to_be_visible()
    page.get_by_role("table").get_by_role("link", name="Change request CR-S01").click()

    page.get_by_label("State", exact=True).select_option("Anything not sent")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("2 of 3 organisations")).to_be_visible()
    assert "state=waiting" in page.url
    page.get_by_role("link", name="Chase those shown").click()
    expect(page.get_by_text("2 organisations, 3 people")).to_be_visible()
    page.get_by_label("Subject").fill("Please send {left}")
    page.get_by_role("button", name="Chase 2 organisations").click()
    expect(page.get_by_text("Chased 2 organisations: 3 messages on the way.")).to_be_visible()
    assert Chase.objects.get().lines.count() == 2

    page.goto(page.url.split("/o/")[0] + f"/o/programme/checklist/{item.reference}/")
    expect(page.get_by_role("link", name="Please send {left}")).to_be_visible()
    page.get_by_role("link", name="More time for Northmoor Energy Supply").click()
    later = add_working_days(timezone.localdate() + timedelta(days=20), 1)
    for part, value in (("day", later.day), ("month", later.month), ("year", later.year)):
        page.locator(f"[name=due_on_{part}]").fill(str(value))
    page.get_by_label("Reason").fill("Their test manager is ill")
    page.get_by_role("button", name="Give more time").click()
    expect(page.get_by_role("row").filter(has_text="Northmoor")).to_contain_text("More time, until")

    page.get_by_role("link", name="Enter a response of Oldcastle Metering").click()
    page.locator("label", has_text="Reviewed, no comments").click()
    page.get_by_label("How their response reached you").fill("E-mail from Ruth Okafor")
    page.get_by_label("Evidence").set_input_files(
        {"name": "response.eml", "mimeType": "message/rfc822", "buffer": MAIL}
    )
    page.get_by_role("button", name="Enter the response").click()
    expect(page.get_by_role("row").filter(has_text="Oldcastle")).to_contain_text("Entered by the Programme")
    assert Response.objects.get(item=item, organisation__slug="oldcastle").files.count() == 1

    theirs = visit(email="amina.yusuf@sample.example", javascript=javascript).go(
        f"/o/tidewater/checklist/{item.reference}/"
    )
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("CR-S01")
    for words in ("Northmoor", "Oldcastle", "test manager", "Entered by", "Please send"):
        expect(theirs.get_by_text(words)).to_have_count(0)
