from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from checklist.chasing.asked import asked
from checklist.models import STEPS, ChecklistItem, Response, State
from checklist.models.life import can
from checklist.own import own_items
from checklist.responding import respond
from checklist.steps import close, extend, publish_outcome, withdraw
from checklist.todo import open_tasks
from mhhs_portal.deadlines import add_working_days
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.notifications.models import Message
from mhhs_portal.reminders.sweeping import sweep
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def acting():
    return make.office()


@pytest.fixture
def office(client, acting):
    client.force_login(acting.person)
    return client


def page(item, step) -> str:
    return reverse(f"checklist:{step}", args=["programme", item.reference])


@pytest.mark.parametrize(("before", "after"), [pair for pair in product(State, State) if pair[0] != pair[1]])
def test_postgresql_knows_the_same_steps_as_the_table(before, after):
    now = timezone.now()
    facts = {"outcome": "So", "outcome_at": now, "withdrawn_at": now, "withdrawn_reason": "So", "closed_at": now}
    item = make.item(state=before, due_at=now - DAY, **facts)
    is_legal = any(start == before and end == after for (_, start), end in STEPS.items())

    try:
        with transaction.atomic():
            ChecklistItem.objects.filter(pk=item.pk).update(state=after)
        happened = True
    except DatabaseError:
        happened = False

    assert happened is is_legal


