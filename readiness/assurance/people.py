"""Who hears of what, and who may judge: analysts on one side, the organisation's own people on the other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from mhhs_portal.deadlines import local_day
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Kind, Membership, Organisation, Person, Role
from readiness.models import Submission
from readiness.review import conflict_of


def check_analyst(acting: Membership, organisation: Organisation | None = None) -> None:
    """PermissionDenied for anybody but an analyst; ValidationError in words for one with an interest."""
    if acting.organisation.kind != Kind.ELEXON or acting.role != Role.ANALYST:
        raise PermissionDenied
    if organisation and (conflict := conflict_of(acting.person, organisation)):
        raise ValidationError(conflict)


def check_own(acting: Membership, organisation_id: int, roles: Collection[str] = RESPONDERS) -> None:
    if acting.organisation_id != organisation_id or acting.role not in roles:
        raise PermissionDenied


def analysts(now: datetime) -> QuerySet[Person]:
    """Everybody who reviews today."""
    held = Membership.objects.current(local_day(now)).filter(role=Role.ANALYST, organisation__kind=Kind.ELEXON)
    return Person.objects.filter(pk__in=held.values("person")).order_by("name")


def tell_organisation(submission: Submission, key: str, now: datetime, *, url: str, **words: Any) -> list[Message]:
    """A notice to each lead and contributor of the organisation, once for the key; in the caller's transaction."""
    organisation = submission.organisation
    people = (
        Membership.objects.current(local_day(now))
        .filter(organisation=organisation, role__in=RESPONDERS)
        .select_related("person")
    )
    return enqueue_many(
        draft(
            "notice",
            to=member.person,
            dedupe_key=f"readiness/{key}/{member.person_id}",
            for_organisation=organisation,
            about=f"readiness/{submission.campaign.slug}",
            about_url=url,
            why=f"You receive this because you answer for {organisation.name}.",
            **words,
        )
        for member in people
    )


def tell_person(person: Person, submission: Submission, key: str, *, url: str, **words: Any) -> list[Message]:
    """A notice to one analyst, filed under the campaign, not under the organisation: its people never see it."""
    return enqueue_many(
        [
            draft(
                "notice",
                to=person,
                dedupe_key=f"readiness/{key}/{person.pk}",
                about=f"readiness/{submission.campaign.slug}",
                about_url=url,
                why="You receive this because you review assurance requests.",
                **words,
            )
        ]
    )
