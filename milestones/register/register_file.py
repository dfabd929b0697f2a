"""The register as a file: one row for a milestone, with the same words that the page says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mhhs_portal.exports import Column, Table

if TYPE_CHECKING:
    from milestones.models import Baseline
    from milestones.register import Entry, Register

_ABOUT = {
    "code": "Milestone",
    "name": "Name",
    "summary": "Summary",
    "workstream": "Workstream",
    "tier": "Tier",
    "ofgem_approves_moves": "Ofgem approves a move",
    "owner": "Owner",
    "recommended_by": "Recommended by",
    "decided_by": "Decided by",
    "paths": "Critical paths",
    "waits_for": "Waits for",
    "state": "State",
    "rag": "RAG",
    "rag_reason": "Why this RAG",
}
_PARTS = {
    "first_day": "first day",
    "last_day": "last day",
    "precision": "precision",
    "confidence": "confidence",
    "source": "source",
}
_END = {
    "approved_on": "Date in force approved on",
    "approved_by": "Date in force approved by",
    "slip_against": "Slip against",
    "slip": "Slip",
    "slip_working_days": "Slip, working days",
    "slip_calendar_days": "Slip, calendar days",
}


def table(entries: Iterable[Entry], register: Register, against: Baseline | None = None) -> Table:
    """All dates of the entries; the slip is against the given baseline, else the current one."""
    against = against or register.current
    dates = {"original": "Original", "current": "Current baseline", "forecast": "Forecast", "achieved": "Achieved"}
    columns = [Column(key, label) for key, label in _ABOUT.items()]
    for key, label in dates.items():
        columns.append(Column(key, label))
        columns += [Column(f"{key}_{part}", f"{label}, {words}") for part, words in _PARTS.items()]
    columns += [Column(f"in_{baseline.slug}", f"In {baseline.name}") for baseline in register.baselines]
    columns += [Column(key, label) for key, label in _END.items()]
    return Table("milestones", columns, (_row(entry, register, against) for entry in entries))


def _row(entry: Entry, register: Register, against: Baseline | None) -> dict[str, Any]:
    milestone: Any = entry.milestone
    moved = entry.slip(against.slug) if against else None
    said = {
        "code": milestone.code,
        "name": milestone.name,
        "summary": milestone.summary,
        "workstream": milestone.lane.name,
        "tier": milestone.tier,
        "ofgem_approves_moves": milestone.needs_ofgem_approval,
        "owner": milestone.owner,
        "recommended_by": milestone.recommended_by,
        "decided_by": milestone.decided_by,
        "paths": ", ".join(path["code"] for path in entry.paths),
        "waits_for": ", ".join(milestone.waits_for_codes),
        "state": entry.state,
        "rag": entry.rag.label,
        "rag_reason": entry.rag.words,
        "approved_on": entry.approved_on,
        "approved_by": entry.approved_by,
        "slip_against": against.name if against else "",
        "slip": moved.words if moved else "",
        "slip_working_days": moved.working_days if moved else None,
        "slip_calendar_days": moved.calendar_days if moved else None,
    }
    for key, row in (("original", entry.first), ("current", entry.current)):
        if row:
            said |= _date(key, row.when, str(row.get_confidence_display()), row.source.title)  # type: ignore[attr-defined]
    for key, report in (("forecast", entry.forecast), ("achieved", entry.achieved)):
        if report:
            said |= _date(key, report.when, report.confidence, report.source_title)
    for baseline in register.baselines:
        found = entry.dates.get(baseline.slug)
        said[f"in_{baseline.slug}"] = found.when.words if found else None
    return said


def _date(key: str, when: Any, confidence: str, source: str) -> dict[str, Any]:
    return {
        key: when.words,
        f"{key}_first_day": when.first,
        f"{key}_last_day": when.last,
        f"{key}_precision": {"day": "day", "month": "month", "range": "range of months"}[when.precision],
        f"{key}_confidence": confidence,
        f"{key}_source": source,
    }
