"""One role's own dates for one step, and what can be said about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mhhs_portal.deadlines import day_words, working_days_between
from milestones.models import Likelihood, PathStep, Placement

DAYS = ("target_on", "forecast_on", "achieved_on")
WORDS = ("likelihood", "comment", "evidence_title", "evidence_url")


@dataclass(frozen=True)
class RolePlan:
    placement: Placement
    step: PathStep
    today: date
    target_on: date | None = None
    forecast_on: date | None = None
    achieved_on: date | None = None
    likelihood: str = ""
    comment: str = ""
    evidence_title: str = ""
    evidence_url: str = ""
    #: None while nobody has planned the step.
    version: int | None = None
    changed_at: datetime | None = None
    changed_by: str = ""

    @classmethod
    def read(cls, placement: Placement, step: PathStep, row: dict[str, Any], today: date) -> RolePlan:
        """From the JSON that PostgreSQL makes of a row; an empty one is a step that nobody has planned."""
        if not row:
            return cls(placement, step, today)
        days: dict[str, Any] = {name: date.fromisoformat(row[name]) if row[name] else None for name in DAYS}
        changed_at = datetime.fromisoformat(row["changed_at"])
        words = {name: row[name] for name in WORDS}
        by = row["changed_by"] or ""
        version = row["version"]
        return cls(placement, step, today, **days, **words, version=version, changed_at=changed_at, changed_by=by)

    @property
    def key(self) -> str:
        """What the step is called in a form and in the address of its anchor."""
        return f"{self.placement.pk}-{self.step.pk}"

    @property
    def expected_on(self) -> date | None:
        return self.achieved_on or self.forecast_on or self.target_on

    @property
    def status(self) -> str:
        if self.achieved_on:
            return "completed"
        return "in-progress" if self.forecast_on else "not-started"

    @property
    def slip(self) -> int:
        """Working days by which the forecast is later than the role's own target; 0 when it is not."""
        if self.achieved_on or not (self.target_on and self.forecast_on):
            return 0
        return max(working_days_between(self.target_on, self.forecast_on), 0)

    @property
    def is_overdue(self) -> bool:
        """Its own date has passed, and nobody has said that the step is achieved."""
        day = None if self.achieved_on else self.expected_on
        return day is not None and day < self.today

    @property
    def words(self) -> str:
        if self.achieved_on:
            return f"Achieved {day_words(self.achieved_on)}"
        if self.forecast_on:
            late = f", {_working_days(self.slip)} after your target" if self.slip else ""
            return f"Forecast {day_words(self.forecast_on)}{late}"
        return f"Target {day_words(self.target_on)}" if self.target_on else "No date given"

    @property
    def standing(self) -> tuple[str, str]:
        """A key of the table of status words, and the words beside it."""
        if self.achieved_on:
            return "completed", self._against_target
        if self.is_overdue:
            kind = "Forecast" if self.forecast_on else "Target"
            return "late", f"{kind} passed; enter the day it was achieved or a new forecast"
        if self.slip:
            return "at-risk", f"{_working_days(self.slip)} after your target"
        return ("on-track", "") if self.expected_on else ("not-started", "No date given")

    @property
    def _against_target(self) -> str:
        if not (self.target_on and self.achieved_on):
            return ""
        days = working_days_between(self.target_on, self.achieved_on)
        side = "after" if days > 0 else "before"
        return f"{_working_days(abs(days))} {side} your target" if days else "On your target"

    @property
    def likelihood_words(self) -> str:
        return Likelihood(self.likelihood).label


def warnings(plans: list[RolePlan]) -> dict[int, str]:
    """What is odd about the order of a role's dates, by step; nothing here stops anybody from saving."""
    found: dict[int, str] = {}
    waiting: RolePlan | None = None
    latest: RolePlan | None = None
    for plan in plans:
        day = plan.expected_on
        if plan.achieved_on and waiting:
            found[plan.step.pk] = f"Achieved although {waiting.step.short_name} before it is not"
        elif day and not plan.achieved_on and latest and latest.expected_on and day < latest.expected_on:
            found[plan.step.pk] = f"Earlier than {latest.step.short_name} before it, {day_words(latest.expected_on)}"
        if not plan.achieved_on:
            waiting = waiting or plan
        if day and (latest is None or latest.expected_on is None or day >= latest.expected_on):
            latest = plan
    return found


def _working_days(count: int) -> str:
    return f"{count} working day{'s' * (count != 1)}"
