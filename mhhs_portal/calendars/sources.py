"""Where calendars come from: functions that other apps name in the settings, so that this package imports none of them.

`settings.CALENDAR_SOURCES` are functions `(now) -> list[Feed]`; `settings.OWN_CALENDAR_SOURCES` has for each kind of
personal feed the functions `(acting, now) -> list[Event]` that fill it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import slugify

from mhhs_portal.calendars.entries import settle
from mhhs_portal.calendars.ics import Event, Published, calendar
from mhhs_portal.calendars.models import PersonalFeed
from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import todo_of


@dataclass(frozen=True)
class Feed:
    """A public calendar: where it is, what it is called, and what fills it."""

    slug: str
    name: str
    words: str
    events: Callable[[datetime], list[Event]]


def public_feeds(now: datetime) -> list[Feed]:
    return [feed for path in settings.CALENDAR_SOURCES for feed in import_string(path)(now)]


def public_feed(slug: str, now: datetime) -> Feed | None:
    return next((feed for feed in public_feeds(now) if feed.slug == slug), None)


def domain() -> str:
    """The part of every UID after the "@"; it follows the portal's own address."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def address(path: str) -> str:
    """An absolute address, for calendars that are read far from the portal."""
    return f"{settings.SITE_URL}{path}"


def text_of(feed: Feed, now: datetime) -> bytes:
    published = settle(feed.slug, feed.events(now), now)
    return _text(f"MHHS: {feed.name}", feed.words, published)


def own_events(kind: str, acting: Membership, now: datetime) -> list[Event]:
    """Everything in a personal feed; what two sources name is taken from the first."""
    found: dict[str, Event] = {}
    for path in settings.OWN_CALENDAR_SOURCES[kind]:
        for event in import_string(path)(acting, now):
            found.setdefault(event.uid, event)
    return list(found.values())


def own_text(feed: PersonalFeed, now: datetime) -> bytes:
    """A personal calendar. Its entries belong to the membership: a new address goes on where the old one was."""
    acting = feed.membership
    published = settle(f"{feed.kind}/{acting.pk}", own_events(feed.kind, acting, now), now)
    name = f"{PersonalFeed.Kind(feed.kind).label}, {acting.organisation.short_name}"
    return _text(f"MHHS: {name}", f"For {acting.person.name} at {acting.organisation.name}", published)


def deadlines(acting: Membership, now: datetime) -> list[Event]:
    """What the organisation must still do, each at the instant at which it is due."""
    found: dict[str, Event] = {}
    for task in todo_of(acting, now).tasks:
        uid = "task-" + task.url.strip("/").replace("/", "-").lower()
        if uid in found:  # two things are done on one page: their names tell them apart
            uid += "-" + slugify(task.title)
        found[uid] = Event(
            uid=uid,
            title=f"Due: {task.title}",
            starts=task.due_at,
            words=f"{task.kind}. For {acting.organisation.name}.",
            url=address(task.url),
            category="Deadline",
        )
    return list(found.values())


def _text(name: str, words: str, published: Iterable[Published]) -> bytes:
    return calendar(name, published, domain=domain(), words=f"{words}. From {settings.SITE_NAME}.")


def feed_address(slug: str) -> str:
    return address(reverse("calendars:feed", args=[slug]))
