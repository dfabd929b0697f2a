"""The register: every milestone with its date in every baseline, its forecast and its outcome, in two queries.

Every page, drawing, calendar and file reads the plan from here, so that all of them say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from milestones.models import Achievement, Baseline, BaselineDate, Forecast, Milestone
from milestones.models.dates import Confidence, when
from milestones.movement import is_later, movement, sentence
from milestones.poap import When
from milestones.poap.text import same_dates
from milestones.register import register_rows, standing
from milestones.register.register_file import table
from milestones.register.standing import Limits, RagSaid, Slip

__all__ = ["Entry", "Register", "Reported", "Reports", "Status", "Step", "history", "read", "reports_of", "table"]


_SHORT = {
    str(Confidence.STATED.label): "stated",
    str(Confidence.SECOND_HAND.label): "second hand",
    str(Confidence.TRADE_PRESS.label): "trade press",
    str(Confidence.INFERRED.label): "inferred",
}


@dataclass(frozen=True)
class Reported:
    """A forecast or an achievement in force."""

    when: When
    confidence: str
    words: str
    source_title: str = ""
    source_url: str = ""
    source_key: str = ""
    note: str = ""
    #: Of a forecast: the day for which it was made.
    as_at: date | None = None

    @classmethod
    def of(cls, row: dict[str, Any] | None) -> Reported | None:
        if row is None:
            return None
        inferred = row["confidence"] == Confidence.INFERRED
        days = date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"])
        found = when(*days, row["precision"], is_inferred=inferred)
        assert found is not None
        as_at = date.fromisoformat(row["as_at"]) if row.get("as_at") else None
        rest = (row["source_title"], row["source_url"], row["source_key"], row["note"], as_at)
        return cls(found, str(Confidence(row["confidence"]).label), row["words"], *rest)

    @property
    def confidence_word(self) -> str:
        """The same in a word or two, for cells."""
        return _SHORT[self.confidence]


@dataclass(frozen=True)
class Status:
    """A key of the status table and what to say; the two follow from dates alone."""

    key: str
    words: str = ""


@dataclass
class Entry:
    """One milestone as every page shows it."""

    milestone: Milestone
    dates: dict[str, BaselineDate] = field(default_factory=dict)  # by slug of the baseline
    current: BaselineDate | None = None
    forecast: Reported | None = None
    achieved: Reported | None = None
    #: slug, code and name of each critical path that the milestone matters to
    paths: list[dict[str, str]] = field(default_factory=list)
    today: date = date.min
    #: The date in the first timetable or, for a milestone that a later baseline added, in that one.
    first: BaselineDate | None = None
    limits: Limits | None = None
    #: Staff's own colour, or empty, and why.
    override: tuple[str, str] = ("", "")

    @property
    def original(self) -> When | None:
        return self.first.when if self.first else None

    @cached_property
    def approved(self) -> Baseline | None:
        """The baseline whose decision gave the date in force; later ones that repeat the date did not decide it."""
        found = self.current
        by_pk = {row.baseline_id: row for row in self.dates.values()}
        while found and (before := by_pk.get(found.baseline.replaces_id or 0)):
            if not same_dates(before.when, found.when):
                break
            found = before
        return found.baseline if found else None

    @property
    def approved_on(self) -> date | None:
        return self.approved.decided_on if self.approved else None

    @property
    def approved_by(self) -> str:
        return self.approved.decided_by if self.approved else ""

    def slip(self, baseline: str) -> Slip:
        """From the date in that baseline (its slug) to where the milestone stands now."""
        agreed = self.dates.get(baseline)
        if agreed and agreed is self.current and not (self.achieved or self.forecast):
            return Slip("No forecast published")
        return standing.slip(agreed.when if agreed else None, self.now)

    @cached_property
    def rag(self) -> RagSaid:
        """The colour by rule, or staff's own with the reason."""
        rule = standing.rate(
            self.current.when if self.current else None,
            self.forecast.when if self.forecast else None,
            self.achieved.when if self.achieved else None,
            self.limits,
        )
        return standing.overridden(rule, *self.override)

    @property
    def now(self) -> When | None:
        """Where the milestone stands: achieved, else forecast, else the current baseline."""
        if self.achieved:
            return self.achieved.when
        if self.forecast:
            return self.forecast.when
        return self.current.when if self.current else None

    @property
    def path_slugs(self) -> list[str]:
        return [path["slug"] for path in self.paths]

    @property
    def status(self) -> Status:
        if self.achieved:
            return Status("achieved")
        if self.forecast and self.current:
            return Status("late" if self.forecast.when.last > self.current.when.last else "on-track")
        if self.current is None:
            return Status("not-published")
        if self.current.last_on < self.today:
            return Status("not-published", "Outcome not known")
        return Status("not-started", "No forecast published")

    @property
    def is_unknown(self) -> bool:
        """The agreed date has passed, and nobody published what came of it."""
        return bool(not self.achieved and not self.forecast and self.current and self.current.last_on < self.today)

    @property
    def state(self) -> str:
        """Where it stands, in a word or two."""
        if self.milestone.is_removed:
            return "Removed from the plan"
        if self.achieved:
            return "Achieved"
        return "Outcome not known" if self.is_unknown else "Ahead" if self.is_ahead else "Not published"

    @property
    def is_ahead(self) -> bool:
        return self.achieved is None and self.now is not None and self.now.last >= self.today

    @property
    def against_baseline(self) -> str:
        """The forecast, or what was achieved, against the current baseline."""
        if self.achieved:
            return f"Achieved {self.achieved.when.words}"
        if self.forecast and self.current:
            moved = movement(self.current.when, self.forecast.when)
            return "On baseline" if moved == "Not moved" else moved
        return ""


