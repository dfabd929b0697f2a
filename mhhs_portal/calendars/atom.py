"""What was published, as an Atom feed (RFC 4287).

`settings.CHANGE_SOURCES` names functions `(limit) -> list[Change]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils.module_loading import import_string

from mhhs_portal.calendars.ics import clean
from mhhs_portal.calendars.sources import address, domain

NAMESPACE = "http://www.w3.org/2005/Atom"
NEWEST = 50
#: From when the names within the portal's domain are ours; it never changes, or every reader would see all as new.
_SINCE = "2026"


@dataclass(frozen=True)
class Change:
    """Something that was published. A draft is never one."""

    #: The same for ever: "baseline/cr055".
    key: str
    title: str
    words: str
    #: Within the portal: "/baselines/cr055/".
    path: str
    published_at: datetime
    #: When what it says last changed; the publication itself when it never did.
    updated_at: datetime | None = None
    category: str = ""

    @property
    def updated(self) -> datetime:
        return max(self.published_at, self.updated_at or self.published_at)


def newest_changes() -> list[Change]:
    found = [change for path in settings.CHANGE_SOURCES for change in import_string(path)(NEWEST)]
    return sorted(found, key=lambda change: (change.updated, change.key), reverse=True)[:NEWEST]


@dataclass(frozen=True)
class About:
    """What a feed says of itself. `key` is the same for ever."""

    title: str = "published changes"
    subtitle: str = "Baselines, change requests, plan releases and checklist items, as they are published"
    key: str = "changes"
    #: The page that shows the same.
    page: str = "/"


def feed(changes: list[Change], *, path: str, about: About | None = None) -> bytes:
    """The same changes give the same bytes."""
    about = about or About()
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})
    _add(root, "title", f"{settings.SITE_NAME}: {about.title}")
    _add(root, "subtitle", about.subtitle)
    _add(root, "id", _name(about.key))
    _link(root, "self", address(path), "application/atom+xml")
    _link(root, "alternate", address(about.page), "text/html")
    newest = max((change.updated for change in changes), default=datetime(2026, 1, 1, tzinfo=UTC))
    _add(root, "updated", _time(newest))
    _add(_add(root, "author"), "name", settings.SITE_NAME)
    for change in changes:
        _entry(root, change)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="utf-8")


def _entry(root: ET.Element, change: Change) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", change.title)
    _add(entry, "id", _name(change.key))
    _link(entry, "alternate", address(change.path), "text/html")
    _add(entry, "published", _time(change.published_at))
    _add(entry, "updated", _time(change.updated))
    if change.category:
        ET.SubElement(entry, f"{{{NAMESPACE}}}category", {"term": change.category})
    _add(entry, "summary", change.words or change.title).set("type", "text")


def _name(key: str) -> str:
    return f"tag:{domain()},{_SINCE}:{key}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text:
        child.text = clean(text)
    return child


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}link", {"rel": rel, "href": href, "type": kind})
