"""What the checklist adds to an organisation's home: the items that it can still answer and has not."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.urls import reverse

from checklist.models import ChecklistItem
from checklist.own import OwnItem, standing
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.todo import Task


def open_tasks(acting: Membership, now: datetime) -> list[Task]:
    """Soonest deadline first; one query."""
    us = acting.organisation
    items = ChecklistItem.objects.awaiting(us, now).with_answer_of(us).order_by(F("own_due_at"), "reference")
    return [_task(standing(item, acting, now), acting) for item in items]


def _task(own: OwnItem, acting: Membership) -> Task:
    item = own.item
    assert item.closes_at is not None
    assert item.opens_at is not None
    sample = ", sample" if item.is_sample else ""
    waits = own.state == "draft-saved" and item.handed_at is not None  # type: ignore[attr-defined]
    signs = waits and acting.role == Role.LEAD
    return Task(
        title=item.title,
        url=reverse("checklist:own_item", args=[acting.organisation.slug, item.reference]),
        due_at=item.closes_at,
        opened_at=item.opens_at,
        status="waits-for-sign-off" if waits else own.state,
        kind=f"{item.get_kind_display()}, {item.workstream}{sample}",
        verb="Sign off" if signs else own.verb,
    )
