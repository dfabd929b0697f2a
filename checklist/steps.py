"""What happens to an item after it was published: extended, withdrawn, closed, its outcome published.

Each step asks the table of steps first, and tells those whom it concerns through the outbox, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from checklist.models import Addressee, ChecklistItem, Extension, Response, State
from checklist.models.life import after, can
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import CLOSE_OF_PLAY, deadline, is_past, local_day, spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership, Organisation, Person


def extend(
    item: ChecklistItem,
    *,
    due_on: date,
    due_time: time = CLOSE_OF_PLAY,
    reason: str,
    by: Person,
    now: datetime,
    organisation: Organisation | None = None,
) -> Extension:
    """Move the deadline of a published item to a later instant, for everybody or for one organisation.

    The old one stays on record; reminders begin again, because the deadline is part of their key.
    """
    with doing("checklist.extended", by=by):
        item = locked(item)
        if item.state != State.PUBLISHED or item.due_at is None:
            raise ValidationError("Only a published item can be extended.")
        if organisation and not item.addressees.filter(organisation=organisation).exists():
            raise ValidationError({"organisation": f"{organisation.name} was not asked, so it has no deadline."})
        extension = Extension(
            item=item,
            organisation=organisation,
            old_due_at=_deadline_now(item, organisation),
            due_on=due_on,
            due_time=due_time,
            due_at=deadline(due_on, due_time),
            reason=reason.strip(),
            granted_by=by,
            granted_at=now,
        )
        if is_past(extension.due_at, now):
            raise ValidationError({"due_on": "The new deadline has already passed"})
        save_checked(extension)
        if organisation is None:
            item.due_on, item.due_time, item.due_at = extension.due_on, extension.due_time, extension.due_at
            item.save(update_fields=["due_on", "due_time", "due_at"])
        _tell_of_extension(item, extension, now)
    return extension


def withdraw(item: ChecklistItem, *, reason: str, by: Person, now: datetime) -> None:
    """Take a published item back: it stays in view as withdrawn, and nobody is asked or reminded any more."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why the item is withdrawn."})
    with doing("checklist.withdrawn", by=by):
        item = locked(item)
        item.state = after("withdraw", item.state)
        item.withdrawn_at, item.withdrawn_reason = now, reason.strip()
        save_step(item, "withdrawn_reason")
        tell(
            item,
            item.addressees.all(),
            now,
            key=f"checklist/{item.reference}/withdrawn",
            headline=f"Withdrawn: {item.title}",
            lead=f"The Programme has withdrawn this item, so no response is needed. {item.withdrawn_reason}",
            action="See the item",
        )


def close(item: ChecklistItem, *, reason: str = "", by: Person, now: datetime) -> None:
    """Take no more responses, late ones neither. Before the deadline it needs a reason, and the others are told."""
    with doing("checklist.closed", by=by):
        item = locked(item)
        item.state = after("close", item.state)
        is_early = item.due_at is not None and not is_past(item.due_at, now)
        if is_early and not reason.strip():
            raise ValidationError({"reason": "Say why the item closes before its deadline."})
        item.closed_at, item.closed_reason = now, reason.strip()
        save_step(item, "closed_reason")
        if is_early:
            tell(
                item,
                unanswered(item),
                now,
                key=f"checklist/{item.reference}/closed",
                headline=f"Closed early: {item.title}",
                lead=f"The Programme has closed this item before its deadline. {item.closed_reason}",
                action="See the item",
            )


def publish_outcome(
    item: ChecklistItem,
    *,
    outcome: str,
    outcome_decision: str = "",
    outcome_url: str = "",
    by: Person,
    now: datetime,
) -> None:
    """Say what came of it. The item has closed by then, by the clock or by staff; no response is taken any more."""
    with doing("checklist.outcome_published", by=by):
        item = locked(item)
        item.state = after("publish_outcome", item.state)
        if item.closed_at is None and not (item.due_at and is_past(item.due_at, now)):
            raise ValidationError("The item is still open. Its outcome can be published once it has closed.")
        if not outcome.strip():
            raise ValidationError({"outcome": "Say what came of it."})
        item.outcome, item.outcome_decision, item.outcome_url = outcome.strip(), outcome_decision.strip(), outcome_url
        item.outcome_at = now
        save_step(item, "outcome", "outcome_decision", "outcome_url")
        tell(
            item,
            item.addressees.all(),
            now,
            key=f"checklist/{item.reference}/outcome",
            headline=f"Outcome: {item.title}",
            lead=item.outcome_decision or "The Programme has published what came of this item.",
            action="Read the outcome",
        )


def possible(item: ChecklistItem, phase: str) -> dict[str, bool]:
    """Which steps the item's page offers."""
    return {
        "can_close": can("close", item.state),
        "can_withdraw": can("withdraw", item.state),
        "can_publish_outcome": can("publish_outcome", item.state) and phase == "closed",
    }


def unanswered(item: ChecklistItem) -> QuerySet[Addressee]:
    answers = Response.objects.current().filter(
        item=item, revision=item.revision, organisation=OuterRef("organisation")
    )
    return item.addressees.filter(~Exists(answers))


def locked(item: ChecklistItem) -> ChecklistItem:
    return ChecklistItem.objects.select_for_update().get(pk=item.pk)


def save_step(item: ChecklistItem, *typed: str) -> None:
    """Only what this step typed is judged again: what was published stands."""
    kept = {field.name for field in item._meta.fields} - set(typed)
    item.full_clean(exclude=kept, validate_unique=False, validate_constraints=False)
    item.save()


def _deadline_now(item: ChecklistItem, organisation: Organisation | None) -> datetime:
    assert item.due_at is not None
    own = item.extensions.filter(organisation=organisation).order_by("-due_at").first() if organisation else None
    return max(item.due_at, own.due_at) if own else item.due_at


def _tell_of_extension(item: ChecklistItem, extension: Extension, now: datetime) -> None:
    """Those who have not answered hear the new deadline, and what it was."""
    whom = unanswered(item)
    if extension.organisation:
        whom = whom.filter(organisation=extension.organisation)
    tell(
        item,
        whom,
        now,
        key=f"checklist/{item.reference}/extended/{extension.pk}",
        headline=f"More time: {item.title}",
        lead=f"Your response is now due by {spoken(extension.due_at)}. {extension.reason}",
        facts=[
            ["New deadline", spoken(extension.due_at)],
            ["Before", spoken(extension.old_due_at)],
            ["Reference", item.reference],
        ],
        action="Open the item",
    )


def tell(
    item: ChecklistItem, whom: Iterable[Addressee] | QuerySet[Addressee], now: datetime, *, key: str, **words: Any
) -> int:
    """One message for everybody who may answer at these organisations; the number of queries does not grow."""
    addressed = {row.organisation_id: row for row in whom}
    contacts = (
        Membership.objects.current(local_day(now))
        .filter(role__in=RESPONDERS, organisation__in=addressed)
        .select_related("person", "organisation")
    )
    messages = [
        draft(
            "notice",
            to=row.person,
            dedupe_key=f"{key}/{row.pk}",
            for_organisation=row.organisation,
            about=f"checklist/{item.reference}",
            about_url=reverse("checklist:own_item", args=[row.organisation.slug, item.reference]),
            why=f"You receive this because {row.organisation.name} was asked: {addressed[row.organisation_id].reason}.",
            **words,
        )
        for row in contacts
    ]
    return len(enqueue_many(messages))
