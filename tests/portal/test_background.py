"""The whole chain with its real parts: PostgreSQL, Valkey, Celery beat and workers, a mail server. They are killed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from mhhs_portal.notifications import watch
from mhhs_portal.notifications.claiming import LEASE
from mhhs_portal.notifications.models import Message
from tests import make
from tests.portal.background import SITE_URL, Background, wait_until
from tests.portal.mail_sink import MailSink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def sink():
    with MailSink() as sink:
        yield sink


@pytest.fixture
def background(tmp_path):
    with Background(tmp_path) as background:
        yield background


def all_sent() -> bool:
    return Message.objects.exists() and not Message.objects.exclude(status="sent").exists()


def cut_every_other_database_connection() -> None:
    """What a restarted PostgreSQL does to the workers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1


def test_a_reminder_is_found_promised_and_sent_whatever_restarts_meanwhile(background, sink, settings):
    settings.SITE_URL = SITE_URL
    lead = make.lead(make.organisation(slug="northmoor", name="Northmoor Energy Supply"))
    redis = background.redis()
    background.worker(sink.url)
    background.beat(sink.url)

    (mail,) = wait_until(lambda: sink.to(lead.person.email), "no reminder arrived")
    wait_until(all_sent, "the message was not noted as sent")

    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert mail["Subject"] == "Northmoor Energy Supply must answer"
    assert f"\n{SITE_URL}/o/northmoor/\n" in text
    assert f'href="{SITE_URL}/o/northmoor/"' in html

    # Redis is lost with all it knew, PostgreSQL drops everybody, and a second scheduler joins by mistake.
    background.kill(redis)
    late = make.lead(make.organisation(slug="late"))
    lost_at = timezone.now()
    cut_every_other_database_connection()
    background.redis()
    background.beat(sink.url)

    wait_until(lambda: sink.to(late.person.email), "no reminder arrived after the restarts")
    wait_until(lambda: (watch.last_heartbeat() or lost_at) > lost_at, "no heartbeat after the restarts")
    wait_until(all_sent, "the second message was not noted as sent")
    assert sink.ids == {message.message_id: 1 for message in Message.objects.all()}
    assert {message.to for message in Message.objects.all()} == {lead.person, late.person}


def test_a_worker_killed_while_sending_loses_nothing_and_doubles_at_most_the_one_in_its_hands(background, sink):
    to = make.person()
    messages = [make.message(to=to, headline=f"Number {n}") for n in range(6)]
    sink.rule = lambda mail: "hang" if mail["Subject"] == "Number 3" and not sink.hanging.is_set() else "accept"
    background.redis()
    background.beat(sink.url)
    worker = background.worker(sink.url)
    wait_until(sink.hanging.is_set, "the worker never came to the third message")

    background.kill(worker)
    background.worker(sink.url)
    # What else was in the dead worker's hands waits for the end of its lease as well, and goes once.
    held = Message.objects.filter(status="sending")
    assert {message.context["headline"] for message in held} == {"Number 3", "Number 4", "Number 5"}
    held.update(claimed_at=F("claimed_at") - LEASE - timedelta(seconds=1))
    wait_until(all_sent, "the messages in the dead worker's hands were never sent")

    arrived = {mail["Subject"]: sink.ids[mail["Message-ID"]] for mail in sink.received}
    assert arrived == {f"Number {n}": 2 if n == 3 else 1 for n in range(6)}
    assert len(sink.ids) == len(messages)
