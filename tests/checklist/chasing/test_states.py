"""Each organisation of a frozen list is in exactly one state, whatever happened: PostgreSQL's word against Python's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklist.chasing.asked import asked
from checklist.chasing.models import ItemView, Opening
from checklist.chasing.openings import record
from checklist.chasing.standings import counted, counted_with_cells
from checklist.models import Extension
from checklist.own import dates_of
from checklist.progress import TRACKED, Answered, Reached, tally, tracked
from checklist.steps import extend
from mhhs_portal.calendars.sources import own_events, settle
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.notifications.models import Message
from tests import make

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)

history = st.fixed_dictionaries(
    {
        "contact": st.sampled_from(["lead", "contributor", "viewer", "former", "none"]),
        "answer": st.sampled_from(["", "", "comments", "no-comments", "not-applicable"]),
        "late": st.booleans(),
        "earlier_wording": st.booleans(),
        "draft": st.booleans(),
        "opened": st.sampled_from(["", "now", "before"]),
        "messages": st.lists(st.sampled_from(["parked", "queued", "sent"]), max_size=2),
        "more_time": st.booleans(),
    }
)


def happen(item, facts, now):
    """Makes an organisation with this history; gives what Python needs to know of it."""
    org = make.organisation()
    item.addressees.create(organisation=org, reason="Chosen by name")
    people = {
        "lead": make.lead,
        "contributor": make.contributor,
        "viewer": make.viewer,
        "former": make.former_lead,
    }
    held = people[facts["contact"]](org) if facts["contact"] in people else None
    person = held.person if held else make.person()
    if facts["answer"]:
        make.response(
            item, org, answer=facts["answer"], reason="No meters", is_late=facts["late"],
            given_by=held.person if held else None,
            revision=item.revision - facts["earlier_wording"], given_at=now,
        )  # fmt: skip
    if facts["draft"]:
        make.response_draft(item, org, saved_by=person)
    if facts["opened"]:
        revision = item.revision - (facts["opened"] == "before")
        Opening.objects.create(item=item, revision=revision, organisation=org, person=person, opened_at=now)
    for n, status in enumerate(facts["messages"]):
        extra = {"parked": {"last_error": "550 No such user"}, "queued": {}, "sent": {"sent_at": now}}[status]
        extra |= {"sent_to": "a@b.c", "sent_subject": "S", "sent_text": "T"} if status == "sent" else {}
        Message.objects.create(
            dedupe_key=f"{org.slug}/{n}", to=person, organisation=org, template="notice", status=status,
            about=f"checklist/{item.reference}", **extra,
        )  # fmt: skip
    due_at = item.due_at
    if facts["more_time"]:
        due_at = deadline(add_working_days(timezone.localdate(now), 9))
        Extension.objects.create(
            item=item, organisation=org, old_due_at=item.due_at, due_on=due_at.date(), due_at=due_at,
            reason="Ill", granted_by=make.person(), granted_at=now,
        )  # fmt: skip
    counts = facts["answer"] and not facts["earlier_wording"]
    dates = replace(dates_of(item), due_at=max(due_at, item.due_at))
    answered = Answered(facts["answer"] if counts else None, bool(counts and facts["late"]), facts["draft"])
    failed = bool(facts["messages"]) and set(facts["messages"]) == {"parked"}
    reached = Reached(facts["contact"] in {"lead", "contributor"}, facts["opened"] == "now", failed)
    return org, (dates, answered, reached)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    histories=st.lists(history, min_size=1, max_size=8),
    due=st.sampled_from([-SECOND, timedelta(0), 3 * DAY]),
    ended=st.sampled_from(["", "withdrawn_at", "closed_at"]),
)
def test_states_add_up_to_the_frozen_list_and_say_what_python_says(histories, due, ended):
    now = timezone.now()
    with transaction.atomic():
        over = {"withdrawn_at": {"state": "withdrawn", "withdrawn_reason": "So"}, "closed_at": {"state": "closed"}}
        item = make.item(due_at=now + due, revision=2)
        expected = {}
        for facts in histories:
            org, known = happen(item, facts, now)
            expected[org.pk] = tracked(known[0], known[1], now - 5 * DAY if ended else now, known[2])
        if ended:  # it stands as it stood then, whatever the clock says now
            ends = {ended: now - 5 * DAY, "closed_reason": "So"} | over[ended]
            type(item).objects.filter(pk=item.pk).update(**ends)

        rows = asked(now, item)

        assert {row.organisation: row.state for row in rows} == expected
        assert len(rows) == item.addressees.count() == sum(tally(row.state for row in rows).values())
        assert counted("item_id", now, items=[item.pk])[item.pk] == tally(expected.values())
        counts, cells = counted_with_cells([item.pk], list(expected), [item.pk], now)
        assert cells == {(org, item.pk): state for org, state in expected.items()}
        assert {org: tally([state]) for org, state in expected.items()} == counts
        transaction.set_rollback(True)


@pytest.mark.parametrize("month", ["2027-01-29", "2027-06-30"], ids=["GMT", "BST"])
def test_the_deadline_itself_is_in_time_and_a_second_later_is_overdue(month, org):
    make.lead(org)
    due_at = deadline(timezone.datetime.fromisoformat(month).date())
    item = make.item(for_=org, due_at=due_at, opens_at=due_at - 20 * DAY)

    assert [asked(moment, item)[0].state for moment in (due_at, due_at + SECOND)] == ["not-opened", "overdue"]


def test_who_opened_first_is_kept_once_and_readers_of_what_is_not_public_once_a_day(client, org):
    lead, other = make.lead(org), make.viewer(org)
    item, seen_by_all = make.item(for_=org), make.item(for_=org, is_public=True)
    for person in (other, lead, lead):
        client.force_login(person.person)
        for one in (item, seen_by_all):
            client.head(f"/o/{org.slug}/checklist/{one.reference}/")
            assert client.get(f"/o/{org.slug}/checklist/{one.reference}/").status_code == 200
    record(item, lead, timezone.now() + DAY)

    assert {(row.item, row.person) for row in Opening.objects.all()} == {
        (item, other.person),
        (seen_by_all, other.person),
    }
    assert sorted(ItemView.objects.values_list("item", "person")) == sorted(
        [(item.pk, other.person_id), (item.pk, lead.person_id), (item.pk, lead.person_id)]
    )
    assert asked(timezone.now(), item)[0].state == "opened"


@pytest.mark.parametrize("words", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["chasing_opening", "chasing_itemview"])
def test_what_was_opened_stays_on_record(org, table, words):
    record(make.item(for_=org), make.lead(org), timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL has a reason of its own not to truncate

    with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words.format(table))


def test_more_time_for_one_moves_its_calendar_only_and_raises_the_sequence():
    now = timezone.now()
    one, other = make.lead(make.organisation()), make.lead(make.organisation())
    item = make.item(for_=[one.organisation, other.organisation], due_at=now + 5 * DAY)

    def published(acting):
        [found] = settle(f"deadlines/{acting.pk}", own_events("deadlines", acting, now), now)
        return found.event.starts, found.sequence

    before = published(one), published(other)
    until = add_working_days(timezone.localdate(now), 9)
    extend(item, organisation=one.organisation, due_on=until, reason="Key person ill", by=make.person(), now=now)

    assert before[0] == before[1] == (item.due_at, 0)
    assert published(one) == (deadline(until), 1)
    assert published(other) == (item.due_at, 0)


def test_the_words_of_the_states_are_on_the_page(client, org):
    client.force_login(make.office().person)
    item = make.item(for_=org)

    for page in (f"/o/programme/checklist/{item.reference}/", "/o/programme/checklist/matrix/"):
        text = client.get(page).text
        assert all(words in text for words in TRACKED.values())
        assert "Nobody there may respond now" in text
