"""The Programme's draft of lanes and stages: private until it is published, and nobody's work is lost in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mhhs_portal.history.panel import verbs_on
from mhhs_portal.organisations import facts as organisations
from milestones import facts
from milestones.models import Lane, PlanDraft, Stage
from milestones.poap import When
from milestones.sheets import draft_publishing, drafting, plan_on_a_page
from tests import kept, make

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.date()
PAGE = "/o/programme/plan/draft/"
NEW = {"name": "Pre-integration testing", "short_name": "PIT", "starts": When.day(date(2026, 1, 5)), "ends": None,
       "is_window": False}  # fmt: skip


@pytest.fixture
def jo(db):
    kept.load(TODAY, organisations.load, facts.load)
    return make.office()


@pytest.fixture
def draft(jo):
    return drafting.open_draft(by=jo.person, now=NOON)


def stage_of(draft, key: str):
    return draft.stages.get(stage__key=key)


def lane_of(draft, slug: str):
    return draft.lanes.get(lane__slug=slug)


def publish(draft, jo, note: str = "") -> list[str]:
    seal = draft_publishing.seal_of(draft_publishing.changes(draft, TODAY))
    return draft_publishing.publish(draft, note=note, seal=seal, by=jo.person, now=NOON, today=TODAY)


def saved(stage, jo, **changes):
    said = {
        "name": stage.name,
        "short_name": stage.short_name,
        "place": f"path:{stage.path.slug}" if stage.path else f"lane:{stage.lane_id}",
        "starts": stage.start,
        "ends": stage.end,
        "is_window": stage.is_window,
        "version": stage.version,
    }
    return drafting.save_stage(stage.draft, stage, by=jo.person, **said | changes)


# ---- opening, editing, publishing -------------------------------------------------------------


def test_a_draft_is_a_copy_of_what_stands_on_the_plan(draft):
    assert draft.lanes.count() == Lane.objects.count()
    assert draft.stages.count() == Stage.objects.count()
    assert draft_publishing.changes(draft, TODAY) == []


def test_only_one_draft_is_open_even_against_the_database(draft, jo):
    with pytest.raises(ValidationError, match="There is an open draft already"):
        drafting.open_draft(by=jo.person, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanDraft.objects.create(started_by=jo.person)
    drafting.discard(draft, by=jo.person, now=NOON)
    assert drafting.open_draft(by=jo.person, now=NOON)


def test_publishing_changes_the_plan_in_one_transaction_and_says_what(draft, jo):
    saved(stage_of(draft, "pqs-window"), jo, ends=When.months((2024, 4), (2024, 5)))
    drafting.save_stage(draft, None, place="path:cp3", by=jo.person, **NEW)
    drafting.remove_stage(stage_of(draft, "cit"), by=jo.person)
    drafting.save_lane(draft, lane_of(draft, "migration"), name="Migration of meters", by=jo.person)
    drafting.move(lane_of(draft, "settlement"), True, by=jo.person)

    assert publish(draft, jo, note="Agreed at the PSG") == [
        "The lane Migration is now called Migration of meters.",
        "The lanes stand in another order.",
        "Stage “Component Integration Testing (CIT)” is no longer on the plan.",
        "Stage “Pre-integration testing” is new: start 5 January 2026.",
        "Stage “Pre-Qualification Submission (PQS) window”, end: April to May 2024 (was 26 April 2024).",
    ]
    stage = Stage.objects.get(key="pqs-window")
    assert (stage.end.words, stage.source.key, stage.is_edited) == ("April to May 2024", "PORTAL", True)
    assert Stage.objects.get(key="cit").is_removed
    assert Stage.objects.get(key="pre-integration-testing").path.slug == "cp3"
    assert Lane.objects.get(slug="migration").name == "Migration of meters"
    draft.refresh_from_db()
    assert draft.published_by == jo.person
    assert draft.note.startswith("Agreed at the PSG\nThe lane Migration is now")
    assert verbs_on(stage)[-1] == "milestones.plan_draft_published"


def test_what_nobody_changed_keeps_its_source(draft, jo):
    saved(stage_of(draft, "pqs-window"), jo, name="PQS window")
    publish(draft, jo)

    other = Stage.objects.get(key="qap-consultation")
    assert (other.source.key, other.is_edited) == ("QAP", False)


def test_the_files_of_facts_no_longer_change_what_staff_edited(draft, jo):
    saved(stage_of(draft, "pqs-window"), jo, name="PQS window")
    drafting.save_lane(draft, lane_of(draft, "migration"), name="Migration of meters", by=jo.person)
    drafting.remove_stage(stage_of(draft, "cit"), by=jo.person)
    publish(draft, jo)

    facts.load(TODAY)
    assert Stage.objects.get(key="pqs-window").name == "PQS window"
    assert Stage.objects.get(key="cit").is_removed
    assert Lane.objects.get(slug="migration").name == "Migration of meters"


def test_a_fault_half_way_leaves_the_plan_as_it_was(draft, jo, monkeypatch):
    saved(stage_of(draft, "pqs-window"), jo, name="PQS window")
    monkeypatch.setattr(draft_publishing, "announce", lambda now: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        publish(draft, jo)
    assert Stage.objects.get(key="pqs-window").name != "PQS window"
    draft.refresh_from_db()
    assert draft.published_at is None


def test_nothing_is_published_that_nobody_changed_or_that_changed_after_it_was_read(draft, jo):
    with pytest.raises(ValidationError, match="nothing to publish"):
        publish(draft, jo)
    saved(stage_of(draft, "pqs-window"), jo, name="PQS window")
    seal = draft_publishing.seal_of(draft_publishing.changes(draft, TODAY))
    saved(stage_of(draft, "cit"), jo, name="CIT")
    with pytest.raises(ValidationError, match="has changed since you opened this page"):
        draft_publishing.publish(draft, note="", seal=seal, by=jo.person, now=NOON, today=TODAY)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"ends": When.day(date(2023, 1, 1))}, "cannot end before it starts"),
        ({"starts": None, "ends": None}, "A stage needs a start or an end"),
        ({"ends": When.month(2026, 1, alternative=When.month(2026, 3))}, "one date without “or”"),
        ({"place": "lane:999999"}, "This lane was removed"),
    ],
)
def test_a_stage_that_cannot_be_is_refused_in_words(draft, jo, change, refused):
    with pytest.raises(ValidationError, match=refused):
        saved(stage_of(draft, "pqs-window"), jo, **change)


def test_a_lane_leaves_the_plan_only_when_nothing_stands_in_it(draft, jo):
    with pytest.raises(ValidationError, match="Migration still holds 1 stage and 3 milestones"):
        drafting.remove_lane(lane_of(draft, "migration"), by=jo.person)
    empty = drafting.save_lane(draft, None, name="Data", by=jo.person)
    drafting.remove_lane(empty, by=jo.person)
    assert draft_publishing.changes(draft, TODAY) == []
    with pytest.raises(ValidationError, match="There is a lane called Migration already"):
        drafting.save_lane(draft, None, name="Migration", by=jo.person)


def test_what_was_removed_comes_back(draft, jo):
    stage = stage_of(draft, "cit")
    drafting.remove_stage(stage, by=jo.person)
    drafting.restore(stage, by=jo.person)
    assert draft_publishing.changes(draft, TODAY) == []


def test_stages_change_places_and_come_back(draft, jo):
    first, second, _ = draft.stages.filter(lane__lane__slug="sit")
    drafting.move(second, True, by=jo.person)
    assert draft_publishing.changes(draft, TODAY) == ["Stages stand in another order."]
    drafting.move(first, True, by=jo.person)
    drafting.move(first, True, by=jo.person)  # it is the first: nothing happens
    assert draft_publishing.changes(draft, TODAY) == []


# ---- two at once ------------------------------------------------------------------------------


def test_two_people_on_one_stage_lose_nothing(draft, jo):
    maya = make.office()
    mine, theirs = stage_of(draft, "pqs-window"), stage_of(draft, "pqs-window")
    saved(theirs, maya, name="Theirs")

    with pytest.raises(ValidationError, match=rf"{maya.person.name} changed this in the meantime: it is now “Theirs”"):
        saved(mine, jo, name="Mine")
    assert stage_of(draft, "pqs-window").name == "Theirs"


def test_the_page_keeps_what_was_typed_and_saving_again_replaces_knowingly(client, draft, jo):
    stage = stage_of(draft, "pqs-window")
    client.force_login(jo.person)
    sent = {
        "name": "Mine",
        "short_name": "",
        "place": f"lane:{stage.lane_id}",
        "starts": "5 February 2024",
        "version": 0,
    }
    saved(stage, make.office(), name="Theirs")

    clash = client.post(f"{PAGE}stages/{stage.pk}/", sent)
    assert clash.status_code == 200
    assert "changed this in the meantime" in clash.text
    assert 'value="Mine"' in clash.text
    assert 'name="version" value="1"' in clash.text
    assert client.post(f"{PAGE}stages/{stage.pk}/", sent | {"version": 1}).status_code == 302
    assert stage_of(draft, "pqs-window").name == "Mine"


def test_a_draft_that_is_gone_takes_no_more_changes(draft, jo):
    stage = stage_of(draft, "cit")
    drafting.discard(draft, by=jo.person, now=NOON)

    with pytest.raises(ValidationError, match="This draft was discarded in the meantime"):
        saved(stage, jo, name="Late")
    with pytest.raises(ValidationError, match="discarded"):
        publish(draft, jo)


# ---- nobody else ------------------------------------------------------------------------------

SECRET = "Secret stage of the draft"
PUBLIC = ("/", "/?view=table", "/?zoom=months", "/?as_at=2025-06-01", "/milestones/", "/milestones/?format=json",
          "/timeline/versions/", "/timeline/versions/?format=csv", "/critical-paths/cp3/", "/plan/export.xml",
          "/calendar/milestones.ics")  # fmt: skip


def test_a_draft_never_leaks(client, draft, jo):
    drafting.save_stage(draft, None, place="path:cp3", by=jo.person, **NEW | {"name": SECRET})
    drafting.save_lane(draft, lane_of(draft, "migration"), name=SECRET, by=jo.person)
    lead = make.lead(make.organisation())

    for person in (None, lead.person):
        if person:
            client.force_login(person)
        for address in PUBLIC:
            answer = client.get(address)
            assert SECRET.encode() not in b"".join(answer) if answer.streaming else SECRET not in answer.text, address
    assert SECRET not in repr(plan_on_a_page.content_of(TODAY))
    for address in (PAGE, f"{PAGE}preview/", f"{PAGE}stages/new/"):
        assert client.get(address).status_code == 404
    client.force_login(jo.person)
    assert SECRET in client.get(PAGE).text
    assert SECRET in client.get(f"{PAGE}preview/").text


def test_publishing_shows_it_at_once_and_asks_for_a_new_sheet(client, draft, jo):
    before = plan_on_a_page.content_of(TODAY).version
    drafting.save_stage(draft, None, place="path:cp3", by=jo.person, **NEW)
    client.get("/")  # the drawing is kept in memory
    publish(draft, jo)

    assert "Pre-integration testing" in client.get("/?view=table").text
    assert "Pre-integration testing" in client.get("/").text
    assert plan_on_a_page.content_of(TODAY).version != before


# ---- the page ---------------------------------------------------------------------------------


def test_the_page_opens_adds_moves_removes_publishes_and_keeps_the_history(client, jo):
    client.force_login(jo.person)
    assert "Open a draft" in client.get(PAGE).text
    client.post(PAGE, {"do": "open"})
    draft = drafting.open_of()
    assert "the draft is the same as the published plan" in client.get(PAGE).text

    client.post(PAGE, {"do": "add-lane", "name": "Data", "version": 0})
    lane = draft.lanes.get(name="Data")
    added = {"name": "Cleansing", "place": f"lane:{lane.pk}", "starts": "March 2026", "ends": "", "version": 0}
    assert client.post(f"{PAGE}stages/new/", added).status_code == 302
    client.post(PAGE, {"do": f"stage-remove {stage_of(draft, 'cit').pk}"})
    client.post(PAGE, {"do": f"lane-up {lane.pk}"})
    page = client.get(PAGE)
    assert "Publish 3 changes" in page.text
    refused = client.post(PAGE, {"do": "publish", "note": "", "seal": "old"})
    assert (refused.status_code, "Read the changes again, then publish" in refused.text) == (200, True)

    client.post(PAGE, {"do": "publish", "note": "For the board", "seal": page.context["seal"]})
    assert Stage.objects.get(key="cleansing").lane.name == "Data"
    assert "For the board" in client.get(PAGE).text


def test_an_unknown_button_changes_nothing_and_says_so(client, draft, jo):
    client.force_login(jo.person)
    for do in ("stage-remove 999999", "house-up 1", "", "lane-remove x"):
        assert client.post(PAGE, {"do": do}, follow=True).status_code == 200
    assert draft_publishing.changes(draft, TODAY) == []


def test_a_date_that_is_none_is_said_beside_its_field(client, draft, jo):
    client.force_login(jo.person)
    sent = {"name": "X", "place": "path:cp3", "starts": "soon", "ends": "", "version": 0}
    page = client.post(f"{PAGE}stages/new/", sent)
    assert page.status_code == 200
    assert "“soon” is no date" in page.text
