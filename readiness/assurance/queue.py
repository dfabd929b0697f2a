"""Everything that waits for analysts: whose it is, how long it has waited, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from mhhs_portal.deadlines import local_day, working_days_between
from mhhs_portal.organisations.models import Membership
from readiness.assurance.models import Assignment, Finding, Query, SampleCheck
from readiness.models import Answer, Interest, Status, Submission, SubmittedRound

WAITING = (Status.SUBMITTED, Status.IN_REVIEW)
SORTS = {
    "waiting": ("Longest waiting first", ["received_at", "pk"]),
    "newest": ("Newest first", ["-received_at", "pk"]),
    "name": ("By organisation", ["organisation__name", "pk"]),
}
SHOWS = {
    "mine": "Mine",
    "team": "Team",
    "unassigned": "Nobody's",
    "check": "Second check",
    "back": "With participants",
}


@dataclass(frozen=True)
class Choice:
    """What the address asks for; whatever it does not know it leaves out."""

    show: str = "mine"
    campaign: str = ""
    status: str = ""
    role: str = ""
    sort: str = "waiting"

    @classmethod
    def of(cls, sent: QueryDict) -> Choice:
        show, sort = sent.get("show", "mine"), sent.get("sort", "waiting")
        status = sent.get("status", "")
        return cls(
            show if show in SHOWS else "mine",
            sent.get("campaign", "")[:60],
            status if status in Status.values else "",
            sent.get("role", "")[:40],
            sort if sort in SORTS else "waiting",
        )


def queue(acting: Membership) -> QuerySet[Any]:
    """Submitted rounds with `received_at`, `reviewer`, `marked` of `given`, and whether the reader has an interest."""
    rounds = SubmittedRound.objects.filter(submission=OuterRef("pk")).order_by("-round_number")
    current = Assignment.objects.current().filter(submission=OuterRef("pk"))
    answers = Answer.objects.filter(
        submission=OuterRef("pk"), round_number=OuterRef("round_number"), value__isnull=False
    ).order_by()

    def count(rows: Any) -> Coalesce:
        return Coalesce(Subquery(rows.values("submission").annotate(n=Count("pk", distinct=True)).values("n")), 0)

    worked_there = Membership.objects.filter(person=acting.person, organisation=OuterRef("organisation"))
    declared = Interest.objects.filter(person=acting.person, organisation=OuterRef("organisation"), ended_at=None)
    return (
        Submission.objects.filter(campaign__opened_at__isnull=False, rounds__round_number=1)
        .select_related("campaign", "organisation")
        .annotate(
            received_at=Subquery(rounds.values("submitted_at")[:1]),
            reviewer=Subquery(current.values("analyst__name")[:1]),
            reviewer_id=Subquery(current.values("analyst")[:1]),
            has_conflict=Case(When(Exists(worked_there) | Exists(declared), then=Value(True)), default=Value(False)),
            given=count(answers),
            marked=count(answers.filter(assessments__isnull=False)),
        )
    )


def narrowed(rows: QuerySet[Any], choice: Choice) -> QuerySet[Any]:
    if choice.campaign:
        rows = rows.filter(campaign__slug=choice.campaign)
    if choice.status:
        rows = rows.filter(status=choice.status)
    if choice.role:
        rows = rows.filter(asked_for__contains=[{"role": choice.role}])
    return rows


def shown(rows: QuerySet[Any], choice: Choice, acting: Membership) -> QuerySet[Any]:
    rule = rules(acting)[choice.show]
    return narrowed(rows, choice).filter(rule).order_by(*SORTS[choice.sort][1])


def rules(acting: Membership) -> dict[str, Q]:
    """What stands on each tab."""
    mine = Assignment.objects.current().filter(submission=OuterRef("pk"), analyst=acting.person)
    anybody = Assignment.objects.current().filter(submission=OuterRef("pk"))
    sampled = SampleCheck.objects.filter(
        submission=OuterRef("pk"), round_number=OuterRef("round_number"), agrees__isnull=True
    )
    finding = Finding.objects.filter(submission=OuterRef("pk"), status="second-check").exclude(author=acting.person)
    waiting = Q(status__in=WAITING)
    return {
        "mine": waiting & Q(Exists(mine)),
        "team": waiting,
        "unassigned": waiting & ~Q(Exists(anybody)),
        "check": Q(Exists(sampled)) | Q(Exists(finding)),
        "back": Q(status=Status.RETURNED) | Q(Exists(Query.objects.filter(submission=OuterRef("pk")).open())),
    }


def counts(acting: Membership, choice: Choice) -> dict[str, int]:
    """How many stand on each tab; one query."""
    rows = narrowed(Submission.objects.filter(campaign__opened_at__isnull=False, rounds__round_number=1), choice)
    tabs = {f"on_{name}": Count("pk", filter=rule) for name, rule in rules(acting).items()}
    found = rows.aggregate(**tabs)
    return {name.removeprefix("on_"): number for name, number in found.items()}


def waited(submission: Any, now: datetime) -> int:
    """Working days since the round was received."""
    return working_days_between(local_day(submission.received_at), local_day(now))
