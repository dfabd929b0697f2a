"""Published versions: one for each content, listed and kept; an organisation's own sheet is its members' alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from mhhs_portal.organisations import facts as organisations
from milestones import facts, register
from milestones.models import AskedSheet, Lane, PlanOnAPage, Stage
from milestones.sheets import editions, own_sheet, plan_on_a_page
from milestones.tasks import draw_asked_sheets
from tests import kept, make
from tests.milestones.real_plan import REAL

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIST = "/timeline/versions/"


@pytest.fixture
def plan(db, settings, tmp_path, monkeypatch):
    """The real plan with a renderer that is quick."""
    settings.MEDIA_ROOT = tmp_path
    kept.load(NOON.date(), organisations.load, facts.load)
    monkeypatch.setattr(
        plan_on_a_page, "_draw", lambda wanted, now, edition: b"%PDF-1.7 " + wanted.version.encode() * 9
    )


def entry(code: str):
    return register.read(NOON.date()).entry(code).milestone


# ---- what is a version ------------------------------------------------------------------------


def test_a_new_day_draws_again_and_is_no_new_version(plan):
    for day in range(3):
        plan_on_a_page.make_all(NOON + timedelta(days=day))

    assert PlanOnAPage.objects.count() == 6
    assert set(PlanOnAPage.objects.values_list("edition", flat=True)) == {1}
    (only,) = editions.editions()
    assert [(sheet.size, sheet.as_at) for sheet in only.sheets] == [("A3", NOON.date()), ("A4", NOON.date())]
    assert only.changed == ["The first version that is kept."]


def test_what_the_plan_says_makes_a_version_and_the_list_says_what_changed(plan):
    plan_on_a_page.make_all(NOON)
    make.forecast(entry("m15"), date(2027, 6, 11))
    Stage.objects.filter(key="pqs-window").update(is_removed=True)
    Lane.objects.filter(slug="migration").update(name="Migration of meters")
    plan_on_a_page.make_all(NOON + timedelta(hours=1))

    newest, first = editions.editions()
    assert (newest.number, first.number) == (2, 1)
    assert newest.changed == [
        "The lane Migration is now called Migration of meters.",
        "M15, forecast: 11 June 2027 (not given before).",
        "Stage “Pre-Qualification Submission (PQS) window” is no longer on the plan.",
    ]


def test_coming_back_to_an_older_content_is_a_version_of_its_own(plan):
    plan_on_a_page.make_if_missing(NOON)
    Lane.objects.filter(slug="migration").update(name="Other")
    plan_on_a_page.make_if_missing(NOON + timedelta(days=1))
    Lane.objects.filter(slug="migration").update(name="Migration")
    plan_on_a_page.make_if_missing(NOON + timedelta(days=2))

    assert [edition.number for edition in editions.editions()] == [3, 2, 1]


def test_sheets_that_were_kept_before_versions_were_counted_stay_version_1(plan):
    made = plan_on_a_page.make_if_missing(NOON)
    PlanOnAPage.objects.bulk_create(
        [
            PlanOnAPage(version="f" * 64, baseline=made.baseline, as_at=NOON.date(), made_at=NOON + timedelta(days=1),
                        file=plan_on_a_page.keep(b"%PDF", name="old.pdf", content_type="application/pdf"))
        ]
    )  # fmt: skip
    plan_on_a_page.make_if_missing(NOON + timedelta(days=2))

    assert editions.latest() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"baseline_name": "CR061"}, "CR061 is the current baseline; it was CR055."),
        ({"lanes": REAL.lanes[:-1]}, "The lane Settlement timetable is no longer on the plan."),
        ({"lanes": REAL.lanes[::-1]}, "The lanes stand in another order."),
        ({"bars": REAL.bars[::-1]}, "Stages stand in another order."),
        ({"marks": REAL.marks[:-1]}, "M16 is no longer on the plan."),
        ({"bars": (replace(REAL.bars[0], short_labels=()), *REAL.bars[1:])},
         "Stage “Systems integration testing (SIT)”, short form: not given (was SIT)."),
        ({"flags": ()}, "Early migration: no longer on the plan."),
    ],
)  # fmt: skip
def test_every_kind_of_change_is_said(change, said):
    before, after = editions.facts_of(REAL, {}), editions.facts_of(replace(REAL, **change), {})
    assert said in editions.changes(json.loads(json.dumps(before)), json.loads(json.dumps(after)))
    assert editions.content_of(before) != editions.content_of(after)


def test_the_day_makes_no_other_content():
    tomorrow = replace(REAL, today=REAL.today + timedelta(days=1))
    one, other = editions.facts_of(REAL, {}), editions.facts_of(tomorrow, {})
    assert editions.content_of(one) == editions.content_of(other)


# ---- the list and the files -------------------------------------------------------------------


def test_the_list_names_baseline_size_and_sha_and_links_files_that_have_it(client, plan):
    plan_on_a_page.make_all(timezone.now())

    page = client.get(LIST)
    for sheet in PlanOnAPage.objects.all():
        assert sheet.file.sha256 in page.text
        file = client.get(f"/timeline/plan-on-a-page/{sheet.code}.pdf")
        assert hashlib.sha256(file.content).hexdigest() == sheet.file.sha256 == file["Plan-SHA256"]
        assert "immutable" in file["Cache-Control"]
        assert client.get(f"/timeline/plan-on-a-page/{sheet.version}.pdf").content == file.content
    assert "CR055" in page.text


def test_an_older_version_stays_at_its_address_and_the_newest_keeps_its_own(client, plan):
    old = plan_on_a_page.make_if_missing(NOON)
    make.forecast(entry("m15"), date(2027, 6, 11))
    new = plan_on_a_page.make_if_missing(NOON + timedelta(hours=1))

    assert client.get(f"/timeline/plan-on-a-page/{old.code}.pdf").content == old.file.read()
    assert client.get("/timeline/plan-on-a-page.pdf").content == new.file.read()


def test_a4_is_at_the_same_address_with_its_size(client, plan):
    plan_on_a_page.make_all(NOON)

    a4 = client.get("/timeline/plan-on-a-page.pdf?size=A4")
    assert a4["Content-Disposition"].endswith('-a4.pdf"')
    assert a4.content != client.get("/timeline/plan-on-a-page.pdf").content
    assert client.get("/timeline/plan-on-a-page.pdf?size=A5").status_code == 400


def test_the_list_as_json_and_without_any_version(client, plan):
    assert "No version is kept yet" in client.get(LIST).text
    plan_on_a_page.make_all(NOON)

    rows = client.get(f"{LIST}?format=json").json()
    rows = rows if isinstance(rows, list) else next(value for value in rows.values() if isinstance(value, list))
    assert [(row["version"], row["size"]) for row in rows] == [(1, "A3"), (1, "A4")]


def test_the_list_asks_as_much_for_many_versions_as_for_one(client, plan, django_assert_max_num_queries):
    for n in range(4):
        Lane.objects.filter(slug="migration").update(name=f"Migration {n}")
        plan_on_a_page.make_all(NOON + timedelta(days=n))
    client.get(LIST)

    with django_assert_max_num_queries(6):
        client.get(LIST)


# ---- an organisation's own --------------------------------------------------------------------


@pytest.fixture
def us(plan):
    """A supplier on CP3 with a target and a forecast for one step."""
    from milestones.models import StepPlan

    org = make.organisation(name="Our Energy Supply", short_name="Ours")
    placement = make.on_path(make.role_held(org))
    step = placement.path.steps.first()
    StepPlan.objects.create(placement=placement, step=step, target_on=date(2026, 12, 1), forecast_on=date(2027, 1, 29))
    return make.lead(org)


def address(acting, size: str = "A3") -> str:
    return f"/o/{acting.organisation.slug}/plan-on-a-page.pdf?size={size}"


def test_our_own_sheet_is_waited_for_drawn_by_a_worker_and_kept(client, us):
    client.force_login(us.person)
    waits = client.get(address(us))

    assert waits.status_code == 202
    assert waits["Retry-After"] == waits["Refresh"] == "3"
    assert "no-store" in waits["Cache-Control"]
    assert client.get(address(us)).status_code == 202
    assert AskedSheet.objects.count() == 1  # asking twice is asking once

    draw_asked_sheets()
    made = client.get(address(us))
    assert (made.status_code, made["Content-Type"]) == (200, "application/pdf")
    assert "private" in made["Cache-Control"]
    assert AskedSheet.objects.count() == 0
    assert client.get(address(us), headers={"If-None-Match": made["ETag"]}).status_code == 304
    assert PlanOnAPage.objects.filter(organisation=us.organisation).count() == 1


def test_our_dates_change_our_sheet(client, us):
    from milestones.models import StepPlan

    before = own_sheet.content(us, NOON, "A3").version
    StepPlan.objects.update(forecast_on=date(2027, 2, 26))
    assert own_sheet.content(us, NOON, "A3").version != before


def test_it_shows_our_path_our_steps_and_what_is_due(us):
    make.item(for_=us.organisation, title="Tell us your dates")
    wanted = own_sheet.content(us, timezone.now(), "A4")

    ours = [mark for mark in wanted.plan.marks if mark.is_own]
    assert wanted.plan.highlighted == "cp3"
    assert wanted.plan.lanes[0].name == "Our own plan"
    assert [(mark.baseline.words, mark.forecast.words) for mark in ours] == [("1 December 2026", "29 January 2027")]
    assert [todo.what for todo in wanted.own.todo] == ["Tell us your dates"]
    assert any(each.is_deadline for each in wanted.plan.decisions)


def test_nobody_else_ever_sees_our_sheet(client, us):
    own_sheet.ask(us, "A3")
    draw_asked_sheets()
    sheet = PlanOnAPage.objects.get(organisation=us.organisation)
    plan_on_a_page.make_all(timezone.now())

    for stranger in (make.lead(make.organisation()), make.office(), make.analyst()):
        client.force_login(stranger.person)
        assert client.get(address(us)).status_code == 404
        assert client.get(f"/timeline/plan-on-a-page/{sheet.code}.pdf").status_code == 404
        assert sheet.code not in client.get(LIST).text
        assert sheet.file.sha256 not in client.get(f"{LIST}?format=csv").text
    client.logout()
    assert client.get(address(us)).status_code == 302
    assert client.get(f"/timeline/plan-on-a-page/{sheet.code}.pdf").status_code == 404
    assert client.get("/timeline/plan-on-a-page.pdf").content != sheet.file.read()
    assert editions.latest() == 1


def test_a_sheet_that_cannot_be_drawn_is_asked_for_again(client, us, monkeypatch):
    monkeypatch.setattr(plan_on_a_page, "_draw", lambda *given: 1 / 0)
    own_sheet.ask(us, "A3")

    assert own_sheet.draw_asked() == 0
    assert AskedSheet.objects.count() == 0
    client.force_login(us.person)
    assert client.get(address(us)).status_code == 202


def test_who_has_left_waits_in_vain(us):
    own_sheet.ask(us, "A3")
    type(us).objects.filter(pk=us.pk).update(ends_on=timezone.localdate() - timedelta(days=1))

    assert own_sheet.draw_asked() == 0
    assert not PlanOnAPage.objects.filter(organisation=us.organisation).exists()


def test_the_home_page_knows_the_newest_release_whether_or_not_a_sheet_is_kept(plan):
    from milestones.models import Baseline, PlanRelease

    assert plan_on_a_page.newest_with_release() == (None, None)
    baseline = Baseline.objects.get(is_current=True)
    made = PlanRelease.objects.create(number="3.1", as_at=NOON.date(), baseline=baseline, published_at=NOON)
    assert plan_on_a_page.newest_with_release() == (None, made)
    sheet = plan_on_a_page.make_if_missing(NOON)
    paper, release = plan_on_a_page.newest_with_release()
    assert paper == sheet
    assert (release.number, release.as_at, release.published_at) == ("3.1", NOON.date(), NOON)
    wanted = plan_on_a_page.content_of(NOON.date())
    assert "Plan release 3.1, as at 23 November 2026" in wanted.revision["forecast"]
