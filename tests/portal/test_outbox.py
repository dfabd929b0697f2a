from __future__ import annotations

import socket
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mhhs_portal.notifications import claiming, outbox, reminding, sending, watch
from mhhs_portal.notifications.models import Message, Priority, Status
from tests import make
from tests.portal.mail_sink import MailSink

SOURCES = "tests.portal.reminder_sources"


@pytest.fixture
def sink(settings):
    with MailSink() as sink:
        settings.EMAIL_BACKEND = "mhhs_portal.notifications.smtp.QuickBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_TIMEOUT = 5
        yield sink


@pytest.fixture
def now(db):
    return timezone.now()


# --- promising --------------------------------------------------------------------------------------------------------


def test_asking_twice_with_one_key_promises_once_and_keeps_the_first(db):
    lead = make.lead(make.organisation()).person

    first = outbox.enqueue("notice", to=lead, dedupe_key="k/1", headline="First")
    second = outbox.enqueue("notice", to=lead, dedupe_key="k/1", headline="Second")

    assert second is None
    assert list(Message.objects.values_list("pk", "dedupe_key", "context")) == [
        (first.pk, "k/1", {"headline": "First"})
    ]


def test_a_promise_is_undone_with_the_transaction_that_made_it(db):
    with transaction.atomic():
        make.message()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_promising_speaks_to_no_server_but_postgresql(db, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(*args: object) -> None:
        raise AssertionError("a request must not wait for Redis or a mail server")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        make.message()

    assert callbacks == []


def test_enqueue_many_tells_which_were_new_and_costs_the_same_for_many(db, django_assert_num_queries):
    to = make.person()
    make.message(to=to, dedupe_key="k/2")
    drafts = [outbox.draft("notice", to=to, dedupe_key=f"k/{n % 40}", headline=f"{n}") for n in range(80)]

    with django_assert_num_queries(2):
        new = outbox.enqueue_many(drafts)

    assert [(m.dedupe_key, m.context["headline"]) for m in new] == [(f"k/{n}", f"{n}") for n in range(40) if n != 2]
    assert {m.pk: m.dedupe_key for m in new} == dict(
        Message.objects.exclude(context__headline__startswith="Notice").values_list("pk", "dedupe_key")
    )


def test_what_was_promised_before_uses_up_no_message_number(db):
    to = make.person()
    before = make.message(to=to, dedupe_key="k/1")

    for _ in range(5):
        outbox.enqueue("notice", to=to, dedupe_key="k/1")

    assert make.message().pk == before.pk + 1


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_promise_the_same_agree_on_one():
    to = make.person()
    results: list[Message | None] = []

    def other() -> None:
        results.append(outbox.enqueue("notice", to=to, dedupe_key="k/1"))
        connection.close()

    with transaction.atomic():
        mine = outbox.enqueue("notice", to=to, dedupe_key="k/1")
        rival = threading.Thread(target=other)
        rival.start()
        rival.join(0.3)
        waited = rival.is_alive()
    rival.join(10)

    assert (waited, results) == (True, [None])
    assert [m.pk for m in Message.objects.all()] == [mine.pk]


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:x"])
def test_a_message_links_into_the_portal_only(db, address):
    with pytest.raises(IntegrityError, match="message_links_into_the_portal"), transaction.atomic():
        make.message(about_url=address)


def test_the_database_refuses_a_message_that_contradicts_itself(db):
    pk = make.message().pk
    for wrong in (
        {"status": Status.SENT},
        {"sent_at": timezone.now()},
        {"status": Status.SENT, "sent_at": timezone.now()},  # without what was sent
        {"status": Status.SENDING},
        {"claimed_at": timezone.now()},
        {"status": Status.PARKED},
        {"status": "lost"},
        {"priority": 4},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=pk).update(**wrong)


# --- sending ----------------------------------------------------------------------------------------------------------


def test_what_is_due_is_sent_once_and_the_row_keeps_what_was_sent(now):
    message = make.message(headline="Three days left", about_url="/o/x/")

    assert sending.send_due(now).sent == 1
    assert sending.send_due(now).tried == 0

    message.refresh_from_db()
    assert [m.subject for m in mail.outbox] == ["Three days left"]
    assert (message.status, message.attempts, message.claimed_at, message.last_error) == ("sent", 1, None, "")
    assert timedelta(0) <= message.sent_at - now < timedelta(seconds=5)
    assert (message.sent_to, message.sent_subject) == (message.to.email, "Three days left")
    assert message.sent_text == mail.outbox[0].body


def test_nothing_leaves_before_its_time(now):
    make.message(not_before=now + timedelta(seconds=1))

    assert sending.send_due(now).tried == 0
    assert sending.send_due(now + timedelta(seconds=1)).sent == 1


def test_a_receipt_does_not_wait_behind_digests(now):
    for headline, priority in [("digest", Priority.DIGEST), ("notice", Priority.NOTICE), ("receipt", Priority.RECEIPT)]:
        make.message(headline=headline, priority=priority)

    sending.send_due(now)

    assert [m.subject for m in mail.outbox] == ["receipt", "notice", "digest"]


def test_only_one_sender_can_claim(now):
    message = make.message()

    assert claiming.claim(now, 1) == [message]
    assert claiming.claim(now, 1) == []


def test_mail_goes_out_over_one_connection_as_text_and_html(now, sink):
    messages = [make.message() for _ in range(3)]

    sending.send_due(now)

    assert sink.connections == 1
    assert [m["Message-ID"] for m in sink.received] == [m.message_id for m in messages]
    assert {m["Auto-Submitted"] for m in sink.received} == {"auto-generated"}
    kinds = [part.get_content_type() for part in sink.received[0].iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_a_temporary_refusal_is_tried_again_after_a_pause(now, sink):
    sink.rule = lambda mail: "450 mailbox busy"
    message = make.message()

    turn = sending.send_due(now)

    message.refresh_from_db()
    assert (turn.retried, turn.parked, message.status, message.attempts) == (1, 0, "queued", 1)
    assert message.last_error == "450 mailbox busy"
    assert 48 <= (message.not_before - now).total_seconds() <= 80
    assert sending.send_due(now).tried == 0

    sink.rule = lambda mail: "accept"
    assert sending.send_due(now + timedelta(minutes=2)).sent == 1
    assert len(sink.received) == 1


def test_a_permanent_refusal_is_parked_at_once_and_holds_up_nobody(now, sink):
    sink.rule = lambda mail: "550 no such user" if mail["Subject"] == "bad" else "accept"
    bad = make.message(headline="bad")
    make.message(headline="good")

    turn = sending.send_due(now)

    bad.refresh_from_db()
    assert (turn.sent, turn.parked) == (1, 1)
    assert (bad.status, bad.attempts, bad.last_error) == ("parked", 1, "550 no such user")
    assert [m["Subject"] for m in sink.received] == ["good"]
    assert sending.send_due(now + timedelta(days=30)).tried == 0


def test_a_server_that_hangs_up_after_the_text_gets_the_same_message_id_again(now, sink):
    sink.rule = lambda mail: "drop" if not sink.received else "accept"
    message = make.message()

    assert sending.send_due(now).retried == 1
    assert sending.send_due(now + timedelta(minutes=2)).sent == 1

    assert sink.ids == {message.message_id: 2}


def test_a_server_that_hangs_up_on_one_message_gets_the_next_over_a_new_connection(now, sink):
    sink.rule = lambda mail: "drop" if mail["Subject"] == "bad" else "accept"
    make.message(headline="bad")
    make.message(headline="good")

    turn = sending.send_due(now)

    assert (turn.retried, turn.sent, sink.connections) == (1, 1, 2)


def test_a_message_that_cannot_be_written_holds_up_nobody_and_is_parked_after_eight_tries_in_a_day(now):
    poison = outbox.enqueue("no-such-template", to=make.person(), dedupe_key="k/1", not_before=now)
    make.message(headline="good", not_before=now)

    moment, tries = now, 0
    while Message.objects.unsent().exists():
        sending.send_due(moment)
        tries += 1
        poison.refresh_from_db()
        moment = max(poison.not_before, moment)

    assert [m.subject for m in mail.outbox] == ["good"]
    assert (tries, poison.attempts, poison.status) == (8, 8, "parked")
    assert poison.last_error == "TemplateDoesNotExist: emails/no-such-template-subject.txt"
    assert timedelta(hours=18) < moment - now < timedelta(hours=29)


def test_no_try_is_counted_while_the_mail_server_is_away(now, sink, settings):
    message = make.message()
    with MailSink() as gone:
        settings.EMAIL_PORT = gone.port

    turns = [sending.send_due(now) for _ in range(10)]

    message.refresh_from_db()
    assert [(t.server_away, t.tried) for t in turns] == [(True, 0)] * 10
    assert (message.status, message.attempts, message.not_before < now) == ("queued", 0, True)
    settings.EMAIL_PORT = sink.port
    assert sending.send_due(now).sent == 1


def test_what_a_dead_sender_held_goes_again_when_its_lease_ends(now):
    message = make.message()
    claiming.claim(now, 1)

    assert sending.send_due(now + claiming.LEASE).tried == 0
    assert sending.send_due(now + claiming.LEASE + timedelta(seconds=1)).sent == 1

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("sent", 2)


def test_a_message_that_kills_every_sender_is_parked(now):
    message = make.message()
    for n in range(sending.MAX_ATTEMPTS):
        claiming.take_back(now + n * timedelta(minutes=6))
        assert claiming.claim(now + n * timedelta(minutes=6), 9) == [message]

    assert sending.send_due(now + timedelta(hours=1)).tried == 0

    message.refresh_from_db()
    assert (message.status, message.last_error) == ("parked", "The worker stopped while it was sending.")


def test_a_sender_that_lost_its_claim_changes_nothing(now):
    message = make.message()
    [slow] = claiming.claim(now, 1)
    claiming.take_back(now + timedelta(minutes=6))
    claiming.claim(now + timedelta(minutes=6), 1)

    sending._note(slow, status=Status.QUEUED)

    message.refresh_from_db()
    assert (message.status, message.claimed_at) == ("sending", now + timedelta(minutes=6))


def test_somebody_who_has_left_is_not_written_to(now):
    message = make.message(to=make.person(is_active=False))

    assert sending.send_due(now).parked == 1

    message.refresh_from_db()
    assert (mail.outbox, message.last_error) == ([], "The person no longer takes part.")


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_message_once(sink):
    to = make.person()
    keys = [make.message(to=to).message_id for _ in range(30)]
    turns = []

    def send() -> None:
        turns.append(sending.send_due(timezone.now()))
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)

    assert sink.ids == dict.fromkeys(keys, 1)
    assert (sum(t.sent for t in turns), [t.sent > 0 for t in turns]) == (30, [True, True])


# --- reminding and watching -------------------------------------------------------------------------------------------


def test_a_sweep_that_runs_twice_promises_once(settings, lead, now):
    settings.REMINDER_SOURCES = [f"{SOURCES}.remind_every_lead"]

    assert [reminding.ask_sources(now), reminding.ask_sources(now)] == [
        {f"{SOURCES}.remind_every_lead": 1},
        {f"{SOURCES}.remind_every_lead": 0},
    ]
    assert [m.to for m in Message.objects.all()] == [lead.person]


def test_a_source_that_fails_promises_nothing_and_stops_no_other(settings, lead, now, caplog):
    settings.REMINDER_SOURCES = [f"{SOURCES}.fail", f"{SOURCES}.not_there", "nowhere.at_all"]
    assert reminding.ask_sources(now) == {}
    assert not Message.objects.exists()

    settings.REMINDER_SOURCES += [f"{SOURCES}.remind_every_lead"]
    assert reminding.ask_sources(now) == {f"{SOURCES}.remind_every_lead": 1}

    assert "this source always fails" in caplog.text
    assert {record.levelname for record in caplog.records} == {"ERROR"}


@pytest.mark.django_db(transaction=True)
def test_a_source_that_another_worker_asks_is_left_to_it(settings):
    settings.REMINDER_SOURCES = [f"{SOURCES}.remind_every_lead"]
    make.lead(make.organisation())
    answers = []

    def ask() -> None:
        answers.append(reminding.ask_sources(timezone.now()))
        connection.close()

    with transaction.atomic():
        assert reminding._nobody_else_asks(f"{SOURCES}.remind_every_lead")
        other = threading.Thread(target=ask)
        other.start()
        other.join(10)

    assert answers == [{}]


def test_the_watch_sees_the_beat_what_waits_and_what_was_given_up(now, django_assert_num_queries):
    assert (watch.last_heartbeat(), watch.oldest_unsent_due(now), watch.parked_messages()) == (None, None, 0)
    make.message(not_before=now + timedelta(hours=1))
    make.message(to=make.person(is_active=False), not_before=now - timedelta(hours=9))
    sending.send_due(now)
    waiting = make.message(not_before=now - timedelta(hours=2))
    watch.beat(now - timedelta(minutes=1))
    watch.beat(now)

    with django_assert_num_queries(3):
        seen = (watch.last_heartbeat(), watch.oldest_unsent_due(now), watch.parked_messages())

    assert seen == (now, waiting.not_before, 1)


def test_a_thing_can_show_its_own_messages(db):
    mine, other = make.message(about="checklist/pcl-0401"), make.message(about="checklist/pcl-0402")

    assert list(outbox.log_of("checklist/pcl-0401")) == [mine]
    assert list(outbox.log_of("checklist/pcl-0402")) == [other]
