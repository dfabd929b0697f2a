"""Programme staff bring in a plan from a file: send it, see what it would change, apply it, undo it."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from milestones.plan_files import importing
from milestones.plan_files.models import DetailedPlan, PlanImport
from milestones.plan_files.plan import Plan
from milestones.plan_files.sheet_write import write_xlsx
from tests.milestones.plan_files import files

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

JO = "jo.lindqvist@sample.example"
both = pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])


@both
def test_staff_import_apply_and_undo_a_plan(visit, javascript):
    before = DetailedPlan.objects.draft()
    window = visit(email=JO, javascript=javascript)
    page = window.go("/o/programme/plan/")
    page.locator("main").get_by_role("link", name=re.compile("imports", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import a plan")

    page.get_by_role("button", name="Send and check").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the plan's file")

    plan = write_xlsx(Plan("", [files.task(1, "First of ours"), files.task(2, "Second of ours")]))
    sent = {"name": "ours.xlsx", "mimeType": "application/octet-stream", "buffer": plan}
    page.get_by_label("The plan's file").set_input_files(sent)
    page.get_by_role("button", name="Send and check").click()
    page.wait_for_url(re.compile(r"/import/\d+/$"))
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    assert PlanImport.objects.filter(state="uploaded").count() == 1

    importing.read_next(timezone.now())
    if not javascript:
        page.get_by_role("link", name="See how far it is now").click()
    expect(page.get_by_text("Nothing has been written")).to_be_visible()
    expect(page.get_by_role("list").filter(has_text="3. Check").first).to_be_visible()
    expect(page.get_by_text("The file says 2")).to_be_visible()
    assert DetailedPlan.objects.draft() == before

    page.get_by_role("button", name="Apply 2 changes to the draft").click()
    expect(page.get_by_text("Applied: 2 changes in the draft")).to_be_visible()
    page.get_by_role("link", name="See the draft").click()
    expect(page.get_by_role("table")).to_contain_text("Second of ours")
    assert DetailedPlan.objects.draft() != before

    page.go_back()
    page.get_by_role("button", name="Undo all 2").click()
    expect(page.get_by_text("Undone. The draft is as it was before this file.")).to_be_visible()
    assert DetailedPlan.objects.draft() == before


def test_a_refused_file_says_why(visit):
    window = visit(email=JO)
    page = window.go("/o/programme/plan/import/")
    attack = b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "b">]><Project/>'
    page.get_by_label("The plan's file").set_input_files({"name": "plan.xml", "mimeType": "text/xml", "buffer": attack})
    page.get_by_role("button", name="Send and check").click()
    page.wait_for_url(re.compile(r"/import/\d+/$"))
    importing.read_next(timezone.now())

    expect(page.get_by_role("heading", name="The file was refused")).to_be_visible()
    expect(page.get_by_text("declares a document type or entities")).to_be_visible()
