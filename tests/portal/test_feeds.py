"""The Atom feed: its shape, its stable names, and that it never tells of a draft."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import timezone

from checklist.published_changes import changes as checklist_changes
from milestones.changes import change_requests
from milestones.changes.change_requests import Line
from milestones.changes.published_changes import changes
from milestones.models import Baseline, PlanRelease
from milestones.poap import When
from tests import make

ATOM = "{http://www.w3.org/2005/Atom}"
ONCE = {"title", "id", "updated"}


@pytest.fixture
def feed(client, settings, db):
    settings.CHANGE_SOURCES = ["tests.portal.calendar_samples.changes"]
    settings.SITE_URL = "https://portal.example"
    return client.get(reverse("calendars:changes"))


def test_the_feed_has_the_shape_that_rfc_4287_wants(feed):
    root = ET.fromstring(feed.content)

    assert feed["Content-Type"] == "application/atom+xml"
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ONCE:
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert datetime.fromisoformat(element.find(f"{ATOM}updated").text).tzinfo is not None
        assert element.findall(f"{ATOM}link[@rel='alternate']")
    assert root.find(f"{ATOM}author/{ATOM}name").text
    assert root.find(f"{ATOM}link[@rel='self']").get("href") == "https://portal.example/changes.atom"
    assert root.find(f"{ATOM}updated").text == "2026-01-09T03:04:05Z"


def test_names_are_stable_and_the_newest_stands_first(feed):
    entries = ET.fromstring(feed.content).findall(f"{ATOM}entry")

    assert [entry.find(f"{ATOM}id").text for entry in entries] == [
        "tag:portal.example,2026:baseline/b",
        "tag:portal.example,2026:baseline/a",
    ]
    assert entries[1].find(f"{ATOM}title").text == "First & <best>"
    assert entries[1].find(f"{ATOM}summary").text == "Words"
    assert entries[0].find(f"{ATOM}summary").text == "Second"
    assert entries[1].find(f"{ATOM}link").get("href") == "https://portal.example/baselines/a/"


def test_a_reader_who_has_it_is_not_sent_it_again(client, feed):
    again = client.get(reverse("calendars:changes"), headers={"If-None-Match": feed["ETag"]})

    assert again.status_code == 304


@pytest.fixture
def raised(db):
    """A change request of this portal, with a milestone that it moves."""
    milestone = make.milestone()
    lines = [Line("move", milestone, When.day(date(2027, 1, 12)))]
    return change_requests.draft_change(code="CR-S09", title="Move it", summary="Because.", by=None, lines=lines)


def keys():
    return {change.key for change in changes(50) if "s09" in change.key}


def test_a_draft_is_never_told(raised):
    assert keys() == set()


def test_a_change_request_is_told_when_it_is_published_and_again_when_it_is_decided(raised):
    now, today = timezone.now(), timezone.localdate()
    change_requests.publish_for_assessment(raised, due_on=today + timedelta(days=20), by=None, now=now)
    assert keys() == {"change-request/cr-s09/published"}

    later = now + timedelta(days=30)
    change_requests.close_assessment(raised, by=None, now=later)
    change_requests.reject(raised, decided_by="PSG", decided_on=today + timedelta(days=30), by=None, now=later)

    assert keys() == {"change-request/cr-s09/published", "change-request/cr-s09/decided"}
    [decided] = [change for change in changes(50) if change.key.endswith("decided")]
    assert decided.title == "Change request CR-S09 rejected: Move it"
    assert decided.path == "/change-requests/cr-s09/"


@pytest.mark.django_db
def test_only_public_checklist_items_are_told():
    public, other = make.item(is_public=True), make.item(is_public=False)
    told = {change.key for change in checklist_changes(50)}

    assert f"checklist/{public.reference}" in told
    assert f"checklist/{other.reference}" not in told


def test_the_real_baselines_stand_at_the_days_of_their_sources(sample_portal, db):
    told = {change.key: change for change in changes(50)}

    assert {"baseline/original", "baseline/cr022", "baseline/cr055"} <= set(told)
    assert timezone.localdate(told["baseline/cr055"].published_at).isoformat() == "2024-12-20"
    assert timezone.localdate(told["baseline/cr022"].published_at).isoformat() == "2023-06-08"
    assert not any(key.startswith("change-request/cr0") for key in told)


def test_a_plan_release_is_told_once_it_is_published(sample_portal, db):
    facts = {"as_at": timezone.localdate(), "baseline": Baseline.objects.current(), "note": "Two moved."}
    PlanRelease.objects.filter(published_at=None).delete()
    release = PlanRelease.objects.create(number="9.1", **facts)
    told = [change.key for change in changes(50)]
    assert "plan-release/9.1" not in told

    release.published_at = timezone.now()
    release.save()

    assert "plan-release/9.1" in [change.key for change in changes(50)]


def test_the_whole_feed_costs_the_same_for_every_number_of_changes(
    sample_portal, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        response = client.get(reverse("calendars:changes"))

    assert response.status_code == 200
    ET.fromstring(response.content)
