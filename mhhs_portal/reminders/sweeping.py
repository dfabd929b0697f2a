"""Sends what is due and not sent. Safe to run twice, late, by two at once, or not at all for days.

Of the rungs that have been reached, the most urgent one goes to each person about each thing; the others are logged as
left out. A message and the word "sent" are written in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, OuterRef, Subquery

from mhhs_portal.deadlines import local_day
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import enqueue_many
from mhhs_portal.reminders.changes import forget
from mhhs_portal.reminders.kinds import Kind, all_kinds
from mhhs_portal.reminders.models import Reason, Reminder, State
from mhhs_portal.reminders.planning import plan_all

#: So many people and things in one transaction; a submission waits at most for one of these.
AT_ONCE = 500
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('reminders', 0))"


def sweep(now: datetime) -> int:
    """Plan what is missing, then send what is due. Gives how many messages were new; 0 while another sweep runs."""
    for kind in all_kinds():
        if kind.prepare:
            kind.prepare(now)
    with transaction.atomic():
        if not _nobody_else():
            return 0
        forget()  # before the whole is looked at, so that what changes meanwhile is not lost
        plan_all(now)
    new = 0
    due = set(Reminder.objects.planned().filter(send_at__lte=now).order_by().values_list("kind", flat=True).distinct())
    for kind in (each for each in all_kinds() if each.key in due):
        after: tuple[Any, ...] = ("", 0, 0)
        while True:
            with transaction.atomic():
                if not _nobody_else():
                    return new
                groups = _due_groups(kind, now, after)
                new += _send(kind, groups, now)
            if len(groups) < AT_ONCE:
                break
            after = groups[-1]
    return new


sweep.own_transactions = True  # type: ignore[attr-defined]  # notifications/reminding.py leaves them to it


def _nobody_else() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        return bool(cursor.fetchone()[0])


def _due_groups(kind: Kind, now: datetime, after: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT thing, organisation_id, person_id FROM reminders_reminder WHERE state = 'planned'"
            " AND send_at <= %s AND kind = %s AND (thing, organisation_id, person_id) > (%s, %s, %s)"
            " ORDER BY 1, 2, 3 LIMIT %s",
            [now, kind.key, *after, AT_ONCE],
        )
        return cursor.fetchall()


#: Rows that somebody is changing at this moment are left to the next sweep, and with them all of the same person.
_CLAIM = """
    WITH g AS (SELECT * FROM unnest(%(things)s::text[], %(organisations)s::bigint[], %(people)s::bigint[])
        AS g (thing, organisation_id, person_id)),
    due AS (SELECT r.id, r.thing, r.organisation_id, r.person_id FROM reminders_reminder r
        JOIN g USING (thing, organisation_id, person_id)
        WHERE r.kind = %(kind)s AND r.state = 'planned' AND r.send_at <= %(now)s),
    mine AS (SELECT id FROM reminders_reminder WHERE id IN (SELECT id FROM due) AND state = 'planned'
        ORDER BY id FOR UPDATE SKIP LOCKED)
    SELECT due.id FROM due WHERE NOT EXISTS (
        SELECT 1 FROM due other WHERE (other.thing, other.organisation_id, other.person_id)
        = (due.thing, due.organisation_id, due.person_id) AND other.id NOT IN (SELECT id FROM mine))
"""
#: Why a reminder that is due does not go. The first that holds is said.
_JUDGE = """
    UPDATE reminders_reminder r SET state = 'skipped', settled_at = %(now)s, reason = judged.reason
    FROM (
        SELECT d.id, CASE
            WHEN NOT EXISTS (SELECT 1 FROM organisations_membership p JOIN organisations_person h ON h.id = p.person_id
                WHERE p.person_id = d.person_id AND h.is_active AND p.starts_on <= %(today)s
                AND (p.ends_on IS NULL OR p.ends_on >= %(today)s)
                AND CASE WHEN d.to_staff THEN p.role = %(contact_role)s ELSE p.organisation_id = d.organisation_id END)
                THEN 'left'
            WHEN d.urgency <= 0 AND d.due_at < %(now)s THEN 'passed'
            WHEN d.send_at <= %(too_old)s OR (d.rung = 'start+0w' AND d.send_at <= %(no_news)s) THEN 'too-old'
            WHEN d.rung LIKE 'start%%' AND EXISTS (SELECT 1 FROM reminders_reminder s WHERE s.kind = d.kind
                AND s.thing = d.thing AND s.organisation_id = d.organisation_id AND s.person_id = d.person_id
                AND s.version = d.version AND s.rung = d.rung AND s.state = 'sent') THEN 'told'
            WHEN EXISTS (SELECT 1 FROM notifications_message m WHERE m.about = %(about)s || d.thing
                AND m.to_id = d.person_id AND m.organisation_id = d.organisation_id AND m.template = ANY(%(before)s)
                AND m.dedupe_key NOT LIKE 'reminder/%%' AND m.dedupe_key NOT LIKE '%%/chase/%%'
                AND m.queued_at < d.planned_at
                AND m.queued_at >= date_trunc('day', d.send_at, 'Europe/London')) THEN 'told'
            END AS reason
        FROM reminders_reminder d WHERE d.id = ANY(%(ids)s)
    ) judged WHERE judged.id = r.id AND judged.reason IS NOT NULL RETURNING r.id
