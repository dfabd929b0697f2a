"""An outsider filters and searches the public checklist; a participant keeps a filter and sees what changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from checklist.models import ChecklistItem
from checklist.reading.models import LastVisit

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@both
def test_a_list_is_filtered_searched_and_kept_by_keyboard_alone(visit, javascript):
    public = ChecklistItem.objects.public()
    kind = public.filter(kind="consultation").count()
    window = visit(javascript=javascript)
    page = window.go("/checklist/")
    page.get_by_label("Type").focus()
    page.keyboard.press("Home")
    page.keyboard.type("Consultation")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**kind=consultation**")
    window.settle()
    expect(page.locator(".filter-line b")).to_have_text(f"{kind} of {public.count()} items")
    assert window.has_focus_in_the_page()
    page.get_by_role("link", name=re.compile("Take away the filter Type")).press("Enter")
    page.wait_for_url(re.compile(r"/checklist/$"))
    window.settle()
    expect(page.locator(".filter-line b")).to_have_text(f"{public.count()} items")

    page.get_by_label(re.compile("^Search title")).fill("approaches")
    page.get_by_label(re.compile("^Search title")).press("Enter")
    page.wait_for_url("**q=approaches**")
    expect(page.locator("mark").first).to_have_text(re.compile("approach", re.IGNORECASE))

    when = timezone.now()
    window = visit(email="sam.whitlock@sample.example", javascript=javascript)
    page = window.go("/o/northmoor/checklist/?state=all&workstream=Migration")
    page.get_by_text("Save this filter").press("Enter")
    page.get_by_label("Name").fill("Migration")
    page.get_by_role("button", name="Save the filter").press("Enter")
    expect(page.get_by_text("The filter “Migration” is saved")).to_be_visible()
    window.go("/o/northmoor/checklist/")
    page.get_by_role("navigation", name="Saved filters").get_by_role("link", name="Migration").click()
    page.wait_for_url("**workstream=Migration**")

    LastVisit.objects.update(seen_until=when - timedelta(days=90), read_at=when - timedelta(days=80))
    window.go("/o/northmoor/")
    page.get_by_role("link", name="See all that changed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed since your last visit")
    page.get_by_role("button", name="Mark all as seen").click()
    expect(page.get_by_text("Everything is marked as seen")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Since your last visit"))).to_have_count(0)
