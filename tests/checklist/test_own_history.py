"""What an organisation's own people did with an item: what waits for a lead contact, and its history for them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklist.response_drafting import TypedAnswer, discard, save_typed, start_change
from checklist.sending import send_nil
from checklist.sign_off import hand_back, hand_over
from checklist.steps import extend
from checklist.todo import open_tasks
from tests import make
from tests.checklist.test_own_pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(org):
    return make.contributor(org, person=make.person(name="Priya Anand"))


def change_handed_over(item, acting) -> None:
    """They sent "no comments", changed their mind, and asked for sign-off."""
    now = timezone.now()
    send_nil(item, acting=acting, now=now, seen_revision=1, seen_number=0)
    start_change(item, acting=acting, now=now)
    answer = TypedAnswer("not-applicable", "We trade no electricity", 1)
    save_typed(item, acting=acting, now=now, answer=answer, rows=(), seen_draft=1, seen_number=1)
    hand_over(item, acting=acting, now=now)


def test_a_change_that_waits_for_sign_off_is_on_the_leads_home_and_list_until_it_is_handed_back(
    client, org, lead, priya
):
    changed, sent = make.item(for_=org, title="Changed"), make.item(for_=org, title="Sent and left alone")
    now = timezone.now()
    with CaptureQueriesContext(connection) as before:
        open_tasks(lead, now)
    make.response(sent, org)
    make.response_draft(sent, org)  # a change that nobody has handed over yet
    change_handed_over(changed, priya)

    with CaptureQueriesContext(connection) as after:
        [task] = open_tasks(lead, now)
    assert len(before) == len(after) == 1
    assert (task.title, task.status, task.verb) == ("Changed", "change-waits-for-sign-off", "Sign off")
    assert open_tasks(priya, now) == []  # what was sent stands, and there is nothing that she could do
    client.force_login(lead.person)
    home, mine = client.get(f"/o/{org.slug}/").text, client.get(address("own_list", org)).text
    assert ("Change waits for sign-off" in home, "Sign off<span" in home) == (True, True)
    assert ("Changed" in mine, "Sign off<span" in mine, sent.title in mine) == (True, True, False)
    assert "Changed" in client.get(address("own_list", org) + "?state=answered").text
    client.force_login(priya.person)
    assert "View<span" in client.get(address("own_list", org)).text

    hand_back(changed, "Say which electricity", acting=lead, now=now)
    assert open_tasks(lead, now) == []


# --- the history ------------------------------------------------------------------------------------------------------


def told(client, org, item) -> list[tuple[str, str, int]]:
    page = client.get(address("own_history", org, item))
    return [(line.what, line.who, line.times) for line in page.context["page"]]


def test_the_history_says_who_drafted_handed_over_and_sent_which_version(client, org, lead, priya):
    item, now = make.item(for_=org), timezone.now()
    change_handed_over(item, priya)
    for n in range(3):
        answer = TypedAnswer("not-applicable", f"We trade none {n}", n + 2)
        save_typed(item, acting=priya, now=now, answer=answer, rows=(), seen_draft=n + 3, seen_number=1)
    hand_back(item, "Say which electricity", acting=lead, now=now)
    discard(item, acting=lead, now=now)
    client.force_login(make.viewer(org).person)
    client.get(address("own_item", org, item))

    page = client.get(address("own_history", org, item))

    lines = told(client, org, item)
    assert set(lines[1:]) == {
        ("Change of the response discarded", lead.person.name, 1),
        ("Handed back", lead.person.name, 1),
        ("Asked to respond", "The Programme", 1),
        ("Draft saved", "Priya Anand", 4),
        ("Handed over for sign-off", "Priya Anand", 1),
        ("Change of the response started", "Priya Anand", 1),
        ("Response sent", "Priya Anand", 1),
    }
    assert ("Say which electricity" in page.text, "Reviewed, no comments" in page.text) == (True, True)
    assert lines[0][0] == "First opened"
    assert address("own_history", org, item) in client.get(address("own_item", org, item)).text
    assert "Handed back" in client.get(address("own_history", org, item) + "?format=csv").text


def test_the_history_is_the_organisations_own_and_never_the_staffs_or_another_ones(client, org, lead):
    rival = make.organisation(name="Rival Energy")
    item = make.item(for_=[org, rival])
    make.lead(rival)
    priya_there = make.contributor(rival, person=make.person(name="Somebody Else"))
    change_handed_over(item, priya_there)
    office = make.office()
    extend(
        item,
        due_on=date(2099, 1, 5),
        reason="They asked",
        by=office.person,
        now=timezone.now(),
        organisation=rival,
    )
    make.revised(item, by=office.person, what_changed="Section 4 is new.")
    client.force_login(lead.person)

    page = client.get(address("own_history", org, item))

    assert page.status_code == 200
    assert "Section 4 is new." in page.text
    for word in ("Rival Energy", "Somebody Else", "We trade no", "2099", office.person.name, "Draft saved"):
        assert word not in page.text
    assert client.get(address("own_history", rival, item)).status_code == 404
    assert client.get(address("own_history", org, make.item(for_=rival))).status_code == 404
    assert client.get(address("own_history", org, make.item(for_=org, state="draft"))).status_code == 404
    client.force_login(office.person)
    assert client.get(f"/o/programme/checklist/{item.reference}/history/").templates[0].name == "checklist/history.html"
    assert client.get(address("own_history", org, item)).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_history_costs_the_same_however_long_it_is(lead_client, org, priya, count, django_assert_num_queries):
    item, now = make.item(for_=org), timezone.now()
    for n in range(count):
        if n:
            start_change(item, acting=priya, now=now)
            discard(item, acting=priya, now=now)
        else:
            send_nil(item, acting=priya, now=now, seen_revision=1, seen_number=0)
            start_change(item, acting=priya, now=now)
            discard(item, acting=priya, now=now)
    lead_client.get(address("own_history", org, item))

    # person, memberships, item, drafting, sent, asked, more time, wordings, opened, chased
    with django_assert_num_queries(10):
        lead_client.get(address("own_history", org, item))