def test_postgresql_keeps_reasons_and_outcomes():
    item = make.item()
    for change in ({"state": "withdrawn"}, {"state": "closed"}, {"state": "outcome", "outcome": "So"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ChecklistItem.objects.filter(pk=item.pk).update(**change)
    assert can("close", "published")
    assert not can("close", "withdrawn")


def test_more_time_for_one_organisation_is_its_own_and_nobody_elses(acting, client):
    now = timezone.now()
    one, other = make.organisation(name="One Energy"), make.organisation(name="Other Energy")
    lead, others = make.lead(one), make.lead(other)
    item = make.item(for_=[one, other], due_at=now + DAY, accepts_late=False)
    until = add_working_days(timezone.localdate(), 9)

    extension = extend(item, organisation=one, due_on=until, reason="Key person ill", by=acting.person, now=now)

    later = now + 2 * DAY
    assert [i.state for i in own_items(lead, later)] != ["closed"]
    assert [i.state for i in own_items(others, later)] == ["closed"]
    assert (len(open_tasks(lead, later)), len(open_tasks(others, later))) == (1, 0)
    assert {row.organisation: row.state for row in asked(later, item)} == {
        one.pk: "not-opened",
        other.pk: "overdue",
    }
    respond(item, answer="no-comments", acting=lead, seen_revision=1, now=later)
    assert not Response.objects.get().is_late
    with pytest.raises(ValidationError, match="closed at"):
        respond(item, answer="no-comments", acting=others, seen_revision=1, now=later)
    told = Message.objects.filter(dedupe_key__contains="extended")
    assert [message.to for message in told] == [lead.person]
    assert verbs_on(extension) == ["checklist.extended"]
    client.force_login(others.person)
    assert "Key person ill" not in client.get(f"/o/{other.slug}/checklist/{item.reference}/").text
    client.force_login(lead.person)
    assert "Key person ill" in client.get(f"/o/{one.slug}/checklist/{item.reference}/").text


def test_reminders_follow_each_organisations_own_deadline(acting):
    now = timezone.now()
    one, other = make.organisation(), make.organisation()
    make.lead(one), make.lead(other)
    item = make.item(for_=[one, other], due_at=now + DAY, opens_at=now - 20 * DAY)
    extend(item, organisation=one, due_on=timezone.localdate() + 60 * DAY, reason="Ill", by=acting.person, now=now)

    sweep(now)

    assert [m.organisation for m in Message.objects.filter(template="checklist-reminder")] == [other]


def test_more_time_on_its_page_shows_old_and_new_and_keeps_bad_input(office):
    org = make.organisation(name="One Energy")
    make.lead(org)
    item = make.item(for_=org)
    day = add_working_days(timezone.localdate(), 30)
    typed = {"due_on_day": str(day.day), "due_on_month": str(day.month), "due_on_year": str(day.year)}
    typed |= {"due_time": "17:00", "reason": "The document came late"}

    refused = office.post(page(item, "extend"), typed | {"organisation": "Nobody Ltd"}).text
    done = office.post(page(item, "extend"), typed | {"organisation": "one energy"}, follow=True).text

    assert "was not addressed to “Nobody Ltd”" in refused
    assert "The document came late" in refused
    assert "Closing date before it was extended for One Energy" in done
    assert "More time, until" in done


@pytest.mark.parametrize("step", ["extend", "withdraw", "close", "outcome"])
def test_each_step_refuses_in_words_what_has_no_reason(office, step):
    item = make.item()

    answer = office.post(page(item, step), {})

    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    item.refresh_from_db()
    assert item.state == "published"


def test_withdrawing_tells_everybody_why(office, client):
    org = make.organisation()
    lead, item = make.lead(org), make.item(for_=org)

    office.post(page(item, "withdraw"), {"reason": "Asked twice"})

    item.refresh_from_db()
    assert (item.state, item.withdrawn_reason) == ("withdrawn", "Asked twice")
    assert "Asked twice" in Message.objects.get().context["lead"]
    client.force_login(lead.person)
    assert "Asked twice" in client.get(f"/o/{org.slug}/checklist/{item.reference}/").text


def test_a_closed_item_takes_no_response_even_where_late_ones_are_taken(acting):
    org, now = make.organisation(), timezone.now()
    lead, item = make.lead(org), make.item(for_=org, due_at=now - DAY)

    close(item, by=acting.person, now=now)

    with pytest.raises(ValidationError, match="has closed this item"):
        respond(item, answer="no-comments", acting=lead, seen_revision=1, now=now)
    assert (open_tasks(lead, now), sweep(now)) == ([], 0)
    assert [own.state for own in own_items(lead, now)] == ["closed"]


def test_closing_early_needs_a_reason_and_tells_those_who_have_not_answered(acting):
    done, waiting = make.organisation(), make.organisation()
    item, now = make.item(for_=[done, waiting]), timezone.now()
    make.lead(done), make.lead(waiting)
    make.response(item, done)

    with pytest.raises(ValidationError, match="before its deadline"):
        close(item, by=acting.person, now=now)
    close(item, reason="Overtaken by CR055", by=acting.person, now=now)

    assert [message.organisation for message in Message.objects.all()] == [waiting]


def test_an_outcome_follows_the_close_and_is_told(acting, client):
    org, now = make.organisation(), timezone.now()
    make.lead(org)
    item = make.item(for_=org, is_public=True)
    with pytest.raises(ValidationError, match="still open"):
        publish_outcome(item, outcome="Said, did", by=acting.person, now=now)

    publish_outcome(
        item, outcome="Said, did", outcome_decision="Version 2.1 baselined", by=acting.person, now=item.due_at + DAY
    )

    item.refresh_from_db()
    assert item.state == "outcome"
    assert "Version 2.1 baselined" in client.get(f"/checklist/{item.reference}/").text
    assert Message.objects.get().context["lead"] == "Version 2.1 baselined"


def test_no_step_leads_out_of_withdrawn(acting):
    item, now = make.item(), timezone.now()
    withdraw(item, reason="Asked twice", by=acting.person, now=now)

    for step in (
        lambda: withdraw(item, reason="Again", by=acting.person, now=now),
        lambda: close(item, reason="Again", by=acting.person, now=now),
        lambda: publish_outcome(item, outcome="Again", by=acting.person, now=now + 90 * DAY),
        lambda: extend(item, due_on=timezone.localdate() + 90 * DAY, reason="Again", by=acting.person, now=now),
    ):
        with pytest.raises(ValidationError, match="Only a published"):
            step()
    assert verbs_on(item)[-1] == "checklist.withdrawn"


def test_the_history_page_says_what_happened(office, acting):
    item = make.item()
    withdraw(item, reason="Asked twice", by=acting.person, now=timezone.now())

    text = office.get(page(item, "history")).text

    assert "Withdrawn" in text
    assert acting.person.name in text
    assert "<b>State</b>: from Published to Withdrawn" in text
    assert "from nothing to Asked twice" in text
    assert f"?about=checklist/{item.reference}" in text
