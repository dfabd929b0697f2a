"""The past day that the timeline's address asks for, or in words why it cannot be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mhhs_portal.deadlines import day_words

#: The Programme is not older; what was known before is not in the portal.
EARLIEST = date(2017, 1, 1)


@dataclass(frozen=True)
class AsAt:
    #: None: as known today.
    day: date | None = None
    problem: str = ""

    @classmethod
    def of(cls, text: str, today: date) -> AsAt:
        text = text.strip()
        if not text:
            return cls()
        try:
            day = date.fromisoformat(text[:10]) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None:
            return cls(
                problem=f"“{text[:20]}” is not a date. Write it like {today.isoformat()}. This is the plan of today."
            )
        if day > today:
            return cls(problem=f"{day_words(day)} is still to come. This is the plan of today.")
        if day < EARLIEST:
            words = f"{day_words(day)} is before {day_words(EARLIEST)}, when nothing of this plan existed."
            return cls(problem=f"{words} This is the plan of today.")
        return cls() if day == today else cls(day)
