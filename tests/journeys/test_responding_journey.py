"""Two colleagues write one response in two browsers: rows, a clash, a file, sign-off, sending and changing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from checklist.models import ChecklistItem, DraftComment, Response

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SAM, PRIYA = "sam.whitlock@sample.example", "priya.anand@sample.example"
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
PDF = {"name": "figures.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sample"}


def comment(page, place=0):
    return page.locator("textarea[name$='-comment']").nth(place)


def press(window, name):
    window.page.get_by_role("button", name=name, exact=True).last.click()
    window.settle()


@both
def test_two_colleagues_write_sign_off_send_and_change_a_response(visit, javascript):
    item = ChecklistItem.objects.get(title="Migration pathways profile")
    address = f"/o/northmoor/checklist/{item.reference}/"
    priya, sam = (visit(javascript=javascript, email=email) for email in (PRIYA, SAM))
    hers, his = priya.go(address), sam.go(address)
    expect(comment(hers)).to_have_value("About 1,200 metering points, all domestic.")

    # two rows at once
    comment(hers).fill("About 1,300 metering points.")
    if javascript:
        expect(hers.locator("[id^=state-]").first).to_contain_text("by Priya Anand")
    else:
        press(priya, "Save draft")
    press(sam, "Add a comment")
    expect(comment(his, 1)).to_have_count(1)
    comment(his, 1).fill("Sprint 2 is not decided.")
    if javascript:
        expect(his.locator("[id^=state-]").nth(1)).to_contain_text("by Sam Whitlock")
    else:
        press(sam, "Save draft")
    assert list(DraftComment.objects.filter(draft__item=item).values_list("comment", flat=True)) == [
        "About 1,300 metering points.",
        "Sprint 2 is not decided.",
    ]

    # one row at once: both texts, and the writer chooses
    his = sam.go(address)
    comment(hers).fill("About 1,400 metering points.")
    press(priya, "Save draft")
    expect(hers.get_by_text("Draft saved" if not javascript else "Saved at").first).to_be_visible()
    comment(his).fill("About 1,500 metering points.")
    press(sam, "Save draft") if not javascript else None
    clash = his.locator(".two-texts")
    expect(clash).to_contain_text("About 1,400 metering points.")
    expect(clash).to_contain_text("About 1,500 metering points.")
    press(sam, "Keep mine")
    expect(his.locator(".two-texts")).to_have_count(0)
    assert sam.has_focus_in_the_page()

    # a file, and the colleague asks for sign-off
    hers = priya.go(address)
    hers.locator("[name=files]").set_input_files(PDF)
    press(priya, "Attach")
    expect(hers.get_by_role("link", name="figures.pdf")).to_be_visible()
    press(priya, "Ask a lead contact to sign it off")
    expect(hers.get_by_role("heading", name="Waits for sign-off")).to_be_visible()

    # signed off and sent in one step, then changed
    his = sam.go(address)
    press(sam, "Sign off and send")
    expect(his.get_by_role("heading", name="Response sent")).to_be_visible()
    expect(his.get_by_text("Signed off by Sam Whitlock").first).to_be_visible()
    press(sam, "Change the response")
    comment(his).fill("About 1,600 metering points.")
    press(sam, "Send the changed response")
    expect(his.get_by_role("link", name="Version 2")).to_be_visible()

    sent = Response.objects.filter(item=item, organisation__slug="northmoor").order_by("number")
    assert [(one.number, one.is_current, one.comments.first().comment, one.files.count()) for one in sent] == [
        (1, False, "About 1,500 metering points.", 1),
        (2, True, "About 1,600 metering points.", 1),
    ]
