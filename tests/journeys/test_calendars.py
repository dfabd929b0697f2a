"""Somebody subscribes to a calendar of their own, and takes the address back; the Programme cancels a meeting."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.request import urlopen

import icalendar
import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from milestones.governance.models import Meeting

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@both
def test_a_personal_calendar_is_subscribed_to_and_taken_back(visit, javascript):
    window = visit(email="sam.whitlock@sample.example", javascript=javascript)
    page = window.go("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Calendars").click()
    page.get_by_role("button", name=re.compile("Make an address for My deadlines")).click()
    address = page.locator("#made").inner_text()
    assert address.startswith(f"{settings.SITE_URL}/calendar/feed/")
    expect(page.get_by_text("it is shown this once")).to_be_visible()
    here = address.replace(settings.SITE_URL, window.site)

    with urlopen(here) as read:  # as a calendar does it: no cookie, no session
        calendar = icalendar.Calendar.from_ical(read.read())
    titles = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
    assert any("Qualification approach: sample update for review" in title for title in titles)

    window.go("/calendar/")
    expect(page.locator("#made")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Revoke the address of My deadlines")).click()
    expect(page.get_by_text("no longer works")).to_be_visible()
    assert page.request.get(here).status == 404


@both
def test_the_programme_announces_a_meeting_and_cancels_it(visit, javascript):
    window = visit(email="jo.lindqvist@sample.example", javascript=javascript)
    page = window.go("/o/programme/governance/")
    page.get_by_role("link", name="Announce a meeting").click()
    page.get_by_label("Group").select_option(label="PSG")
    day = timezone.localdate() + timedelta(days=20)
    first = page.get_by_role("group", name="First day")
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        first.get_by_label(name).fill(str(value))
    page.get_by_label("Starts at").fill("10:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change PSG")

    page.get_by_label("Why it is cancelled").fill("Not quorate")
    page.get_by_role("button", name="Cancel the meeting").click()
    expect(page.get_by_text("PSG is cancelled")).to_be_visible()

    meeting = Meeting.objects.get(starts_on=day)
    page = window.go(f"/governance/meetings/{meeting.key}/")
    expect(page.get_by_text("Not quorate")).to_be_visible()
    with urlopen(f"{window.site}/calendar/governance.ics") as read:
        events = {str(e["UID"]).partition("@")[0]: e for e in icalendar.Calendar.from_ical(read.read()).walk("VEVENT")}
    assert str(events[f"meeting-{meeting.key}"]["STATUS"]) == "CANCELLED"
