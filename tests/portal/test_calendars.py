"""Calendars: what their text must be, what is remembered between two readings, and who can read a personal one."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.db import close_old_connections, connections
from hypothesis import given
from hypothesis import strategies as st

from mhhs_portal.calendars.entries import CANCELLED_FOR, settle
from mhhs_portal.calendars.ics import Event, Published, calendar
from mhhs_portal.calendars.models import CalendarEntry

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def text(*events, sequence=0):
    return calendar("MHHS: test", [Published(event, sequence, NOW) for event in events], domain="portal.example")


def events_in(content):
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(content).walk("VEVENT")}


# --- the text ---------------------------------------------------------------------------------------------------------


def test_a_deadline_stands_at_its_time_by_the_clock_in_london_before_and_after_the_clocks_change():
    summer = Event("a", "Summer", datetime(2026, 10, 23, 16, 0, tzinfo=UTC))
    winter = Event("b", "Winter", datetime(2026, 10, 26, 17, 0, tzinfo=UTC))

    lines = text(summer, winter).decode().split("\r\n")

    assert "DTSTART;TZID=Europe/London:20261023T170000" in lines
    assert "DTSTART;TZID=Europe/London:20261026T170000" in lines


def test_the_zone_is_told_with_both_transitions():
    zone = text().decode().partition("BEGIN:VTIMEZONE\r\n")[2].partition("END:VTIMEZONE")[0].split("\r\n")

    assert zone[0] == "TZID:Europe/London"
    daylight = zone[zone.index("BEGIN:DAYLIGHT") : zone.index("END:DAYLIGHT")]
    standard = zone[zone.index("BEGIN:STANDARD") : zone.index("END:STANDARD")]
    for component, name, before, after, begins, month in (
        (daylight, "BST", "+0000", "+0100", "19810329T010000", 3),
        (standard, "GMT", "+0100", "+0000", "19961027T020000", 10),
    ):
        assert f"TZNAME:{name}" in component
        assert f"TZOFFSETFROM:{before}" in component
        assert f"TZOFFSETTO:{after}" in component
        assert f"DTSTART:{begins}" in component
        assert f"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={month}" in component


@pytest.mark.parametrize("year", range(2024, 2029))
def test_the_zone_that_is_told_changes_when_london_does(year):
    from dateutil.rrule import rrulestr

    for begins, month, hour in (("19810329T010000", 3, 1), ("19961027T020000", 10, 2)):
        rule = rrulestr(f"DTSTART:{begins}\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={month}")
        [moment] = rule.between(datetime(year, 1, 1), datetime(year, 12, 31))
        before, after = moment - timedelta(minutes=61), moment + timedelta(minutes=61)

        assert moment.hour == hour
        assert before.replace(tzinfo=LONDON).utcoffset() != after.replace(tzinfo=LONDON).utcoffset()


def test_an_all_day_event_ends_on_the_day_after_its_last():
    month = Event("m10", "M10: September 2025 (month)", date(2025, 9, 1), date(2025, 9, 30))
    day = Event("m14", "M14", date(2026, 10, 28))

    lines = text(month, day).decode().split("\r\n")

    assert "DTSTART;VALUE=DATE:20250901" in lines
    assert "DTEND;VALUE=DATE:20251001" in lines
    assert "DTSTART;VALUE=DATE:20261028" in lines
    assert "DTEND;VALUE=DATE:20261029" in lines


def test_every_event_says_what_calendars_need_to_follow_it():
    cancelled = Event(
        "x", "Gone", date(2026, 12, 1), is_cancelled=True, url="https://portal.example/x/", place="Room 1"
    )

    lines = text(cancelled, sequence=3).decode().split("\r\n")

    for line in (
        "UID:x@portal.example",
        "DTSTAMP:20261123T090000Z",
        "LAST-MODIFIED:20261123T090000Z",
        "SEQUENCE:3",
        "STATUS:CANCELLED",
        "URL:https://portal.example/x/",
        "LOCATION:Room 1",
        "X-WR-CALNAME:MHHS: test",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "VERSION:2.0",
    ):
        assert line in lines


def test_text_is_escaped_and_line_ends_are_words():
    content = text(Event("a", "One, two; three \\ four", date(2026, 1, 1), words="First\r\nsecond\x07 line"))

    assert "SUMMARY:One\\, two\\; three \\\\ four" in content.decode()
    assert "DESCRIPTION:First\\nsecond line" in content.decode()
    assert str(events_in(content)["a@portal.example"]["DESCRIPTION"]) == "First\nsecond line"


@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_is_said_lines_are_folded_within_75_bytes_and_read_back_as_they_were(title, words):
    content = text(Event("a", title, date(2026, 1, 1), words=words))

    assert content.endswith(b"END:VCALENDAR\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # no character is cut in two
    read = dict(line.split(":", 1) for line in unfolded(content) if line.startswith(("SUMMARY", "DESCRIPTION")))
    for name, said in (("SUMMARY", title), ("DESCRIPTION", words)):
        kept = said.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(c for c in kept if c in "\n\t" or (c >= " " and c != "\x7f"))
        assert unescaped(read.get(name, "")) == kept


def unfolded(content):
    return content.decode().replace("\r\n ", "").split("\r\n")


def unescaped(text):
    """By RFC 5545: a backslash and what it stands before."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), text)


