"""How the background work is doing, for /health/jobs."""

from __future__ import annotations

from datetime import datetime


def last_heartbeat() -> datetime | None:
    """When a worker last ran the beat that the scheduler sends."""
    return None


def oldest_unsent_due(now: datetime) -> datetime | None:
    """Since when the longest-waiting message could have been sent."""
    return None


def parked_messages() -> int:
    """Messages given up after their last try."""
    return 0
