"""Reminder sources for tests; processes of their own find them by name."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Membership, Role


def remind_every_lead(now: datetime) -> int:
    drafts = [
        draft(
            "notice",
            to=lead.person,
            dedupe_key=f"test/{lead.organisation.slug}/{lead.person_id}",
            for_organisation=lead.organisation,
            about=f"organisation/{lead.organisation.slug}",
            about_url=f"/o/{lead.organisation.slug}/",
            headline=f"{lead.organisation.name} must answer",
            lead="One answer is missing.",
            due_at=timezone.now() + timedelta(days=3),
        )
        for lead in Membership.objects.current().filter(role=Role.LEAD).select_related("person", "organisation")
    ]
    return len(enqueue_many(drafts))


def fail(now: datetime) -> int:
    remind_every_lead(now)
    raise RuntimeError("this source always fails")
