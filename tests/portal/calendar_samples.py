"""A calendar and a change that tests name in the settings."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mhhs_portal.calendars.atom import Change
from mhhs_portal.calendars.ics import Event
from mhhs_portal.calendars.sources import Feed


def feeds(now):
    return [Feed("sample", "Sample", "One day", lambda now: [Event("sample-1", "One day", date(2026, 12, 1))])]


def changes(limit):
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return [
        Change("baseline/a", "First & <best>", "Words\x07", "/baselines/a/", moment, category="Baseline"),
        Change("baseline/b", "Second", "", "/baselines/b/", moment, moment.replace(day=9)),
    ]
