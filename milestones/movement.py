"""How far a date has moved, in words.

A month is never turned into a day: two days differ by working days, all else by whole months.
"""

from __future__ import annotations

from mhhs_portal.deadlines import working_days_between
from milestones.poap import When
from milestones.poap.text import movement as in_months
from milestones.poap.text import same_dates


def movement(before: When, now: When) -> str:
    """ "138 working days later", "7 months later", "3 to 6 months later", "Not moved"."""
    if same_dates(before, now) or not _both_days(before, now):
        return in_months(before, now)
    days = working_days_between(before.first, now.first)
    if days == 0:  # between two days of one weekend
        days = (now.first - before.first).days
        return f"{abs(days)} calendar day{'s' * (abs(days) != 1)} {'later' if days > 0 else 'earlier'}"
    return f"{abs(days)} working day{'s' * (abs(days) != 1)} {'later' if days > 0 else 'earlier'}"


def sentence(code: str, before: When | None, now: When | None) -> str:
    """ "M8 moves from 7 March 2025 to 24 September 2025, 138 working days later."; empty when nothing moved."""
    if now is None:
        return f"{code} has no date in this baseline; it had {before.words}." if before else ""
    inferred = " (inferred)" if now.is_inferred else ""
    if before is None:
        return f"{code} is at {now.words}{inferred}; its date before is not published."
    if same_dates(before, now):
        return ""
    from_words = before.words + (" (inferred)" if before.is_inferred else "")
    how_far = movement(before, now)
    if before.alternative is not None:  # two dates were approved: no single distance is true
        return f"{code} moves from {from_words} to {now.words}{inferred}."
    how_far = {"Same month": "within the same month"}.get(how_far, f"{how_far[0].lower()}{how_far[1:]}")
    return f"{code} moves from {from_words} to {now.words}{inferred}, {how_far}."


def is_later(before: When, now: When) -> bool:
    return now.first > before.first


def _both_days(one: When, other: When) -> bool:
    return one.precision == other.precision == "day" and one.alternative is other.alternative is None
