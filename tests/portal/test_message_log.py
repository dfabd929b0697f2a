from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from mhhs_portal.notifications import sending
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.views import ON_A_PAGE
from tests import make

LOG = "/o/programme/messages/"


@pytest.fixture
def office(client, db):
    client.force_login(make.office().person)
    return client


def test_programme_staff_see_what_became_of_each_message(office):
    now = timezone.now()
    lead = make.lead(make.organisation(name="Northmoor Energy Supply"))
    sent = make.message(to=lead.person, for_organisation=lead.organisation, headline="Three days left")
    gone = make.message(to=make.person(is_active=False))
    sending.send_due(now)
    again, waits = make.message(), make.message(not_before=now + timedelta(days=1))
    Message.objects.filter(pk=again.pk).update(attempts=2, last_error="450 mailbox busy")

    page = office.get(LOG).text

    assert [page.index(m.number) for m in (waits, again, gone, sent)] == sorted(
        page.index(m.number) for m in (sent, gone, again, waits)
    )
    for words in (
        'Three days left<span class="meta">Notice</span>',
        "Northmoor Energy Supply",
        f"UK time, to {lead.person.email}",
        "After 1 try: The person no longer takes part.",
        "2 tries so far. Last answer: 450 mailbox busy",
        "Leaves within a minute of its planned time",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("state", "shown"), [("", "wgs"), ("waiting", "w"), ("sent", "s"), ("given-up", "g"), ("nonsense", "wgs")]
)
def test_the_log_can_be_narrowed_to_a_state(office, state, shown):
    messages = {"s": make.message(), "g": make.message(to=make.person(is_active=False))}
    sending.send_due(timezone.now())
    messages["w"] = make.message()

    page = office.get(LOG, {"state": state}).text

    assert "".join(key for key in "wgs" if f">{messages[key].number}</td>" in page) == shown


def test_older_messages_are_on_the_next_page(office):
    to = make.person()
    messages = [make.message(to=to) for _ in range(ON_A_PAGE + 1)]
    first = office.get(LOG).text
    oldest_here = messages[1].pk

    assert f'href="?state=&amp;before={oldest_here}"' in first
    assert messages[0].number not in first
    second = office.get(LOG, {"before": oldest_here}).text
    assert (messages[0].number in second, messages[1].number in second) == (True, False)
    assert office.get(LOG, {"before": "9" * 30}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_log_costs_the_same_for_one_message_and_for_many(office, django_assert_num_queries, count):
    for n in range(count):
        lead = make.lead(make.organisation())
        make.message(to=lead.person, for_organisation=lead.organisation, about=f"thing/{n}")

    with django_assert_num_queries(4):  # person, memberships, messages, counts
        office.get(LOG)


def test_nobody_else_may_read_the_log(client, lead):
    client.force_login(lead.person)
    assert client.get(LOG).status_code == 404
    assert client.get(f"/o/{lead.organisation.slug}/messages/").status_code == 403
    make.message()

    client.logout()
    assert client.get(LOG).status_code == 302


def test_what_elexon_asks_of_an_organisation_is_not_in_the_programmes_log(office):
    make.message(about="readiness/air-2026", headline="MARKER-ASSURANCE", to=make.person(name="Sam Secret"))
    make.message(about="readiness/air-2026", to=make.person(is_active=False))
    ours = make.message(about="checklist/PCL-0412")
    sending.send_due(timezone.now())
    make.message(about="readiness/air-2026", not_before=timezone.now() + timedelta(days=1))

    pages = [office.get(LOG, {"state": state}).text for state in ("", "waiting", "sent", "given-up")]

    assert ours.number in pages[0]
    for page in pages:
        assert "air-2026" not in page
        assert "Sam Secret" not in page
        assert "Waiting <span>0</span>" in page, "nor are they counted"
        assert "Given up <span>0</span>" in page


def test_the_log_can_be_narrowed_to_what_messages_are_about(office):
    ours, other = make.message(about="checklist/PCL-0412"), make.message(about="checklist/PCL-0413")

    page = office.get(LOG, {"about": "checklist/PCL-0412"}).text

    assert (f">{ours.number}</td>" in page, f">{other.number}</td>" in page) == (True, False)
    assert "?state=waiting&amp;about=checklist/PCL-0412" in page
