"""What an edition of The Clock could tell: public matters alone, each with the page where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse

from checklist.models import ChecklistItem, Extension, State
from checklist.news.clock import Choice
from checklist.news.models import Announcement, Edition
from mhhs_portal.deadlines import local_day, spoken
from milestones.changes.published_changes import changes
from milestones.models import Achievement

#: What is due within so many days after the edition is put together.
AHEAD = timedelta(days=14)
MOST = 50
#: A milestone that was reached longer before the edition is old news, whenever it was reported.
LATELY = timedelta(days=31)


def proposals(edition: Edition) -> list[Choice]:
    """In the order of the sections; a fixed number of queries however much happened."""
    since, until = edition.since_at, edition.until_at
    return [
        *_news(since, until),
        *_opened(since, until),
        *_extended(since, until),
        *_closed(since, until),
        *_outcomes(since, until),
        *_plan(since, until),
        *_achieved(since, until),
        *_due(until),
    ]


def _item(item: ChecklistItem, event: str, section: str, title: str, words: str) -> Choice:
    sample = " (sample)" if item.is_sample else ""
    return Choice(
        key=f"checklist/{item.reference}/{event}",
        section=section,
        title=f"{title}: {item.title}{sample}",
        words=words,
        path=reverse("checklist:item", args=[item.reference]),
    )


def _news(since: datetime, until: datetime) -> Iterator[Choice]:
    found = Announcement.objects.opened(until).public().filter(opens_at__gt=since).in_order()
    for news in found[:MOST]:
        sample = " (sample)" if news.is_sample else ""
        path = reverse("news:announcement", args=[news.slug])
        yield Choice(f"news/{news.slug}", "news", f"{news.title}{sample}", news.summary, path)


def _opened(since: datetime, until: datetime) -> Iterator[Choice]:
    found = ChecklistItem.objects.public().filter(opens_at__gt=since, opens_at__lte=until)
    for item in found.order_by("opens_at")[:MOST]:
        words = f"{item.get_kind_display()}, {item.workstream}. Closes at {spoken(item.due_at)}." if item.due_at else ""
        yield _item(item, "opened", "checklist", "Opened", words)


def _extended(since: datetime, until: datetime) -> Iterator[Choice]:
    """For everybody alone: that one organisation got more time is nobody's business."""
    found = Extension.objects.filter(organisation=None, granted_at__gt=since, granted_at__lte=until)
    public = ChecklistItem.objects.public()
    for extension in found.filter(item__in=public).select_related("item").order_by("granted_at")[:MOST]:
        words = f"Now closes at {spoken(extension.due_at)}. {extension.reason}"
        yield _item(extension.item, f"extended-{extension.pk}", "checklist", "More time", words)


def _closed(since: datetime, until: datetime) -> Iterator[Choice]:
    by_time = ChecklistItem.objects.public().filter(state=State.PUBLISHED, due_at__gt=since, due_at__lte=until)
    by_staff = ChecklistItem.objects.public().filter(state=State.CLOSED, closed_at__gt=since, closed_at__lte=until)
    for item in [*by_time.order_by("due_at")[:MOST], *by_staff.order_by("closed_at")[:MOST]]:
        yield _item(item, "closed", "checklist", "Closed", f"{item.get_kind_display()}, {item.workstream}.")


def _outcomes(since: datetime, until: datetime) -> Iterator[Choice]:
    found = ChecklistItem.objects.public().filter(outcome_at__gt=since, outcome_at__lte=until)
    for item in found.order_by("outcome_at")[:MOST]:
        yield _item(item, "outcome", "checklist", "Outcome", item.outcome_decision or "What came of it is published.")


def _plan(since: datetime, until: datetime) -> Iterator[Choice]:
    for change in changes(MOST):
        if since < change.published_at <= until:
            yield Choice(change.key, "plan", change.title, change.words, change.path)


def _achieved(since: datetime, until: datetime) -> Iterator[Choice]:
    """Reported in this time, and reached lately: that an old plan was loaded today is no news."""
    recent = local_day(since) - LATELY
    found = Achievement.objects.filter(reported_at__gt=since, reported_at__lte=until, last_on__gte=recent)
    found = found.select_related("milestone")
    for achieved in found.order_by("reported_at")[:MOST]:
        milestone = achieved.milestone
        title = f"{milestone.code} achieved: {milestone.name}"
        path = reverse("milestones:detail", args=[milestone.slug])
        yield Choice(f"milestone/{milestone.slug}/achieved-{achieved.pk}", "plan", title, achieved.words, path)


def _due(until: datetime) -> Iterator[Choice]:
    found = ChecklistItem.objects.public().filter(
        state=State.PUBLISHED, due_at__gt=until, due_at__lte=until + AHEAD, opens_at__lte=F("due_at")
    )
    for item in found.order_by("due_at")[:MOST]:
        assert item.due_at is not None
        yield _item(item, "due", "due", "Due", f"Closes at {spoken(item.due_at)}.")
