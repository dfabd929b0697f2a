"""One function for every place that shows or checks a deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhhs_portal import deadlines
from mhhs_portal.deadlines import LONDON, add_working_days, deadline, is_past, working_days_between

SECOND = timedelta(seconds=1)
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range((date(2036, 1, 1) - date(2024, 1, 1)).days)]
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def test_every_day_from_2024_to_2035_closes_at_17_00_on_the_wall_in_london():
    wrong = []
    for day in DAYS:
        due_at = deadline(day)
        wall = due_at.astimezone(LONDON)
        if (wall.date(), wall.time(), due_at.tzinfo) != (day, time(17), UTC):
            wrong.append(("wall", day))
        if is_past(due_at - SECOND, due_at - SECOND) or is_past(due_at, due_at - SECOND) or is_past(due_at, due_at):
            wrong.append(("early", day))
        if not is_past(due_at, due_at + SECOND):
            wrong.append(("late", day))
        if deadlines.local_day(due_at) != day:
            wrong.append(("day", day))

    assert wrong == []
    assert len(DAYS) == 4383


def test_london_is_an_hour_ahead_of_utc_in_summer_and_not_in_winter():
    assert deadline(date(2025, 5, 30)) == datetime(2025, 5, 30, 16, 0, tzinfo=UTC)
    assert deadline(date(2025, 11, 28)) == datetime(2025, 11, 28, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        # The clocks go forward at 01:00 UTC on 29 March 2026: 01:30 never shows on a wall.
        (date(2026, 3, 29), time(0, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(17, 0), datetime(2026, 3, 29, 16, 0, tzinfo=UTC)),
        # They go back at 01:00 UTC on 25 October 2026: 01:30 shows twice, and the later one counts.
        (date(2026, 10, 25), time(0, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(17, 0), datetime(2026, 10, 25, 17, 0, tzinfo=UTC)),
    ],
)
def test_both_clock_changes(day, at, expected):
    assert deadline(day, at) == expected


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 12, 22), 5, date(2026, 12, 31)),
        (date(2026, 3, 30), 10, date(2026, 4, 15)),
        (date(2027, 12, 23), 3, date(2027, 12, 30)),
        (date(2025, 5, 16), 5, date(2025, 5, 23)),  # Friday to the Friday after: the first day does not count
        (date(2025, 5, 17), 1, date(2025, 5, 19)),
        (date(2025, 5, 19), 0, date(2025, 5, 19)),
        (date(2026, 12, 31), -5, date(2026, 12, 22)),
    ],
)
def test_working_days_of_england_and_wales(start, count, end):
    assert add_working_days(start, count) == end
    assert working_days_between(start, end) == count


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2028, ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"]),
    ],
)
def test_bank_holidays_are_those_of_england_and_wales(year, expected):
    on_weekdays = sorted(f"{day:%m-%d}" for day in deadlines.bank_holidays(year) if day.weekday() < 5)

    assert on_weekdays == expected


@given(days, days)
def test_counting_working_days_agrees_with_walking_them(one, other):
    first, last = min(one, other), max(one, other)
    walked = sum(deadlines.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    assert working_days_between(first, last) == walked
    assert working_days_between(last, first) == -walked


@given(days, st.integers(1, 300))
def test_adding_working_days_ends_on_a_working_day_that_many_days_on(day, count):
    end = add_working_days(day, count)

    assert deadlines.is_working_day(end)
    assert working_days_between(day, end) == count


@pytest.mark.parametrize("day", [date(2026, 3, 27), date(2026, 6, 30), date(2026, 10, 23), date(2026, 12, 31)])
def test_seventeen_hundred_is_in_time_and_a_second_later_is_not_in_both_halves_of_the_year(day):
    closing = datetime.combine(day, time(17), LONDON)

    answers = [is_past(deadline(day), closing + timedelta(seconds=n)) for n in (-1, 0, 1)]

    assert answers == [False, False, True]


@pytest.mark.parametrize(
    ("due_day", "now", "words"),
    [
        (date(2025, 5, 30), datetime(2025, 5, 19, 9, 0, tzinfo=LONDON), "8 working days left"),
        (date(2025, 5, 30), datetime(2025, 5, 29, 23, 59, tzinfo=LONDON), "1 working day left"),
        (date(2025, 5, 30), datetime(2025, 5, 30, 0, 0, tzinfo=LONDON), "due today"),
        (date(2025, 5, 30), datetime(2025, 5, 30, 17, 0, 0, tzinfo=LONDON), "due today"),
        (date(2025, 5, 30), datetime(2025, 5, 30, 17, 0, 1, tzinfo=LONDON), "late since today"),
        (date(2025, 5, 30), datetime(2025, 6, 1, 12, 0, tzinfo=LONDON), "late since today"),  # a Sunday
        (date(2025, 5, 30), datetime(2025, 6, 2, 0, 30, tzinfo=LONDON), "1 working day late"),
        (date(2025, 5, 30), datetime(2025, 6, 4, 9, 0, tzinfo=LONDON), "3 working days late"),
        # 23:30 UTC in summer is tomorrow in London.
        (date(2025, 5, 30), datetime(2025, 5, 29, 23, 30, tzinfo=UTC), "due today"),
    ],
)
def test_days_left_in_words(due_day, now, words):
    assert deadlines.days_left_words(deadline(due_day), now) == words


def test_a_deadline_is_spoken_with_its_weekday_and_its_zone():
    assert deadlines.spoken(deadline(date(2025, 5, 30))) == "17:00 on Friday 30 May 2025, UK time"
    assert deadlines.spoken(deadline(date(2026, 1, 5), time(9, 5))) == "09:05 on Monday 5 January 2026, UK time"
