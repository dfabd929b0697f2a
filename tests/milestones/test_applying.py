"""Applying: one transaction, once, on the baseline that it was written for."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mhhs_portal.notifications.models import Message
from milestones import register
from milestones.changes import applying, change_requests, compare
from milestones.changes.change_requests import Line
from milestones.models import (
    Baseline,
    BaselineDate,
    BaselineLink,
    BaselineMilestone,
    ChangeRequest,
    Dependency,
    Milestone,
    Source,
)
from milestones.poap import When
from tests import kept, make
from tests.milestones.two_rebaselines import build

NOW = timezone.now


def request_for(code, *lines, decided_by="PSG", **facts):
    """Approved, of today."""
    change = change_requests.draft_change(code=code, title=f"Change {code}", by=None, lines=lines)
    today = timezone.localdate()
    change_requests.publish_for_assessment(change, due_on=today + timedelta(days=9), by=None, now=NOW())
    change_requests.close_assessment(change, by=None, now=NOW())
    given = {"decided_by": decided_by, "decided_on": today, "is_ofgem": decided_by == "Ofgem"}
    change_requests.decide(change, **given | facts, by=None, now=NOW())
    return change


@pytest.fixture
def plan(db):
    return kept.made(build, with_forecasts=False)


def test_the_next_baseline_takes_over_what_stays_and_says_where_the_rest_comes_from(plan):
    rb1, rb2 = (Baseline.objects.get(slug=slug) for slug in ("rb1", "rb2"))

    assert (rb2.number, rb2.replaces, rb2.name, rb2.is_current, rb1.is_current) == (3, rb1, "RB2", True, False)
    assert (rb2.decided_by, rb2.decided_on, rb2.published_on) == ("Ofgem", date(2024, 6, 3), date(2024, 6, 3))
    assert rb2.frozen_at is not None
    assert rb2.change_request.state == "applied"
    stayed = BaselineDate.objects.get(baseline=rb2, milestone__code="T1")
    assert stayed.source.key == "PORTAL"  # decided by RB1, in this portal
    moved = BaselineDate.objects.get(baseline=rb2, milestone__code="T3")
    assert (moved.source.key, moved.confidence) == ("PORTAL", "stated")
    first = BaselineDate.objects.get(baseline=rb1, milestone__code="T5")
    assert (first.source.title, first.alternative_source.title) == ("The first timetable", "The first timetable")


def test_the_plan_is_as_the_request_says(plan):
    of = {milestone.code: milestone for milestone in Milestone.objects.all()}

    assert (of["T8"].name, of["T9"].name, of["T6"].is_removed) == ("New name", "Extra checkpoint", True)
    assert of["T9"].position > of["T8"].position
    links = {(d.before.code, d.after.code): d.lag_working_days for d in Dependency.objects.all()}
    assert links == {("T2", "T3"): 10, ("T4", "T5"): None}


def test_words_and_links_are_kept_with_the_baseline(plan):
    words = {row.milestone.code: row.name for row in BaselineMilestone.objects.filter(baseline__slug="rb1")}
    assert (words["T8"], "T6" in words, "T9" in words) == ("Old name", True, False)
    words = {row.milestone.code: row.name for row in BaselineMilestone.objects.filter(baseline__slug="rb2")}
    assert (words["T8"], "T6" in words, "T9" in words) == ("New name", False, True)
    assert BaselineLink.objects.filter(baseline__slug="rb1").count() == 3


def test_the_snapshot_does_not_change_in_sql(plan):
    for table in ("baselinemilestone", "baselinelink"):
        for statement in (f"DELETE FROM milestones_{table}", f"TRUNCATE milestones_{table}"):
            with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
                connection.cursor().execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
    with pytest.raises(IntegrityError, match="takes no more milestones|filled only while"), transaction.atomic():
        BaselineMilestone.objects.create(baseline=plan.baselines["rb2"], milestone=plan.milestones["T6"], name="X")


def test_applied_once_never_again(plan):
    with pytest.raises(ValidationError, match="makes no second one"):
        change_requests.apply(plan.requests["rb2"], by=None, now=NOW())
    assert Baseline.objects.count() == 3


def test_a_request_that_is_not_approved_is_not_applied(plan):
    change = change_requests.draft_change(code="RB9", title="T", by=None)
    with pytest.raises(ValidationError, match="Only an approved"):
        change_requests.apply(change, by=None, now=NOW())


def test_the_second_of_two_approved_requests_says_that_its_basis_changed(plan):
    one = request_for("RB3", Line("move", plan.milestones["T1"], When.day(date(2025, 5, 1))))
    other = request_for("RB4", Line("move", plan.milestones["T2"], When.day(date(2026, 2, 2))))
    change_requests.apply(one, by=None, now=NOW())

    with pytest.raises(ValidationError, match="RB4 was written against RB2, but RB3 is current now"):
        change_requests.apply(other, by=None, now=NOW())
    made = change_requests.apply(other, by=None, now=NOW(), despite_basis=True)

    assert (made.number, made.replaces.slug) == (5, "rb3")
    dates = {row.milestone.code: row.when.words for row in made.dates.all()}
    assert (dates["T1"], dates["T2"]) == ("1 May 2025", "2 February 2026")  # RB3's move stays


def test_staff_must_confirm_that_the_basis_changed(client, plan):
    one = request_for("RB3", Line("move", plan.milestones["T1"], When.day(date(2025, 5, 1))))
    request_for("RB4", Line("move", plan.milestones["T2"], When.day(date(2026, 2, 2))))
    change_requests.apply(one, by=None, now=NOW())
    client.force_login(make.office().person)
    page = "/o/programme/change-requests/rb4/apply/"

    assert "The basis has changed" in client.get(page).content.decode()
    refused = client.post(page, {"confirm": "RB4"})
    assert "written against RB2" in refused.content.decode()
    assert client.post(page, {"confirm": "RB4", "despite_basis": "on"})["Location"] == "/baselines/rb4/"


def test_a_line_about_a_milestone_that_is_gone_is_refused_whole(plan):
    gone = request_for("RB3", Line("remove", plan.milestones["T9"]))
    other = request_for("RB4", Line("move", plan.milestones["T9"], When.month(2026, 4)))
    change_requests.apply(gone, by=None, now=NOW())

    with pytest.raises(ValidationError, match="T9 is not in the current baseline any more"):
        change_requests.apply(other, by=None, now=NOW(), despite_basis=True)
    assert Baseline.objects.count() == 4


def test_everybody_is_told_what_moves_on_their_path(plan):
    viewer = make.viewer(plan.organisation)
    Message.objects.all().delete()
    change = request_for(
        "RB3",
        Line("move", plan.milestones["T3"], When.day(date(2026, 1, 6))),
        Line("move", plan.milestones["T2"], When.day(date(2026, 1, 13))),
    )
    change_requests.apply(change, by=None, now=NOW())

    told = Message.objects.filter(about="change-request/rb3", dedupe_key__contains="applied")
    message = told.get(to=viewer.person)
    assert told.count() == 2
    assert "1 of the 4 milestones on your path moved." in message.context["lead"]
    assert message.context["facts"] == [["T3", "T3 moves from 5 January 2026 to 6 January 2026, 1 working day later."]]


def test_a_rehearsal_tells_exactly_what_will_happen_and_keeps_nothing(plan):
    change = request_for("RB3", Line("move", plan.milestones["T3"], When.day(date(2026, 1, 6))))
    before = (Baseline.objects.count(), Message.objects.count(), BaselineDate.objects.count())

    rehearsed = applying.rehearse(change, now=NOW())

    assert (Baseline.objects.count(), Message.objects.count(), BaselineDate.objects.count()) == before
    assert Baseline.objects.current().slug == "rb2"
    assert change.state == "approved"
    assert (rehearsed.messages, rehearsed.comparison.counts["moved"]) == (1, 1)
    made = change_requests.apply(change, by=None, now=NOW())
    assert made.change_request.release_note == rehearsed.note


def test_other_parts_are_told_inside_the_transaction(plan, settings):
    settings.PLAN_CHANGED = ["tests.milestones.test_applying.stumble"]
    change = request_for("RB3", Line("move", plan.milestones["T3"], When.day(date(2026, 1, 6))))

    with pytest.raises(RuntimeError, match="the other part stumbled"):
        change_requests.apply(change, by=None, now=NOW())

    assert Baseline.objects.current().slug == "rb2"
    assert not Baseline.objects.filter(slug="rb3").exists()


def stumble(now):
    raise RuntimeError("the other part stumbled")


@pytest.mark.django_db(transaction=True)
def test_apply_pressed_twice_at_once_makes_one_baseline():
    plan = kept.made(build, with_forecasts=False)
    change = request_for("RB3", Line("move", plan.milestones["T3"], When.day(date(2026, 1, 6))))
    together, said = Barrier(2), []

    def press() -> None:
        try:
            together.wait()
            said.append(change_requests.apply(ChangeRequest.objects.get(pk=change.pk), by=None, now=NOW()).slug)
        except ValidationError as refusal:
            said.append(refusal.messages[0])
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["RB3 is applied already: it made its baseline once, and makes no second one.", "rb3"]
    assert Baseline.objects.filter(slug="rb3").count() == 1
    assert Message.objects.filter(dedupe_key__contains="rb3/applied").count() == 1


def test_the_portals_own_source_is_named(plan):
    assert Source.objects.get(key="PORTAL").title == "Change requests decided in this portal"


def test_the_home_page_says_what_the_new_baseline_changed(client, plan):
    viewer = make.viewer(plan.organisation)
    client.force_login(viewer.person)
    home = f"/o/{plan.organisation.slug}/"
    assert "is the new baseline" not in client.get(home).content.decode()  # RB2 is no news any more

    change = request_for("RB3", Line("move", plan.milestones["T3"], When.day(date(2026, 1, 6))))
    change_requests.apply(change, by=None, now=NOW())

    said = client.get(home).content.decode()
    assert "RB3 is the new baseline" in said
    assert "1 of the 4 milestones on your path moved." in said


def test_two_requests_that_close_a_loop_together_are_not_both_applied(plan):
    first, second = make.milestone(code="L1"), make.milestone(code="L2")
    one = request_for("CR901", Line("link", second, before=first))
    other = request_for("CR902", Line("link", first, before=second))
    change_requests.apply(one, by=None, now=NOW())

    with pytest.raises(ValidationError, match="go round in a loop: L1, then L2, then L1"):
        change_requests.apply(other, by=None, now=NOW(), despite_basis=True)

    assert Baseline.objects.current().slug == "cr901"


def test_a_link_is_turned_round_in_one_request(plan):
    first, second = make.milestone(code="L1"), make.milestone(code="L2")
    change_requests.apply(request_for("CR901", Line("link", second, before=first)), by=None, now=NOW())
    turn = request_for("CR902", Line("link", first, before=second), Line("unlink", second, before=first))

    change_requests.apply(turn, by=None, now=NOW())

    assert Dependency.objects.filter(before=second, after=first).exists()
    assert not Dependency.objects.filter(before=first, after=second).exists()


def test_a_new_name_drops_the_old_short_one_and_a_new_description_alone_keeps_it(plan):
    Milestone.objects.filter(code__in=["T1", "T3"]).update(short_name="As it was")
    of = {milestone.code: milestone for milestone in Milestone.objects.all()}
    described = Line("reword", of["T3"], new_name=of["T3"].name, new_summary="Said otherwise.")

    baseline = applying.apply(
        request_for("RB3", Line("reword", of["T1"], new_name="Other"), described), by=None, now=NOW()
    )

    short = dict(Milestone.objects.filter(code__in=["T1", "T3"]).values_list("code", "short_name"))
    assert short == {"T1": "", "T3": "As it was"}
    changed = compare.compare(register.read(timezone.localdate()), baseline.replaces, baseline)
    assert changed.counts["re-worded"] == 2
    assert f"T3 {of['T3'].name} keeps its name; its description is re-worded." in changed.sentences
