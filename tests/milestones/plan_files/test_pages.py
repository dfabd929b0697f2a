"""The pages of an import and of the detailed plan: who may open them, what they say, what their buttons do."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.history.panel import verbs_on
from mhhs_portal.organisations.models import Role
from milestones.plan_files import applying, importing
from milestones.plan_files.models import DetailedPlan, PlanImport
from milestones.plan_files.plan import Plan
from tests import make
from tests.milestones.plan_files import files

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(client):
    acting = make.office()
    client.force_login(acting.person)
    return acting


def at(name: str, *args) -> str:
    return reverse(f"plan_files:{name}", args=["programme", *args])


def send(client, file, **more):
    return client.post(at("imports"), {"file": file}, **more)


# --- who --------------------------------------------------------------------------------------------------------------

STAFF_PAGES = ("imports", "template", "draft")
RUN_PAGES = ("run", "changes", "problems", "sent_file")


def visitors():
    org = make.organisation()
    yield "nobody", None, 302
    for role in (Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER):
        yield role, make.member(org, role).person, 404
    yield Role.ANALYST, make.analyst().person, 404
    yield Role.BOARD, make.board_observer().person, 404
    yield Role.OFFICE, make.office().person, 200


def test_only_programme_staff_see_imports_drafts_and_files():
    run = files.read(files.mspdi(files.small_plan()))
    addresses = [at(name) for name in STAFF_PAGES] + [at(name, run.pk) for name in RUN_PAGES]
    addresses += [at("draft_file", kind) for kind in ("xml", "xlsx", "csv", "json")]
    wrong = []
    for name, person, expected in visitors():
        client = Client()
        if person:
            client.force_login(person)
        for address in addresses:
            status = client.get(address).status_code
            if status != expected:
                wrong.append(f"{name} {address}: {status}")
        for button in ("apply", "undo", "discard", "again"):
            status = client.post(at("run", run.pk), {"do": button}).status_code if expected != 200 else expected
            if status != expected:
                wrong.append(f"{name} {button}: {status}")
    assert wrong == []
    run.refresh_from_db()
    assert run.state == "checked"


def test_everybody_reads_what_is_published_and_nothing_of_a_draft(client):
    run = files.read(files.mspdi(Plan("", [files.task(1, "Secret until published")])))
    applying.apply(run, by=None, now=timezone.now())
    pages = ["/plan/", *(f"/plan/export.{kind}" for kind in ("xml", "csv", "json"))]
    assert [page for page in pages if "Secret until" in client.get(page).content.decode()] == []
    assert "No detailed plan is published yet" in client.get("/plan/").text

    applying.publish(None, by=None, now=timezone.now())
    assert [page for page in pages if "Secret until" not in client.get(page).content.decode()] == []


def test_a_run_that_does_not_exist_is_not_found(client, office):
    assert client.get(at("run", 999_999)).status_code == 404


# --- files ------------------------------------------------------------------------------------------------------------


def test_what_was_sent_is_kept_under_an_opaque_name_and_never_shown(client, office):
    run = files.read(b"<html><script>alert(1)</script></html>", "plan<b>.xml")

    answer = client.get(at("sent_file", run.pk))

    assert re.fullmatch(r"files/[0-9a-f]{2}/[0-9a-f]{32}", str(run.file.file.name))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content).startswith(b"<html>")


def test_the_template_is_read_by_our_own_import_once_it_is_filled(client, office):
    from openpyxl import load_workbook

    content = client.get(at("template")).content
    book = load_workbook(io.BytesIO(content))
    headings = [cell.value for cell in book["Plan"][1]]
    assert {"Unique ID", "Task name", "Predecessors (unique IDs)"} <= set(headings)
    book["Plan"].append([{"Unique ID": 7, "Task name": "Filled in"}.get(heading) for heading in headings])
    out = io.BytesIO()
    book.save(out)

    run = files.read(out.getvalue(), "plan.xlsx")

    assert (run.state, run.left_out, run.not_kept) == ("checked", 0, [])
    assert run.changes.get().name == "Filled in"


# --- sending ----------------------------------------------------------------------------------------------------------


def test_sending_nothing_or_no_plan_says_so_beside_the_field(client, office):
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert "Choose the plan&#x27;s file" in client.post(at("imports"), {}).text
    answer = send(client, SimpleUploadedFile("plan.xlsm", b"PK"))
    assert "can hold macros" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not PlanImport.objects.exists()


def test_a_sent_file_waits_is_read_and_shows_what_it_would_change(client, office):
    answer = send(client, files.mspdi(files.small_plan()))
    run = PlanImport.objects.get()
    assert answer["Location"] == at("run", run.pk)

    waiting = client.get(at("run", run.pk))
    assert "Waiting for a worker" in waiting.text
    assert 'hx-trigger="every 1s"' in waiting.text
    assert "hx-trigger" in client.get(at("run", run.pk), headers=HTMX).text

    importing.read_next(timezone.now())
    assert client.get(at("run", run.pk), headers=HTMX)["HX-Refresh"] == "true"
    page = client.get(at("run", run.pk)).text
    assert "Nothing has been written" in page
    assert "0 + 0 + 3 + 0 + 0 = 3" in page
    assert "Counted twice: 3 tasks, 0 milestones, 0 summaries, 2 links" in page
    assert run.uploaded_by == office.person


def test_a_refused_file_says_why_on_its_page(client, office):
    run = files.read(b"<Project><Tasks></Tasks></Project>")

    assert "The file holds no task" in client.get(at("run", run.pk)).text


def test_apply_and_undo_by_their_buttons_with_history(client, office):
    run = files.read(files.mspdi(files.small_plan()))

    answer = client.post(at("run", run.pk), {"do": "apply"}, follow=True)
    assert "Applied: 3 changes in the draft" in answer.text
    assert "Task 2" in client.get(at("draft")).text
    answer = client.post(at("run", run.pk), {"do": "undo"}, follow=True)

    assert "Undone. The draft is as it was before this file." in answer.text
    assert "There is no draft" in client.get(at("draft")).text
    run.refresh_from_db()
    assert (run.applied_by, run.undone_by) == (office.person, office.person)
    verbs = verbs_on(run)
    assert verbs[0] == "plan_files.plan_uploaded"
    assert verbs[-2:] == ["plan_files.plan_applied", "plan_files.plan_undone"]


def test_what_cannot_be_done_is_said_and_nothing_is_written(client, office):
    run = files.read(files.mspdi(files.small_plan()))
    other = files.read(files.mspdi(Plan("", [files.task(8)])))
    applying.apply(other, by=None, now=timezone.now())

    answer = client.post(at("run", run.pk), {"do": "apply"})

    assert "The draft has changed since this file was checked" in answer.text
    assert "Check it again" in answer.text
    assert DetailedPlan.objects.draft() == other.plan


def test_tasks_not_in_the_file_are_asked_about(client, office):
    first = files.read(files.mspdi(files.small_plan()))
    applying.apply(first, by=None, now=timezone.now())
    run = files.read(files.mspdi(Plan("", [files.task(1)])))
    page = client.get(at("run", run.pk)).text
    assert "The 2 tasks not in the file" in page
    assert "2 tasks of the draft are not in the file; they stay unless you choose otherwise" in page

    client.post(at("run", run.pk), {"do": "apply", "missing": "remove"})

    assert DetailedPlan.objects.draft().tasks.count() == 1


# --- lists as files ---------------------------------------------------------------------------------------------------


def test_bad_rows_and_changes_are_downloads(client, office):
    made = files.sheet([1, "One", "31/06/2025"], [2, "Two", None], headings=["Unique ID", "Task name", "Finish"])
    run = files.read(made, "plan.xlsx")

    [problem] = json.loads(client.get(at("problems", run.pk) + "?format=json").content)["rows"]
    assert (problem["sheet"], problem["row"], problem["column"], problem["value"]) == (
        "Plan",
        2,
        "C, Finish",
        "31/06/2025",
    )
    [change] = json.loads(client.get(at("changes", run.pk) + "?format=json").content)["rows"]
    assert (change["kind"], change["uid"]) == ("Added", 2)
    assert "31/06/2025" in client.get(at("run", run.pk)).text
    assert "This is not a real date" in client.get(at("problems", run.pk)).text


def test_what_a_file_says_is_never_markup(client, office):
    nasty = '<script>alert("x")</script>'
    run = files.read(files.mspdi(Plan(nasty, [files.task(1, nasty), files.task(2, nasty, links=())])))
    applying.apply(run, by=None, now=timezone.now())
    applying.publish(None, by=None, now=timezone.now())

    for address in (at("run", run.pk), at("changes", run.pk), "/plan/", at("imports")):
        assert "<script>alert" not in client.get(address).text


@pytest.mark.parametrize("address", ["run", "plan"])
def test_a_page_costs_the_same_for_few_tasks_and_for_many(client, office, address):
    def cost(count: int) -> int:
        run = files.read(files.mspdi(files.large_plan(count)))
        applying.apply(run, missing="remove", by=None, now=timezone.now())
        applying.publish(None, by=None, now=timezone.now())
        where = at("run", run.pk) if address == "run" else "/plan/"
        client.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        return len(asked)

    few, many = cost(16), cost(300)
    assert few == many
    assert many <= 12


def test_a_task_is_found_by_name_code_and_number(client):
    run = files.read(files.mspdi(Plan("", [files.task(1, "Cutover rehearsal"), files.task(2, "Other", wbs="TST.2")])))
    applying.apply(run, by=None, now=timezone.now())
    applying.publish(None, by=None, now=timezone.now())

    for query, there, not_there in (
        ("rehearsal", "Cutover", "Other"),
        ("tst", "Other", "Cutover"),
        ("2", "Other", "Cut"),
    ):
        page = client.get("/plan/", {"q": query}, headers=HTMX).text
        assert there in page
        assert not_there not in page
    assert "No task has these words" in client.get("/plan/", {"q": "zzz"}).text


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "size"), [(files.mspdi, 5_000), (files.xlsx, 500)])
def test_a_large_plan_is_read_counted_and_kept_whole(form, size):
    plan = files.large_plan(size)

    run = files.read(form(plan))
    applying.apply(run, by=None, now=timezone.now())

    links = sum(len(task.links) for task in plan.tasks)
    totals = {"tasks": size, "milestones": size // 25, "summaries": size // 10, "links": links}
    assert run.own_totals == run.found_totals == totals
    assert (run.left_out, run.tally["added"]) == (0, size)
    from milestones.plan_files.storing import plan_of

    assert plan_of(DetailedPlan.objects.draft()).tasks == plan.tasks