def test_the_same_events_give_the_same_bytes():
    event = Event("a", "A", date(2026, 1, 1))

    assert text(event) == text(event)


# --- what is remembered -----------------------------------------------------------------------------------------------


@pytest.fixture
def event():
    return Event("milestone-m10", "M10: March 2025 (month)", date(2025, 3, 1), date(2025, 3, 31))


@pytest.mark.django_db
def test_an_event_that_moves_keeps_its_uid_and_gets_the_next_sequence(event):
    moved = Event("milestone-m10", "M10: September 2025 (month)", date(2025, 9, 1), date(2025, 9, 30))
    later = NOW + timedelta(days=1)

    [first] = settle("milestones", [event], NOW)
    [second] = settle("milestones", [moved], later)

    assert (first.sequence, first.changed_at) == (0, NOW)
    assert (second.event, second.sequence, second.changed_at) == (moved, 1, later)


@pytest.mark.django_db
def test_reading_again_changes_nothing_and_costs_one_query(event, django_assert_num_queries):
    first = settle("milestones", [event], NOW)

    with django_assert_num_queries(1):
        again = settle("milestones", [event], NOW + timedelta(days=9))

    assert again == first


@pytest.mark.django_db
def test_an_event_that_is_gone_is_cancelled_for_a_while_and_then_left_out(event):
    settle("milestones", [event], NOW)

    [gone] = settle("milestones", [], NOW + timedelta(days=1))

    assert gone.event.is_cancelled
    assert gone.event.title == event.title
    assert gone.event.ends == event.ends
    assert gone.sequence == 1
    assert settle("milestones", [], NOW + timedelta(days=2) + CANCELLED_FOR) == []


@pytest.mark.django_db
def test_an_event_that_comes_back_goes_on_counting(event):
    settle("milestones", [event], NOW)
    settle("milestones", [], NOW + timedelta(days=1))

    [back] = settle("milestones", [event], NOW + timedelta(days=2))

    assert back.sequence == 2
    assert not back.event.is_cancelled


@pytest.mark.django_db
def test_a_deadline_is_remembered_to_the_instant():
    settle("checklist", [Event("a", "A", datetime(2026, 6, 1, 16, tzinfo=UTC))], NOW)

    [gone] = settle("checklist", [], NOW)

    assert gone.event.starts == datetime(2026, 6, 1, 16, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_count_one_change_once(event):
    moved = Event(event.uid, "M10 moved", date(2025, 9, 1))
    settle("milestones", [event], NOW)
    together, seen = threading.Barrier(4), []

    def read():
        together.wait()
        try:
            seen.append(settle("milestones", [moved], NOW + timedelta(hours=1)))
        finally:
            close_old_connections()
            connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert [published.sequence for [published] in seen] == [1, 1, 1, 1]
    assert CalendarEntry.objects.get().sequence == 1


# --- public feeds -----------------------------------------------------------------------------------------------------


@pytest.fixture
def feeds(settings):
    settings.CALENDAR_SOURCES = ["tests.portal.calendar_samples.feeds"]
    settings.SITE_URL = "https://portal.example"


@pytest.mark.django_db
def test_a_public_feed_is_text_calendar_and_is_not_sent_twice(client, feeds):
    first = client.get("/calendar/sample.ics")
    again = client.get("/calendar/sample.ics", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "public, max-age=900"
    assert list(events_in(first.content)) == ["sample-1@portal.example"]
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.django_db
def test_an_unknown_calendar_is_not_found(client, feeds):
    assert client.get("/calendar/nothing.ics").status_code == 404
    assert client.post("/calendar/sample.ics").status_code == 405
