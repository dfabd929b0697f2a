"""How the background work is doing, for /health/jobs: one question to PostgreSQL each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from mhhs_portal.notifications.models import Heartbeat, Message

SCHEDULER = "scheduler"


def beat(now: datetime) -> None:
    """A worker has run what the scheduler sent: both are alive."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=SCHEDULER, at=now)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def last_heartbeat() -> datetime | None:
    """When a worker last ran the beat that the scheduler sends."""
    return Heartbeat.objects.filter(name=SCHEDULER).values_list("at", flat=True).first()


def oldest_unsent_due(now: datetime) -> datetime | None:
    """Since when the longest-waiting message could have been sent."""
    return Message.objects.due(now).aggregate(since=Min("not_before"))["since"]


def parked_messages() -> int:
    """Messages given up after their last try."""
    return Message.objects.parked().count()
