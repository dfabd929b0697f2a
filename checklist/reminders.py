"""Whom to tell of what: everybody who can answer for an organisation that has not, once for each rung reached.

Rungs are working days before the due day. The most urgent rung already reached counts, so a sweep that missed a day
makes it good and one that runs twice adds nothing: the rung is part of the message's key. A rung that an item had
reached when it opened is told as "new", never as a reminder on the same day. Leads and contributors are written to,
because both may answer; viewers cannot act on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse

from checklist.models import Addressee, ChecklistItem, Extension, ItemRevision, Response, ResponseDraft, State
from checklist.models.items import own_extensions
from mhhs_portal.deadlines import add_working_days, is_past, local_day, working_days_left
from mhhs_portal.notifications.ladder import RUNGS, rung_of
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership

NEW = "new"
#: How long after it opened an item is still news, should the sweep have been down.
NEWS_FOR = timedelta(days=3)
#: An item that has been overdue for longer is left to people.
GIVE_UP_AFTER = timedelta(days=60)
#: Calendar days that surely hold ten working days, Christmas and Easter included; stage_of() decides exactly.
HORIZON = timedelta(days=max(RUNGS.values()) * 2 + 7)


def stage_of(opens_at: datetime, due_at: datetime, now: datetime) -> str | None:
    """What to say now: a rung reached since the item opened, or that it is new, or nothing."""
    rung = rung_of(due_at, now)
    if rung and rung != rung_of(due_at, opens_at):
        return rung
    return NEW if opens_at <= now < opens_at + NEWS_FOR and not is_past(due_at, now) else None


def next_rung_day(due_at: datetime, now: datetime) -> date | None:
    """The day on which the following reminder would go; None after the last."""
    left = working_days_left(due_at, now)
    if left < 0:
        return None
    coming = [days for days in RUNGS.values() if days < left]
    return add_working_days(local_day(due_at), -max(coming) if coming else 1)


def queue_reminders(now: datetime) -> int:
    """Promise one message for each person and stage that is new; returns how many.

    The number of queries does not depend on how many organisations were asked.
    """
    near = _near(now)
    waiting = [(item, addressee, stage) for item, addressee in _unanswered(near) if (stage := _stage(item, now))]
    if not waiting:
        return 0
    contacts = _contacts(local_day(now))
    drafted = set(ResponseDraft.objects.filter(item__in=near).values_list("item", "organisation"))
    messages = [
        _message(item, addressee, membership, stage, now, (item.pk, addressee.organisation_id) in drafted)
        for item, addressee, stage in waiting
        for membership in contacts[addressee.organisation_id]
    ]
    return len(enqueue_many(messages))


def _near(now: datetime) -> dict[int, ChecklistItem]:
    """The open items that may have something to say, for everybody or for one organisation with a later deadline."""
    latest = Extension.objects.filter(item=OuterRef("pk")).order_by("-due_at").values("due_at")[:1]
    raised = ItemRevision.objects.filter(item=OuterRef("pk"), number=OuterRef("revision"), number__gt=1, correction=0)
    items = ChecklistItem.objects.annotate(
        last_due_at=Greatest("due_at", Subquery(latest)), raised_at=Subquery(raised.values("raised_at")[:1])
    )
    near = items.filter(
        Q(due_at__lte=now + HORIZON) | Q(opens_at__gt=now - NEWS_FOR),
        state=State.PUBLISHED,
        opens_at__lte=now,
        last_due_at__gt=now - GIVE_UP_AFTER,
    )
    return {item.pk: item for item in near}


def _stage(item: ChecklistItem, now: datetime) -> str | None:
    """What to say about the item to the organisation that it was read for."""
    if not (item.opens_at and item.closes_at and item.takes_answers(now)) or item.closes_at <= now - GIVE_UP_AFTER:
        return None
    raised_at: datetime | None = item.__dict__.get("raised_at")
    if raised_at is None:
        return stage_of(item.opens_at, item.closes_at, now)
    # Whoever was told of the new wording is not told on the same day what it has not answered.
    stage = stage_of(max(item.opens_at, raised_at), item.closes_at, now)
    return None if stage == NEW else stage


def _unanswered(by_id: dict[int, ChecklistItem]) -> Iterator[tuple[ChecklistItem, Addressee]]:
    """Each organisation that has not answered, with the item as it stands for that organisation."""
    own = own_extensions(OuterRef("item"), OuterRef("organisation"))
    answers = Response.objects.current().filter(
        item=OuterRef("item"), organisation=OuterRef("organisation"), revision=OuterRef("item__revision")
    )
    waiting = Addressee.objects.filter(~Exists(answers), item__in=by_id).select_related("organisation")
    for addressee in waiting.annotate(own_due_at=Subquery(own)).order_by("item", "organisation"):
        item = by_id[addressee.item_id]
        if addressee.own_due_at and item.due_at:
            item = copy(item)
            item.__dict__["own_due_at"] = max(addressee.own_due_at, item.due_at)
        yield item, addressee


def _contacts(today: date) -> defaultdict[int, list[Membership]]:
    """Who can answer, by organisation."""
    found: defaultdict[int, list[Membership]] = defaultdict(list)
    responders = Membership.objects.current(today).filter(role__in=RESPONDERS).select_related("person")
    for membership in responders.order_by("organisation", "pk"):
        found[membership.organisation_id].append(membership)
    return found


def _message(
    item: ChecklistItem, addressee: Addressee, membership: Membership, stage: str, now: datetime, has_draft: bool
) -> Message:
    assert item.closes_at is not None
    organisation = addressee.organisation
    # The deadline is part of the key: after an extension the rungs begin again.
    when = f"{stage}/{item.closes_at:%Y%m%dT%H%M}" if stage != NEW else stage
    return draft(
        "checklist-new-item" if stage == NEW else "checklist-reminder",
        to=membership.person,
        dedupe_key=f"checklist/{item.reference}.{item.revision}/{organisation.slug}/{membership.person_id}/{when}",
        for_organisation=organisation,
        about=f"checklist/{item.reference}",
        about_url=reverse("checklist:own_item", args=[organisation.slug, item.reference]),
        reference=item.reference,
        title=item.title,
        kind=item.get_kind_display(),
        summary=item.summary,
        workstream=item.workstream,
        organisation=organisation.name,
        asked_because=addressee.reason,
        stage=stage,
        due_at=item.closes_at,
        next_on=next_rung_day(item.closes_at, now),
        has_draft=has_draft,
        accepts_late=item.accepts_late,
        is_review=item.is_review,
    )
