from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from checklist.reminders import next_rung_day, queue_reminders, rung_of, stage_of
from checklist.responding import respond
from checklist.steps import extend
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.notifications.mail import render
from mhhs_portal.notifications.models import Message
from tests import make

DAY = date(2026, 9, 25)  # a Friday
DUE = deadline(DAY)


def at(days: int, hour: int = 9) -> datetime:
    """Nine o'clock UTC, so many working days before the due day."""
    day = add_working_days(DAY, -days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def long_open(**fields):
    return make.item(due_at=DUE, opens_at=DUE - timedelta(days=60), **fields)


@pytest.mark.parametrize(
    ("days", "rung"),
    [
        (11, None),
        (10, "10-days"),
        (6, "10-days"),
        (5, "5-days"),
        (2, "5-days"),
        (1, "1-day"),
        (0, "due-today"),
        (-1, "overdue"),
    ],
)
def test_the_most_urgent_rung_already_reached_counts(days, rung):
    assert rung_of(DUE, at(days)) == rung


def test_overdue_is_said_on_the_next_working_day_and_not_on_the_evening():
    assert rung_of(DUE, DUE + timedelta(minutes=1)) is None
    assert rung_of(DUE, datetime(2026, 9, 26, 9, tzinfo=UTC)) is None  # Saturday
    assert rung_of(DUE, at(-1)) == "overdue"


def test_a_rung_reached_when_it_opened_is_told_as_new():
    opens = at(4)

    assert stage_of(opens, DUE, opens) == "new"
    assert stage_of(opens, DUE, at(2)) == "new"
    assert stage_of(opens, DUE, at(1)) == "1-day"
    assert stage_of(at(10), DUE, at(6)) is None
    assert stage_of(opens, DUE, opens - timedelta(hours=1)) is None


def test_the_next_rung_is_told():
    assert [next_rung_day(DUE, at(days)) for days in (12, 10, 3, 0, -1)] == [
        add_working_days(DAY, -10),
        add_working_days(DAY, -5),
        add_working_days(DAY, -1),
        date(2026, 9, 28),
        None,
    ]


@pytest.fixture
def asked(db):
    """An organisation with a lead, a contributor, a viewer and a former lead, in force on the days of these tests."""
    org = make.organisation()
    for kind in (make.lead, make.contributor, make.viewer):
        kind(org, starts_on=date(2025, 1, 1))
    make.lead(org, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
    return org


def acting(org):
    return org.memberships.filter(role="lead", ends_on=None).get()


def test_leads_and_contributors_are_reminded_once_for_each_rung(asked):
    long_open(for_=asked)

    assert queue_reminders(at(5)) == 2
    assert queue_reminders(at(5)) == 0
    assert queue_reminders(at(3)) == 0
    assert queue_reminders(at(1)) == 2
    assert sorted(Message.objects.values_list("to__memberships__role", flat=True)) == ["contributor"] * 2 + ["lead"] * 2


def test_a_sweep_that_slept_through_days_makes_good_with_one_message_each(asked):
    long_open(for_=asked)

    assert queue_reminders(at(0)) == 2


def test_nothing_is_said_before_ten_days_nor_to_those_not_asked(asked):
    long_open(for_=asked)
    make.lead(make.organisation(), starts_on=date(2025, 1, 1))

    assert queue_reminders(at(11)) == 0
    assert queue_reminders(at(10)) == 2


def test_reminders_stop_once_answered_and_begin_again_with_a_new_wording(asked):
    item = long_open(for_=asked)
    respond(item, answer="no-comments", acting=acting(asked), seen_revision=1, now=at(6))

    assert queue_reminders(at(5)) == 0
    Message.objects.all().delete()
    make.revised(item, now=at(6))
    assert queue_reminders(at(6)) == 0  # they have just been told
    assert queue_reminders(at(5)) == 2


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"state": "withdrawn"}])
def test_drafts_and_withdrawn_items_remind_nobody(asked, fields):
    long_open(for_=asked, **fields)

    assert queue_reminders(at(1)) == 0


def test_nobody_is_chased_where_late_responses_are_not_accepted(asked):
    long_open(for_=asked, accepts_late=False)

    assert queue_reminders(at(-1)) == 0


def test_an_upcoming_item_is_announced_when_it_opens(asked):
    make.item(for_=asked, due_at=DUE, opens_at=at(8))

    assert queue_reminders(at(9)) == 0
    assert queue_reminders(at(8)) == 2
    assert set(Message.objects.values_list("template", flat=True)) == {"checklist-new-item"}


def test_after_an_extension_the_rungs_begin_again(asked):
    item = long_open(for_=asked)
    queue_reminders(at(1))

    extend(item, due_on=add_working_days(DAY, 10), reason="More time", by=make.person(), now=at(1))

    assert queue_reminders(at(1)) == 0  # eleven days again
    assert queue_reminders(at(-5)) == 2


def test_the_message_leads_to_the_exact_task(asked):
    item = long_open(for_=asked, title="Thresholds & limits")
    queue_reminders(at(3))

    message = Message.objects.first()
    mail = render(message, at(3))
    assert message.about_url == f"/o/{asked.slug}/checklist/{item.reference}/"
    assert mail.subject == "3 working days left: Thresholds & limits"
    for part in (mail.text, mail.html):
        assert message.link in part
        assert "17:00 Friday 25 September 2026" in part
    assert "Thresholds &amp; limits" in mail.html
    assert max(len(line) for line in mail.text.splitlines() if "http" not in line) <= 72


def test_a_mail_scanner_that_opens_the_link_changes_nothing(asked, client):
    item = make.item(for_=asked)
    make.response_draft(item, asked)
    client.force_login(acting(asked).person)
    for method in (client.get, client.head):
        for end in ("", "respond/"):
            method(f"/o/{asked.slug}/checklist/{item.reference}/{end}")

    assert (item.responses.count(), item.drafts.get().version) == (0, 1)


@pytest.mark.parametrize("count", [1, 30])
def test_the_sweep_costs_the_same_for_one_organisation_and_for_many(db, count, django_assert_num_queries):
    organisations = [make.organisation() for _ in range(count)]
    for org in organisations:
        make.lead(org, starts_on=date(2025, 1, 1))
    long_open(for_=organisations)

    with django_assert_num_queries(6):  # items, contacts, drafts, unanswered, keys known, insert
        assert queue_reminders(at(5)) == count
