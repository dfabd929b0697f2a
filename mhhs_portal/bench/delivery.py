"""How fast messages leave: one sender and two, beside a bare smtplib loop, to the same mail sink on this machine."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mhhs_portal.bench import sink as sinks

MESSAGES = 3_000
CAP, CAPPED_SECONDS = 1_200, 20
#: Between the first and the last so many are looked at, so that starting and stopping do not count.
EDGE = 0.05
_SENDER = "import django; django.setup(); from mhhs_portal.bench.delivery import send; send()"
_KEY = "bench/delivery/"


@dataclass(frozen=True)
class Delivered:
    #: Messages a second.
    bare: float
    one: float
    two: float
    #: What was measured under a cap of `CAP` a minute, as messages a minute.
    capped: float
    copies: int


def delivered() -> Delivered:
    with tempfile.TemporaryDirectory(prefix="mhhs-delivery-") as folder, sinks.running(Path(folder)) as sink:
        bare = _bare(sink)
        one, two = _rate(sink, 1, MESSAGES), _rate(sink, 2, MESSAGES)
        capped = _rate(sink, 2, CAP * CAPPED_SECONDS // 60, per_minute=CAP)
        copies = max(sink.copies().values())
    _clear()
    return Delivered(bare, one, two, capped * 60, copies)


def send() -> None:
    """What a worker does, until nothing is due: in a process of its own."""
    from mhhs_portal.notifications import sending

    while sending.send_due(timezone.now()).tried:
        pass


def _bare(sink: sinks.Sink) -> float:
    """The same mail, over and over, by the standard library alone."""
    from mhhs_portal.notifications.mail import as_email, render

    _queue(1)
    message = _waiting().get()
    mail = as_email(message, render(message)).message().as_bytes()
    _clear()
    server = smtplib.SMTP("127.0.0.1", sink.port)
    started = time.perf_counter()
    for _ in range(MESSAGES):
        server.sendmail("portal@bench.example", ["somebody@bench.example"], mail)
    took = time.perf_counter() - started
    server.quit()
    (sink.folder / "taken.log").write_text("")
    return MESSAGES / took


def _rate(sink: sinks.Sink, senders: int, count: int, per_minute: int = 0) -> float:
    """Messages a second as the sink saw them."""
    (sink.folder / "taken.log").write_text("")
    _queue(count)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "mhhs_portal.settings",
        "EMAIL_URL": sink.url,
        "MAIL_PER_MINUTE": str(per_minute),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", _SENDER]
    started = [
        subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)  # noqa: S603
        for _ in range(senders)
    ]
    for process in started:
        process.wait(300)
    at = sorted(mail.at for mail in sink.taken())
    if len(at) != count:
        raise RuntimeError(f"{len(at)} of {count} messages arrived")
    skipped = int(count * EDGE)
    first, last = at[skipped], at[-1 - skipped]
    return (count - 2 * skipped - 1) / (last - first)


def _waiting():  # type: ignore[no-untyped-def]
    from mhhs_portal.notifications.models import Message

    return Message.objects.filter(dedupe_key__startswith=_KEY)


def _clear() -> None:
    _waiting().delete()


def _queue(count: int) -> None:
    from django.db import connection

    from mhhs_portal.notifications.models import Message
    from mhhs_portal.notifications.outbox import draft, enqueue_many
    from mhhs_portal.organisations.models import Person

    _clear()
    Message.objects.unsent().update(not_before=timezone.now() + timedelta(days=30))
    now, people = timezone.now(), list(Person.objects.filter(is_active=True)[:500])
    facts = [["Status", "Draft saved, not sent"], ["Who must respond", "Suppliers and agents"]]
    enqueue_many(
        draft(
            "notice",
            to=people[n % len(people)],
            dedupe_key=f"{_KEY}{n}",
            not_before=now,
            about_url="/",
            headline=f"3 working days left to answer item {n}",
            lead="Your organisation has not sent its answer yet.",
            facts=facts,
        )
        for n in range(count)
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_message")
