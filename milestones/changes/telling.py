"""The e-mails about changes of the plan, promised in the transaction of the change itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.urls import reverse

from mhhs_portal.deadlines import day_words, local_day, spoken
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS
from mhhs_portal.organisations.models import Kind, Membership, Organisation
from milestones import register
from milestones.changes import compare, release_notes
from milestones.models import Baseline, ChangeRequest, ImpactAssessment, PlanRelease


def about(request: ChangeRequest) -> str:
    return f"change-request/{request.slug}"


def contacts(now: datetime, roles: tuple[str, ...]) -> dict[Organisation, list[Membership]]:
    """Who may be written to at each participant, one query."""
    rows = Membership.objects.current(local_day(now)).filter(role__in=roles, organisation__kind=Kind.PARTICIPANT)
    found: defaultdict[Organisation, list[Membership]] = defaultdict(list)
    for row in rows.select_related("person", "organisation").order_by("organisation", "pk"):
        found[row.organisation].append(row)
    return dict(found)


def ask_for_assessments(request: ChangeRequest, now: datetime) -> int:
    """Tell leads and contributors of every participant that the request waits for their answer."""
    assert request.assessment_due_at is not None
    asked = [(organisation, row) for organisation, rows in contacts(now, RESPONDERS).items() for row in rows]
    return _promise(
        _to_participant(
            request,
            row,
            key=f"change/{request.slug}/asked/{row.pk}",
            headline=f"{request.code}: say what it would mean for you",
            lead=(
                f"The Programme asks {organisation.name} to assess the change request “{request.title}”. "
                f"Answer by {spoken(request.assessment_due_at)}."
            ),
            action="Read and assess it",
            why=f"You receive this because you can answer for {organisation.name}.",
        )
        for organisation, row in asked
    )


def chase(request: ChangeRequest, now: datetime) -> int:
    """Remind those who have not answered; once a day at most. Gives how many messages are new."""
    assert request.assessment_due_at is not None
    answered = set(ImpactAssessment.objects.filter(change_request=request).values_list("organisation_id", flat=True))
    waiting = [
        (organisation, row)
        for organisation, rows in contacts(now, RESPONDERS).items()
        for row in rows
        if organisation.pk not in answered
    ]
    return _promise(
        _to_participant(
            request,
            row,
            key=f"change/{request.slug}/chased/{local_day(now)}/{row.pk}",
            headline=f"{request.code}: your impact assessment is missing",
            lead=(
                f"{organisation.name} has not assessed the change request “{request.title}” yet. "
                f"It closes at {spoken(request.assessment_due_at)}."
            ),
            action="Read and assess it",
            why=f"You receive this because you can answer for {organisation.name}.",
        )
        for organisation, row in waiting
    )


def confirm_receipt(assessment: ImpactAssessment) -> None:
    request = assessment.change_request
    _promise(
        [
            draft(
                "notice",
                to=assessment.submitted_by,
                dedupe_key=f"change/{request.slug}/receipt/{assessment.reference}",
                for_organisation=assessment.organisation,
                about=about(request),
                about_url=_own_page(assessment.organisation, request),
                headline=f"{request.code}: impact assessment received",
                lead=f"Receipt {assessment.reference}: {assessment.get_position_display()}.",
                facts=[["Received", spoken(assessment.submitted_at)], ["For", assessment.organisation.name]],
                action="See what you sent",
                why="You receive this because you sent it.",
            )
        ]
    )


def tell_what_changed(request: ChangeRequest, before: Baseline | None, after: Baseline, now: datetime) -> int:
    """Tell everybody at every participant what the new baseline moves on their own path."""
    read = register.read(local_day(now))
    what = compare.compare(read, before, after) if before else None
    paths = release_notes.paths_by_organisation()
    messages = []
    for organisation, rows in contacts(now, PARTICIPANTS).items():
        own = release_notes.for_paths(what, read, paths.get(organisation.pk, ())) if what else None
        for row in rows:
            messages.append(
                _to_participant(
                    request,
                    row,
                    key=f"change/{request.slug}/applied/{row.pk}",
                    headline=f"{after.name} is the new baseline of the plan",
                    lead=(
                        f"{request.title}. Decided by {after.decided_by} on {day_words(after.decided_on)}. "
                        f"{own.words if own else ''}"
                    ).strip(),
                    facts=[[change.milestone.code, change.words] for change in [*own.moved, *own.other]] if own else [],
                    action="See what changes for you",
                    why=f"You receive this because you work for {organisation.name}.",
                )
            )
    return _promise(messages)


def tell_of_release(release: PlanRelease, sentences: list[tuple[str, str]], now: datetime) -> int:
    """Tell leads that a plan release with new forecasts is published."""
    return _promise(
        draft(
            "notice",
            to=row.person,
            dedupe_key=f"release/{release.number}/{row.pk}",
            for_organisation=organisation,
            about=f"plan-release/{release.number}",
            about_url=reverse("milestones:release", args=[release.number]),
            headline=f"Plan release {release.number} is published",
            lead=f"{len(sentences)} forecast{'s' * (len(sentences) != 1)} as at {day_words(release.as_at)}.",
            facts=[list(pair) for pair in sentences],
            action="Read the release",
            why=f"You receive this because you are a lead of {organisation.name}.",
        )
        for organisation, rows in contacts(now, PARTICIPANTS[:1]).items()
        for row in rows
    )


def _own_page(organisation: Organisation, request: ChangeRequest) -> str:
    return reverse("milestones:own_change", args=[organisation.slug, request.slug])


def _to_participant(request: ChangeRequest, row: Membership, *, key: str, **words: Any) -> Message:
    return draft(
        "notice",
        to=row.person,
        dedupe_key=key,
        for_organisation=row.organisation,
        about=about(request),
        about_url=_own_page(row.organisation, request),
        **words,
    )


def _promise(messages: Any) -> int:
    return len(enqueue_many(messages))
