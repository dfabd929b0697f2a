"""Staff answer the comments and publish the log; commenters read what became of theirs; outsiders learn no name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from checklist.closing.models import LogPublication
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.models import Organisation
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def closed_item():
    """Northmoor sent two comments, Brightwell one that says the same as the first and a confidential one."""
    now = timezone.now()
    asked = list(Organisation.objects.filter(slug__in=["northmoor", "brightwell", "harrowgate"]))
    item = make.item(asked, reference="PCL-9001", title="Cutover guide", is_public=True, due_at=now - timedelta(days=2))
    of = {one.slug: one for one in asked}
    first = make.response(item, of["northmoor"], answer="comments", given_at=now - timedelta(days=4))
    second = make.response(item, of["brightwell"], answer="comments", given_at=now - timedelta(days=3))
    make.comment(first, clause="3.1", comment="Name the person who signs")
    make.comment(first, clause="4", comment="Spelling of cutover")
    make.comment(second, clause="3.1", comment="Who signs?")
    make.comment(second, clause="9", comment="Our secret system is late", is_confidential=True)
    return item


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_comments_are_answered_published_and_read(visit, javascript):
    item = closed_item()
    staff = visit(email="jo.lindqvist@sample.example", javascript=javascript)
    page = staff.go(f"/o/programme/checklist/{item.reference}/comments/")
    expect(page.get_by_text("4 + 0 + 0 = 4, the number received")).to_be_visible()
    page.get_by_role("link", name="Tick all 4 on this page").click()
    page.locator("#m-owner").select_option("Jo Lindqvist")
    page.get_by_role("button", name="Give to this owner").click()
    expect(page.get_by_text("Given to Jo Lindqvist: comments 1, 2, 3, 4.")).to_be_visible()

    page.get_by_label("Comment 1", exact=True).check()
    page.get_by_label("Comment 3", exact=True).check()
    page.get_by_role("button", name="Link as duplicates").click()
    expect(page.get_by_text("Linked to comment 1: comment 3.")).to_be_visible()

    page.get_by_role("link", name="Name the person who signs").click()
    desk = page.locator("#desk")
    expect(desk.get_by_role("heading", name="Plan, 3.1")).to_be_visible()
    desk.get_by_text("Rejected", exact=True).click()
    desk.get_by_role("button", name="Save and go to").click()
    expect(desk.get_by_role("alert")).to_contain_text("Write a reply: whoever is not followed is told why")
    desk.get_by_text("Accepted", exact=True).click()
    desk.get_by_label("Reply", exact=False).first.fill("Said in 3.1: the test manager")
    desk.get_by_role("button", name="Save and go to").click()
    expect(desk.get_by_role("heading", name="Plan, 4")).to_be_visible()
    staff.settle()
    assert staff.has_focus_in_the_page()

    page.get_by_role("link", name="Preview the published log").click()
    expect(page.get_by_text("2 comments have no decision yet.")).to_be_visible()
    page.go_back()
    page.get_by_label("Comment 2", exact=True).check()
    page.get_by_label("Comment 4", exact=True).check()
    page.locator("#m-outcome").select_option("Noted")
    page.locator("#m-reply").fill("Thank you")
    page.get_by_role("button", name="Decide for all of them").click()
    expect(page.get_by_text("0 + 0 + 4 = 4, the number received")).to_be_visible()
    page.get_by_role("link", name="Preview the published log").click()
    page.get_by_role("button", name="Publish the log").click()
    expect(page.get_by_text("Version 1 of the log is published")).to_be_visible()
    assert LogPublication.objects.get(item=item).row_count == 4
    assert Message.objects.filter(dedupe_key__startswith=f"checklist/{item.reference}/log/1/").exists()

    own = visit(email="sam.whitlock@sample.example", javascript=javascript)
    theirs = own.go(f"/o/northmoor/checklist/{item.reference}/")
    theirs.get_by_role("link", name="Comments log: every comment with its reply").click()
    expect(theirs.get_by_role("heading", name="Your 2 comments: 1 accepted, 1 noted")).to_be_visible()
    expect(theirs.get_by_text("Said in 3.1: the test manager").first).to_be_visible()

    public = visit(javascript=javascript).go(f"/checklist/{item.reference}/comments-log/")
    expect(public.get_by_text("4 rows for 4 comments received")).to_be_visible()
    expect(public.get_by_text("Same as 1")).to_be_visible()
    text = public.content()
    assert [word for word in ("secret system", "Northmoor", "Brightwell") if word in text] == []
