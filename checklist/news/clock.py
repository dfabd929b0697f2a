"""The Clock: what changed and what is due is proposed, staff choose, and what is sent is frozen and kept on the web."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from checklist.news.models import SECTIONS, Edition, EditionEntry, Subscription
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message, Priority
from mhhs_portal.notifications.outbox import ROWS_AT_ONCE, enqueue_many
from mhhs_portal.notifications.outbox import draft as promise
from mhhs_portal.organisations.models import Person

#: The first edition looks back so far.
FIRST_SPAN = timedelta(days=14)


@dataclass(frozen=True)
class Choice:
    """One line as staff left it on the page."""

    key: str
    section: str
    title: str
    words: str = ""
    path: str = ""
    position: int = 0


def open_draft(*, by: Person | None, now: datetime, **facts: Any) -> Edition:
    """Begin the next edition, from where the last one ended; or give the draft that there is."""
    found = Edition.objects.filter(issued_at=None).first()
    if found:
        return found
    last = Edition.objects.exclude(issued_at=None).order_by("-number").first()
    since = last.until_at if last else now - FIRST_SPAN
    with doing("news.edition_begun", by=by):
        edition = Edition(
            title="What changed and what is due",
            since_at=min(since, now - timedelta(minutes=1)),
            until_at=now,
            edited_at=now,
            edited_by=by,
            **facts,
        )
        save_checked(edition)
        return edition


def save(
    edition: Edition, *, title: str, intro: str, choices: Iterable[Choice], by: Person | None, now: datetime
) -> Edition:
    """Keep title, own words and the chosen lines, in the order that staff gave them."""
    with doing("news.edition_saved", by=by):
        edition = _draft(edition)
        edition.title, edition.intro, edition.edited_at, edition.edited_by = title, intro, now, by
        save_checked(edition)
        edition.entries.all().delete()
        rows = [
            EditionEntry(
                edition=edition,
                key=choice.key[:160],
                section=choice.section,
                position=position,
                title=choice.title[:250],
                words=choice.words[:600],
                path=choice.path[:300],
            )
            for position, choice in enumerate(sorted(choices, key=_order))
        ]
        for row in rows:
            row.full_clean(exclude=["edition"], validate_unique=False)
        EditionEntry.objects.bulk_create(rows)
        return edition


_SECTION_ORDER = [key for key, _ in SECTIONS]


def _order(choice: Choice) -> tuple[int, int]:
    return _SECTION_ORDER.index(choice.section), choice.position


def renew(edition: Edition, *, by: Person | None, now: datetime) -> Edition:
    """Look again: proposals then reach up to now."""
    with doing("news.edition_saved", by=by):
        edition = _draft(edition)
        edition.until_at = now
        save_checked(edition)
        return edition


def _draft(edition: Edition) -> Edition:
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.issued_at:
        raise ValidationError(f"{edition} has been sent. It stays as it was sent.")
    return edition


def discard(edition: Edition, *, by: Person) -> None:
    with doing("news.edition_discarded", by=by):
        _draft(edition).delete()


def issue(edition: Edition, *, by: Person | None, now: datetime, is_mailed: bool = True) -> Edition:
    """Freeze the edition, put it on the web, and promise it to every subscriber, all in one transaction.

    The key of each promise names edition and subscription, so nobody is promised it twice; the outbox sends in its own
    time and goes on where it stopped.
    """
    with doing("news.edition_sent", by=by), transaction.atomic():
        edition = _draft(edition)
        if not edition.entries.exists() and not edition.intro.strip():
            raise ValidationError("This edition says nothing yet: choose something, or write your own words.")
        Edition.objects.select_for_update().exclude(issued_at=None).order_by("-number").first()
        last = Edition.objects.exclude(number=None).order_by("-number").values_list("number", flat=True).first()
        number = (last or 0) + 1
        promised = _promise(edition, number, now) if is_mailed else 0
        edition.number, edition.issued_at, edition.issued_by, edition.recipients = number, now, by, promised
        save_checked(edition)
        return edition


def _promise(edition: Edition, number: int, now: datetime) -> int:
    body = mail_facts(edition)
    path = reverse("news:edition", args=[number])
    running = Subscription.objects.running().select_related("person")
    waiting: list[Message] = []
    count = 0
    for subscription in running.exclude(person__is_active=False).iterator(ROWS_AT_ONCE):
        waiting.append(_message(subscription, number, path, body))
        if len(waiting) == ROWS_AT_ONCE:
            count += len(enqueue_many(waiting))
            waiting = []
    return count + len(enqueue_many(waiting))


def _message(subscription: Subscription, number: int, path: str, body: dict[str, Any]) -> Message:
    return promise(
        "clock",
        to=subscription.person,
        to_address=subscription.address,
        dedupe_key=f"clock/{number}/{subscription.pk}",
        priority=Priority.DIGEST,
        about=f"clock/{number}",
        about_url=path,
        unsubscribe_path=reverse("news:unsubscribe", args=[subscription.secret]),
        secret=subscription.secret,
        edition=number,
        **body,
    )


def sections_of(edition: Edition) -> list[tuple[str, list[EditionEntry]]]:
    """The lines as they stand, under their headings; one query."""
    rows = list(edition.entries.all())
    return [(label, ours) for key, label in SECTIONS if (ours := [row for row in rows if row.section == key])]


def mail_facts(edition: Edition) -> dict[str, Any]:
    """What the mail says, as JSON: frozen with the promise."""
    return {
        "title": edition.title,
        "intro": edition.intro,
        "is_sample_edition": edition.is_sample,
        "sections": [
            {"label": label, "rows": [{"title": row.title, "words": row.words, "path": row.path} for row in rows]}
            for label, rows in sections_of(edition)
        ],
    }
