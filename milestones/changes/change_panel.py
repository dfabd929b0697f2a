"""On an organisation's home: what the newest baseline changed for it, while that is news."""

from __future__ import annotations

from datetime import datetime, timedelta

from mhhs_portal.organisations.models import Kind, Membership
from mhhs_portal.todo import Panel
from milestones.changes import change_list
from milestones.models import Baseline

NEWS_FOR = timedelta(days=30)


def change_panel(acting: Membership, now: datetime) -> Panel | None:
    """One query while there is no news."""
    if acting.organisation.kind != Kind.PARTICIPANT:
        return None
    fresh = Baseline.objects.published().filter(
        is_current=True, change_request__source=None, change_request__applied_at__gt=now - NEWS_FOR
    )
    if not fresh.exists():
        return None
    latest = change_list.latest_for(acting.organisation)
    return Panel("milestones/change_panel.html", {"latest": latest}) if latest else None
