"""An organisation's own plan as a table for CSV, XLSX and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mhhs_portal.exports import Column, Table, Value
from milestones.journeys import Journey, RolePath
from milestones.own_plans.role_plans import RolePlan

COLUMNS = [
    Column("mpid", "MPID"),
    Column("market_role", "Market role"),
    Column("path", "Critical path"),
    Column("route", "Route"),
    Column("step", "Step"),
    Column("part_of", "Part of"),
    Column("target_on", "Our target"),
    Column("forecast_on", "Forecast"),
    Column("achieved_on", "Achieved"),
    Column("slip_working_days", "Forecast after target, working days"),
    Column("confidence", "Confidence"),
    Column("evidence_title", "Evidence"),
    Column("evidence_url", "Evidence link"),
    Column("changed_at", "Last changed"),
    Column("changed_by", "Changed by"),
    Column("gate", "Gate of the path"),
    Column("gap_working_days", "Service activation before the gate, working days"),
    Column("gap", "Gap to the gate in words"),
]
COMMENT = Column("comment", "Comment")


def table(name: str, journeys: Iterable[Journey], *, comments: bool) -> Table:
    """`comments` are the organisation's own: only its members get them."""
    columns = [*COLUMNS, COMMENT] if comments else COLUMNS
    return Table(name, columns, _rows(journeys))


def _rows(journeys: Iterable[Journey]) -> Iterator[dict[str, Value]]:
    for journey in journeys:
        for role in journey.role_paths:
            for plan in [*role.plans, *role.parts]:
                yield _row(role, plan)


def _row(role: RolePath, plan: RolePlan) -> dict[str, Value]:
    held, gap = role.placement.role_held, role.gap
    return {
        "mpid": held.mpid,
        "market_role": held.market_role.name,
        "path": role.placement.path.code,
        "route": role.placement.get_route_display() or None,
        "step": plan.step.name,
        "part_of": "Migration" if plan.step.part_of_id else None,
        "target_on": plan.target_on,
        "forecast_on": plan.forecast_on,
        "achieved_on": plan.achieved_on,
        "slip_working_days": plan.slip if plan.target_on and plan.forecast_on and not plan.achieved_on else None,
        "confidence": plan.likelihood_words if plan.likelihood else None,
        "comment": plan.comment or None,
        "evidence_title": plan.evidence_title or None,
        "evidence_url": plan.evidence_url or None,
        "changed_at": plan.changed_at,
        "changed_by": plan.changed_by or None,
        "gate": gap.gate.words if gap.gate else None,
        "gap_working_days": gap.working_days,
        "gap": gap.words,
    }
