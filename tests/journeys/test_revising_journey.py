"""The wording changes: an earlier responder sees what, carries the response over, adds a spreadsheet, and sends."""

from __future__ import annotations

import io
import re

import pytest
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import expect

from checklist import receipt_sheets
from checklist.models import Response
from checklist.responding import CommentRow, respond
from mhhs_portal.organisations.models import Membership
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

JO, SAM = "jo.lindqvist@sample.example", "sam.whitlock@sample.example"
HEAD = ["Document reference", "Section", "Comment", "Severity"]


def workbook(*rows: list[str]) -> dict[str, object]:
    made, out = Workbook(), io.BytesIO()
    made.active.title = "Comments"
    for row in (HEAD, *rows):
        made.active.append(row)
    made.save(out)
    return {"name": "log.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_who_responded_is_asked_again_and_answers_from_a_spreadsheet(visit, javascript):
    sam = Membership.objects.get(person__email=SAM, organisation__slug="northmoor")
    item = make.item(for_=sam.organisation, title="Approach and Plan", document_version="1.0", reference="PCL-7001")
    first = [CommentRow(comment="What we said before.")]
    respond(item, answer="comments", acting=sam, seen_revision=1, now=timezone.now(), comments=first)

    page = visit(email=JO, javascript=javascript).go("/o/programme/checklist/PCL-7001/")
    page.get_by_role("link", name="Change the wording or files").click()
    page.get_by_label("Version").fill("1.1")
    page.get_by_label("What you ask for").fill("Say whether the dates work for agents too.")
    page.get_by_text("Yes, ask everybody again").click()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("alert").first).to_contain_text("Say what changed")
    page.get_by_role("textbox", name="What changed").fill("Agents are asked too.")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Revision 2 of PCL-7001 asks everybody again")).to_be_visible()

    page = visit(email=SAM, javascript=javascript).go("/o/northmoor/checklist/PCL-7001/")
    changed = page.get_by_role("region", name="What changed since you responded")
    expect(changed).to_contain_text("Agents are asked too.")
    expect(changed.get_by_role("insertion").first).to_be_visible()
    changed.get_by_role("button", name="Carry our earlier response over").click()
    expect(page.get_by_text("Your earlier response is in the draft")).to_be_visible()

    page.get_by_role("link", name="Upload a comments log").click()
    page.get_by_label("Comments log").set_input_files(workbook(["Plan", "4", "From the file", "High"], ["Plan", "5"]))
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("Sheet Comments, row 3")).to_be_visible()
    page.get_by_role("button", name="Add 1 row to the draft").click()
    expect(page.get_by_text("1 comment added to the draft")).to_be_visible()
    page.get_by_role("link", name="Upload a comments log").click()
    corrected = workbook(["Plan", "4", "From the file", "High"], ["Plan", "5", "Corrected", "Low"])
    page.get_by_label("Comments log").set_input_files(corrected)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="Add 1 row to the draft").click()
    expect(page.get_by_text("1 comment added to the draft")).to_be_visible()

    page.get_by_role("button", name=re.compile("^(Check and send|Send response)")).click()
    expect(page.get_by_role("heading", name="Response sent")).to_be_visible()
    sent = Response.objects.get(item=item, revision=2)
    assert [row.comment for row in sent.comments.all()] == ["What we said before.", "From the file", "Corrected"]
    page.get_by_role("link", name="Receipt", exact=True).click()
    expect(page.get_by_text("Yes, to the letter")).to_be_visible()
    receipt_sheets.draw_asked(timezone.now())
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt as PDF").click()
    assert download.value.suggested_filename == "receipt-PCL-7001-northmoor-2.pdf"
