"""The register: every milestone with its date in every baseline, its forecast and its outcome, in three queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from milestones.models import (
    Achievement,
    Baseline,
    BaselineDate,
    CriticalPath,
    Dependency,
    Forecast,
    Milestone,
)
from milestones.models.dates import Confidence, when
from milestones.movement import is_later, movement, sentence
from milestones.poap import When

_REPORT = ("first_on", "last_on", "precision", "confidence", "note")


@dataclass(frozen=True)
class Reported:
    """A forecast or an achievement in force."""

    when: When
    confidence: str
    words: str

    @classmethod
    def of(cls, row: dict[str, Any] | None) -> Reported | None:
        if row is None:
            return None
        inferred = row["confidence"] == Confidence.INFERRED
        days = date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"])
        found = when(*days, row["precision"], is_inferred=inferred)
        assert found is not None
        return cls(found, Confidence(row["confidence"]).label, row["words"])


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
        steps.append(Step(baseline, now, said, slip))
        before = now
    return steps[::-1]


def milestones() -> QuerySet[Milestone]:
    """Milestones with lane, paths, what they wait for, forecast and outcome: one query."""

    def report(model: type[Forecast] | type[Achievement], words: str) -> Subquery:
        rows = model._default_manager.filter(milestone=OuterRef("pk"), replaced_by__isnull=True)
        return Subquery(rows.values(json=JSONObject(**{name: name for name in _REPORT}, words=words))[:1])

    waits_for = Dependency.objects.filter(after=OuterRef("pk")).order_by("before__position").values("before__code")
    on_paths = CriticalPath.objects.filter(milestones=OuterRef("pk")).order_by("position")
    path = JSONObject(slug="slug", code="code", name="name")
    return Milestone.objects.select_related("lane", "decision_source").annotate(
        forecast_json=report(Forecast, "reason"),
        achieved_json=report(Achievement, "words"),
        waits_for_codes=ArraySubquery(waits_for),
        paths_json=ArraySubquery(on_paths.values(json=path)),
    )


def read(today: date) -> Register:
    """The whole register: two queries, however many milestones and baselines."""
    dates = BaselineDate.objects.filter(baseline__frozen_at__isnull=False).select_related(
        "baseline", "source", "alternative_source"
    )
    by_milestone: dict[int, dict[str, BaselineDate]] = {}
    baselines: dict[int, Baseline] = {}
    for row in dates:
        by_milestone.setdefault(row.milestone_id, {})[row.baseline.slug] = row
        row.baseline = baselines.setdefault(row.baseline_id, row.baseline)
    current = next((b.slug for b in baselines.values() if b.is_current), "")
    entries = [_entry(milestone, by_milestone.get(milestone.pk, {}), current, today) for milestone in milestones()]
    return Register(entries, sorted(baselines.values(), key=lambda baseline: baseline.number), today)


def _entry(milestone: Any, dates: dict[str, BaselineDate], current: str, today: date) -> Entry:
    return Entry(
        milestone=milestone,
        dates=dates,
        current=dates.get(current),
        forecast=Reported.of(milestone.forecast_json),
        achieved=Reported.of(milestone.achieved_json),
        paths=milestone.paths_json,
        today=today,
    )


@dataclass(frozen=True)
class Reports:
    """All that was ever reported about a milestone, newest first; the one in force is the first."""

    forecasts: list[Forecast]
    achievements: list[Achievement]


def reports_of(milestone: Milestone) -> Reports:
    def all_of(model: Any) -> list[Any]:
        return list(model.objects.filter(milestone=milestone).select_related("source").order_by("-pk"))

    return Reports(all_of(Forecast), all_of(Achievement))
