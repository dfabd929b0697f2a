"""The baselines one after the other: who decided each, when, and what it changed from the one before."""

from __future__ import annotations

from dataclasses import dataclass

from mhhs_portal.exports import Column, Table
from milestones.changes.compare import Comparison, Words, compare
from milestones.models import Baseline
from milestones.register import Register


@dataclass(frozen=True)
class Rung:
    baseline: Baseline
    #: None for the first one.
    before: Baseline | None
    changed: Comparison | None
    dates: int

    @property
    def words(self) -> str:
        """ "6 moved"; what else changed, where that is known."""
        if self.changed is None:
            return "The first timetable"
        said = [f"{count} {kind}" for kind, count in self.changed.counts.items() if count]
        return ", ".join(said) or "No date changed"


def rungs(read: Register) -> list[Rung]:
    """The current baseline first: three queries, however many there are."""
    known = {
        baseline.pk: baseline
        for baseline in Baseline.objects.published().select_related("change_request", "source").order_by("number")
    }
    words = Words.of(*known.values())
    found = []
    for baseline in known.values():
        before = known.get(baseline.replaces_id or 0)
        changed = compare(read, before, baseline, words=words) if before else None
        dates = sum(baseline.slug in entry.dates for entry in read.entries)
        found.append(Rung(baseline, before, changed, dates))
    return found[::-1]


def table(rows: list[Rung]) -> Table:
    columns = [
        Column("number", "Number"),
        Column("name", "Baseline"),
        Column("title", "Title"),
        Column("decided_on", "Decided"),
        Column("decided_by", "Decided by"),
        Column("published_on", "Published"),
        Column("is_current", "Current"),
        Column("replaces", "Replaces"),
        Column("dates", "Milestones with a date"),
        Column("changes", "What it changed"),
        Column("source", "Source"),
    ]
    return Table(
        "baselines",
        columns,
        [
            {name: getattr(row.baseline, name) for name in ("number", "name", "title", "decided_on", "decided_by")}
            | {
                "published_on": row.baseline.published_on,
                "is_current": row.baseline.is_current,
                "replaces": row.before.name if row.before else None,
                "dates": row.dates,
                "changes": row.words,
                "source": row.baseline.source.title,
            }
            for row in rows
        ],
    )
