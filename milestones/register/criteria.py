"""What must be met for a milestone: staff put it down, say how it stands, and waive it in place of removing it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.models import Criterion, Milestone

State = Criterion.State
#: The note of a milestone that says which document has its criteria.
DOCUMENT_NOTE = "acceptance-criteria"
#: The status word for each state.
MARKS = {
    State.NOT_STARTED: "not-started",
    State.IN_PROGRESS: "in-progress",
    State.MET: "completed",
    State.NOT_MET: "late",
    State.WAIVED: "withdrawn",
}


@dataclass(frozen=True)
class Standing:
    """A milestone's criteria and how many of them are met; waived ones are not counted."""

    rows: list[Criterion]

    @property
    def met(self) -> int:
        return sum(row.state == State.MET for row in self.rows)

    @property
    def counted(self) -> int:
        return sum(row.state != State.WAIVED for row in self.rows)

    @property
    def marked(self) -> list[tuple[Criterion, str]]:
        return [(row, MARKS[State(row.state)]) for row in self.rows]


def standing_of(milestone: Milestone) -> Standing:
    return Standing(list(Criterion.objects.filter(milestone=milestone).select_related("source")))


def counts() -> dict[int, tuple[int, int]]:
    """For each milestone that has criteria: how many are met, of how many that count. One query."""
    met, counted = Count("pk", filter=Q(state=State.MET)), Count("pk", filter=~Q(state=State.WAIVED))
    rows = Criterion.objects.order_by().values("milestone").annotate(met=met, counted=counted)
    return {row["milestone"]: (row["met"], row["counted"]) for row in rows}


def add(
    milestone: Milestone,
    *,
    words: str,
    by: Person | None,
    document: str = "",
    state: str = State.NOT_STARTED,
    evidence_title: str = "",
    evidence_url: str = "",
    approved_at_words: str = "",
) -> Criterion:
    """A new criterion at the end of the milestone's list."""
    with doing("milestones.criterion_added", by=by):
        Milestone.objects.select_for_update().get(pk=milestone.pk)  # one after the other: keys and places are counted
        others = Criterion.objects.filter(milestone=milestone)
        if others.filter(words__iexact=words.strip()).exists():
            raise ValidationError({"words": f"{milestone.code} has this criterion already"})
        place = (others.aggregate(last=Max("position"))["last"] or 0) + 1
        row = Criterion(milestone=milestone, position=place, key=f"{slugify(milestone.code)}-{place}"[:50])
        _say(row, words, document, state, evidence_title, evidence_url, approved_at_words)
        save_checked(row)
    return row


def change(
    row: Criterion,
    *,
    words: str,
    by: Person | None,
    document: str = "",
    state: str = "",
    evidence_title: str = "",
    evidence_url: str = "",
    approved_at_words: str = "",
    seen_version: str = "",
) -> Criterion:
    """What the criterion says and how it stands. A criterion is never deleted: it is waived, and stays readable."""
    with doing("milestones.criterion_changed", by=by):
        held = Criterion.objects.select_for_update().get(pk=row.pk)
        if seen_version and seen_version != version_of(held):
            raise ValidationError("Somebody has changed this criterion since you opened it. Look at it again.")
        others = Criterion.objects.filter(milestone=held.milestone_id).exclude(pk=held.pk)
        if others.filter(words__iexact=words.strip()).exists():
            raise ValidationError({"words": "The milestone has this criterion already"})
        _say(held, words, document, state or held.state, evidence_title, evidence_url, approved_at_words)
        save_checked(held)
    return held


def version_of(row: Criterion) -> str:
    """Changes with every change of what the form shows."""
    said = (row.words, row.document, row.state, row.evidence_title, row.evidence_url, row.approved_at_words)
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def name_owner(milestone: Milestone, *, owner: str, by: Person | None) -> Milestone:
    """Who answers for the milestone in the Programme, by role; empty means that it is not published."""
    with doing("milestones.owner_named", by=by):
        held = Milestone.objects.select_for_update().get(pk=milestone.pk)
        held.owner = owner.strip()
        save_checked(held)
    return held


def _say(row: Criterion, words: str, document: str, state: str, title: str, url: str, approved: str) -> None:
    row.words, row.document, row.state = words.strip(), document.strip(), state
    row.evidence_title, row.evidence_url, row.approved_at_words = title.strip(), url.strip(), approved.strip()
