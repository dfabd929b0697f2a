"""The due-table follows every change in the change's own transaction, and its sweep sends each thing once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from checklist.responding import respond
from checklist.sign_off import hand_over
from checklist.steps import extend, withdraw
from mhhs_portal.deadlines import add_working_days, deadline, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import enqueue
from mhhs_portal.reminders.models import Change, Reminder
from mhhs_portal.reminders.planning import plan_all
from mhhs_portal.reminders.rungs import read
from mhhs_portal.reminders.sweeping import sweep
from tests import make
from tests.portal.reminder_kinds import WORLD

NOW = timezone.now()
#: Far enough away for every rung before it to be to come.
DUE = deadline(add_working_days(local_day(NOW), 15))


def states(**which) -> Counter:
    return Counter(Reminder.objects.filter(**which).values_list("state", "reason"))


def asked(org, **fields):
    """An item that opened two days ago, planned in the transaction in which it is asked."""
    with doing("test.asked", by=None):
        return make.item(for_=org, due_at=DUE, **fields)


BEFORE = {"due-10w", "due-5w", "due-1w", "due+0w"}
ALL = {"start+0w", "due+1w", "due+3w", *BEFORE}


def test_who_is_asked_has_its_rungs_at_once_and_none_when_the_change_is_taken_back(org, lead):
    make.viewer(org)
    with transaction.atomic():
        asked(org)
        transaction.set_rollback(True)
    assert not Reminder.objects.exists()

    item = asked(org)

    rows = Reminder.objects.all()
    assert {row.rung for row in rows} == ALL
    assert {(row.thing, row.person, row.state) for row in rows} == {(item.reference, lead.person, "planned")}
    assert not Change.objects.exists()
    assert plan_all(NOW).new == 0


def test_an_answer_takes_the_rest_back_and_a_new_wording_plans_it_again(org, lead):
    item = asked(org)

    respond(item, answer="no-comments", acting=lead, seen_revision=1, now=NOW)
    assert states() == {("superseded", "over"): len(ALL)}

    make.revised(item)
    assert {row.rung for row in Reminder.objects.planned()} == ALL - {"start+0w"}  # they have just been told
    assert set(Reminder.objects.planned().values_list("version", flat=True)) == {2}


def test_more_time_for_one_organisation_moves_its_rungs_alone(org, lead):
    other, staff = make.lead(make.organisation()), make.office()
    item = asked([org, other.organisation])
    assert sweep(NOW) == 2  # it has opened

    extend(
        item,
        due_on=add_working_days(local_day(DUE), 5),
        reason="More time",
        by=staff.person,
        now=NOW,
        organisation=org,
    )

    mine = states(organisation=org, person=lead.person)
    assert mine == {("sent", ""): 1, ("superseded", "moved"): len(ALL) - 1, ("planned", ""): len(ALL)}
    assert states(organisation=other.organisation, to_staff=False) == {("sent", ""): 1, ("planned", ""): len(ALL) - 1}
    assert sweep(NOW) == 0  # that it opened is not said again


def test_a_withdrawn_item_reminds_nobody(org, lead):
    withdraw(asked(org), reason="Not needed", by=make.office().person, now=NOW)

    assert states() == {("superseded", "over"): len(ALL)}


def test_a_newcomer_is_planned_a_leaver_is_not_and_staff_hear_last(org, lead):
    asked(org)
    with doing("test.joined", by=None):
        newcomer = make.contributor(org, starts_on=local_day(NOW))
    with doing("test.left", by=None):
        lead.ends_on = add_working_days(local_day(DUE), -3)
        lead.save()
        staff = make.office()

    planned = Reminder.objects.planned()
    assert {row.rung for row in planned.filter(person=newcomer.person)} == BEFORE | {"due+1w"}
    assert {row.rung for row in planned.filter(person=lead.person)} == {"start+0w", "due-10w", "due-5w"}
    assert {(row.rung, row.to_staff) for row in planned.filter(person=staff.person)} == {("due+3w", True)}
    with doing("test.left", by=None):
        newcomer.person.is_active = False
        newcomer.person.save()
    assert not planned.filter(person=newcomer.person).exists()


def test_what_waits_for_sign_off_reminds_the_leads_until_it_is_sent(org, lead):
    item = asked(org)
    contributor = make.contributor(org)
    make.response_draft(item, org, answer="no-comments")
    hand_over(item, acting=contributor, now=NOW)
    assert set(Reminder.objects.filter(kind="sign-off").values_list("rung", "person")) == {
        ("start+1w", lead.person_id),
        ("due-1w", lead.person_id),
        ("due+0w", lead.person_id),
    }

    respond(item, answer="no-comments", acting=lead, seen_revision=1, now=NOW)
    assert states(kind="sign-off") == {("superseded", "over"): 3}


def test_staff_hear_once_of_all_who_are_late(db):
    homes = [make.lead(make.organisation(), starts_on=date(2025, 1, 1)).organisation for _ in range(3)]
    staff = make.office()
    with doing("test.asked", by=None):
        make.item(for_=homes, due_at=NOW - timedelta(days=30), opens_at=NOW - timedelta(days=60), title="Sign")
    staff.starts_on = date(2025, 1, 1)
    staff.save()

    assert sweep(NOW) == 4

    message = Message.objects.get(to=staff.person)
    assert message.context["headline"].startswith("3 organisations outstanding")
    assert message.reminders.count() == 3


def test_what_was_said_before_the_table_was_kept_is_not_said_again(org, lead):
    lead.starts_on = date(2025, 1, 1)
    lead.save()
    item = make.item(for_=org, due_at=NOW - timedelta(days=10), opens_at=NOW - timedelta(days=40))
    old = enqueue(
        "checklist-reminder",
        to=lead.person,
        dedupe_key=f"checklist/{item.reference}.1/{org.slug}/{lead.person_id}/overdue/20200101T0000",
        for_organisation=org,
        about=f"checklist/{item.reference}",
    )
    Message.objects.filter(pk=old.pk).update(queued_at=NOW - timedelta(minutes=5))

    assert sweep(NOW) == 0
    assert ("skipped", "told") in states()


def test_a_person_who_left_during_the_outage_is_not_written_to(org, lead):
    item = asked(org)
    with connection.cursor() as cursor:  # without the portal: no trigger's word is heard, no plan is made
        cursor.execute("UPDATE organisations_membership SET ends_on = %s", [local_day(NOW)])

    assert sweep(item.due_at + timedelta(days=1)) == 0


def test_a_sent_reminder_stays_and_nobody_has_one_twice(org, lead):
    asked(org)
    sweep(NOW)
    sent = Reminder.objects.get(state="sent")

    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Reminder.objects.filter(pk=sent.pk).update(state="planned", message=None, settled_at=None)
    sent.pk = None
    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        sent.save()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_double_nothing_and_leave_what_somebody_is_changing(settings):
    settings.REMINDER_KINDS = ["tests.portal.reminder_kinds.KIND"]
    leads = [make.lead(make.organisation(), starts_on=date(2025, 1, 1)) for _ in range(12)]
    since = NOW - timedelta(days=30)
    WORLD.rows = [("T", lead.organisation_id, 1, NOW, since, False, None, False) for lead in leads]
    ladder = {"test": read([{"offset": -5}])}
    with mock.patch("mhhs_portal.reminders.kinds.standard_ladders", return_value=ladder):
        plan_all(NOW)
        held = Reminder.objects.first()
        start = threading.Barrier(3)

        def run():
            start.wait()
            sweep(NOW - timedelta(minutes=1))
            connection.close()

        crowd = [threading.Thread(target=run) for _ in range(2)]
        with transaction.atomic():
            Reminder.objects.select_for_update().get(pk=held.pk)
            for thread in crowd:
                thread.start()
            start.wait()
            for thread in crowd:
                thread.join(20)
            waiting = [thread for thread in crowd if thread.is_alive()]
        assert waiting == []
        assert states() == {("sent", ""): 11, ("planned", ""): 1}
        assert sweep(NOW - timedelta(minutes=1)) == 1
    assert Message.objects.count() == 12
