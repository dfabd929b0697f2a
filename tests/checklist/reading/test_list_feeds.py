"""A filtered list behind a secret address: what its owner would see, by role, and nobody else's rows."""

from __future__ import annotations

import logging
from datetime import timedelta
from xml.etree import ElementTree as ET

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from checklist.reading import addresses
from checklist.reading.models import MOST_FEEDS, ListFeed
from checklist.steps import extend, withdraw
from mhhs_portal.calendars.hiding import HideSecrets
from mhhs_portal.organisations.models import Role
from tests import make
from tests.checklist.reading.test_feeds import ATOM

pytestmark = pytest.mark.django_db


def secret_of(acting, query="") -> str:
    return addresses.new_feed(query=query, acting=acting, now=timezone.now())[1]


def titles(client, secret) -> list[str]:
    feed = ET.fromstring(client.get(f"/checklist/feed/{secret}.atom").content)
    return [entry.findtext("a:title", namespaces=ATOM).partition(" ")[2] for entry in feed.findall("a:entry", ATOM)]


def events(client, secret) -> dict[str, tuple[str, int]]:
    calendar = icalendar.Calendar.from_ical(client.get(f"/checklist/feed/{secret}.ics").content)
    return {
        str(event["SUMMARY"]).removeprefix("Closes: "): (str(event["STATUS"]), int(event["SEQUENCE"]))
        for event in calendar.walk("VEVENT")
    }


@pytest.fixture
def rival():
    return make.organisation(name="Rival Energy")


@pytest.fixture
def asked(org, rival):
    """Three items: for us, for both, for the other alone."""
    make.item(for_=org, title="Ours", kind="survey")
    make.item(for_=[org, rival], title="Both")
    make.item(for_=rival, title="Theirs")
    make.item(for_=org, title="Draft of ours", state="draft")


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER])
def test_each_role_reads_its_own_organisations_list_and_no_other(client, org, asked, role):
    secret = secret_of(make.member(org, role))

    assert set(titles(client, secret)) == set(events(client, secret)) == {"Ours", "Both"}
    answer = client.get(f"/checklist/feed/{secret}.ics")
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == (
        "private, max-age=0, must-revalidate",
        "no-referrer",
    )
    assert "Set-Cookie" not in answer


def test_the_office_reads_everything_that_was_published(client, asked):
    secret = secret_of(make.office(), "kind=survey")

    assert titles(client, secret) == list(events(client, secret)) == ["Ours"]
    assert len(titles(client, secret_of(make.office()))) == 3


def test_the_address_carries_the_filter_and_shows_what_the_page_shows_at_that_moment(client, org, lead, asked, rival):
    make.response(make.item(for_=org, title="Answered"), org)
    surveys, answered = secret_of(lead, "kind=survey&junk=1"), secret_of(lead, "state=answered")
    assert (titles(client, surveys), titles(client, answered)) == (["Ours"], ["Answered"])
    client.force_login(lead.person)
    page = client.get(f"/o/{org.slug}/checklist/?state=answered")
    assert [row.item.title for row in page.context["rows"]] == titles(client, answered)

    item = make.item(for_=[org, rival], title="New", kind="survey")
    now, by = timezone.now(), make.office().person
    facts = {"due_on": (now + timedelta(days=90)).date(), "reason": "They asked", "by": by, "now": now}
    theirs = secret_of(make.lead(rival), "kind=survey")
    assert events(client, surveys)["New"] == events(client, theirs)["New"] == ("CONFIRMED", 0)
    extend(item, organisation=rival, **facts)
    assert events(client, surveys)["New"] == ("CONFIRMED", 0)  # that another got more time is nobody's business
    assert events(client, theirs)["New"] == ("CONFIRMED", 1)
    withdraw(item, reason="A mistake", by=by, now=now)
    assert events(client, surveys)["New"] == ("CANCELLED", 1)
    assert titles(client, surveys) == ["Ours"]


def test_an_address_works_until_it_is_revoked_replaced_or_its_owner_leaves(client, org, lead, asked):
    def status(secret) -> set[int]:
        return {client.get(f"/checklist/feed/{secret}.{kind}").status_code for kind in ("ics", "atom")}

    first = secret_of(lead)
    second, other = secret_of(lead), secret_of(lead, "state=all")
    assert (status(first), status(second), status(other), status("x" * 43)) == ({404}, {200}, {200}, {404})

    client.force_login(lead.person)
    page = client.get(f"/o/{org.slug}/checklist/feeds/")
    assert "Needs action" in page.text
    feed = ListFeed.objects.get(query="state=all")
    gone = client.post(f"/o/{org.slug}/checklist/feeds/{feed.pk}/revoke/", follow=True)
    assert "no longer work" in gone.text
    assert status(other) == {404}
    with pytest.raises(DatabaseError), transaction.atomic():
        ListFeed.objects.filter(pk=feed.pk).update(revoked_at=None)

    lead.ends_on = timezone.localdate() - timedelta(days=1)
    lead.save()
    assert status(second) == {404}


def test_the_page_makes_addresses_shown_once_and_touches_nobody_elses(client, org, lead, asked):
    url = f"/o/{org.slug}/checklist/feeds/"
    client.force_login(lead.person)
    assert f'href="{url}?state=all"' in client.get(f"/o/{org.slug}/checklist/?state=all").text
    assert "Everything: 2 items now" in " ".join(client.get(url + "?state=all").text.replace("</a>", "").split())

    made = client.post(url, {"query": "state=all"})

    secret = made.context["made"]["ics"].rpartition("/")[2].removesuffix(".ics")
    assert set(events(client, secret)) == {"Ours", "Both"}
    assert secret not in client.get(url).text
    assert made["Cache-Control"] == "private, no-store"
    colleague = make.contributor(org)
    feed = ListFeed.objects.get()
    client.force_login(colleague.person)
    assert "You have no such addresses" in client.post(f"{url}{feed.pk}/revoke/", follow=True).text
    assert titles(client, secret)
    client.force_login(make.analyst().person)
    assert client.get("/o/elexon/checklist/feeds/").status_code == 403


def test_one_person_has_few_of_them_and_the_log_has_none(lead):
    for n in range(MOST_FEEDS):
        addresses.new_feed(query=f"q=word{n}", acting=lead, now=timezone.now())
    secret_of(lead, "q=word3")  # in place of the older one

    with pytest.raises(ValidationError, match="Revoke one first"):
        secret_of(lead)
    facts = {"words": "One more", "secret_hash": "x" * 64, "made_at": timezone.now()}
    with pytest.raises(DatabaseError, match="Revoke one first"), transaction.atomic():
        ListFeed.objects.create(membership=lead, **facts)
    for kind in ("ics", "atom"):
        line = logging.LogRecord("x", 20, "", 0, "GET %s", (f"/checklist/feed/SECRET-{kind}.{kind}",), None)
        assert HideSecrets().filter(line)
        assert "SECRET" not in line.getMessage()


@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_costs_the_same_for_one_item_and_for_many(client, org, lead, count, django_assert_num_queries):
    for _ in range(count):
        make.item(for_=org)
    secret = secret_of(lead)
    for kind in ("ics", "atom"):
        client.get(f"/checklist/feed/{secret}.{kind}")

    with django_assert_num_queries(7):  # address, what there is, roles and paths, known, all, chosen, withdrawn
        client.get(f"/checklist/feed/{secret}.ics")
    with django_assert_num_queries(4):  # address, what there is, roles and paths, chosen
        client.get(f"/checklist/feed/{secret}.atom")
