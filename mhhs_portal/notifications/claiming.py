"""Who sends what, and how fast: claims on rows, places for senders and the pace, all of it in PostgreSQL."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.db.models.functions import Greatest

from mhhs_portal.notifications.models import Message, Priority, Status

logger = logging.getLogger(__name__)

#: A claim older than this belongs to a sender that died. No single message can take so long: see EMAIL_TIMEOUT.
LEASE = timedelta(seconds=settings.MAIL_LEASE)
#: The pauses between one try and the next, each give or take a fifth; after the eighth try, 24 hours on, we give up.
PAUSES = [timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 780)]
MAX_ATTEMPTS = len(PAUSES) + 1
#: How many messages a sender takes at once. Each is still sent and noted in a commit of its own.
HANDFUL = 20
#: The cap over everybody may run ahead by this long, so that a sender need not count out single messages.
RUN_AHEAD = timedelta(seconds=0.5)
#: The row of the pace that counts for all domains together.
EVERYBODY = ""
STOPPED = "The worker stopped while it was sending."
SENDERS_LOCK = 20_0823

_CLAIM = """
    WITH waiting AS MATERIALIZED (
        SELECT id, attempts, priority, not_before FROM notifications_message
        WHERE status = 'queued' AND not_before <= %(now)s
        ORDER BY priority, not_before, id
        LIMIT %(most)s
        FOR UPDATE SKIP LOCKED
    ), counted AS (
        SELECT id, row_number() OVER line AS place, count(*) FILTER (WHERE attempts > 0) OVER line AS tried
        FROM waiting WINDOW line AS (ORDER BY priority, not_before, id)
    )
    UPDATE notifications_message SET status = 'sending', claimed_at = %(now)s, attempts = attempts + 1
    WHERE id IN (SELECT id FROM counted WHERE tried = 0 OR place = 1)
    RETURNING id
"""
_PACE = """
    INSERT INTO notifications_pace AS pace (domain, free_at)
    VALUES (%(domain)s, %(now)s + %(steps)s * %(step)s::interval)
    ON CONFLICT (domain) DO UPDATE SET free_at = GREATEST(pace.free_at, %(now)s) + %(steps)s * %(step)s::interval
    RETURNING free_at - %(steps)s * %(step)s::interval
"""


@contextmanager
def place() -> Iterator[bool]:
    """True while this process is one of the few that may send. A process that dies gives its place back."""
    with connection.cursor() as cursor:
        mine = next((n for n in range(settings.MAIL_SENDERS) if _locked(cursor, n)), None)
    try:
        yield mine is not None
    finally:
        if mine is not None:
            _unlock(mine)


def _locked(cursor: Any, number: int) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SENDERS_LOCK, number])
    return bool(cursor.fetchone()[0])


def _unlock(number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SENDERS_LOCK, number])
    except (OperationalError, InterfaceError):
        connection.close()  # the lock went with the server's side of it


def take_back(now: datetime) -> None:
    """Free what a dead sender held."""
    left_behind = Message.objects.filter(status=Status.SENDING, claimed_at__lt=now - LEASE)
    left_behind.filter(attempts__gte=MAX_ATTEMPTS).update(status=Status.PARKED, claimed_at=None, last_error=STOPPED)
    freed = left_behind.update(status=Status.QUEUED, claimed_at=None, last_error=STOPPED)
    if freed:
        logger.warning("%s messages were left behind by a worker that stopped; they go again", freed)


def claim(now: datetime, most: int) -> list[Message]:
    """Take the next due messages for ourselves, in their order; none when all are sent or in other hands.

    One that was tried before comes alone: should it be what kills senders, it kills nobody's tries but its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "most": most})
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return []
    found = Message.objects.filter(pk__in=ids).select_related("to", "organisation")
    return list(found.order_by("priority", "not_before", "pk"))


def put_back(messages: list[Message]) -> None:
    """We hold these and have not tried them: others may, and it counts as no try."""
    if messages:
        _hand_back(messages)


def _hand_back(messages: list[Message], **changes: Any) -> None:
    ours = Message.objects.filter(
        pk__in=[m.pk for m in messages], status=Status.SENDING, claimed_at=messages[0].claimed_at
    )
    ours.update(status=Status.QUEUED, claimed_at=None, attempts=Greatest(F("attempts") - 1, 0), **changes)


# --- pace -------------------------------------------------------------------------------------------------------------


def allowed(now: datetime) -> tuple[int, float]:
    """How many messages may leave now under the cap over everybody, and after how many seconds the next may."""
    if not settings.MAIL_PER_MINUTE:
        return HANDFUL, 0.0
    step = timedelta(minutes=1) / settings.MAIL_PER_MINUTE
    with connection.cursor() as cursor:
        cursor.execute("SELECT free_at FROM notifications_pace WHERE domain = %s", [EVERYBODY])
        row = cursor.fetchone()
    free_at = max(row[0], now) if row else now
    ahead = now + RUN_AHEAD - free_at
    if ahead < timedelta(0):
        return 0, -ahead.total_seconds()
    return min(HANDFUL, int(ahead / step) + 1), 0.0


def take_room(now: datetime, steps: int) -> None:
    """Count this many messages against the cap over everybody."""
    if settings.MAIL_PER_MINUTE and steps:
        _next_free(EVERYBODY, now, steps, settings.MAIL_PER_MINUTE)


def spread(messages: list[Message], now: datetime) -> list[Message]:
    """Those of the claimed messages that may leave now under the cap of their domain; the others get a time of their
    own. A receipt goes at once, and counts."""
    each = settings.MAIL_PER_MINUTE_AND_DOMAIN
    counted = {m.pk for m in messages if not _has_slot(m, now)} if each else set()
    if not counted:
        return messages
    step = timedelta(minutes=1) / each
    domains = Counter(domain_of(m) for m in messages if m.pk in counted)
    starts = {domain: _next_free(domain, now, steps, each) for domain, steps in domains.items()}
    leave = []
    for message in messages:
        at = now
        if message.pk in counted:
            domain = domain_of(message)
            at, starts[domain] = starts[domain], starts[domain] + step
        if at <= now + timedelta(seconds=1) or message.priority == Priority.RECEIPT:
            leave.append(message)
        else:
            _hand_back([message], not_before=at, slot_at=at)
    return leave


def _has_slot(message: Message, now: datetime) -> bool:
    """A time that was given and missed by more than a minute is void: after an outage all would leave at once."""
    slot = message.slot_at
    return slot is not None and slot == message.not_before and slot > now - timedelta(minutes=1)


def domain_of(message: Message) -> str:
    return message.email.rpartition("@")[2].lower()


def _next_free(domain: str, now: datetime, steps: int, per_minute: int) -> datetime:
    """Reserve so many steps in a row; gives when the first of them is."""
    step = timedelta(minutes=1) / per_minute
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {"domain": domain, "now": now, "steps": steps, "step": f"{step.total_seconds()} s"}
        cursor.execute(_PACE, facts)
        first: datetime = cursor.fetchone()[0]
    return first