@dataclass
class Register:
    entries: list[Entry]
    baselines: list[Baseline]
    today: date

    @property
    def current(self) -> Baseline | None:
        return next((baseline for baseline in self.baselines if baseline.is_current), None)

    @property
    def previous(self) -> Baseline | None:
        current = self.current
        return self.baseline(current.replaces_id) if current else None

    def baseline(self, pk_or_slug: int | str | None) -> Baseline | None:
        return next((b for b in self.baselines if pk_or_slug in (b.pk, b.slug)), None)

    def entry(self, slug: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.milestone.slug == slug.lower()), None)

    @property
    def next(self) -> Entry | None:
        """The soonest milestone that is still ahead."""
        ahead = [entry for entry in self.entries if entry.is_ahead]
        return min(ahead, key=lambda entry: entry.now.last if entry.now else date.max, default=None)

    @property
    def by_date(self) -> list[Entry]:
        """Soonest first; those without a date last."""
        return sorted(self.entries, key=lambda e: (e.now is None, e.now.first if e.now else date.max))

    def changes(self, before: Baseline, after: Baseline) -> list[str]:
        """What moved from one baseline to the other, a sentence each."""
        said = []
        for entry in self.entries:
            old, new = entry.dates.get(before.slug), entry.dates.get(after.slug)
            if old or new:
                said.append(sentence(entry.milestone.code, old.when if old else None, new.when if new else None))
        return [words for words in said if words]


@dataclass(frozen=True)
class Step:
    """One row of a milestone's date history: what a baseline says, and how far that is from the one before."""

    baseline: Baseline
    date: BaselineDate | None
    movement: str
    is_slip: bool
    #: From here to where the milestone stands now.
    slip: Slip


def history(entry: Entry, baselines: Iterable[Baseline]) -> list[Step]:
    """The milestone's date in every baseline, the current one first."""
    steps: list[Step] = []
    before: BaselineDate | None = None
    for nth, baseline in enumerate(sorted(baselines, key=lambda baseline: baseline.number)):
        now = entry.dates.get(baseline.slug)
        said, slip = "Not known", False
        if nth == 0:
            said = "First baseline"
        elif before and now:
            said, slip = movement(before.when, now.when), is_later(before.when, now.when)
        steps.append(Step(baseline, now, said, slip, entry.slip(baseline.slug)))
        before = now
    return steps[::-1]


def read(today: date, *, as_at: date | None = None) -> Register:
    """The whole register: two queries, however many milestones and baselines.

    With `as_at` as it was known on that past day: only the baselines, forecasts and outcomes of then.
    """
    by_milestone: dict[int, dict[str, BaselineDate]] = {}
    known: dict[int, Baseline] = {}
    for row in register_rows.dates(as_at):
        by_milestone.setdefault(row.milestone_id, {})[row.baseline.slug] = row
        row.baseline = known.setdefault(row.baseline_id, row.baseline)
    baselines = sorted(known.values(), key=lambda baseline: baseline.number)
    if as_at:
        for baseline in baselines:
            baseline.is_current = baseline is baselines[-1]
    current = next((baseline for baseline in baselines if baseline.is_current), None)
    rows: Any = register_rows.milestones(as_at)
    if as_at:
        rows = _as_it_was(register_rows.with_words_of(rows, current), {baseline.slug for baseline in baselines})
    slugs = (current.slug if current else "", baselines[0].slug if baselines else "")
    entries = [_entry(milestone, by_milestone.get(milestone.pk, {}), *slugs, today) for milestone in rows]
    return Register(entries, baselines, today)


def _as_it_was(rows: Iterable[Any], known: set[str]) -> list[Any]:
    """Without what was added later, with what was removed later, in the words of then."""
    added, removed = register_rows.added_and_removed()
    found = [row for row in rows if added.get(row.code.lower()) is None or added[row.code.lower()] in known]
    for row in found:
        row.is_removed = removed[row.pk] in known if removed.get(row.pk) else row.is_removed
        for name, words in (row.then_json or {}).items():
            setattr(row, name, words)
    return found


def _entry(milestone: Any, dates: dict[str, BaselineDate], current: str, first: str, today: date) -> Entry:
    override, limits = milestone.override_json, milestone.tolerance_json
    return Entry(
        milestone=milestone,
        dates=dates,
        current=dates.get(current),
        forecast=Reported.of(milestone.forecast_json),
        achieved=Reported.of(milestone.achieved_json),
        paths=milestone.paths_json,
        today=today,
        first=next((row for row in dates.values() if row.is_where_added), dates.get(first)),  # type: ignore[attr-defined]
        limits=Limits(**limits) if limits else None,
        override=(override["rag"], override["reason"]) if override else ("", ""),
    )


@dataclass(frozen=True)
class Reports:
    """All that was ever reported about a milestone, newest first; the one in force is the first."""

    forecasts: list[Forecast]
    achievements: list[Achievement]


def reports_of(milestone: Milestone) -> Reports:
    def all_of(model: Any, *with_rows: str) -> list[Any]:
        return list(model.objects.filter(milestone=milestone).select_related("source", *with_rows).order_by("-pk"))

    return Reports(all_of(Forecast, "release"), all_of(Achievement))
