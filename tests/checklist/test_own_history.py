"""What an organisation's own people did with an item: what waits for a lead contact, and its history for them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklist.response_drafting import TypedAnswer, save_typed, start_change
from checklist.sending import send_nil
from checklist.sign_off import hand_back, hand_over
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
