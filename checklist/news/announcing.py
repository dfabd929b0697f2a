"""Announcements: drafted, published to a list that is fixed then, corrected in the open, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.text import slugify

from checklist.audiences import Audience, Rule, resolve, rows_of
from checklist.news.models import Announcement, Correction, NewsReading, NewsRecipient
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message, Status
from mhhs_portal.notifications.outbox import draft as promise
from mhhs_portal.notifications.outbox import enqueue_many
from mhhs_portal.organisations.models import Kind, Membership, Organisation, Person

#: Afterwards what nobody opened is no longer shown as unread on the home page.
NEWS_FOR = timedelta(days=30)
#: Addresses of pages beside the announcements.
TAKEN = {"clock", "subscribe", "subscription", "confirm", "unsubscribe", "new"}


def about(news: Announcement) -> str:
    return f"news/{news.slug}"


def save(
    *, by: Person | None, now: datetime, news: Announcement | None = None, rules: Sequence[Rule] = (), **facts: Any
) -> Announcement:
    """Keep a draft, new or changed. What is published is corrected instead."""
    with doing("news.drafted", by=by):
        if news is None:
            news = Announcement(slug=_new_slug(facts["title"]))
        else:
            news = Announcement.objects.select_for_update().get(pk=news.pk)
            if not news.is_draft:
                raise ValidationError("This announcement has been published: correct it instead.")
        for name, value in facts.items():
            setattr(news, name, value)
        news.rules = [asdict(rule) for rule in rules if not rule.is_empty]
        news.edited_at, news.edited_by = now, by
        save_checked(news)
        return news


def _new_slug(title: str) -> str:
    first = slugify(title)[:70].strip("-") or "news"
    taken = TAKEN | set(Announcement.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    return next(slug for slug in [first, *(f"{first}-{n}" for n in range(2, 10_000))] if slug not in taken)


def rules_of(news: Announcement) -> list[Rule]:
    return [Rule(**row) for row in news.rules]


def audience_of(news: Announcement, now: datetime) -> Audience:
    """Whom it would reach if it were published now; nobody in particular when it is for everybody."""
    return Audience() if news.is_public else resolve(rules_of(news), local_day(now))


def publish(news: Announcement, *, by: Person | None, now: datetime) -> Announcement:
    """From now on, or from its opening time, its readers can read it. The list of them is fixed here."""
    with doing("news.published", by=by):
        news = Announcement.objects.select_for_update().get(pk=news.pk)
        if not news.is_draft:
            raise ValidationError("This announcement has been published already.")
        if not news.body.strip() and not news.source_url:
            raise ValidationError({"body": "Write the text, or give the address where it is published."})
        news.opens_at = max(news.opens_at or now, now)
        if news.expires_at and news.expires_at <= news.opens_at:
            raise ValidationError({"expires_on": "It would leave the list before it opens."})
        if not news.is_public:
            _fix_recipients(news, now)
        news.state = Announcement.State.PUBLISHED
        save_checked(news)
        if news.is_mailed:
            _mail(news, now)
        return news


def _fix_recipients(news: Announcement, now: datetime) -> None:
    rules = rules_of(news)
    rows_of(rules)  # says in words which rule names what no longer exists
    audience = resolve(rules, local_day(now))
    if not audience.addressed:
        raise ValidationError("These rules reach no organisation: add or change a rule, or choose everybody.")
    NewsRecipient.objects.bulk_create(
        NewsRecipient(announcement=news, organisation=row.organisation, reason=row.reason) for row in audience.addressed
    )


def readers(news: Announcement, now: datetime) -> list[Membership]:
    """The people of the participants whom it is for: who would get an e-mail."""
    held = Membership.objects.current(local_day(now)).filter(organisation__kind=Kind.PARTICIPANT)
    if not news.is_public:
        held = held.filter(organisation__in=news.recipients.values("organisation"))
    return list(held.select_related("person", "organisation"))


def _mail(news: Announcement, now: datetime) -> None:
    seen: dict[int, Message] = {}
    for held in readers(news, now):
        if held.person_id not in seen:
            seen[held.person_id] = promise(
                "notice",
                to=held.person,
                for_organisation=held.organisation,
                dedupe_key=f"news/{news.slug}/{held.person_id}",
                not_before=news.opens_at,
                about=about(news),
                about_url=reverse("news:own", args=[held.organisation.slug, news.slug]),
                headline=news.title,
                lead=news.summary or "The Programme has published news for your organisation.",
                facts=[["For", "Everybody" if news.is_public else "Organisations that it concerns"]],
                action="Read it",
            )
    enqueue_many(seen.values())


def correct(
    news: Announcement, *, what_changed: str, title: str, summary: str, body: str, by: Person, now: datetime
) -> Announcement:
    """Change what a published announcement says. The former wording is kept, and readers are told what changed."""
    with doing("news.corrected", by=by):
        news = Announcement.objects.select_for_update().get(pk=news.pk)
        if news.state != Announcement.State.PUBLISHED:
            raise ValidationError("Only what is published can be corrected.")
        if (title, summary, body) == (news.title, news.summary, news.body):
            raise ValidationError("Nothing has changed: correct the title, the summary or the text.")
        if not what_changed.strip():
            raise ValidationError({"what_changed": "Say what you corrected."})
        before = Correction(
            announcement=news,
            at=now,
            by=by,
            what_changed=what_changed.strip(),
            title_before=news.title,
            summary_before=news.summary,
            body_before=news.body,
        )
        save_checked(before)
        news.title, news.summary, news.body, news.corrected_at = title, summary, body, now
        save_checked(news)
        return news


def withdraw(news: Announcement, *, reason: str, by: Person, now: datetime) -> None:
    """Take it off every list. Its readers find the reason at its address; mails that have not left do not leave."""
    with doing("news.withdrawn", by=by):
        news = Announcement.objects.select_for_update().get(pk=news.pk)
        if news.state != Announcement.State.PUBLISHED:
            raise ValidationError("Only what is published can be withdrawn.")
        news.state, news.withdrawn_at, news.withdrawn_reason = Announcement.State.WITHDRAWN, now, reason.strip()
        save_checked(news)
        waiting = Message.objects.about(about(news)).filter(status=Status.QUEUED)
        waiting.update(status=Status.PARKED, last_error="The announcement was withdrawn before this left.")


def pin(news: Announcement, *, is_pinned: bool, by: Person) -> None:
    with doing("news.pinned" if is_pinned else "news.unpinned", by=by):
        Announcement.objects.filter(pk=news.pk).update(is_pinned=is_pinned)


def discard(news: Announcement, *, by: Person) -> None:
    with doing("news.discarded", by=by):
        news = Announcement.objects.select_for_update().get(pk=news.pk)
        if not news.is_draft:
            raise ValidationError("This announcement has been published: withdraw it instead.")
        news.delete()


def note_reading(news: Announcement, *, person: Person, now: datetime) -> None:
    NewsReading.objects.bulk_create([NewsReading(announcement=news, person=person, at=now)], ignore_conflicts=True)


def unread_by(acting: Membership, now: datetime, limit: int) -> list[Announcement]:
    """What the person has not opened while it is news, newest first; one query."""
    news = Announcement.objects.current(now).for_organisation(acting.organisation)
    fresh = news.filter(opens_at__gt=now - NEWS_FOR)
    return list(fresh.exclude(readings__person=acting.person).in_order()[:limit])


def recipients_of(news: Announcement) -> list[Organisation]:
    return [row.organisation for row in news.recipients.select_related("organisation")]
