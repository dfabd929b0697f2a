"""On an organisation's home: news that the person has not opened."""

from __future__ import annotations

from datetime import datetime

from checklist.news.announcing import unread_by
from mhhs_portal.organisations.models import Kind, Membership
from mhhs_portal.todo import Panel

SHOWN = 3


def news_panel(acting: Membership, now: datetime) -> Panel | None:
    """One query."""
    if acting.organisation.kind != Kind.PARTICIPANT:
        return None
    found = unread_by(acting, now, SHOWN + 1)
    return Panel("news/panel.html", {"news": found[:SHOWN], "more": len(found) > SHOWN}) if found else None
