"""Staff hear once of a thing that several organisations have not done, not once for each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.urls import reverse

from mhhs_portal.deadlines import days_left_words, spoken
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft
from mhhs_portal.organisations.models import Membership
from mhhs_portal.reminders.kinds import Kind
from mhhs_portal.reminders.models import Reminder

#: So many organisations are named in the mail.
NAMED = 20


def with_escalations(
    kind: Kind, reminders: Sequence[Reminder], now: datetime, message: Callable[[Reminder], Message]
) -> dict[int, Message]:
    """`message` writes to an organisation's own people; staff get one message for each thing and rung."""
    found = {each.pk: message(each) for each in reminders if not each.to_staff}
    staff = [each for each in reminders if each.to_staff]
    if not staff:
        return found
    titles = kind.titles(sorted({each.thing for each in staff}))
    homes = _homes(kind, staff)
    groups: dict[tuple[object, ...], Message] = {}
    for each in staff:
        group = (each.thing, each.person_id, each.rung, each.due_at)
        if group not in groups:
            groups[group] = _to_staff(kind, each, titles.get(each.thing, each.thing), homes, now)
        found[each.pk] = groups[group]
    return found


def _homes(kind: Kind, reminders: Sequence[Reminder]) -> dict[int, str]:
    """The slug of the body in which each of them is staff."""
    held = Membership.objects.filter(person__in={each.person_id for each in reminders}, role=kind.contact_role)
    return dict(held.order_by("pk").values_list("person", "organisation__slug"))


def _to_staff(kind: Kind, reminder: Reminder, title: str, homes: dict[int, str], now: datetime) -> Message:
    same = Reminder.objects.about(kind.key, reminder.thing).filter(
        person=reminder.person, rung=reminder.rung, due_at=reminder.due_at, to_staff=True, send_at__lte=now
    )
    waiting = same.filter(settled_at__isnull=True).order_by("organisation__name")
    names = list(waiting.values_list("organisation__name", flat=True))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    who = f"{len(names)} organisation{'s' * (len(names) != 1)}"
    home = homes.get(reminder.person_id, "programme")
    return draft(
        "notice",
        to=reminder.person,
        dedupe_key=f"reminder/{kind.key}/{reminder.thing}.{reminder.version}/staff/{reminder.person_id}/"
        f"{reminder.rung}/{reminder.due_at:%Y%m%dT%H%M}",
        about=f"{kind.about}{reminder.thing}",
        about_url=kind.page(reminder.thing, home) if kind.page else reverse("organisation_home", args=[home]),
        headline=f"{who} outstanding, {days_left_words(reminder.due_at, now)}: {title}",
        lead=f"{', '.join(names[:NAMED])}{more} {'has' if len(names) == 1 else 'have'} not done this by "
        f"{spoken(reminder.due_at)}. Their own people have been reminded.",
        facts=[["What", title], ["Due", spoken(reminder.due_at)], ["Outstanding", who]],
        action="See who is outstanding",
        why="You receive this because you are staff and the ladder of this thing escalates to staff.",
    )
