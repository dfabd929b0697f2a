"""A paper from its first draft to its release. `_move` is the only way to another status; PAPER_STEPS says which."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Max
from django.urls import reverse

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Kind, Membership, Person, Role
from readiness.assurance.people import check_analyst
from readiness.models import Campaign
from readiness.papers.figures import Told, told
from readiness.papers.models import (
    PAPER_STEPS,
    AnnexPermission,
    Decision,
    Paper,
    PaperRecommendation,
    PaperStatus,
    PaperVersion,
)

_NUMBERS = 7_310_553  # the lock under which papers are numbered
WRITING = (PaperStatus.DRAFT, PaperStatus.FROZEN)


def _move(paper: Paper, step: str, **changes: Any) -> None:
    before = PaperStatus(paper.status)
    after = PAPER_STEPS.get((step, before))
    if after is None:
        raise ValidationError(f"A paper in the state “{before.label}” cannot be changed this way.")
    if not Paper.objects.filter(pk=paper.pk, status=before).update(status=after, **changes):
        raise ValidationError("Somebody else has just changed this paper. Reload to see it.")
    paper.status = after


def begin(*, campaign: Campaign, title: str, meeting_on: date, acting: Membership, now: datetime) -> Paper:
    check_analyst(acting)
    with doing("readiness.paper_begun", by=acting.person):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
        number = (Paper.objects.aggregate(most=Max("number"))["most"] or 0) + 1
        paper = Paper(
            number=number,
            campaign=campaign,
            title=title.strip(),
            meeting_on=meeting_on,
            author=acting.person,
            made_at=now,
        )
        save_checked(paper)
    return paper


def recommend(paper: Paper, *, asks: str, text: str, acting: Membership) -> PaperRecommendation:
    """One more thing that the board is asked."""
    check_analyst(acting)
    if paper.status not in WRITING:
        raise ValidationError("What the board was told stays as it was.")
    with doing("readiness.paper_recommendation_added", by=acting.person):
        Paper.objects.select_for_update().get(pk=paper.pk)
        number = (paper.recommendations.aggregate(most=Max("number"))["most"] or 0) + 1
        made = PaperRecommendation(paper=paper, number=number, asks=asks, text=text.strip())
        save_checked(made)
    return made


def take_back(recommendation: PaperRecommendation, *, acting: Membership) -> None:
    check_analyst(acting)
    if recommendation.paper.status not in WRITING:
        raise ValidationError("What the board was told stays as it was.")
    with doing("readiness.paper_recommendation_removed", by=acting.person):
        PaperRecommendation.objects.filter(pk=recommendation.pk).delete()


def freeze(paper: Paper, *, acting: Membership, now: datetime) -> PaperVersion:
    """Compute the figures as at now and keep them, with their hash. Freezing again makes another version."""
    check_analyst(acting)
    with doing("readiness.paper_frozen", by=acting.person):
        paper = Paper.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=paper.pk)
        said = told(paper.campaign, now)
        made = PaperVersion.objects.create(
            paper=paper,
            number=(paper.versions.aggregate(most=Max("number"))["most"] or 0) + 1,
            as_at=now,
            frozen_at=now,
            frozen_by=acting.person,
            figures=said.figures,
            annex=said.annex,
            sha256=said.sha256,
        )
        _move(paper, "freeze")
    return made


def remade(version: PaperVersion) -> Told:
    """The figures made again from the records: they are the same, or something was changed that cannot change."""
    return told(version.paper.campaign, version.as_at)


def put_to_the_board(paper: Paper, *, acting: Membership, now: datetime) -> None:
    """Board members read it from now on, and are told."""
    check_analyst(acting)
    if not paper.recommendations.exists():
        raise ValidationError("Say what the board is asked first.")
    with doing("readiness.paper_put_to_the_board", by=acting.person):
        _move(paper, "put_to_the_board")
        members = (
            Membership.objects.current(local_day(now))
            .filter(role=Role.BOARD, organisation__kind=Kind.BOARD)
            .select_related("person", "organisation")
        )
        enqueue_many(
            draft(
                "notice",
                to=member.person,
                dedupe_key=f"readiness/paper/{paper.pk}/{member.person_id}",
                about=f"readiness/paper/{paper.code}",
                about_url=reverse("papers:paper", args=[member.organisation.slug, paper.number]),
                headline=f"{paper.code} for decision: {paper.title}",
                lead="A paper is ready for the Performance Assurance Board.",
                facts=[["Meeting", f"{paper.meeting_on:%-d %B %Y}"]],
                action="Open the paper",
                why="You receive this because you sit on the Performance Assurance Board.",
            )
            for member in members
        )


def _check_decider(acting: Membership) -> None:
    kinds = {Role.ANALYST: Kind.ELEXON, Role.BOARD: Kind.BOARD}
    if kinds.get(Role(acting.role)) != acting.organisation.kind:
        raise PermissionDenied


def decide(
    recommendation: PaperRecommendation, *, outcome: str, words: str, acting: Membership, now: datetime
) -> Decision:
    """Record what the board decided on one recommendation. A later record replaces an earlier one; both stay."""
    _check_decider(acting)
    if recommendation.paper.status != PaperStatus.DECIDING:
        raise ValidationError("A decision is recorded while the paper is with the board.")
    made = Decision(
        recommendation=recommendation,
        outcome=outcome,
        words=words.strip(),
        recorded_by=acting.person,
        recorded_at=now,
    )
    with doing("readiness.paper_decision_recorded", by=acting.person):
        save_checked(made)
    return made


def conclude(paper: Paper, *, acting: Membership, now: datetime) -> None:
    """The minutes are agreed: no decision changes any more."""
    _check_decider(acting)
    if paper.recommendations.filter(decisions=None).exists():
        raise ValidationError("Record a decision on every recommendation first.")
    with doing("readiness.paper_decided", by=acting.person):
        _move(paper, "conclude", decided_at=now)


def release_to_qag(paper: Paper, *, acting: Membership, now: datetime) -> None:
    """The Programme's staff, who serve the QAG, read the paper without names."""
    check_analyst(acting)
    with doing("readiness.paper_released_to_qag", by=acting.person):
        _move(paper, "release_to_qag", released_to_qag_at=now)


def release_to_qwg(paper: Paper, *, acting: Membership, now: datetime) -> None:
    """Participants read the summary: figures of groups of at least three, recommendations, decisions. No names."""
    check_analyst(acting)
    with doing("readiness.paper_released_to_qwg", by=acting.person):
        _move(paper, "release_to_qwg", released_to_qwg_at=now)


def may_open_annex(person: Person) -> bool:
    return AnnexPermission.objects.filter(person=person, ended_at=None).exists()


def allow_annex(*, person: Person, acting: Membership, now: datetime) -> AnnexPermission:
    """Give somebody the named annexes. Nobody gives it to themselves."""
    check_analyst(acting)
    if person == acting.person:
        raise ValidationError({"person": "Another analyst gives you this permission."})
    held = Membership.objects.current(local_day(now)).filter(person=person, role__in=[Role.ANALYST, Role.BOARD])
    if not held.exists():
        raise ValidationError({"person": "Only analysts and board members can be given it."})
    made = AnnexPermission(person=person, given_by=acting.person, given_at=now)
    with doing("readiness.annex_allowed", by=acting.person):
        save_checked(made)
    return made


def end_annex(permission: AnnexPermission, *, acting: Membership, now: datetime) -> None:
    check_analyst(acting)
    with doing("readiness.annex_ended", by=acting.person):
        AnnexPermission.objects.filter(pk=permission.pk, ended_at=None).update(ended_at=now)
