"""What participants say to a change request, and who has not said anything yet.

Every answer is kept: a later one of the same organisation replaces it while the assessment is open. What one
organisation says is shown to itself and to programme staff; everybody else sees counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import DUE_SOON_DAYS, is_past, spoken, working_days_left
from mhhs_portal.exports import Column, Table
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Constituency, Kind, Membership, Organisation, Role
from mhhs_portal.todo import Task
from milestones.changes import telling
from milestones.models import ChangeRequest, ImpactAssessment
from milestones.models.change_requests import State

Position = ImpactAssessment.Position
_REFERENCES = 4_120_456  # the advisory lock under which receipts are counted


def assess(
    request: ChangeRequest,
    *,
    acting: Membership,
    now: datetime,
    position: str,
    reasons: str = "",
    date_impact_days: int | None = None,
    date_impact: str = "",
    cost_impact: str = "",
    cost_words: str = "",
    other_impact: str = "",
    is_confidential: bool = False,
) -> ImpactAssessment:
    """Keep the organisation's answer; it replaces the one in force. Refused in words once the assessment has closed."""
    with doing("milestones.impact_assessed", by=acting.person):
        held = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        _refuse_when_closed(held, now)
        earlier = in_force().filter(change_request=held, organisation=acting.organisation).first()
        answer = ImpactAssessment(
            change_request=held,
            organisation=acting.organisation,
            position=position,
            reasons=reasons.strip(),
            date_impact_days=date_impact_days,
            date_impact=date_impact.strip(),
            cost_impact=cost_impact,
            cost_words=cost_words.strip(),
            other_impact=other_impact.strip(),
            is_confidential=is_confidential,
            reference=_next_reference(),
            submitted_at=now,
            submitted_by=acting.person,
            replaces=earlier,
        )
        if answer.position == Position.OBJECT and not answer.reasons:
            raise ValidationError({"reasons": "Say why you object"})
        save_checked(answer)
        telling.confirm_receipt(answer)
    return answer


def is_open(request: ChangeRequest, now: datetime) -> bool:
    due_at = request.assessment_due_at
    return request.state == State.ASSESSMENT and due_at is not None and not is_past(due_at, now)


def in_force() -> Any:
    """Answers that no later one has replaced."""
    return ImpactAssessment.objects.filter(replaced_by__isnull=True)


def asked(request: ChangeRequest) -> Any:
    """Every participant; while the assessment is open, also those who joined since."""
    return Organisation.objects.filter(kind=Kind.PARTICIPANT).order_by("name")


@dataclass(frozen=True)
class Counts:
    """What everybody may know. The positions add up to `answered`, and with `waiting` to `asked`."""

    asked: int
    support: int
    object: int
    no_view: int

    @property
    def answered(self) -> int:
        return self.support + self.object + self.no_view

    @property
    def waiting(self) -> int:
        return max(self.asked - self.answered, 0)


def counts(request: ChangeRequest) -> Counts:
    """One query."""
    answer = in_force().filter(change_request=request, organisation=OuterRef("pk")).values("position")[:1]
    found = Counter(asked(request).annotate(position=Subquery(answer)).values_list("position", flat=True))
    return Counts(found.total(), found[Position.SUPPORT], found[Position.OBJECT], found[Position.NO_VIEW])


@dataclass(frozen=True)
class Standing:
    """One participant and its answer; None when there is none."""

    organisation: Organisation
    answer: ImpactAssessment | None
    versions: int = 0


def standings(request: ChangeRequest) -> list[Standing]:
    """Every participant with its answer, for programme staff: two queries."""
    versions: Counter[int] = Counter()
    latest: dict[int, ImpactAssessment] = {}
    rows = ImpactAssessment.objects.filter(change_request=request).select_related("organisation", "submitted_by")
    for row in rows.order_by("submitted_at", "pk"):
        versions[row.organisation_id] += 1
        latest[row.organisation_id] = row
    everybody = {organisation.pk: organisation for organisation in asked(request)}
    for row in latest.values():
        everybody.setdefault(row.organisation_id, row.organisation)
    return [
        Standing(organisation, latest.get(pk), versions[pk])
        for pk, organisation in sorted(everybody.items(), key=lambda pair: pair[1].name)
    ]


@dataclass(frozen=True)
class Bar:
    """One position of a constituency: how many, and where its part of the bar is, of 100."""

    key: str
    words: str
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Row:
    label: str
    answered: int
    asked: int
    bars: list[Bar]


