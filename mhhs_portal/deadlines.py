"""Deadlines are instants: a day, a wall-clock time and Europe/London, kept as UTC. Nothing else does this.

A working day is Monday to Friday and no bank holiday in England and Wales. The day of publication does not count: a
period of five working days that starts on a Friday ends at 17:00 on the Friday after.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
CLOSE_OF_PLAY = time(17, 0)
#: At this many working days or fewer, an item that nobody has started is "due soon".
DUE_SOON_DAYS = 5


def deadline(day: date, at: time = CLOSE_OF_PLAY) -> datetime:
    """The instant, in UTC, at which it is `at` o'clock in London on `day`.

    A time that occurs twice means the later one, and a time that is skipped (01:30 on a March Sunday) is read by the
    clock before the change (02:30), so that nobody is late by the clock on their wall.
    """
    local = datetime.combine(day, at, LONDON).replace(fold=1)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        return local.replace(fold=0).astimezone(UTC)
    return instant


def is_past(due_at: datetime, now: datetime) -> bool:
    """True from the first moment after the deadline; the deadline itself is still in time."""
    return now > due_at


def local_day(moment: datetime) -> date:
    """The calendar day in London at that moment."""
    return moment.astimezone(LONDON).date()


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    import holidays  # here because it costs 50 ms that most processes never need

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year, observed=True))


def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays in England and Wales, days given in lieu included."""
    return _bank_holidays(year)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that is `count` working days after `day` (before it, when negative). Zero gives `day` itself."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    days = (end - start).days
    weeks, rest = divmod(days, 7)
    count = weeks * 5
    count += sum((start + timedelta(days=weeks * 7 + n)).weekday() < 5 for n in range(1, rest + 1))
    lost = (
        holiday
        for year in range(start.year, end.year + 1)
        for holiday in bank_holidays(year)
        if start < holiday <= end and holiday.weekday() < 5
    )
    return count - sum(1 for _ in lost)


def working_days_left(due_at: datetime, now: datetime) -> int:
    """Working days from tomorrow to the due day; 0 on the day itself; negative counts working days late."""
    return working_days_between(local_day(now), local_day(due_at))


def days_left_words(due_at: datetime, now: datetime) -> str:
    """ "8 working days left", "due today" or "1 working day late"."""
    days = working_days_left(due_at, now)
    if is_past(due_at, now):
        late = -days
        return f"{late} working day{'s' * (late != 1)} late" if late else "late since today"
    if local_day(due_at) == local_day(now):
        return "due today"
    return f"{days} working day{'s' * (days != 1)} left"


def spoken(due_at: datetime) -> str:
    """ "17:00 on Friday 30 May 2025, UK time"."""
    local = due_at.astimezone(LONDON)
    return f"{local:%H:%M} on {local:%A} {local.day} {local:%B %Y}, UK time"


def day_words(day: date, *, weekday: bool = False) -> str:
    """ "30 May 2025", or "Friday 30 May 2025"."""
    return f"{day:%A} " * weekday + f"{day.day} {day:%B %Y}"
