"""What reading puts on an organisation's home: that something changed since the checklist was last read."""

from __future__ import annotations

from datetime import datetime

from checklist.reading.visits import happened_since, seen_until
from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import Panel


def news_panel(acting: Membership, now: datetime) -> Panel | None:
    """None when there is nothing new, and before the first visit."""
    news = happened_since(acting, seen_until(acting, now), now)
    if not news.happenings:
        return None
    return Panel("checklist/news_panel.html", {"news": news, "acting": acting, "first": news.happenings[:4]})