def by_constituency(rows: Iterable[Standing]) -> list[Row]:
    """What each constituency said, and all together; the counts add up to those who were asked."""
    groups: dict[str, list[Standing]] = {}
    for row in rows:
        groups.setdefault(row.organisation.constituency, []).append(row)
    order = [choice.value for choice in Constituency if choice.value] + [""]
    found = [_row_of(str(Constituency(key).label), groups[key]) for key in order if key in groups]
    return [*found, _row_of("All", [row for group in groups.values() for row in group])] if found else []


def _row_of(label: str, rows: list[Standing]) -> Row:
    said = Counter(row.answer.position if row.answer else "" for row in rows)
    bars, x = [], 0.0
    for key, words in [*((choice.value, str(choice.label)) for choice in Position), ("", "No answer")]:
        if said[key]:
            width = 100 * said[key] / len(rows)
            bars.append(Bar(key or "none", words, said[key], round(x, 2), round(width, 2)))
            x += width
    return Row(label, len(rows) - said[""], len(rows), bars)


def table(request: ChangeRequest, rows: list[Standing]) -> Table:
    columns = [
        Column("organisation", "Organisation"),
        Column("constituency", "Constituency"),
        Column("position", "Position"),
        Column("reasons", "Reasons"),
        Column("date_impact_days", "Date impact, working days"),
        Column("date_impact", "Date impact"),
        Column("cost_impact", "Cost impact"),
        Column("cost_words", "Cost"),
        Column("other_impact", "Other impact"),
        Column("is_confidential", "Confidential"),
        Column("reference", "Receipt"),
        Column("submitted_at", "Received"),
        Column("submitted_by", "Sent by"),
        Column("versions", "Versions"),
    ]
    return Table(f"impact-assessments-{request.slug}", columns, [_row(row) for row in rows])


def _row(row: Standing) -> dict[str, Any]:
    answer = row.answer
    said: dict[str, Any] = {
        "organisation": row.organisation.name,
        "constituency": row.organisation.get_constituency_display(),
        "position": answer.get_position_display() if answer else "No answer",
        "versions": row.versions,
    }
    if answer:
        names = ("reasons", "date_impact_days", "date_impact", "cost_words", "other_impact", "is_confidential")
        said |= {name: getattr(answer, name) for name in (*names, "reference", "submitted_at")}
        said |= {"cost_impact": answer.get_cost_impact_display(), "submitted_by": answer.submitted_by.name}
    return said


def open_tasks(acting: Membership, now: datetime) -> list[Task]:
    """Change requests that the organisation may assess and has not: one query."""
    if acting.organisation.kind != Kind.PARTICIPANT or acting.role == Role.VIEWER:
        return []
    answered = ImpactAssessment.objects.filter(change_request=OuterRef("pk"), organisation=acting.organisation)
    waiting = ChangeRequest.objects.published().filter(
        ~Exists(answered), state=State.ASSESSMENT, assessment_due_at__gte=now
    )
    return [_task(request, acting, now) for request in waiting.order_by("assessment_due_at")]


def _task(request: ChangeRequest, acting: Membership, now: datetime) -> Task:
    assert request.assessment_due_at is not None
    assert request.assessment_opened_at is not None
    soon = working_days_left(request.assessment_due_at, now) <= DUE_SOON_DAYS
    return Task(
        title=f"{request.code}: {request.title}",
        url=reverse("milestones:own_change", args=[acting.organisation.slug, request.slug]),
        due_at=request.assessment_due_at,
        opened_at=request.assessment_opened_at,
        status="due-soon" if soon else "open",
        kind=f"Impact assessment of a change request{', sample' if request.is_sample else ''}",
        verb="Assess",
    )


def _refuse_when_closed(held: ChangeRequest, now: datetime) -> None:
    due_at = held.assessment_due_at
    if held.state == State.DRAFT or due_at is None:
        raise ValidationError("This change request does not ask for an impact assessment.")
    if held.state != State.ASSESSMENT:
        raise ValidationError("The impact assessment has been closed: no more answers are taken.")
    if is_past(due_at, now):
        raise ValidationError(f"The impact assessment closed at {spoken(due_at)}: no more answers are taken.")


def _next_reference() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REFERENCES])
        cursor.execute(
            "SELECT coalesce(max(substring(reference FROM 4)::int), 0) + 1 FROM milestones_impactassessment"
            " WHERE reference ~ '^IA-[0-9]+$'"
        )
        return f"IA-{cursor.fetchone()[0]:05}"
