from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from checklist.responding import respond
from checklist.steps import extend
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.notifications.mail import render
from mhhs_portal.notifications.models import Message
from mhhs_portal.reminders.sweeping import sweep
from tests import make

DAY = date(2026, 9, 25)  # a Friday
DUE = deadline(DAY)


def at(days: int, hour: int = 9) -> datetime:
    """Nine o'clock UTC, an hour after reminders go, so many working days before the due day."""
    day = add_working_days(DAY, -days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def long_open(**fields):
    return make.item(due_at=DUE, opens_at=DUE - timedelta(days=60), **fields)


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

    assert sweep(at(5)) == 2
    assert sweep(at(5)) == 0
    assert sweep(at(3)) == 0
    assert sweep(at(1)) == 2
    assert sorted(Message.objects.values_list("to__memberships__role", flat=True)) == ["contributor"] * 2 + ["lead"] * 2


def test_a_sweep_that_slept_through_days_makes_good_with_one_message_each(asked):
    long_open(for_=asked)

    assert sweep(at(0)) == 2


def test_nothing_is_said_before_ten_days_nor_to_those_not_asked(asked):
    long_open(for_=asked)
    make.lead(make.organisation(), starts_on=date(2025, 1, 1))

    assert sweep(at(11)) == 0
    assert sweep(at(10)) == 2


def test_reminders_stop_once_answered_and_begin_again_with_a_new_wording(asked):
    item = long_open(for_=asked)
    respond(item, answer="no-comments", acting=acting(asked), seen_revision=1, now=at(6))

    assert sweep(at(5)) == 0
    Message.objects.all().delete()
    make.revised(item, now=at(6))
    assert sweep(at(6)) == 0  # they have just been told
    assert sweep(at(5)) == 2


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"state": "withdrawn"}])
def test_drafts_and_withdrawn_items_remind_nobody(asked, fields):
    long_open(for_=asked, **fields)

    assert sweep(at(1)) == 0


def test_nobody_is_chased_where_late_responses_are_not_accepted(asked):
    long_open(for_=asked, accepts_late=False)

    assert sweep(at(-1)) == 0


def test_an_upcoming_item_is_announced_when_it_opens(asked):
    make.item(for_=asked, due_at=DUE, opens_at=at(8))

    assert sweep(at(9)) == 0
    assert sweep(at(8)) == 2
    assert set(Message.objects.values_list("template", flat=True)) == {"checklist-new-item"}


def test_after_an_extension_the_rungs_begin_again(asked):
    item = long_open(for_=asked)
    sweep(at(1))

    extend(item, due_on=add_working_days(DAY, 10), reason="More time", by=make.person(), now=at(1))

    assert sweep(at(1)) == 0  # eleven days again
    assert sweep(at(-5)) == 2


def test_the_message_leads_to_the_exact_task(asked):
    item = long_open(for_=asked, title="Thresholds & limits")
    sweep(at(3))

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


def test_the_sweep_costs_the_same_for_one_organisation_and_for_many(db, django_assert_max_num_queries):
    costs = set()
    sweep(at(6))  # makes the reporting periods
    for count in (1, 30):
        organisations = [make.organisation() for _ in range(count)]
        for org in organisations:
            make.lead(org, starts_on=date(2025, 1, 1))
        long_open(for_=organisations)
        with django_assert_max_num_queries(80) as asked_of_the_database:
            assert sweep(at(5)) == count
        costs.add(len(asked_of_the_database))

    assert len(costs) == 1
