"""Lists of change requests: the public one, the Programme's, and one participant's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Organisation
from milestones.changes import compare, impact_assessments, release_notes
from milestones.models import Baseline, ChangeRequest, ImpactAssessment
from milestones.models.change_requests import State
from milestones.register import kept

#: The word of the status table for each state.
STATUS = {
    State.DRAFT: ("draft", ""),
    State.ASSESSMENT: ("open", "Out for impact assessment"),
    State.ASSESSED: ("in-review", "Impact assessment closed"),
    State.APPROVED: ("with-changes", "Approved, not applied"),
    State.REJECTED: ("rejected", ""),
    State.WITHDRAWN: ("withdrawn", ""),
    State.APPLIED: ("approved", "Applied: a new baseline"),
}


@dataclass(frozen=True)
class Row:
    change: ChangeRequest
    moves: int
    lines: int
    baseline: Baseline | None

    @property
    def status(self) -> tuple[str, str]:
        return STATUS[State(self.change.state)]


@dataclass(frozen=True)
class Shown:
    rows: list[Row]
    state: str
    #: Key, label and number of each tab.
    tabs: list[tuple[str, str, int]]


def read(requests: Any, state: str) -> Shown:
    """Those in one state, or all; two queries."""
    rows = list(
        requests.annotate(
            lines=Count("changes", distinct=True),
            moves=Count("changes", filter=Q(changes__kind="move"), distinct=True),
        )
        .select_related("baseline")
        .order_by("-pk")
    )
    rows.sort(key=_newest, reverse=True)
    everything = [Row(row, row.moves, row.lines, getattr(row, "baseline", None)) for row in rows]
    state = state if state in State.values else ""
    tabs = [("", "All", len(everything))]
    for key in State:
        count = sum(row.change.state == key for row in everything)
        if count or key == state:
            tabs.append((key.value, key.label, count))
    return Shown([row for row in everything if state in ("", row.change.state)], state, tabs)


def _newest(change: ChangeRequest) -> tuple[bool, bool, date]:
    """Those out for assessment first, then drafts, then by the day of the last thing that happened."""
    day = change.decided_on or change.raised_on or date.max
    return change.state == State.ASSESSMENT, change.state == State.DRAFT, day


_COLUMNS = [
    Column("code", "Number"),
    Column("title", "Title"),
    Column("state", "State"),
    Column("raised_by", "Raised by"),
    Column("raised_on", "Raised"),
    Column("assessment_due_at", "Impact assessment closes"),
    Column("decided_by", "Decided by"),
    Column("decided_on", "Decided"),
    Column("effective_on", "Effective"),
    Column("moves", "Milestones moved"),
    Column("baseline", "Baseline"),
]


def table(rows: list[Row]) -> Table:
    return Table("change-requests", _COLUMNS, [_row(row) for row in rows])


def _row(row: Row) -> dict[str, Any]:
    change = row.change
    names = ("code", "title", "raised_on", "assessment_due_at", "decided_by", "decided_on", "effective_on")
    return {name: getattr(change, name) for name in names} | {
        "state": change.get_state_display(),
        "raised_by": change.raised_by_words,
        "moves": row.moves,
        "baseline": row.baseline.name if row.baseline else None,
    }


@dataclass(frozen=True)
class OwnRow:
    change: ChangeRequest
    answer: ImpactAssessment | None
    is_waiting: bool

    @property
    def status(self) -> tuple[str, str]:
        return STATUS[State(self.change.state)]


def own(organisation: Organisation, now: datetime) -> list[OwnRow]:
    """Every published request with the organisation's own answer: two queries."""
    mine = impact_assessments.in_force().filter(organisation=organisation)
    rows = ChangeRequest.objects.published().prefetch_related(Prefetch("assessments", mine, to_attr="mine"))
    return [
        OwnRow(row, row.mine[0] if row.mine else None, not row.mine and impact_assessments.is_open(row, now))
        for row in sorted(rows.order_by("-pk"), key=_newest, reverse=True)
    ]


def own_table(rows: list[OwnRow]) -> Table:
    columns = [
        *_COLUMNS[:3],
        Column("assessment_due_at", "Impact assessment closes"),
        Column("position", "Your position"),
        Column("reference", "Your receipt"),
    ]
    return Table(
        "our-change-requests",
        columns,
        [
            {
                "code": row.change.code,
                "title": row.change.title,
                "state": row.change.get_state_display(),
                "assessment_due_at": row.change.assessment_due_at,
                "position": row.answer.get_position_display() if row.answer else None,
                "reference": row.answer.reference if row.answer else None,
            }
            for row in rows
        ],
    )


@dataclass(frozen=True)
class Latest:
    """What the newest baseline changed for one organisation."""

    baseline: Baseline
    own: release_notes.OwnNote


def latest_for(organisation: Organisation) -> Latest | None:
    current = Baseline.objects.published().filter(is_current=True).select_related("replaces", "change_request").first()
    if current is None or current.replaces is None:
        return None
    read_ = kept.read(current.published_on or current.decided_on)
    changed = compare.compare(read_, current.replaces, current)
    return Latest(current, release_notes.for_paths(changed, read_, release_notes.paths_of(organisation)))
