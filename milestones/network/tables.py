"""The critical paths as files: every row of the page, with what was computed and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from mhhs_portal.exports import Column, Table, Value
from milestones.models import CriticalPath, PathStep
from milestones.network.computing import Computed, Picture, lag_words
from milestones.poap import When

_COLUMNS = {
    "kind": "Kind",
    "code": "Number",
    "name": "Name",
    "date": "Date as known",
    "origin": "Where the date comes from",
    "confidence": "Confidence",
    "earliest": "Earliest",
    "latest": "Latest",
    "float_working_days": "Float in working days",
    "band": "Critical?",
    "waits_for": "Waits for",
    "rests_on": "Rests on",
}
KINDS = {"milestone": "Milestone", "step": "Step", "gate": "Gate", "outside": "Outside dependency"}


def _columns(names: dict[str, str]) -> list[Column]:
    return [Column(key, label) for key, label in names.items()]


def network_table(name: str, picture: Picture) -> Table:
    return Table(name, _columns(_COLUMNS), (_row(row) for row in picture.rows))


def _row(row: Computed) -> dict[str, Value]:
    item = row.item
    return {
        "kind": KINDS[item.kind],
        "code": item.code or None,
        "name": item.name,
        "date": item.when.words if item.when else None,
        "origin": item.origin or item.owner or None,
        "confidence": item.confidence or None,
        "earliest": row.earliest_words if row.earliest else None,
        "latest": row.latest_words if row.is_linked else None,
        "float_working_days": row.float_days,
        "band": row.band,
        "waits_for": "; ".join(f"{one.label} ({lag_words(bond.lag)})" for one, bond in row.waits_for) or None,
        "rests_on": "; ".join(row.doubts) or None,
    }


def steps_table(rows: Iterable[tuple[CriticalPath, list[PathStep]]]) -> Table:
    """Every step of every path, in order."""
    names = {
        "path": "Path",
        "who": "Who",
        "position": "Position",
        "step": "Step",
        "summary": "What is done",
        "applies_to": "For",
        "start": "Starts",
        "end": "Ends",
        "confidence": "Confidence",
    }

    def said(when: When | None) -> str | None:
        return when.words if when else None

    return Table(
        "critical-paths",
        _columns(names),
        [
            {
                "path": path.code,
                "who": path.who,
                "position": place,
                "step": step.name,
                "summary": step.summary,
                "applies_to": step.applies_to,
                "start": said(step.start),
                "end": said(step.end),
                "confidence": step.get_confidence_display(),
            }
            for path, steps in rows
            for place, step in enumerate(steps, 1)
        ],
    )
