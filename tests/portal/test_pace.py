"""What a sender says to a mail server, and how fast."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from mhhs_portal.bench import sink as sinks
from mhhs_portal.notifications import claiming, sending
from mhhs_portal.notifications.models import Message, Pace, Priority
from tests import make


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with sinks.running(tmp_path_factory.mktemp("sink")) as sink:
        yield sink


@pytest.fixture
def sink(running, settings):
    settings.EMAIL_BACKEND = "mhhs_portal.notifications.smtp.QuickBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
    running.order("")
    (running.folder / "taken.log").write_text("")
    return running


@pytest.fixture
def now(db):
    return timezone.now()


def to(address: str):
    return make.person(email=address)


def test_a_refused_receiver_costs_one_mail_and_not_the_connection(now, sink):
    bad = make.message(to=to("nobody@sample.example"))
    odd = make.message(to=to("552@sample.example"))
    good = [make.message(headline=f"Größe {n}\n.\n..") for n in range(3)]

    turn = sending.send_due(now)

    assert (turn.sent, turn.parked, turn.retried) == (3, 2, 0)
    assert sink.copies() == {message.message_id: 1 for message in good}
    assert Message.objects.get(pk=bad.pk).last_error == "550 no such user"
    assert Message.objects.get(pk=odd.pk).last_error == "552 as ordered"


def test_a_server_that_asks_us_to_go_costs_one_try_of_one_message_and_ends_the_turn(now, sink):
    for _ in range(3):
        make.message()
    sink.order("421")

    turn = sending.send_due(now)

    assert (turn.retried, turn.sent, turn.server_away) == (1, 0, True)
    assert sorted(Message.objects.values_list("status", "attempts")) == [("queued", 0), ("queued", 0), ("queued", 1)]


def test_a_server_that_is_busy_costs_no_try(now, sink):
    make.message()
    sink.order("busy")

    assert sending.send_due(now).server_away
    assert list(Message.objects.values_list("status", "attempts")) == [("queued", 0)]


def test_what_failed_once_is_taken_alone_so_that_it_can_drag_nobody_along(now):
    first = make.message(not_before=now - timedelta(minutes=9))
    tried = make.message(not_before=now - timedelta(minutes=8))
    last = make.message(not_before=now - timedelta(minutes=7))
    Message.objects.filter(pk=tried.pk).update(attempts=1, last_error="450 busy")

    assert [claiming.claim(now, 9) for _ in range(3)] == [[first], [tried], [last]]


def test_what_is_held_too_long_goes_back_and_counts_as_no_try(now, sink, monkeypatch):
    messages = [make.message() for _ in range(4)]
    monkeypatch.setattr(sending, "HELD_FOR", -1)
    monkeypatch.setattr(sending, "TURN", 0.2)

    sending.send_due(now)

    assert list(Message.objects.values_list("status", "attempts")) == [("queued", 0)] * len(messages)
    assert sink.taken() == []


def test_only_so_many_send_at_once(now, settings):
    make.message()
    settings.MAIL_SENDERS = 0

    assert sending.send_due(now).crowded
    settings.MAIL_SENDERS = 1
    assert sending.send_due(now).sent == 1


@pytest.mark.parametrize("per_minute", [60, 3_000])
def test_the_cap_over_everybody_is_held_whoever_sends(now, settings, per_minute):
    """Two senders by turns, over a minute of a clock of our own."""
    settings.MAIL_PER_MINUTE = per_minute
    sent, moment = 0, now
    while moment < now + timedelta(minutes=1):
        room, seconds = claiming.allowed(moment)
        claiming.take_room(moment, room)
        sent += room
        moment += timedelta(seconds=seconds or 0.001)

    assert per_minute <= sent <= per_minute * 1.05


def test_without_a_cap_nothing_is_counted(now, sink):
    make.message()
    assert (sending.send_due(now).sent, Pace.objects.count()) == (1, 0)


def test_a_domain_gets_no_more_than_its_share_and_holds_up_no_other(now, sink, settings):
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 30
    many = [make.message(to=to(f"a{n}@one.example")) for n in range(5)]
    receipt = make.message(to=to("r@one.example"), priority=Priority.RECEIPT)
    other = make.message(to=to("b@two.example"))

    assert sending.send_due(now).sent == 2

    assert {m.to for m in sink.taken()} == {receipt.to.email, other.to.email}
    waiting = Message.objects.filter(status="queued").order_by("not_before")
    gaps = [round((m.not_before - now).total_seconds()) for m in waiting]
    assert (gaps, [m.attempts for m in waiting]) == ([2, 4, 6, 8, 10], [0] * len(many))
    sent = [sending.send_due(now + timedelta(seconds=n, milliseconds=100)).sent for n in (2, 4, 6, 8, 10)]
    assert sent == [1] * 5, "a time that was given is not given again"
