"""Sends what is due. PostgreSQL is the queue, so any number of senders can run at once and any of them can die.

A sender takes a handful of messages; each is sent alone, and noted in a commit of its own. A sender that is killed
between "the mail server took it" and "we noted it" leaves one such message behind, beside those that it had not come
to; when the lease ends they go, that one with the same Message-ID. One such copy per crash is the least that mail
allows.
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

from mhhs_portal.notifications import answers, claiming
from mhhs_portal.notifications.claiming import MAX_ATTEMPTS, PAUSES
from mhhs_portal.notifications.mail import as_email, render
from mhhs_portal.notifications.models import Message, Status

logger = logging.getLogger(__name__)

#: One sender stops after this many seconds and leaves the rest to the next, well below Celery's time limit.
TURN = 50
#: What a sender has held for so many seconds it gives back, so that nobody waits for a slow mail server's handful.
HELD_FOR = 10
#: A mail server may wish to see us again after so many messages.
PER_CONNECTION = 1_000
#: The longest sleep until the pace allows the next message.
NAP = 0.5
NOTING_PATIENCE = 30


@dataclass
class Turn:
    """What one sender did."""

    sent: int = 0
    retried: int = 0
    parked: int = 0
    #: The mail server could not be reached. That is no message's fault, so no try was counted.
    server_away: bool = False
    #: As many others as may are sending already.
    crowded: bool = False

    @property
    def tried(self) -> int:
        return self.sent + self.retried + self.parked


class ServerAwayError(Exception):
    """No connection to the mail server, or it does not accept our sign-in, or it asks us to go."""


def send_due(now: datetime, limit: int = 10_000) -> Turn:
    """Send everything that is due, by priority and then by age."""
    turn = Turn()
    with claiming.place() as mine:
        if not mine:
            turn.crowded = True
            return turn
        claiming.take_back(now)
        sender = _Sender(now, turn)
        try:
            sender.send(limit)
        except ServerAwayError as error:
            logger.warning("the mail server is away: %s", error)
            turn.server_away = True
        finally:
            sender.stop()
    return turn


class _Sender:
    """One connection, renewed after a failure, and the handful of messages that we hold."""

    def __init__(self, now: datetime, turn: Turn) -> None:
        self.began_at, self.started, self.turn = now, time.monotonic(), turn
        self.server: BaseEmailBackend | None = None
        self.over_this_connection = 0
        self.held: list[Message] = []
        self.held_since = 0.0

    @property
    def moment(self) -> datetime:
        return self.began_at + timedelta(seconds=time.monotonic() - self.started)

    def send(self, limit: int) -> None:
        while self.turn.tried < limit and self.moment - self.began_at <= timedelta(seconds=TURN):
            if not self.held and not self._take(limit - self.turn.tried):
                return
            if self.held:
                self._send_next()

    def _take(self, most: int) -> bool:
        """Claim the next handful, or sleep until the pace allows it; False when nothing is due."""
        now = self.moment
        if not _is_anything_due(now):
            return False
        self._connect()
        room, seconds = claiming.allowed(now)
        if not room:
            time.sleep(min(seconds, NAP))
            return True
        claimed = claiming.claim(now, min(room, most))
        self.held, self.held_since = claiming.spread(claimed, now), time.monotonic()
        claiming.take_room(now, len(self.held))
        return bool(claimed)

    def _send_next(self) -> None:
        if time.monotonic() - self.held_since > HELD_FOR:
            self._let_go()
            return
        message = self.held.pop(0)
        outcome, error = _try(message, self._connect(), self.moment)
        setattr(self.turn, outcome, getattr(self.turn, outcome) + 1)
        self.over_this_connection += 1
        if error and answers.is_closing(error):
            raise ServerAwayError(answers.words(error))
        if (error and not answers.keeps_talking(error)) or self.over_this_connection >= PER_CONNECTION:
            self._hang_up()

    def _connect(self) -> BaseEmailBackend:
        if self.server is None:
            server = get_connection()
            try:
                server.open()
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAwayError(answers.words(error)) from error
            self.server, self.over_this_connection = server, 0
        return self.server

    def _hang_up(self) -> None:
        server, self.server = self.server, None
        if server is None:
            return
        try:
            server.close()
        except (OSError, smtplib.SMTPException):  # it hung up first, or no longer speaks
            server.connection = None  # type: ignore[attr-defined]

    def _let_go(self) -> None:
        held, self.held = self.held, []
        claiming.put_back(held)

    def stop(self) -> None:
        self._hang_up()
        try:
            self._let_go()
        except (OperationalError, InterfaceError):  # the lease frees them
            logger.warning("the database went away while messages were held")
            connection.close()


def _is_anything_due(now: datetime) -> bool:
    return Message.objects.filter(status=Status.QUEUED, not_before__lte=now).order_by().exists()


def _try(message: Message, server: BaseEmailBackend, now: datetime) -> tuple[str, Exception | None]:
    """Send one claimed message and note what became of it: "sent", "retried" or "parked"."""
    if message.to and not message.to.is_active:
        return _park(message, "The person no longer takes part."), None
    try:
        rendered = render(message, now)
        server.send_messages([as_email(message, rendered)])
    except Exception as error:  # whatever is wrong with this one must not hold up the others
        logger.warning("message %s was not sent: %s", message.number, answers.words(error))
        return _retry_or_park(message, error, now), error
    _note(
        message,
        status=Status.SENT,
        sent_at=now,
        last_error="",
        sent_to=message.email,
        sent_subject=rendered.subject[:300],
        sent_text=message.without_secret(rendered.text),
    )
    return "sent", None


def _retry_or_park(message: Message, error: Exception, now: datetime) -> str:
    if answers.is_permanent(error) or message.attempts >= MAX_ATTEMPTS:
        return _park(message, answers.words(error))
    _note(
        message,
        status=Status.QUEUED,
        not_before=now + pause_after(message.attempts),
        last_error=answers.words(error),
    )
    return "retried"


def _park(message: Message, why: str) -> str:
    logger.error("message %s is given up: %s", message.number, why)
    _note(message, status=Status.PARKED, last_error=why)
    return "parked"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries; a fifth more or less, so that what failed together comes back apart."""
    return PAUSES[attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311  # no secret


def _note(message: Message, **changes: Any) -> None:
    """Write down what became of a message that we hold, and commit.

    The mail may have left already, so a database that restarts just now is worth some patience: forgetting means a
    second copy. Written as SQL because it is done for every message, and putting it together would take longer.
    """
    columns = ", ".join(f"{name} = %s" for name in changes)
    sql = (
        f"UPDATE notifications_message SET claimed_at = NULL, {columns} "  # noqa: S608  # our own names
        "WHERE id = %s AND status = 'sending' AND claimed_at = %s"
    )
    values = [*changes.values(), message.pk, message.claimed_at]
    until = time.monotonic() + NOTING_PATIENCE
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                if not cursor.rowcount:
                    logger.warning("message %s was taken over by another sender", message.number)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)
