"""What a change request proposes, line by line and in words, against the baseline that it was written for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mhhs_portal.exports import Column, Table
from milestones.models import BaselineDate, ChangeRequest, ProposedChange
from milestones.movement import is_later, movement
from milestones.poap import When
from milestones.poap.text import same_dates

Kind = ProposedChange.Kind


@dataclass(frozen=True)
class Proposal:
    row: ProposedChange
    #: The date in the baseline that the request was written against.
    now: When | None
    wanted: When | None
    movement: str
    is_later: bool
    words: str

    @property
    def code(self) -> str:
        return self.row.milestone.code if self.row.milestone else self.row.new_code

    @property
    def title(self) -> str:
        return self.row.milestone.title if self.row.milestone else self.row.new_name


def of(request: ChangeRequest) -> list[Proposal]:
    """Two queries."""
    rows = list(request.changes.select_related("milestone", "before", "new_lane").order_by("pk"))
    agreed = {row.milestone_id: row.when for row in BaselineDate.objects.filter(baseline=request.based_on_id or 0)}
    rows.sort(key=lambda row: (row.milestone.position if row.milestone else 1_000_000, row.pk))
    return [_proposal(row, agreed.get(row.milestone_id or 0)) for row in rows]


def moves(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Lines that give a date."""
    return [line for line in proposals if line.row.kind == Kind.MOVE]


def _proposal(row: ProposedChange, now: When | None) -> Proposal:
    wanted, far, late = row.when, "", False
    if row.kind == Kind.MOVE and now and wanted:
        late = is_later(now, wanted)
        if same_dates(now, wanted):
            far = "No change"
        elif now.alternative is None:
            far = movement(now, wanted)
    elif row.kind == Kind.MOVE:
        far = "First published"
    return Proposal(row, now, wanted, far, late, _words(row, now, wanted))


def _words(row: ProposedChange, now: When | None, wanted: When | None) -> str:
    code = row.milestone.code if row.milestone else row.new_code
    if row.kind == Kind.MOVE:
        return f"{code} moves from {now.words if now else 'no published date'} to {wanted.words if wanted else ''}."
    if row.kind == Kind.ADD:
        lane = f" in {row.new_lane.name}" if row.new_lane else ""
        return f"{code} {row.new_name} is added{lane}, {'at ' + wanted.words if wanted else 'without a date yet'}."
    if row.kind == Kind.REMOVE:
        return f"{row.milestone} is removed{f'; it is at {now.words} now' if now else ''}."
    if row.kind == Kind.REWORD:
        same = row.milestone is not None and row.milestone.name == row.new_name
        return f"{code} keeps its name; its description changes." if same else f"{code} is called “{row.new_name}”."
    lag = f" plus {row.lag_working_days} working days" if row.lag_working_days is not None else ""
    verb = "waits for" if row.kind == Kind.LINK else "no longer waits for"
    return f"{code} {verb} {row.before.code if row.before else ''}{lag}."


def table(request: ChangeRequest, proposals: list[Proposal]) -> Table:
    columns = [
        Column("kind", "Change"),
        Column("milestone", "Milestone"),
        Column("name", "Name"),
        Column("now", "Baseline now"),
        Column("proposed", "Proposed"),
        Column("proposed_first", "Proposed, first day"),
        Column("proposed_last", "Proposed, last day"),
        Column("movement", "Movement"),
        Column("words", "In words"),
    ]
    rows = (
        {
            "kind": line.row.get_kind_display(),
            "milestone": line.code,
            "name": line.title,
            "now": line.now.words if line.now else None,
            "proposed": line.wanted.words if line.wanted else None,
            "proposed_first": line.wanted.first if line.wanted else None,
            "proposed_last": line.wanted.last if line.wanted else None,
            "movement": line.movement,
            "words": line.words,
        }
        for line in proposals
    )
    return Table(f"change-request-{request.slug}", columns, rows)
