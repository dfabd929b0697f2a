"""What people type into a cell, and what it means."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, EARLIEST, LATEST, Link, duration_of, link_of, tidy


class BadValueError(ValueError):
    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


@dataclass(frozen=True, slots=True)
class Cell:
    value: Any
    #: A formula or an error value: nothing that a person entered.
    is_formula: bool = False


def text_of(value: Any) -> str:
    """The cell as its author sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return tidy(str(value))


def whole(value: Any, least: int, most: int) -> int:
    text = text_of(value).strip().removesuffix("%").strip()
    try:
        number = float(text)
    except ValueError:
        number = 0.5
    if isinstance(value, bool) or not number.is_integer() or not least <= number <= most or len(text) > 15:
        raise BadValueError(f"This is not a whole number from {least} to {most}")
    return int(number)


def yes(value: Any) -> bool:
    text = text_of(value).strip().lower()
    if text in ("", "no", "n", "false", "0"):
        return False
    if text in ("yes", "y", "true", "1"):
        return True
    raise BadValueError("This is neither yes nor no", "Enter yes or no.")


_NAMES = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_NAMES |= {name[:3]: n for name, n in _NAMES.items()}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?")
_SLASHES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_WORDS = re.compile(r"(?:[a-z]{3,9},? )?(\d{1,2}) ([a-z]{3,9})\.? (\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def moment(value: Any, *, is_end: bool) -> datetime | None:
    """A day alone begins at eight and ends at five, as in Project; midnight in words is midnight."""
    if isinstance(value, datetime):
        found, has_time = value.replace(tzinfo=None, microsecond=0), value.time() != time(0)
        if value.microsecond >= 500_000:
            from datetime import timedelta

            found += timedelta(seconds=1)
    elif isinstance(value, date):
        found, has_time = datetime.combine(value, time(0)), False
    else:
        text = text_of(value).strip()
        if not text or text.upper() == "NA":
            return None
        found, has_time = _typed(text)
    if not EARLIEST <= found.date() <= LATEST:
        raise BadValueError(f"A plan's dates lie between {EARLIEST.year} and {LATEST.year}", "Correct the year.")
    return found if has_time else datetime.combine(found.date(), DAY_ENDS if is_end else DAY_STARTS)


def _typed(text: str) -> tuple[datetime, bool]:
    iso, slashes, words = _ISO.fullmatch(text), _SLASHES.fullmatch(text), _WORDS.fullmatch(text.lower())
    if iso:
        year, month, day, *at = iso.groups()
    elif slashes:
        day, month, year, *at = slashes.groups()
    elif words and words[2] in _NAMES:
        day, month, year, *at = words.groups()
        month = str(_NAMES[month])
    else:
        raise BadValueError("This is not a date", "Enter a day, month and year, such as 24 September 2025.")
    try:
        hour, minute, second = (int(part or 0) for part in at)
        return datetime(int(year), int(month), int(day), hour, minute, second), at[0] is not None
    except ValueError:
        raise BadValueError("This is not a real date", _advice(int(day), int(month), int(year))) from None


def _advice(day: int, month: int, year: int) -> str:
    if not 1 <= month <= 12:
        return "The month is a number from 1 to 12; the day comes first."
    last = calendar.monthrange(year, month)[1] if 1 <= year <= 9999 else 31
    name = calendar.month_name[month]
    if day <= last:
        return "Correct the time."
    which = f"{name} {year}" if month == 2 else name
    return f"{which} has {last} days. Enter {last} {name} {year} or the first of the next month."


def duration(value: Any) -> tuple[int | None, int]:
    text = text_of(value).strip()
    if not text:
        return None, 7
    try:
        return duration_of(f"{text}d" if isinstance(value, int | float) else text)
    except ValueError:
        raise BadValueError("This is not a duration", "Enter it as 5d, 2w, 8h or 1mo.") from None


_BETWEEN = re.compile(r"[;,\n]")


def pieces(value: Any) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text_of(value)) if part.strip()]


def links(value: Any) -> tuple[Link, ...]:
    found = []
    for piece in pieces(value):
        try:
            found.append(link_of(piece))
        except ValueError:
            raise BadValueError(
                f"“{piece[:40]}” is no predecessor", "Enter the unique ID, then FS, SS, FF or SF and a lag: 98FS+5d."
            ) from None
    return tuple(found)


def duration_cell(seconds: int | None, number: int) -> str:
    """Empty only when there is nothing to say."""
    from milestones.plan_files.plan import duration_words

    return "" if seconds is None else duration_words(seconds, number)
