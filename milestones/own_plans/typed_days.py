"""A day typed into one field: 30/5/2025, 30 5 2025, 30 May 2025, 2025-05-30. No Django here."""

from __future__ import annotations

import re
from datetime import date

_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
#: Somebody's plan lies in these years; anything else is a slip of the hand.
YEARS = range(2020, 2036)
LONGEST = 40


class NotADay(ValueError):  # noqa: N818  # what the reader is told
    """The words say what to do."""


def day_of(typed: str) -> date | None:
    """None for an empty field; raises NotADay in words for what is no day."""
    text = re.sub(r"\s+", " ", typed).strip()
    if not text:
        return None
    found = re.fullmatch(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ ./-](\w{1,9})[ ./,-]{1,2}(\d{4})", text)
    parts = found.groups() if found else _iso(text)
    if len(text) > LONGEST or parts is None:
        raise NotADay(_how(text))
    day, month, year = parts
    number = int(month) if month.isdecimal() else _month(month)
    try:
        answer = date(int(year), number, int(day))
    except ValueError:
        raise NotADay(f"{text} is not a real date, such as 30/5/2026") from None
    if answer.year not in YEARS:
        raise NotADay(f"The year must be from {YEARS[0]} to {YEARS[-1]}")
    return answer


def typed_as(day: date | None) -> str:
    """As the field shows it: "30 May 2026"."""
    return f"{day.day} {_NAMES[day.month - 1][:3].capitalize()} {day.year}" if day else ""


def _iso(text: str) -> tuple[str, str, str] | None:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    return (found[3], found[2], found[1]) if found else None


def _month(name: str) -> int:
    """0, which is no month, when the name begins no month's."""
    low = name.lower().rstrip(".")
    found = [n for n, month in enumerate(_NAMES, 1) if len(low) >= 3 and month.startswith(low)]
    return found[0] if found else 0


def _how(text: str) -> str:
    if re.fullmatch(r"[A-Za-z]{3,9} \d{4}|\d{1,2}[/ .-]\d{4}", text):
        return "Enter a day as well: a month alone is not a day. For example 30/5/2026"
    if re.fullmatch(r"\d{1,2}[/ .-]\w{1,9}([/ .-]\d{1,3})?", text):
        return "Enter the year with four figures, such as 30/5/2026"
    return "Enter a day, month and year, such as 30/5/2026"
