"""Who has responded, for the Programme: every organisation of the frozen list in exactly one state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from checklist.models import Addressee, ChecklistItem, Response, ResponseDraft
from checklist.models.items import own_extensions
from checklist.own import dates_of
from checklist.progress import ANSWERED, Answered, Dates, phase, tally, tracked


@dataclass(frozen=True)
class Standing:
    addressee: Addressee
    state: str


@dataclass(frozen=True)
class Summary:
    """One item in the office's list."""

    item: ChecklistItem
    phase: str
    asked: int
    answered: int
    late: int

    @property
    def in_time(self) -> int:
        return self.answered - self.late

    @property
    def outstanding(self) -> int:
        return self.asked - self.answered


def standings(item: ChecklistItem, now: datetime) -> list[Standing]:
    """The frozen list by name, each with its state; one query."""
    answers = Response.objects.current().filter(
        item=item, organisation=OuterRef("organisation"), revision=item.revision
    )
    drafts = ResponseDraft.objects.filter(item=item, organisation=OuterRef("organisation"))
    rows = (
        item.addressees.select_related("organisation")
        .annotate(
            answer=Subquery(answers.values("answer")[:1]),
            answered_at=Subquery(answers.values("given_at")[:1]),
            answered_late=Subquery(answers.values("is_late")[:1]),
            answered_by=Subquery(answers.values("given_by__name")[:1]),
            comment_count=Subquery(answers.annotate(n=Count("comments")).values("n")[:1]),
            has_draft=Exists(drafts),
            own_due_at=Subquery(own_extensions(item.pk, OuterRef("organisation"))),
        )
        .order_by("organisation__name")
    )
    dates = dates_of(item)
    return [Standing(row, _state(row, dates, now)) for row in rows]


def _state(row: Any, dates: Dates, now: datetime) -> str:
    """`row` is an addressee with the annotations of standings()."""
    own = replace(dates, due_at=max(dates.due_at, row.own_due_at)) if row.own_due_at else dates
    return tracked(own, Answered(row.answer, bool(row.answered_late), row.has_draft), now)


def totals(rows: list[Standing]) -> dict[str, int]:
    return tally(row.state for row in rows)


def answered_of(counts: dict[str, int]) -> int:
    return sum(counts[state] for state in ANSWERED)


def summaries(now: datetime, *, only_open: bool = False) -> list[Summary]:
    """Every issued item with its counts, soonest deadline first; one query."""
    items = ChecklistItem.objects.issued().with_counts().order_by("due_at", "reference")
    if only_open:
        items = items.open_at(now)
    found = [
        Summary(item, phase(dates_of(item), now), item.asked or 0, item.sent or 0, item.late or 0)  # type: ignore[attr-defined]
        for item in items
    ]
    over = [row for row in found if row.phase in {"closed", "withdrawn"}]
    return [row for row in found if row.phase not in {"closed", "withdrawn"}] + over[::-1]


def counts(now: datetime) -> dict[str, int]:
    return ChecklistItem.objects.issued().aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state="published", opens_at__lte=now, due_at__gte=now))
    )
