"""Items under the period in which they are due, in the words of a calendar. Arithmetic only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, TypeVar

from mhhs_portal.deadlines import bank_holidays, day_words

T = TypeVar("T")


@dataclass
class Period(Generic[T]):
    name: str
    note: str = ""
    rows: list[T] = field(default_factory=list)


def period_of(due_on: date, today: date) -> tuple[str, str]:
    """The period's name, and a note on a bank holiday in it; for days from today's week on."""
    monday = today - timedelta(days=today.weekday())
    for name, start in (("This week", monday), ("Next week", monday + timedelta(days=7))):
        if start <= due_on < start + timedelta(days=7):
            holidays = [
                start + timedelta(days=n) for n in range(5) if start + timedelta(days=n) in bank_holidays(start.year)
            ]
            note = "; ".join(f"{day:%A} {day.day} {day:%B} is a bank holiday" for day in holidays)
            return f"{name}, {_span(start, start + timedelta(days=4))}", note
    return f"{due_on:%B %Y}", ""


def _span(start: date, end: date) -> str:
    return (
        f"{start.day} to {day_words(end)}"
        if start.month == end.month
        else f"{start.day} {start:%B} to {day_words(end)}"
    )


def grouped(rows: Iterable[T], period: Callable[[T], tuple[str, str]]) -> list[Period[T]]:
    """Rows that follow each other in the same period under one heading; the order stays as it came."""
    groups: list[Period[T]] = []
    for row in rows:
        name, note = period(row)
        if not groups or groups[-1].name != name:
            groups.append(Period(name, note))
        groups[-1].rows.append(row)
    for group in groups:
        group.note = group.note or f"{len(group.rows)} item{'s' * (len(group.rows) != 1)}"
    return groups
