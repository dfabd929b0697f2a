"""A date as people type it, and as `When.words` says it: a day, a month, a range of months, or two of these."""

from __future__ import annotations

import calendar
import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from milestones.poap import When

HINT = "A day, a month or a range of months: 24 September 2025, September 2025 or March to June 2025."
_MONTHS = {name.lower()[:3]: number for number, name in enumerate(calendar.month_name) if number}
_FIRST, _LAST = 2019, 2040


class UnreadableDateError(ValueError):
    """The message says what to type."""


def read(text: str) -> When:
    """The date that a text says: "24 September 2025", "Sep 2025", "March to June 2025", "2025-09", or two with "or"."""
    first, *others = re.split(r"\s+or\s+", " ".join(text.split()))
    if len(others) > 1:
        raise UnreadableDateError("Give at most two dates, with “or” between them")
    found = _one(first)
    return When(found.first, found.last, found.precision, _one(others[0])) if others else found


def _one(text: str) -> When:
    ends = re.split(r"\s+to\s+|\s*–\s*|\.\.", text)
    if len(ends) == 2:
        return _range(ends[0], ends[1])
    if len(ends) > 2:
        raise UnreadableDateError(f"“{text[:40]}” is no date. {HINT}")
    if found := re.fullmatch(r"(\d{1,2}) ([a-z]{3,9})\.? (\d{4})", text, re.IGNORECASE):
        return When.day(_day(int(found[3]), _month(found[2]), int(found[1]), text))
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return When.day(_day(int(found[1]), int(found[2]), int(found[3]), text))
    return When.month(*_year_and_month(text))


def _range(first: str, last: str) -> When:
    end = _year_and_month(last)
    start = _year_and_month(first if re.search(r"\d{4}", first) else f"{first} {end[0]}")
    if start >= end:
        raise UnreadableDateError("The first month of a range must be before its last month")
    return When.months(start, end)


def _year_and_month(text: str) -> tuple[int, int]:
    if found := re.fullmatch(r"([a-z]{3,9})\.? (\d{4})", text.strip(), re.IGNORECASE):
        return _year(int(found[2])), _month(found[1])
    if (found := re.fullmatch(r"(\d{4})-(\d\d)", text.strip())) and 1 <= int(found[2]) <= 12:
        return _year(int(found[1])), int(found[2])
    raise UnreadableDateError(f"“{text[:40]}” is no date. {HINT}")


def _month(word: str) -> int:
    number = _MONTHS.get(word.lower()[:3])
    if number is None or not calendar.month_name[number].lower().startswith(word.lower()):
        raise UnreadableDateError(f"“{word[:20]}” is no month. {HINT}")
    return number


def _day(year: int, month: int, day: int, text: str) -> date:
    _year(year)
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDateError(f"“{text[:40]}” is not in the calendar") from None


def _year(year: int) -> int:
    if not _FIRST <= year <= _LAST:
        raise UnreadableDateError(f"The year must be between {_FIRST} and {_LAST}")
    return year


class WhenField(forms.CharField):
    """Cleans to a When, or None when it is empty and may be."""

    def __init__(self, **facts: object) -> None:
        super().__init__(**{"help_text": HINT, "max_length": 80} | facts)  # type: ignore[arg-type]

    def clean(self, value: object) -> When | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            return read(text)
        except UnreadableDateError as wrong:
            raise ValidationError(str(wrong)) from None
