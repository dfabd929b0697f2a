"""News and The Clock as Atom feeds."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from checklist.news.models import Announcement, Edition
from mhhs_portal.calendars import atom
from mhhs_portal.calendars.atom import About, Change


def news_changes(now: datetime, limit: int = atom.NEWEST) -> list[Change]:
    found = Announcement.objects.current(now).public().order_by("-opens_at", "-pk")[:limit]
    return [
        Change(
            key=f"news/{news.slug}",
            title=news.title + (" (sample)" if news.is_sample else ""),
            words=news.summary,
            path=reverse("news:announcement", args=[news.slug]),
            published_at=news.opens_at,
            updated_at=news.corrected_at,
            category="News",
        )
        for news in found
        if news.opens_at
    ]


def clock_changes(limit: int = atom.NEWEST) -> list[Change]:
    found = Edition.objects.exclude(issued_at=None).order_by("-number")[:limit]
    return [
        Change(
            key=f"clock/{edition.number}",
            title=f"The Clock {edition.number}: {edition.title}" + (" (sample)" if edition.is_sample else ""),
            words=edition.intro[:600],
            path=reverse("news:edition", args=[edition.number]),
            published_at=edition.issued_at,
            category="The Clock",
        )
        for edition in found
        if edition.issued_at
    ]


def news_feed(now: datetime) -> bytes:
    about = About("news", "Announcements of the Programme, as they are published", "news", reverse("news:list"))
    return atom.feed(news_changes(now), path=reverse("news:feed"), about=about)


def clock_feed() -> bytes:
    about = About("The Clock", "Every edition of the newsletter, as it was sent", "clock", reverse("news:editions"))
    return atom.feed(clock_changes(), path=reverse("news:clock_feed"), about=about)
