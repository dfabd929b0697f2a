"""What the checklist adds to an organisation's home: what it can still answer and has not, and for its lead contacts
each change of a response that waits for their sign-off."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.urls import reverse

from checklist.models import ChecklistItem
from checklist.own import OwnItem, standing
from checklist.standings import handed_of
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.todo import Task


def open_tasks(acting: Membership, now: datetime) -> list[Task]:
    """Soonest deadline first; one query."""
    us = acting.organisation
    also = Q(handed_of(us), own_due_at__gte=now) if acting.role == Role.LEAD else None
    items = ChecklistItem.objects.awaiting(us, now, also).with_answer_of(us).order_by(F("own_due_at"), "reference")
    return [_task(standing(item, acting, now), acting) for item in items]


def _task(own: OwnItem, acting: Membership) -> Task:
    item = own.item
    assert item.closes_at is not None
    assert item.opens_at is not None
    sample = ", sample" if item.is_sample else ""
    return Task(
        title=item.title,
        url=reverse("checklist:own_item", args=[acting.organisation.slug, item.reference]),
        due_at=item.closes_at,
        opened_at=item.opens_at,
        status=own.shown_state,
        kind=f"{item.get_kind_display()}, {item.workstream}{sample}",
        verb=own.verb,
    )
