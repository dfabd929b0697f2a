"""When rungs fall, and that whoever sleeps through some of them hears the right one once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from mhhs_portal import deadlines
from mhhs_portal.deadlines import LONDON, deadline, is_working_day
from mhhs_portal.notifications.models import Message
from mhhs_portal.reminders import kinds
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.rungs import CALENDAR, START, Rung, send_at
from mhhs_portal.reminders.sweeping import sweep
from tests import make
from tests.portal.reminder_kinds import KIND, WORLD


def local(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(LONDON):%a %d %b %Y %H:%M}" if moment else None


@pytest.mark.parametrize(
    ("rung", "due", "falls"),
    [
        (Rung(offset=-5), date(2026, 4, 8), "Mon 30 Mar 2026 09:00"),  # Good Friday and Easter Monday lie between
        (Rung(offset=-1), date(2026, 3, 30), "Fri 27 Mar 2026 09:00"),  # the clock changes on the 29th
        (Rung(offset=1), date(2026, 10, 23), "Mon 26 Oct 2026 09:00"),  # and on 25 October
        (Rung(offset=-1, unit=CALENDAR), date(2028, 3, 1), "Tue 29 Feb 2028 09:00"),
        (Rung(offset=-1, unit=CALENDAR), date(2026, 9, 28), "Fri 25 Sep 2026 09:00"),  # a Sunday becomes the Friday
        (Rung(offset=2, unit=CALENDAR), date(2026, 9, 25), "Mon 28 Sep 2026 09:00"),
        (Rung(offset=0), date(2026, 9, 26), "Fri 25 Sep 2026 09:00"),  # due on a Saturday
        (Rung(offset=0, at=time(17, 30)), date(2026, 9, 25), None),  # after the deadline it would not be true
    ],
)
def test_a_rung_falls_on_a_working_day_at_its_hour_by_the_clock_on_the_wall(rung, due, falls):
    assert local(send_at(rung, deadline(due))) == falls


def test_rungs_after_the_start_count_from_it_and_end_at_the_deadline():
    opens, due = deadline(date(2026, 9, 17), time(10)), deadline(date(2026, 9, 25))

    assert send_at(Rung(START, 0), due, opens) == opens
    assert local(send_at(Rung(START, 2), due, opens)) == "Mon 21 Sep 2026 09:00"
    assert send_at(Rung(START, 20), due, opens) is None


def test_every_day_of_twelve_years_has_its_reminder_once_and_at_nine():
    before, day = None, date(2024, 1, 1)
    while day < date(2036, 1, 1):
        if is_working_day(day):
            moment = send_at.__wrapped__(Rung(offset=-1), deadline(day))
            assert moment.astimezone(LONDON).time() == time(9)
            assert moment.tzinfo == UTC
            assert before is None or moment > before
            before = moment
        day += timedelta(days=1)


# --- any schedule, any holidays, any outage ---------------------------------------------------------------------------

DAYS = st.integers(0, 75)
LADDERS = st.lists(
    st.builds(
        Rung,
        offset=st.integers(-12, 8),
        unit=st.sampled_from(["working", "calendar"]),
        at=st.sampled_from([time(8), time(9), time(13, 30), time(18)]),
        audience=st.just(("lead",)),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda rung: rung.key,
)
#: Around both clock changes and the leap day.
STARTS = st.sampled_from([date(2026, 3, 2), date(2026, 9, 28), date(2028, 2, 7), date(2026, 12, 1), date(2027, 5, 20)])


def at(start: date, days: int, hour: int) -> datetime:
    return datetime.combine(start + timedelta(days=days), time(hour, 5), LONDON).astimezone(UTC)


class Expected:
    """What should happen, said plainly: one list, no table."""

    def __init__(self, ladder, since):
        self.ladder, self.since, self.settled = ladder, since, set()

    def sweep(self, due, now):
        reached = []
        for rung in self.ladder:
            falls = send_at(rung, due)
            if falls is None or falls > now or (due, rung.key) in self.settled:
                continue
            if self.since < deadline(deadlines.local_day(falls), time(0)):
                reached.append((falls, rung.urgency, rung))
        self.settled |= {(due, rung.key) for _, _, rung in reached}
        fresh = [
            (falls, urgency, rung.key)
            for falls, urgency, rung in reached
            if falls > now - KIND.give_up_after and not (rung.offset <= 0 and due < now)
        ]
        return [max(fresh)[2]] if fresh else []


@settings(max_examples=20)
@given(
    ladder=LADDERS,
    start=STARTS,
    due=st.integers(3, 45),
    sweeps=st.lists(st.tuples(DAYS, st.integers(0, 23)), min_size=1, max_size=6),
    extended=st.none() | st.tuples(DAYS, st.integers(1, 25)),
    done=st.none() | DAYS,
    holidays=st.sets(st.integers(0, 75), max_size=6),
)
@pytest.mark.django_db
def test_each_gets_the_right_last_rung_exactly_once(ladder, start, due, sweeps, extended, done, holidays):
    days_off = frozenset(start + timedelta(days=n) for n in holidays)
    events = [(at(start, day, hour), 2, None) for day, hour in sweeps]
    events += [(at(start, extended[0], 12), 1, extended[1])] if extended else []
    events += [(at(start, done, 12), 0, None)] if done is not None else []
    send_at.cache_clear()
    with (
        transaction.atomic(),
        mock.patch.object(deadlines, "bank_holidays", return_value=days_off),
        mock.patch.object(kinds, "standard_ladders", return_value={"test": tuple(ladder)}),
        mock.patch("mhhs_portal.reminders.sweeping.all_kinds", return_value=[KIND]),
        mock.patch("mhhs_portal.reminders.planning.all_kinds", return_value=[KIND]),
    ):
        lead = make.lead(make.organisation(), starts_on=date(2025, 1, 1))
        since, due_at, is_done = at(start, 0, 10), deadline(start + timedelta(days=due)), False
        expected = Expected(ladder, since)
        for now, what, value in sorted(events, key=lambda event: event[:2]):
            if what == 0:
                is_done = True
            elif what == 1:
                due_at += timedelta(days=value)
            row = ("T", lead.organisation_id, 1, due_at, since, False, None, False)
            WORLD.rows = [] if is_done else [row]
            if what == 2:
                known = set(Message.objects.values_list("pk", flat=True))
                sweep(now)
                sweep(now)
                new = Message.objects.exclude(pk__in=known).values_list("context__headline", flat=True)
                assert list(new) == ([] if is_done else expected.sweep(due_at, now)), (now, due_at)
        sent = Reminder.objects.filter(state="sent")
        assert len(set(sent.values_list("message"))) == sent.count()
        transaction.set_rollback(True)
    send_at.cache_clear()
