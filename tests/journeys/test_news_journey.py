"""News and The Clock in a browser: staff write, one role reads, an outsider subscribes and ends it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from mhhs_portal.notifications.models import Message
from tests.journeys.judging import faults_of, too_wide

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

#: Staff, somebody of a supplier, and somebody of an agent.
JO, SUPPLIER, AGENT = (f"{name}@sample.example" for name in ("jo.lindqvist", "sam.whitlock", "ruth.okafor"))
ELSEWHERE = "oldcastle"
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@both
def test_news_reaches_its_role_and_the_clock_its_subscribers(visit, javascript):
    office = visit(email=JO, javascript=javascript)
    page = office.go("/o/programme/news/")
    page.get_by_role("link", name="New announcement").click()
    page.get_by_label("Title").fill("Suppliers only")
    page.get_by_label("Text").fill("First line\n\n- https://www.mhhsprogramme.co.uk/")
    page.locator("label[for=id_reach_1]").click()
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_role("alert")).to_contain_text("Add a rule below")
    page.get_by_label("Market role").first.select_option("supplier")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_role("region", name="Readers")).to_contain_text("if it is published now")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("fixed when it was published")).to_be_visible()

    reader = visit(email=SUPPLIER, javascript=javascript)
    page = reader.go("/o/northmoor/")
    page.get_by_role("link", name="Suppliers only").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suppliers only")
    address = reader.path
    if javascript:
        assert faults_of(page) == []
        assert too_wide(page) == []
    other = visit(email=AGENT, javascript=javascript)
    other.go(re.sub(r"/o/\w+/", f"/o/{ELSEWHERE}/", address))
    expect(other.page.get_by_role("heading", level=1)).to_contain_text("This page does not exist")
    other.go(f"/o/{ELSEWHERE}/news/")
    expect(other.page.get_by_text("Suppliers only")).to_have_count(0)

    outsider = visit(javascript=javascript)
    page = outsider.go("/news/")
    expect(page.get_by_text("Suppliers only")).to_have_count(0)
    page.get_by_role("link", name="Receive The Clock").click()
    page.get_by_label("Your e-mail address").fill("reader@outside.example")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    page = outsider.go(Message.objects.get(template="clock-confirm").about_url)
    page.get_by_role("button", name="Yes, send it to me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You will receive The Clock")

    page = office.go("/o/programme/clock/")
    page.get_by_role("button", name="Begin the next edition").click()
    page.get_by_label("Your own words").fill("A quiet time.")
    page.locator("[name=own-0-title]").fill("The office moves on Friday")
    if javascript:
        assert faults_of(page) == []
        assert too_wide(page) == []
    page.get_by_role("button", name="Save and preview").click()
    page.get_by_role("button", name="Send to 1 subscriber").click()
    expect(page.get_by_text("is on the web and on its way to 1")).to_be_visible()

    page = outsider.go("/news/clock/")
    page.get_by_role("link", name=re.compile("^Number 2")).click()
    expect(page.get_by_text("The office moves on Friday")).to_be_visible()
    sent = Message.objects.get(template="clock")
    assert sent.to_address == "reader@outside.example"
    page = outsider.go(sent.context["unsubscribe_path"])
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("will not receive The Clock any more")
