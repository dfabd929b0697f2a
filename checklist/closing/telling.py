"""Commenters hear what became of their comments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from checklist.closing.models import LogPublication, LogRow, Outcome
from mhhs_portal.deadlines import local_day
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership


def summary(rows: Iterable[LogRow]) -> str:
    """ "2 accepted, 1 noted", in the order of the decisions."""
    counts = Counter(row.outcome for row in rows)
    said = [f"{counts[value]} {str(label).lower()}" for value, label in Outcome.choices if counts[value]]
    return ", ".join(said)


def tell_commenters(published: LogPublication, rows: Sequence[LogRow], now: datetime) -> int:
    """One message to each lead and contributor of the organisations that commented, with their own decisions.

    Of a later version only those hear whose own rows are new or changed.
    """
    item = published.item
    theirs: dict[int, list[LogRow]] = defaultdict(list)
    for row in rows:
        theirs[row.organisation_id].append(row)
    if published.number > 1:
        theirs = {pk: own for pk, own in theirs.items() if any(row.change for row in own)}  # type: ignore[assignment]
    contacts = (
        Membership.objects.current(local_day(now))
        .filter(role__in=RESPONDERS, organisation__in=list(theirs))
        .select_related("person", "organisation")
    )
    what = "What became of your comments" if published.number == 1 else "New version of the comments log"
    messages = [
        draft(
            "notice",
            to=member.person,
            dedupe_key=f"checklist/{item.reference}/log/{published.number}/{member.pk}",
            for_organisation=member.organisation,
            about=f"checklist/{item.reference}",
            about_url=reverse("closing:own_log", args=[member.organisation.slug, item.reference]),
            headline=f"{what}: {item.title}",
            lead=_lead(published, theirs[member.organisation_id]),
            facts=[["Reference", item.reference], ["Comments log", f"Version {published.number}"]],
            action="Read the replies",
            why=f"You receive this because {member.organisation.name} commented on this item.",
        )
        for member in contacts
    ]
    return len(enqueue_many(messages))


def _lead(published: LogPublication, own: list[LogRow]) -> str:
    count = len(own)
    first = f"The Programme has answered your {count} comment{'s' if count != 1 else ''}: {summary(own)}."
    if published.number == 1:
        return first
    changed = sum(bool(row.change) for row in own)
    return f"{first} New or changed since the version before: {changed}. {published.what_changed}"
