"""A date as it was agreed, in a field of ours beside the day that Project needs: "2025-09", "2025-03..2025-06".

Project knows days alone. A month goes out as its last day with these words; when it comes back with the same day the
words hold, and when somebody moved it in Project the day holds.
"""

from __future__ import annotations

import re
from datetime import date

from milestones.plan_files import mspdi
from milestones.plan_files.plan import Task
from milestones.poap import When

_PART = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


def words_of(when: When | None) -> str:
    if when is None:
        return ""
    if when.precision == "day":
        said = when.first.isoformat()
    elif when.precision == "month":
        said = f"{when.first:%Y-%m}"
    else:
        said = f"{when.first:%Y-%m}..{when.last:%Y-%m}"
    return f"{said} or {words_of(when.alternative)}" if when.alternative else said


def when_in(words: str) -> When | None:
    """None for what is not in our words."""
    first, _, other = words.partition(" or ")
    begin, _, end = first.strip().partition("..")
    one, two = _PART.fullmatch(begin), _PART.fullmatch(end) if end else None
    if one is None or (end and two is None):
        return None
    alternative = when_in(other) if other else None
    try:
        if one[3]:
            return When.day(date(int(one[1]), int(one[2]), int(one[3])), alternative=alternative)
        last = two or one
        return When.months((int(one[1]), int(one[2])), (int(last[1]), int(last[2])), alternative)
    except ValueError:
        return None


def when_of(task: Task) -> When | None:
    """The date that a task of the file stands for, as precise as the file lets us know."""
    at = task.finish or task.start
    if at is None:
        return None
    agreed = when_in(task.custom.get(mspdi.ALIAS_DATE, ""))
    return agreed if agreed and agreed.last == at.date() else When.day(at.date())
