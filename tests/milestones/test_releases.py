"""Forecasts wait in a draft release, become public together, and are only ever replaced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mhhs_portal.notifications.models import Message
from milestones.changes import releases, typed_dates
from milestones.models import Achievement, DraftForecast, Forecast, PlanRelease
from milestones.poap import When
from tests import kept, make
from tests.milestones.two_rebaselines import build

LATER = When.day(date(2026, 1, 14))


@pytest.fixture
def plan(db):
    return kept.made(build, with_forecasts=False)


def drafted(plan, code="T3", when=LATER, reason="Zebra"):
    return releases.draft(milestone=plan.milestones[code], when=when, reason=reason, by=None)


def publish(release):
    return releases.publish(release, by=None, now=timezone.now())


def test_a_release_turns_its_drafts_into_reports(plan):
    release = drafted(plan).release
    drafted(plan, "T2", When.month(2026, 2))
    assert release.number == "3.1"
    assert not Forecast.objects.exists()

    publish(release)

    assert not DraftForecast.objects.exists()
    found = {f.milestone.code: (f.when.words, f.reason, f.release.number) for f in Forecast.objects.all()}
    assert found == {"T3": ("14 January 2026", "Zebra", "3.1"), "T2": ("February 2026", "Zebra", "3.1")}
    assert release.note == (
        "T2 is now forecast to move from 12 January 2026 to February 2026, 1 month later. Zebra\n"
        "T3 is now forecast to move from 5 January 2026 to 14 January 2026, 7 working days later. Zebra"
    )
    assert Message.objects.filter(about="plan-release/3.1").count() == 1


def test_the_next_release_counts_on_and_replaces(plan):
    publish(drafted(plan).release)
    second = drafted(plan, when=When.day(date(2026, 1, 15)), reason="Again").release
    publish(second)

    assert second.number == "3.2"
    [now] = Forecast.objects.in_force()
    assert (now.when.words, now.replaces.when.words) == ("15 January 2026", "14 January 2026")
    assert "1 working day later" in second.note


def test_a_draft_is_replaced_and_removed_until_it_is_published(plan):
    first = drafted(plan)
    assert drafted(plan, when=When.month(2026, 3)).pk == first.pk
    releases.remove_draft(first, by=None)
    with pytest.raises(ValidationError, match="at least one forecast"):
        publish(first.release)
    releases.discard(first.release, by=None)
    assert not PlanRelease.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"reason": " "}, "Give the reason"),
        ({"when": When.day(date(2026, 1, 1), alternative=When.month(2026, 5))}, "one date"),
        ({"code": "T6"}, "not in the current baseline any more"),
    ],
)
def test_what_is_no_forecast_is_refused_in_words(plan, facts, words):
    with pytest.raises(ValidationError, match=words):
        drafted(plan, **facts)


def test_what_is_achieved_is_not_forecast_any_more(plan):
    draft = drafted(plan)
    facts = {"first_on": date(2026, 1, 5), "last_on": date(2026, 1, 5), "precision": "day", "words": "Done"}
    Achievement.objects.create(milestone=draft.milestone, source=make.source(), confidence="stated", **facts)
    with pytest.raises(ValidationError, match="is achieved"):
        publish(draft.release)


def test_a_published_release_never_changes(plan):
    release = drafted(plan).release
    publish(release)
    with pytest.raises(ValidationError, match="does not change any more"):
        releases.edit(release, as_at=date(2026, 1, 1), note="Better", by=None)
    for statement in (
        "UPDATE milestones_planrelease SET note = 'better'",
        "DELETE FROM milestones_planrelease",
        "TRUNCATE milestones_planrelease CASCADE",
    ):
        with pytest.raises(IntegrityError, match="never"), transaction.atomic():
            connection.cursor().execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
    facts = {"milestone": plan.milestones["T2"], "first_on": LATER.first, "last_on": LATER.last, "precision": "day"}
    with pytest.raises(IntegrityError, match="takes no more forecasts"), transaction.atomic():
        DraftForecast.objects.create(release=release, **facts)
    facts |= {"as_at": date(2026, 1, 1), "source": make.source(), "confidence": "stated"}
    with pytest.raises(IntegrityError, match="takes no more forecasts"), transaction.atomic():
        Forecast.objects.create(release=release, **facts)


def test_a_release_is_not_as_at_tomorrow(plan):
    release = drafted(plan).release
    releases.edit(release, as_at=timezone.localdate() + timedelta(days=1), note="", by=None)
    with pytest.raises(ValidationError, match="as at a day after today"):
        publish(release)
    assert not Forecast.objects.exists()


def test_a_single_forecast_is_reported_outside_a_release(plan):
    one = releases.report(milestone=plan.milestones["T3"], when=LATER, reason="News", by=None, now=timezone.now())
    assert (one.release, one.as_at, one.source.key) == (None, timezone.localdate(), "PORTAL")


def test_drafts_do_not_leak(client, plan):
    release = drafted(plan).release
    client.force_login(make.lead(plan.organisation).person)
    for address in (
        "/",
        "/?view=table",
        "/milestones/",
        "/milestones/t3/",
        "/milestones/?format=json",
        "/plan/releases/",
        "/plan/releases/?format=json",
        "/baselines/compare/rb2/forecast/",
        f"/o/{plan.organisation.slug}/",
        "/calendar/milestones.ics",
        "/plan/export.xml",
    ):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"Zebra" not in body, address
        assert b"14 Jan" not in body, address
    assert client.get("/plan/releases/?format=json").json()["rows"] == []
    assert client.get(f"/plan/releases/{release.number}/").status_code == 404
    assert client.get("/o/programme/plan/releases/").status_code == 404


def test_staff_draft_look_and_publish(client, plan):
    client.force_login(make.office().person)
    page = "/o/programme/plan/releases/"
    assert (
        client.post(page, {"do": "forecast", "milestone": "t3", "when": "14 Jan 2026", "reason": "N"}).status_code
        == 302
    )
    said = client.get(page).content.decode()
    assert "T3 is now forecast to move from 5 January 2026 to 14 January 2026, 7 working days later. N" in said
    wrong = client.post(page, {"do": "forecast", "milestone": "t3", "when": "32 Jan 2026", "reason": "N"})
    assert "is not in the calendar" in wrong.content.decode()
    today = timezone.localdate()
    day = {"as_at_day": today.day, "as_at_month": today.month, "as_at_year": today.year}
    assert client.post(page, {"do": "publish", "note": "Our words.", **day}).status_code == 302
    public = client.get("/plan/releases/3.1/").content.decode()
    assert "Our words." in public
    assert "7 working days later" in public
    assert client.get("/plan/releases/3.1/?format=json").json()["rows"][0]["forecast"] == "14 January 2026"
    assert "Release 3.1" in client.get("/plan/releases/").content.decode()


def test_the_overview_says_how_each_part_stands(client, plan):
    drafted(plan)
    client.force_login(make.office().person)
    said = client.get("/o/programme/plan/").content.decode()
    assert "1 forecast in the draft" in said
    assert "RB2 is current, decided by Ofgem" in said


# --- dates as people type them ----------------------------------------------------------------------------------------


months = st.tuples(st.integers(2020, 2039), st.integers(1, 12))
one_date = st.one_of(
    st.dates(date(2020, 1, 1), date(2039, 12, 31)).map(When.day),
    months.map(lambda m: When.month(*m)),
    st.tuples(months, months).filter(lambda r: r[0] < r[1]).map(lambda r: When.months(*r)),
)


@given(one_date, st.none() | one_date)
def test_what_a_date_says_is_read_as_that_date(said, other):
    whole = When(said.first, said.last, said.precision, other)
    assert typed_dates.read(whole.words) == whole
    assert typed_dates.read(whole.short_words) == whole


@pytest.mark.parametrize(
    "text", ["soon", "31 February 2026", "2026-13", "May to March 2026", "1 Mai 2026", "5", "1/2/26"]
)
def test_what_is_no_date_is_refused_in_words(text):
    with pytest.raises(typed_dates.UnreadableDateError):
        typed_dates.read(text)


def test_iso_dates_are_read_too():
    assert typed_dates.read("2025-09-24") == When.day(date(2025, 9, 24))
    assert typed_dates.read("2025-03..2025-06") == When.months((2025, 3), (2025, 6))


def test_an_address_with_a_character_that_no_release_has_is_not_found(client, db):
    assert client.get("/plan/releases/%00/").status_code == 404
