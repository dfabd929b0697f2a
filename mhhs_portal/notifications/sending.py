"""Sends what is due. PostgreSQL is the queue, so any number of senders can run at once and any of them can die.

Each message is claimed alone, sent, and noted in a commit of its own. A sender that is killed between "the mail server
took it" and "we noted it" leaves one claim behind; when its lease ends the message is sent again with the same
Message-ID. One such copy per crash is the least that mail allows.
"""

from __future__ import annotations

import logging
import random
import smtplib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection

from mhhs_portal.notifications.mail import as_email, render
from mhhs_portal.notifications.models import Message, Status

logger = logging.getLogger(__name__)

#: A claim older than this belongs to a sender that died. No single message can take so long: see EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)
#: The pauses between one try and the next, each give or take a fifth; after the eighth try, 24 hours on, we give up.
PAUSES = [timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 780)]
MAX_ATTEMPTS = len(PAUSES) + 1
#: One sender stops after this many seconds and leaves the rest to the next, well below Celery's time limit.
TURN = 50
NOTING_PATIENCE = 30


@dataclass
class Turn:
    """What one sender did."""

    sent: int = 0
    retried: int = 0
    parked: int = 0
    #: The mail server could not be reached. That is no message's fault, so no try was counted.
    server_away: bool = False

    @property
    def tried(self) -> int:
        return self.sent + self.retried + self.parked


def send_due(now: datetime, limit: int = 10_000) -> Turn:
    """Send everything that is due, by priority and then by age, over one connection that is renewed after a failure."""
    started = time.monotonic()
    take_back(now)
    turn = Turn()
    server: BaseEmailBackend | None = None
    try:
        while turn.tried < limit:
            moment = now + timedelta(seconds=time.monotonic() - started)
            if moment - now > timedelta(seconds=TURN):
                break
            if server is None:
                if not _is_anything_due(moment):
                    break
                server = _connected()
            message = claim(moment)
            if message is None:
                break
            outcome = _try(message, server, moment)
            setattr(turn, outcome, getattr(turn, outcome) + 1)
            if outcome != "sent":
                _hang_up(server)
                server = None
    except ServerAwayError as error:
        logger.warning("the mail server is away: %s", error)
        turn.server_away = True
    finally:
        if server is not None:
            _hang_up(server)
    return turn


def take_back(now: datetime) -> None:
    """Free what a dead sender held."""
    left_behind = Message.objects.filter(status=Status.SENDING, claimed_at__lt=now - LEASE)
    words = "The worker stopped while it was sending."
    left_behind.filter(attempts__gte=MAX_ATTEMPTS).update(status=Status.PARKED, claimed_at=None, last_error=words)
    freed = left_behind.update(status=Status.QUEUED, claimed_at=None, last_error=words)
    if freed:
        logger.warning("%s messages were left behind by a worker that stopped; they go again", freed)


def claim(now: datetime) -> Message | None:
    """Take the next due message for ourselves; None when all are sent or in other hands."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_message SET status = 'sending', claimed_at = %(now)s, attempts = attempts + 1
            WHERE id = (
                SELECT id FROM notifications_message
                WHERE status = 'queued' AND not_before <= %(now)s
                ORDER BY priority, not_before, id
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """,
            {"now": now},
        )
        row = cursor.fetchone()
    return Message.objects.select_related("to", "organisation").get(pk=row[0]) if row else None


class ServerAwayError(Exception):
    """No connection to the mail server, or it does not accept our sign-in."""


def _is_anything_due(now: datetime) -> bool:
    return Message.objects.filter(status=Status.QUEUED, not_before__lte=now).exists()


def _connected() -> BaseEmailBackend:
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAwayError(_words(error)) from error
    return server


def _hang_up(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):  # it hung up first, or no longer speaks
        server.connection = None  # type: ignore[attr-defined]


def _try(message: Message, server: BaseEmailBackend, now: datetime) -> str:
    """Send one claimed message and note what became of it: "sent", "retried" or "parked"."""
    if message.to and not message.to.is_active:
        return _park(message, "The person no longer takes part.")
    try:
        rendered = render(message, now)
        server.send_messages([as_email(message, rendered)])
    except Exception as error:  # whatever is wrong with this one must not hold up the others
        logger.warning("message %s was not sent: %s", message.number, _words(error))
        return _retry_or_park(message, error, now)
    _note(
        message,
        status=Status.SENT,
        sent_at=now,
        last_error="",
        sent_to=message.email,
        sent_subject=rendered.subject[:300],
        sent_text=message.without_secret(rendered.text),
    )
    return "sent"


def _retry_or_park(message: Message, error: Exception, now: datetime) -> str:
    if is_permanent(error) or message.attempts >= MAX_ATTEMPTS:
        return _park(message, _words(error))
    _note(
        message,
        status=Status.QUEUED,
        not_before=now + pause_after(message.attempts),
        last_error=_words(error),
    )
    return "retried"


def _park(message: Message, why: str) -> str:
    logger.error("message %s is given up: %s", message.number, why)
    _note(message, status=Status.PARKED, last_error=why)
    return "parked"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries; a fifth more or less, so that what failed together comes back apart."""
    return PAUSES[attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311  # no secret


def is_permanent(error: Exception) -> bool:
    """The server says that this message to this address will never do.

    A refused sender is not: that is our configuration, and parking everything for it would lose a day's reminders.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code <= 599 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code <= 599


def _words(error: Exception) -> str:
    """What the server said, or what went wrong here, for the log."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(answer)}" for code, answer in error.recipients.values()]
        return "; ".join(answers)[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}"[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _note(message: Message, **changes: Any) -> None:
    """Write down what became of a message that we hold.

    The mail may have left already, so a database that restarts just now is worth some patience: forgetting means a
    second copy.
    """
    ours = Message.objects.filter(pk=message.pk, status=Status.SENDING, claimed_at=message.claimed_at)
    until = time.monotonic() + NOTING_PATIENCE
    while True:
        try:
            if not ours.update(claimed_at=None, **changes):
                logger.warning("message %s was taken over by another sender", message.number)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)
