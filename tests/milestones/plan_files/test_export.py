"""The plan as files: what stands in them, in Project's order, and that our own import understands them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from milestones.models import Dependency, Milestone
from milestones.plan_files import applying, mspdi, reading
from milestones.plan_files.agreed import when_in, words_of
from milestones.plan_files.export import exported
from milestones.plan_files.models import DetailedPlan, PlanImport
from milestones.plan_files.plan import BaselineDates, Plan
from milestones.poap import When
from tests.milestones.plan_files import files

NS = f"{{{mspdi.NAMESPACE}}}"

#: The elements of a task that we write, in the order of Microsoft's published schema (mspdi_pj12.xsd); GUID, Active,
#: Manual and its dates are of later versions.
DOCUMENTED = mspdi.names("""
UID ID Name Manual Type Contact WBS OutlineNumber OutlineLevel Priority Start Finish Duration
DurationFormat Milestone Summary PercentComplete ActualStart ActualFinish ConstraintType ConstraintDate
Hyperlink Notes PredecessorLink ExtendedAttribute Baseline
""")
PROJECT = mspdi.names("""
SaveVersion Name Title CreationDate LastSaved ScheduleFromStart StartDate FinishDate CurrencySymbol
CurrencyCode CalendarUID DefaultStartTime DefaultFinishTime MinutesPerDay MinutesPerWeek DaysPerMonth
DurationFormat WeekStartDay BaselineForEarnedValue ExtendedAttributes Calendars Tasks
""")


@pytest.fixture
def tree(client, sample_portal, db):
    return ElementTree.fromstring(client.get("/plan/export.xml").content)


def tasks_by_name(tree):
    found = {task.findtext(f"{NS}Name"): task for task in tree.iter(f"{NS}Task")}
    return {name.split()[0] if name[0] == "M" and name[1:2].isdigit() else name: task for name, task in found.items()}


def named_fields(tree, task):
    fields = tree.find(f"{NS}ExtendedAttributes")
    alias = {one.findtext(f"{NS}FieldID"): one.findtext(f"{NS}Alias") for one in fields}
    return {
        alias[one.findtext(f"{NS}FieldID")]: one.findtext(f"{NS}Value") for one in task.iter(f"{NS}ExtendedAttribute")
    }


def test_elements_stand_in_the_order_of_microsofts_schema(tree):
    def places(element, order):
        return [order.index(child.tag.removeprefix(NS)) for child in element]

    assert places(tree, PROJECT) == sorted(places(tree, PROJECT))
    for task in tree.iter(f"{NS}Task"):
        assert places(task, DOCUMENTED) == sorted(places(task, DOCUMENTED)), task.findtext(f"{NS}Name")
    known = tuple(name for name in mspdi.TASK_ORDER if name in DOCUMENTED)
    assert known == DOCUMENTED


def test_the_portals_baselines_are_projects_baselines_in_order(tree):
    m16 = tasks_by_name(tree)["M16"]

    numbers = [one.findtext(f"{NS}Number") for one in m16.iter(f"{NS}Baseline")]
    finishes = [one.findtext(f"{NS}Finish") for one in m16.iter(f"{NS}Baseline")]
    assert numbers == ["0", "1", "2"]
    assert finishes == ["2025-10-31T17:00:00", "2026-12-31T17:00:00", "2027-07-02T17:00:00"]
    assert tree.findtext(f"{NS}BaselineForEarnedValue") == "2"


def test_a_month_is_never_pretended_to_be_a_day(tree):
    m16 = tasks_by_name(tree)["M16"]

    said = named_fields(tree, m16)
    assert said[mspdi.ALIAS_BASELINES] == "0 2025-10; 1 2026-12 or 2027-05; 2 2027-07-02"
    assert "Baseline 1 is CR022: December 2026 or May 2027." in m16.findtext(f"{NS}Notes")
    month = tasks_by_name(tree)["M12"]
    assert named_fields(tree, month)[mspdi.ALIAS_DATE] == "2025-10"
    assert month.findtext(f"{NS}Finish") == "2025-10-31T17:00:00"
    assert "no day was agreed" in month.findtext(f"{NS}Notes")


def test_milestones_without_a_date_have_none(tree):
    entries = tasks_by_name(tree)
    undated = [name for name, task in entries.items() if task.findtext(f"{NS}Finish") is None and name[:1] == "M"]

    assert undated
    for name in undated:
        if entries[name].findtext(f"{NS}Milestone") == "1":
            assert entries[name].findtext(f"{NS}Notes").startswith("No date is published.")


def test_links_go_out_with_their_lag_in_working_days(client, sample_portal, db):
    link = Dependency.objects.select_related("before", "after").first()
    Dependency.objects.filter(pk=link.pk).update(lag_working_days=-3)

    tree = ElementTree.fromstring(client.get("/plan/export.xml").content)

    uids = {task.findtext(f"{NS}UID"): task.findtext(f"{NS}Name") for task in tree.iter(f"{NS}Task")}
    after = next(t for t in tree.iter(f"{NS}Task") if (t.findtext(f"{NS}Name") or "").startswith(f"{link.after.code} "))
    waits = {
        uids[one.findtext(f"{NS}PredecessorUID")].split()[0]: one.findtext(f"{NS}LinkLag")
        for one in after.iter(f"{NS}PredecessorLink")
    }
    assert waits[link.before.code.split()[0]] == str(-3 * 4800)


def test_unique_ids_are_the_same_in_every_export(client, sample_portal, db):
    def ids():
        tree = ElementTree.fromstring(client.get("/plan/export.xml").content)
        return [task.findtext(f"{NS}UID") for task in tree.iter(f"{NS}Task")]

    assert ids() == ids()
    assert len(set(ids())) == len(ids()) > 16


@pytest.mark.parametrize("kind", ["xml", "xlsx"])
def test_our_own_import_takes_our_export_and_finds_nothing_to_change(client, sample_portal, db, kind):
    content = client.get(f"/plan/export.{kind}").content

    _, found = reading.read_apart(io.BytesIO(content), f"plan.{kind}", len(content))
    run = files.read(content, f"plan.{kind}")

    assert found.problems == []
    assert found.plan.tasks == []
    assert len(found.portal_rows) == found.found.tasks == found.own.tasks
    assert (run.state, run.offers, run.baseline_differences) == ("checked", [], [])


@pytest.mark.parametrize("kind", ["xml", "xlsx"])
def test_published_tasks_stand_beneath_and_come_back_the_same(client, sample_portal, db, kind):
    plan = Plan("Detail", [files.task(1, is_summary=True), files.task(2, level=2), files.task(3, level=3)])
    run = files.read(files.mspdi(plan))
    applying.apply(run, missing="remove", by=None, now=timezone.now())
    assert "Task 3" not in client.get("/plan/export.json").text, "a draft is for programme staff"
    applying.publish(None, by=None, now=timezone.now())

    content = client.get(f"/plan/export.{kind}").content

    _, found = reading.read_apart(io.BytesIO(content), f"plan.{kind}", len(content))
    assert found.plan.tasks == plan.tasks
    assert "Task 3" in client.get("/plan/").text


def test_csv_and_json_say_the_same(client, sample_portal, db):
    table = list(csv.DictReader(io.StringIO(client.get("/plan/export.csv").content.decode("utf-8-sig"))))
    rows = json.loads(client.get("/plan/export.json").content)["rows"]

    [m10] = [row for row in table if row["Portal milestone"] == "M10"]
    [same] = [row for row in rows if row["code"] == "M10"]
    assert m10["Date as agreed"] == same["as_agreed"]
    assert m10["Baseline 2 finish"] == same["baseline/2/finish"] == "2025-09-30T17:00:00"
    assert len(table) == len(rows)


@pytest.mark.parametrize("kind", ["xml", "xlsx", "csv", "json"])
def test_a_file_is_saved_never_shown(client, sample_portal, db, kind):
    answer = client.get(reverse("plan_files:file", args=[kind]))

    assert answer["Content-Disposition"].startswith('attachment; filename="mhhs-plan-')
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_cost_does_not_grow_with_the_plan(sample_portal, db, django_assert_max_num_queries):
    files_before = exported(None, timezone.now())
    lane = Milestone.objects.first().lane
    for n in range(60):
        Milestone.objects.create(code=f"Z{n}", slug=f"z{n}", name=f"Z {n}", lane=lane)

    with django_assert_max_num_queries(10):
        more = exported(DetailedPlan.objects.draft(), timezone.now())
    assert len(more.plan.tasks) > len(files_before.plan.tasks) + 60


# --- dates as agreed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (When.day(date(2025, 9, 24)), "2025-09-24"),
        (When.month(2025, 9), "2025-09"),
        (When.months((2025, 3), (2025, 6)), "2025-03..2025-06"),
        (When.month(2026, 12, alternative=When.month(2027, 5)), "2026-12 or 2027-05"),
    ],
)
def test_dates_as_agreed_go_both_ways(when, words):
    assert words_of(when) == words
    assert when_in(words) == when


@pytest.mark.parametrize("words", ["", "2025", "2025-13", "2025-06..2025-03", "September 2025", "2025-02-30"])
def test_what_is_not_in_our_words_is_no_date(words):
    assert when_in(words) is None


# --- what a file says about milestones --------------------------------------------------------------------------------


def moved_m16() -> PlanImport:
    at = files.milestone_task(9, "M16 End", date(2027, 7, 16))

    return files.read(files.mspdi(Plan("", [replace(at, baselines=(BaselineDates(2, at.start, at.finish),))])))


def test_another_date_of_a_milestone_is_offered_and_its_baseline_only_compared(sample_portal, db):
    run = moved_m16()

    [offer] = run.offers
    assert (offer["code"], offer["was"], offer["words"]) == ("M16", "2 July 2027", "16 July 2027")
    assert offer["movement"] == "10 working days later"
    [difference] = run.baseline_differences
    assert (difference["baseline"], difference["file"], difference["portal"]) == (
        "CR055",
        "16 July 2027",
        "2 July 2027",
    )


def test_offers_become_draft_forecasts_and_undo_takes_them_back(sample_portal, db):
    from milestones.models import DraftForecast, Forecast
    from tests import make

    run, by = moved_m16(), make.office().person
    before = list(Milestone.objects.get(code="M16").baseline_dates.values_list("first_on", flat=True))
    applying.apply(run, take_forecasts=True, by=by, now=timezone.now())

    draft = DraftForecast.objects.get(milestone__code="M16")
    assert draft.first_on == date(2027, 7, 16)
    assert "plan.xml, Tasks row 1" in draft.reason
    assert not Forecast.objects.filter(milestone__code="M16").exists(), "nothing is public before the release"
    assert list(Milestone.objects.get(code="M16").baseline_dates.values_list("first_on", flat=True)) == before

    applying.undo(run, by=by, now=timezone.now())
    assert not DraftForecast.objects.filter(milestone__code="M16").exists()


def test_the_draft_is_published_with_the_plan_release(sample_portal, db):
    from milestones.changes import releases
    from tests import make

    by, now = make.office().person, timezone.now()
    draft = DetailedPlan.objects.draft()
    m16 = Milestone.objects.get(code="M16")
    release = releases.draft(milestone=m16, when=When.day(date(2027, 7, 16)), reason="Later", by=by).release

    releases.publish(release, by=by, now=now)

    assert DetailedPlan.objects.published() == draft
    assert DetailedPlan.objects.published().release == release
    assert DetailedPlan.objects.draft() is None
