"""What the plan puts into calendars, against the plan that was worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.deadlines import LONDON
from milestones import calendars
from milestones.changes import releases
from milestones.models import Baseline, StepPlan
from milestones.poap import When
from tests import make
from tests.milestones.two_rebaselines import EXPECTED, two_rebaselines  # noqa: F401

NOW = datetime(2024, 8, 1, 12, tzinfo=LONDON)


def by_uid(events):
    return {event.uid: event for event in events}


def read(client, address):
    content = client.get(address).content
    return {str(e["UID"]).partition("@")[0]: e for e in icalendar.Calendar.from_ical(content).walk("VEVENT")}


@pytest.mark.usefixtures("two_rebaselines")
class TestTheTwoRebaselines:
    def test_every_milestone_stands_where_the_plan_has_it(self):
        events = by_uid(calendars.all_milestones(NOW))

        assert {uid: (event.starts, event.ends) for uid, event in events.items()} == {
            "milestone-t1": (date(2025, 4, 24), date(2025, 4, 24)),
            "milestone-t2": (date(2026, 2, 1), date(2026, 2, 28)),  # forecast, a month
            "milestone-t3": (date(2026, 1, 14), date(2026, 1, 14)),  # forecast, a day
            "milestone-t4": (date(2026, 9, 30), date(2026, 9, 30)),
            "milestone-t5": (date(2027, 7, 2), date(2027, 7, 2)),
            "milestone-t7": (date(2026, 6, 5), date(2026, 6, 5)),
            "milestone-t8": (date(2026, 10, 30), date(2026, 10, 30)),
            "milestone-t9": (date(2026, 3, 27), date(2026, 3, 27)),
        }

    def test_the_words_say_what_the_baseline_and_the_forecast_say(self):
        events = by_uid(calendars.all_milestones(NOW))

        for code, words in EXPECTED["dates"]["rb2"].items():
            assert f"RB2 baseline: {words}." in events[f"milestone-{code.lower()}"].words
        for code, words in EXPECTED["forecasts"].items():
            assert f"Forecast: {words}. Late delivery." in events[f"milestone-{code.lower()}"].words

    def test_a_month_is_said_to_be_one(self):
        events = by_uid(calendars.all_milestones(NOW))

        assert events["milestone-t2"].title == "T2 Build complete: February 2026 (month), forecast"
        assert events["milestone-t3"].title == "T3 Test starts, forecast"

    def test_the_calendar_as_read_has_exclusive_ends(self, client):
        events = read(client, "/calendar/milestones.ics")

        assert events["milestone-t2"]["DTSTART"].dt == date(2026, 2, 1)
        assert events["milestone-t2"]["DTEND"].dt == date(2026, 3, 1)
        assert events["milestone-t4"]["DTEND"].dt == date(2026, 10, 1)

    def test_a_forecast_moves_the_same_entry_and_counts(self, client, two_rebaselines):  # noqa: F811
        before = read(client, "/calendar/milestones.ics")["milestone-t4"]

        releases.report(
            milestone=two_rebaselines.milestones["T4"],
            when=When.month(2026, 11),
            reason="Later.",
            by=None,
            now=timezone.now(),
        )
        after = read(client, "/calendar/milestones.ics")

        assert (before["SEQUENCE"], after["milestone-t4"]["SEQUENCE"]) == (0, 1)
        assert after["milestone-t4"]["UID"] == before["UID"]
        assert after["milestone-t4"]["DTSTART"].dt == date(2026, 11, 1)
        assert after["milestone-t4"]["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt
        assert after["milestone-t5"]["SEQUENCE"] == 0

    def test_a_path_has_its_own_milestones_alone(self, client):
        assert set(read(client, "/calendar/cp3.ics")) == {f"milestone-{code}" for code in ("t1", "t3", "t7", "t8")}

    def test_a_milestone_that_leaves_the_plan_is_cancelled(self, client, two_rebaselines):  # noqa: F811
        read(client, "/calendar/milestones.ics")
        milestone = two_rebaselines.milestones["T9"]
        milestone.is_removed = True
        milestone.save()

        gone = read(client, "/calendar/milestones.ics")["milestone-t9"]

        assert (str(gone["STATUS"]), gone["SEQUENCE"]) == ("CANCELLED", 1)


def dated_plan(count):
    """A current baseline with this many milestones."""
    baseline = make.baseline()
    for number in range(count):
        milestone = make.milestone()
        make.baseline_date(baseline, milestone, date(2026, 1, 1) + timedelta(days=number))
    Baseline.objects.filter(is_current=True).update(is_current=False)
    make.freeze(baseline, current=True)


def test_the_feed_costs_the_same_for_few_and_for_many_milestones(client, db, django_assert_num_queries):
    dated_plan(3)
    client.get("/calendar/milestones.ics")
    with CaptureQueriesContext(connection) as asked:
        client.get("/calendar/milestones.ics")
    few = len(asked)
    dated_plan(90)
    client.get("/calendar/milestones.ics")

    with django_assert_num_queries(few):
        many = client.get("/calendar/milestones.ics")

    assert many.content.count(b"BEGIN:VEVENT") >= 90
    assert few <= 10


# --- the real plan ----------------------------------------------------------------------------------------------------


def test_the_real_plan_keeps_months_and_says_what_is_inferred(sample_portal, db, client):
    events = read(client, "/calendar/milestones.ics")

    m11 = events["milestone-m11"]
    assert (m11["DTSTART"].dt, m11["DTEND"].dt) == (date(2025, 10, 1), date(2025, 11, 1))
    assert "October 2025 (month)" in str(m11["SUMMARY"])
    assert "inferred" in str(events["milestone-m12"]["SUMMARY"])
    assert (events["milestone-m14"]["DTSTART"].dt, events["milestone-m14"]["DTEND"].dt) == (
        date(2026, 10, 28),
        date(2026, 10, 29),
    )
    assert "milestone-m1" not in events


def test_a_path_has_its_gate_and_when_its_steps_begin_and_end(sample_portal, db, client):
    events = read(client, "/calendar/cp3.ics")

    assert (events["gate-cp3"]["DTSTART"].dt, events["gate-cp3"]["DTEND"].dt) == (date(2026, 5, 1), date(2026, 6, 1))
    assert str(events["gate-cp3"]["SUMMARY"]) == "CP3 Qualification route opens: May 2026 (month)"
    assert events["step-cp3-pqs-end"]["DTSTART"].dt == date(2024, 4, 26)


def test_my_path_has_the_paths_of_ones_roles_and_ones_own_dates_without_those_of_others(db):
    lead = make.lead(make.organisation())
    placement = make.on_path(make.role_held(lead.organisation, mpid="ZX91"))
    other = make.on_path(make.role_held(make.organisation(), mpid="ZX92"))
    step = make_step(placement.path)
    StepPlan.objects.create(placement=placement, step=step, target_on=date(2027, 1, 1), forecast_on=date(2027, 2, 1))
    StepPlan.objects.create(placement=other, step=step, target_on=date(2027, 1, 1))

    events = by_uid(calendars.own_path(lead, NOW))

    [own] = [event for uid, event in events.items() if uid.startswith("plan-")]
    assert own.uid == f"plan-zx91-supplier-{placement.path.slug}-{step.key}"
    assert own.starts == date(2027, 2, 1)
    assert own.title.endswith("ZX91: our forecast")
    assert "Target: 1 January 2027." in own.words
    assert [event.uid for event in calendars.own_steps(lead, NOW)] == [own.uid]


def test_a_path_that_a_role_has_left_is_no_deadline_any_more(db):
    lead = make.lead(make.organisation())
    placement = make.on_path(make.role_held(lead.organisation))
    StepPlan.objects.create(placement=placement, step=make_step(placement.path), target_on=date(2027, 1, 1))
    assert len(calendars.own_steps(lead, NOW)) == 1
    type(placement).objects.filter(pk=placement.pk).update(until_on=placement.since_on)

    assert calendars.own_steps(lead, NOW) == []


def test_a_step_that_is_achieved_is_no_deadline_any_more(db):
    lead = make.lead(make.organisation())
    placement = make.on_path(make.role_held(lead.organisation))
    plan = {"target_on": date(2024, 1, 1), "achieved_on": date(2024, 1, 2)}
    StepPlan.objects.create(placement=placement, step=make_step(placement.path), **plan)

    assert calendars.own_steps(lead, NOW) == []


def make_step(path):
    from milestones.models import PathStep

    words = {"name": "Pre-Integration Testing", "short_name": "PIT", "summary": "Test.", "applies_to": "All"}
    return PathStep.objects.create(
        path=path, key="pit-own", position=1, source=make.source(), confidence="stated", **words
    )


def test_a_personal_calendar_of_the_samples_is_a_calendar(sample_portal, db, client):
    from mhhs_portal.calendars import secrets
    from mhhs_portal.organisations.models import Membership

    lead = Membership.objects.get(person__email="sam.whitlock@sample.example")
    for kind in ("deadlines", "path"):
        secret = secrets.new_address(acting=lead, kind=kind, now=timezone.now())
        events = read(client, reverse("calendars:own_feed", args=[secret]))

        assert events
        assert all(event["SEQUENCE"] == 0 for event in events.values())