"""
_OVERTAKEN = """
    UPDATE reminders_reminder r SET state = 'skipped', settled_at = %(now)s, reason = 'overtaken'
    WHERE r.id = ANY(%(ids)s) AND r.state = 'planned' AND EXISTS (
        SELECT 1 FROM reminders_reminder o
        WHERE o.kind = r.kind AND o.thing = r.thing AND o.organisation_id = r.organisation_id
        AND o.person_id = r.person_id AND o.version = r.version AND o.due_at = r.due_at
        AND (o.send_at, o.urgency, o.id) > (r.send_at, r.urgency, r.id)
        AND (o.state = 'sent' OR o.reason = 'told' OR (o.state = 'planned' AND o.id = ANY(%(ids)s))))
    RETURNING r.id
"""


def _send(kind: Kind, groups: list[tuple[Any, ...]], now: datetime) -> int:
    if not groups:
        return 0
    things, organisations, people = (list(column) for column in zip(*groups, strict=True))
    claim: dict[str, Any] = {
        "things": things,
        "organisations": organisations,
        "people": people,
        "kind": kind.key,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, claim)
        ids = [row[0] for row in cursor.fetchall()]
        arguments: dict[str, Any] = {
            "ids": ids,
            "now": now,
            "today": local_day(now),
            "contact_role": kind.contact_role.value,
            "too_old": now - kind.give_up_after,
            "no_news": now - kind.news_for,
            "about": kind.about,
            "before": list(kind.before),
        }
        cursor.execute(_JUDGE, arguments)
        cursor.execute(_OVERTAKEN, arguments)
    left = _with_next(Reminder.objects.filter(pk__in=ids, state=State.PLANNED), now)
    return _promise(kind, left, now) if left else 0


def _with_next(rows: Any, now: datetime) -> list[Reminder]:
    """With `next_at`: when this person hears of it again, unless it is done by then."""
    same = {name: OuterRef(name) for name in ("kind", "thing", "organisation", "person", "version", "due_at")}
    coming = Reminder.objects.filter(**same, state=State.PLANNED, send_at__gt=now).order_by()
    soonest = coming.values("person").annotate(soonest=Min("send_at")).values("soonest")
    return list(rows.annotate(next_at=Subquery(soonest)).select_related("organisation", "person").order_by("pk"))


def _promise(kind: Kind, reminders: list[Reminder], now: datetime) -> int:
    messages = kind.messages(reminders, now)
    new = enqueue_many(messages.values())
    numbers = dict(
        Message.objects.filter(dedupe_key__in={message.dedupe_key for message in messages.values()})
        .order_by()
        .values_list("dedupe_key", "pk")
    )
    for reminder in reminders:
        reminder.settled_at = now
        if message := messages.get(reminder.pk):
            reminder.state, reminder.message_id = State.SENT, numbers[message.dedupe_key]
        else:
            reminder.state, reminder.reason = State.SUPERSEDED, Reason.OVER
    Reminder.objects.bulk_update(reminders, ["state", "reason", "settled_at", "message"], batch_size=500)
    return len(new)


def key_of(reminder: Reminder) -> str:
    """The message's key: the same reminder can never be promised twice."""
    return (
        f"reminder/{reminder.kind}/{reminder.thing}.{reminder.version}/{reminder.organisation_id}/"
        f"{reminder.person_id}/{reminder.rung}/{reminder.due_at:%Y%m%dT%H%M}"
    )
