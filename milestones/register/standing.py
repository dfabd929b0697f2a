"""How far a milestone is from what was agreed, and whether that is green, amber or red: the rule in words.

A month is never turned into a day. Two days differ by working and calendar days; anything else by whole months, and
against a tolerance only by what is certain: from the last day that the one may mean to the first that the other may.
"""

from __future__ import annotations

from dataclasses import dataclass

from mhhs_portal.deadlines import working_days_between
from milestones.movement import movement
from milestones.poap import When

WORDS = {"green": "Green", "amber": "Amber", "red": "Red", "not-rated": "Not rated", "achieved": "Achieved"}


@dataclass(frozen=True)
class Slip:
    """The distance from one date to another."""

    words: str
    #: None unless both are days.
    working_days: int | None = None
    calendar_days: int | None = None
    #: For sorting only, never shown: calendar days between the first days; None when there is nothing to compare.
    order: int | None = None
    is_inferred: bool = False

    @property
    def is_later(self) -> bool:
        return bool(self.order and self.order > 0)

    @property
    def calendar_words(self) -> str:
        """ "201 calendar days"; empty when it says nothing new."""
        days = self.calendar_days
        return f"{abs(days)} calendar day{'s' * (abs(days) != 1)}" if days and self.working_days else ""


def slip(before: When | None, now: When | None, *, without: str = "Not published") -> Slip:
    """How far it is from `before` to `now`; `without` are the words when one of them is missing."""
    if before is None or now is None:
        return Slip(without)
    inferred = before.is_inferred or now.is_inferred
    order = (now.first - before.first).days
    if before.precision == now.precision == "day" and before.alternative is now.alternative is None:
        return Slip(movement(before, now), working_days_between(before.first, now.first), order, order, inferred)
    return Slip(movement(before, now), order=order, is_inferred=inferred)


@dataclass(frozen=True)
class Limits:
    """Later by more working days than this is amber, by more than that red."""

    amber_over: int
    red_over: int

    @property
    def words(self) -> str:
        days = f"working day{'s' * (self.red_over != 1)}"
        return f"amber when later by more than {self.amber_over}, red by more than {self.red_over} {days}"


@dataclass(frozen=True)
class RagSaid:
    """Red, amber, green or why neither; with the reason in a sentence."""

    #: "green", "amber", "red", "not-rated" or "achieved"
    key: str
    words: str
    is_override: bool = False
    #: What the rule says where somebody overrode it.
    rule: RagSaid | None = None

    @property
    def label(self) -> str:
        return WORDS[self.key]

    @property
    def is_rated(self) -> bool:
        return self.key in ("green", "amber", "red")


def rate(agreed: When | None, forecast: When | None, achieved: When | None, limits: Limits | None) -> RagSaid:
    """The colour that follows from the forecast, the baseline date and the tolerance."""
    if achieved:
        return RagSaid("achieved", f"Achieved {achieved.words}: no longer rated.")
    if agreed is None:
        return RagSaid("not-rated", "Not rated: the current baseline has no published date for it.")
    if forecast is None:
        return RagSaid("not-rated", "Not rated: no forecast is published.")
    if limits is None:
        return RagSaid("not-rated", "Not rated: no tolerance is set for its tier.")
    late, how = _certain_lateness(agreed, forecast)
    key = "red" if late > limits.red_over else "amber" if late > limits.amber_over else "green"
    return RagSaid(
        key, f"{WORDS[key]} by the rule: the forecast, {forecast.words}, is {how}. The rule: {limits.words}."
    )


def overridden(rule: RagSaid, key: str, reason: str) -> RagSaid:
    """Staff's judgement in place of the rule's; what is achieved is not rated by anybody."""
    if rule.key == "achieved" or not key:
        return rule
    said = f"{WORDS[key]}, set by the Programme office: {reason.rstrip('.')}. By the rule it would be "
    return RagSaid(key, f"{said}{rule.label.lower()}.", is_override=True, rule=rule)


def _certain_lateness(agreed: When, forecast: When) -> tuple[int, str]:
    """By how many working days the forecast is later for certain, and that in words; never less than 0."""
    latest = max((agreed.alternative or agreed).last, agreed.last)
    late = max(working_days_between(latest, forecast.first), 0)
    if agreed.alternative is None and agreed.precision == forecast.precision == "day":
        moved = movement(agreed, forecast)
        return late, "on the baseline date" if moved == "Not moved" else f"{moved} than the baseline, {agreed.words}"
    if late == 0:
        return 0, f"not certainly later than the baseline, {agreed.words}"
    days = f"at least {late} working day{'s' * (late != 1)}"
    return late, f"{days} later than the baseline, {agreed.words}, at its latest"
