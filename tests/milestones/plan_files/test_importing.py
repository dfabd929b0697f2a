"""From an uploaded file to the draft, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones.plan_files import applying, importing
from milestones.plan_files.models import DetailedPlan, PlanImport, PlanTask
from milestones.plan_files.plan import Plan
from milestones.plan_files.storing import plan_of
from tests import make
from tests.milestones.plan_files import files

pytestmark = pytest.mark.django_db


def applied(file, **choices):
    run = files.read(file)
    assert run.state == "checked", run.refusal
    applying.apply(run, by=make.person(), now=timezone.now(), **choices)
    return run


def draft() -> Plan:
    return plan_of(DetailedPlan.objects.draft())


def test_a_file_is_counted_compared_and_written_nowhere_before_it_is_applied():
    run = files.read(files.mspdi(files.small_plan()))

    assert run.state == "checked"
    assert run.own_totals == run.found_totals == {"tasks": 3, "milestones": 0, "summaries": 0, "links": 2}
    assert run.tally["added"] == 3
    assert DetailedPlan.objects.draft() is None
    assert run.plan.state == "read"


@pytest.mark.parametrize("form", [files.mspdi, files.xlsx])
def test_what_is_applied_is_what_the_file_says(form):
    plan = files.small_plan()

    applied(form(plan))

    assert draft().tasks == plan.tasks


def test_the_tally_puts_every_row_in_one_count():
    plan = files.small_plan()
    applied(files.mspdi(Plan(plan.title, [*plan.tasks, files.task(4), files.task(5), files.task(6)])))
    _, two, three = plan.tasks
    now = [
        files.task(1, finish=date(2025, 9, 3)),
        replace(two, name="Other words"),
        replace(three, links=()),
        files.task(4),
        files.task(5, start=date(2025, 8, 28), finish=date(2025, 8, 28)),
        files.task(7),
    ]

    run = files.read(files.mspdi(Plan(plan.title, now)))

    assert run.tally == {
        "added": 1, "removed": 1, "moved": 2, "words": 1, "links": 1,
        "same": 1, "errors": 0, "later": 1, "earlier": 1, "rows": 6,
    }  # fmt: skip
    said = {change.uid: (change.kind, change.movement, change.what) for change in run.changes.all()}
    assert said[1] == ("moved", "2 working days later", "Finish")
    assert said[2] == ("words", "", "Name")
    assert said[3] == ("links", "", "Links")
    assert said[5][0:2] == ("moved", "2 working days earlier")
    assert said[6][0] == "removed"
    assert said[7][0] == "added"


def test_tasks_that_the_file_does_not_have_stay_where_they_stood_unless_told_otherwise():
    applied(files.mspdi(Plan("", [files.task(n) for n in range(1, 7)])))

    applied(files.mspdi(Plan("", [files.task(n) for n in (1, 4, 6, 9)])))
    assert [task.uid for task in draft().tasks] == [1, 2, 3, 4, 5, 6, 9]

    applied(files.mspdi(Plan("", [files.task(n) for n in (1, 4)])), missing="remove")
    assert [task.uid for task in draft().tasks] == [1, 4]


def test_undo_puts_the_draft_back_exactly():
    applied(files.mspdi(files.small_plan()))
    before, version = draft(), DetailedPlan.objects.draft()
    run = applied(files.mspdi(Plan("Other", [files.task(8)])), missing="remove")
    assert [task.uid for task in draft().tasks] == [8]

    applying.undo(run, by=make.person(), now=timezone.now())

    assert DetailedPlan.objects.draft() == version
    assert draft() == before
    run.refresh_from_db()
    assert run.state == "undone"


def test_undoing_the_first_file_leaves_no_draft():
    run = applied(files.mspdi(files.small_plan()))

    applying.undo(run, by=make.person(), now=timezone.now())

    assert DetailedPlan.objects.draft() is None


def test_only_the_newest_file_is_undone_and_none_after_publication():
    first, second = applied(files.mspdi(files.small_plan())), applied(files.mspdi(Plan("", [files.task(8)])))
    with pytest.raises(ValidationError, match="a later file is applied"):
        applying.undo(first, by=None, now=timezone.now())

    applying.publish(None, by=None, now=timezone.now())
    with pytest.raises(ValidationError, match="it is published"):
        applying.undo(second, by=None, now=timezone.now())


def test_a_file_checked_against_another_draft_is_checked_again_first():
    early = files.read(files.mspdi(files.small_plan()))
    applied(files.mspdi(Plan("", [files.task(8)])))

    with pytest.raises(ValidationError, match="has changed since"):
        applying.apply(early, by=None, now=timezone.now())
    assert [task.uid for task in draft().tasks] == [8]

    importing.check_again(early, by=None)
    importing.read_next(timezone.now())
    early.refresh_from_db()
    applying.apply(early, by=None, now=timezone.now())
    assert [task.uid for task in draft().tasks] == [8, 1, 2, 3]


def test_applying_twice_applies_once():
    run = applied(files.mspdi(files.small_plan()))

    with pytest.raises(ValidationError, match="not waiting"):
        applying.apply(run, by=None, now=timezone.now())


def test_releases_are_locked_before_the_detailed_plan_as_publishing_does():
    with CaptureQueriesContext(connection) as asked:
        applied(files.mspdi(files.small_plan()))

    locks = [query["sql"] for query in asked if "pg_advisory_xact_lock(4" in query["sql"]]
    assert ["4120457" in locks[0], "4120461" in locks[1]] == [True, True]


def test_a_failure_while_applying_leaves_the_draft_as_it_was(monkeypatch):
    applied(files.mspdi(files.small_plan()))
    version = DetailedPlan.objects.draft()
    run = files.read(files.mspdi(Plan("", [files.task(8)])))
    monkeypatch.setattr(applying, "put_rows", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        applying.apply(run, by=None, now=timezone.now())

    run.refresh_from_db()
    assert (DetailedPlan.objects.draft(), run.state) == (version, "checked")


def test_rows_with_an_error_are_left_out_and_the_draft_keeps_what_it_has_of_them():
    applied(files.mspdi(files.small_plan()))
    headings = ["Unique ID", "Task name", "Finish", "Predecessors"]
    made = files.sheet([1, "New words", "31/06/2025", ""], [2, "Two", "2 Sep 2025", "77"], headings=headings)

    run = files.read(made, "plan.xlsx")
    found = [(p.sheet, p.row, p.column, p.uid, p.value, p.reason) for p in run.problems.all()]
    assert found == [
        ("Plan", 2, "C, Finish", 1, "31/06/2025", "This is not a real date"),
        ("Plan", 3, "D, Predecessors", 2, "77", "No task of the file has the unique ID 77"),
    ]
    assert "June has 30 days" in run.problems.first().advice
    applying.apply(run, missing="remove", by=None, now=timezone.now())
    assert [(task.uid, task.name) for task in draft().tasks] == [(1, "Task 1"), (2, "Task 2")]


def test_nothing_is_applied_when_the_counts_differ():
    run = files.read(files.mspdi(files.small_plan()))
    PlanImport.objects.filter(pk=run.pk).update(own_totals={"tasks": 4})

    with pytest.raises(ValidationError, match="own totals differ"):
        applying.apply(run, by=None, now=timezone.now())


def test_a_worker_that_died_is_followed_by_another_and_its_half_is_gone():
    run = importing.upload(file=files.mspdi(files.small_plan()), by=None, now=timezone.now())
    importing.claim(timezone.now())
    half = DetailedPlan.objects.create(title="half")
    PlanImport.objects.filter(pk=run.pk).update(plan=half)
    assert importing.read_next(timezone.now()) is None, "somebody has it in hand"

    later = timezone.now() + importing.SILENCE + timedelta(seconds=1)
    importing.read_next(later)

    run.refresh_from_db()
    assert (run.state, run.attempts) == ("checked", 2)
    assert not DetailedPlan.objects.filter(pk=half.pk).exists()
    assert PlanTask.objects.filter(plan=run.plan).count() == 3


def test_a_file_on_which_workers_die_is_given_up():
    run = importing.upload(file=files.mspdi(files.small_plan()), by=None, now=timezone.now())
    PlanImport.objects.update(state="reading", heard_at=timezone.now() - timedelta(hours=1), attempts=3)

    importing.read_next(timezone.now())

    run.refresh_from_db()
    assert run.state == "refused"
    assert "stopped 3 times" in run.refusal


def test_a_worker_that_was_believed_dead_writes_nothing_more():
    run = importing.upload(file=files.mspdi(files.small_plan()), by=None, now=timezone.now())
    slow = importing.claim(timezone.now())
    later = timezone.now() + importing.SILENCE + timedelta(seconds=1)
    importing.read_next(later)
    run.refresh_from_db()
    before = run.plan

    voice = importing._Voice(slow)
    with pytest.raises(importing.TakenOverError):
        voice.say(10, "Reading")
    run.refresh_from_db()
    assert (run.state, run.plan) == ("checked", before)


def test_discarding_keeps_the_file_and_nothing_else():
    run = files.read(files.mspdi(files.small_plan()))

    importing.discard(run, by=make.person())

    run.refresh_from_db()
    assert (run.state, run.plan, PlanTask.objects.count()) == ("discarded", None, 0)
    assert run.file.is_there
    with pytest.raises(ValidationError):
        importing.discard(run, by=None)


# --- the database's own rules -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "published", "former", "replaced"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE plan_files_plantask SET name = 'x'",
        "DELETE FROM plan_files_taskbaseline; DELETE FROM plan_files_tasklink; DELETE FROM plan_files_plantask",
        "INSERT INTO plan_files_tasklink (plan_id, task_id, position, predecessor, type, lag, lag_format) "
        "SELECT plan_id, id, 9, 1, 'FS', 0, 7 FROM plan_files_plantask",
        "DELETE FROM plan_files_planimport; DELETE FROM plan_files_detailedplan",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE plan_files_plantask CASCADE",
    ],
)
def test_the_database_refuses_any_change_of_a_version(state, sql):
    run = applied(files.mspdi(files.small_plan()))
    DetailedPlan.objects.filter(pk=run.plan_id).update(
        state=state, published_at=timezone.now() if state in ("published", "former") else None
    )

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_published_plan_never_becomes_a_draft_again():
    applied(files.mspdi(files.small_plan()))
    plan = applying.publish(None, by=None, now=timezone.now())

    for change in ({"title": "x"}, {"state": "draft", "published_at": None}):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            DetailedPlan.objects.filter(pk=plan.pk).update(**change)


def test_a_task_row_cannot_be_changed_even_while_it_is_read():
    run = files.read(files.mspdi(files.small_plan()))

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        PlanTask.objects.filter(plan=run.plan).update(name="x")
