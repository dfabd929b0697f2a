"""Who reviews which submission. Nobody with an interest in the organisation is assigned, whoever asks."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.urls import reverse

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation, Person
from readiness.assurance.models import Assignment, SampleCheck
from readiness.assurance.people import analysts, check_analyst, tell_person
from readiness.models import Interest, Submission
from readiness.review import conflict_of

#: One in so many submissions is looked at a second time. Our own rule: no figure is published.
SAMPLE_EVERY = 5


def declare_interest(*, organisation: Organisation, nature: str, acting: Membership, now: datetime) -> Interest:
    """Say what one has to do with an organisation; submissions of it that one reviews are given back at once."""
    check_analyst(acting)
    interest = Interest(person=acting.person, organisation=organisation, nature=nature.strip(), declared_at=now)
    with doing("readiness.interest_declared", by=acting.person):
        save_checked(interest)
        mine = Assignment.objects.current().filter(analyst=acting.person, submission__organisation=organisation)
        mine.update(ended_at=now)
    return interest


def end_interest(interest: Interest, *, acting: Membership, now: datetime) -> None:
    check_analyst(acting)
    with doing("readiness.interest_ended", by=acting.person):
        Interest.objects.filter(pk=interest.pk, person=acting.person, ended_at=None).update(ended_at=now)


def assign(submission: Submission, *, analyst: Person, acting: Membership, now: datetime) -> Assignment:
    """Give the submission to an analyst, who is told; whoever had it before has it no more.

    Raises ValidationError when the analyst has an interest, does not review today, or has it already.
    """
    check_analyst(acting)
    if not analysts(now).filter(pk=analyst.pk).exists():
        raise ValidationError({"analyst": "Choose somebody who reviews today."})
    if conflict := conflict_of(analyst, submission.organisation):
        raise ValidationError({"analyst": conflict})
    with doing("readiness.assigned", by=acting.person):
        current = Assignment.objects.current().filter(submission=submission).select_for_update().first()
        if current and current.analyst_id == analyst.pk:
            raise ValidationError({"analyst": f"{analyst} has this submission already."})
        if current:
            Assignment.objects.filter(pk=current.pk).update(ended_at=now)
        made = Assignment(submission=submission, analyst=analyst, assigned_by=acting.person, assigned_at=now)
        save_checked(made)
        draw_sample(submission, now)
        if analyst != acting.person:
            tell_person(
                analyst,
                submission,
                f"assigned/{made.pk}",
                url=_page(acting, submission),
                headline=f"To review: {submission.organisation}",
                lead=f"{acting.person} has given you the submission of {submission.organisation}.",
                facts=[["Request", submission.campaign.name]],
                action="Open the submission",
            )
    return made


def _page(acting: Membership, submission: Submission) -> str:
    return reverse(
        "readiness:review", args=[acting.organisation.slug, submission.campaign.slug, submission.organisation.slug]
    )


def is_sampled(submission: Submission) -> bool:
    """Whether it belongs to the sample: by its name, so that nobody chooses and everybody can check."""
    name = f"{submission.campaign.slug}/{submission.organisation.slug}"
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % SAMPLE_EVERY == 0


def draw_sample(submission: Submission, now: datetime) -> None:
    """Put the round in hand down for a second look, if it belongs to the sample. Twice is once."""
    if is_sampled(submission) and submission.rounds.filter(round_number=submission.round_number).exists():
        SampleCheck.objects.get_or_create(
            submission=submission, round_number=submission.round_number, defaults={"drawn_at": now}
        )


def workload(now: datetime) -> list[Person]:
    """Each analyst with `in_hand` (submissions to review) and `waiting` (of them not yet begun); one query."""
    mine = Q(assignments__ended_at__isnull=True)
    return list(
        analysts(now).annotate(
            in_hand=Count(
                "assignments", filter=mine & Q(assignments__submission__status__in=["submitted", "in-review"])
            ),
            waiting=Count("assignments", filter=mine & Q(assignments__submission__status="submitted")),
        )
    )
