from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import icalendar
import pytest
from django.utils import timezone

from checklist.steps import extend, withdraw
from tests import make

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def events(client, query="") -> dict[str, tuple[str, int]]:
    calendar = icalendar.Calendar.from_ical(client.get(f"/checklist/calendar.ics{query}").content)
    found = {}
    for event in calendar.walk("VEVENT"):
        found[str(event["UID"]).partition("@")[0]] = (str(event["STATUS"]), int(event["SEQUENCE"]))
    return found


def test_a_filtered_calendar_has_the_same_entries_and_cancels_what_is_withdrawn(client):
    now, by = timezone.now(), make.office().person
    survey = make.item(is_public=True, kind="survey", reference="PCL-0001")
    review = make.item(is_public=True, reference="PCL-0002")
    assert events(client) == {"checklist-pcl-0001": ("CONFIRMED", 0), "checklist-pcl-0002": ("CONFIRMED", 0)}
    assert events(client, "?kind=survey") == {"checklist-pcl-0001": ("CONFIRMED", 0)}

    extend(survey, due_on=(now + timedelta(days=90)).date(), reason="More", by=by, now=now)
    withdraw(review, reason="A mistake", by=by, now=now)

    assert events(client, "?kind=survey") == {"checklist-pcl-0001": ("CONFIRMED", 1)}
    assert events(client) == {"checklist-pcl-0001": ("CONFIRMED", 1), "checklist-pcl-0002": ("CANCELLED", 1)}


def test_the_feed_has_what_the_list_shows_and_says_when_it_changed(client):
    now, by = timezone.now(), make.office().person
    survey = make.item(is_public=True, kind="survey", title="Asked & shown")
    make.item(is_public=True, title="Not a survey")
    before = feed(client, "?kind=survey")

    extend(survey, due_on=(now + timedelta(days=90)).date(), reason="More", by=by, now=now)

    after = feed(client, "?kind=survey&junk=1")
    assert [entry.findtext("a:title", namespaces=ATOM) for entry in after] == [f"{survey.reference} Asked & shown"]
    ids, updated = (
        [[e.findtext(f"a:{t}", namespaces=ATOM) for e in f] for f in (before, after)] for t in ("id", "updated")
    )
    assert ids[0] == ids[1]
    assert updated[0] < updated[1]


def feed(client, query):
    return ET.fromstring(client.get(f"/checklist/feed.atom{query}").content).findall("a:entry", ATOM)
