"""How far a participant's own day lies from a gate, in working days and in words.

A gate that is known as a month has no day. It is then counted to the month's last day, and the words say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mhhs_portal.deadlines import day_words, working_days_between
from milestones.poap import When


@dataclass(frozen=True)
class Gap:
    """`day` is when the role is ready; `gate` when the path needs it. Either may be unknown."""

    gate: When | None
    day: date | None

    @property
    def working_days(self) -> int | None:
        """Positive: before the gate. Negative: after it. None: there is no single number."""
        if self.gate is None or self.day is None or self.gate.alternative is not None:
            return None
        return working_days_between(self.day, self.gate.last)

    @property
    def is_late(self) -> bool:
        """After the gate, and after its other date when two were approved."""
        return self.day is not None and self.has_passed(self.day)

    def has_passed(self, day: date) -> bool:
        if self.gate is None:
            return False
        other = self.gate.alternative
        return day > max(self.gate.last, other.last if other else self.gate.last)

    @property
    def by_when(self) -> str:
        """ "by 24 September 2025" or "by the end of May 2026"."""
        if self.gate is None:
            return "no date is published"
        if self.gate.alternative is not None:
            return f"by {self.gate.words}"
        return f"by {_end(self.gate)}"

    @property
    def words(self) -> str:
        """ "42 working days before the end of May 2026"."""
        if self.gate is None:
            return "No gate is published"
        if self.day is None:
            return "No date given"
        days = self.working_days
        if days is None:
            return f"Two dates are published, {self.gate.words}: no single gap"
        if self.day == self.gate.last:
            return f"On {day_words(self.day)}, the last day in time"
        side = "after" if self.day > self.gate.last else "before"
        return f"{abs(days)} working day{'s' * (abs(days) != 1)} {side} {_end(self.gate)}"

    @property
    def how_counted(self) -> str:
        """What to say about a gate without a day."""
        if self.gate is None or self.gate.precision == "day" or self.gate.alternative is not None:
            return ""
        return f"The gate is known only as {self.gate.words}, so we count to {day_words(self.gate.last)}."


def _end(gate: When) -> str:
    return day_words(gate.last) if gate.precision == "day" else f"the end of {gate.last:%B %Y}"
