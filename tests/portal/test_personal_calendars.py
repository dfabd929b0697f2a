"""Personal calendars: secret addresses that are shown once, revoked, replaced and never logged."""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.calendars import secrets, sources
from mhhs_portal.calendars.hiding import HideSecrets
from mhhs_portal.calendars.ics import Event
from mhhs_portal.calendars.models import CalendarEntry, PersonalFeed
from mhhs_portal.organisations.models import Role
from mhhs_portal.todo import Task
from tests import make
from tests.portal.test_calendars import events_in

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def event():
    return Event("milestone-m10", "M10: March 2025 (month)", date(2025, 3, 1), date(2025, 3, 31))


@pytest.fixture
def feeds(settings):
    settings.CALENDAR_SOURCES = ["tests.portal.calendar_samples.feeds"]
    settings.SITE_URL = "https://portal.example"


def due(acting, now):
    return [
        Task(
            "Send the QAD", f"/o/{acting.organisation.slug}/qad/", NOW + timedelta(days=7), NOW, "open", "Consultation"
        )
    ]


@pytest.fixture
def own(settings):
    """Personal feeds filled by one task alone."""
    settings.TASK_SOURCES = ["tests.portal.test_personal_calendars.due"]
    settings.OWN_CALENDAR_SOURCES = {"deadlines": ["mhhs_portal.calendars.sources.deadlines"], "path": []}
    settings.SITE_URL = "https://portal.example"


@pytest.fixture
def secret(lead, own):
    return secrets.new_address(acting=lead, kind="deadlines", now=NOW)


def read(client, secret):
    return client.get(reverse("calendars:own_feed", args=[secret]))


def test_a_personal_calendar_is_read_without_signing_in(client, secret, lead):
    response = read(client, secret)

    assert response.status_code == 200
    [event] = events_in(response.content).values()
    assert str(event["SUMMARY"]) == "Due: Send the QAD"
    assert event["DTSTART"].to_ical() == b"20261130T090000"
    assert response["Cache-Control"].startswith("private")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in response
    assert lead.organisation.name in response.content.decode().replace("\r\n ", "")


def plain(response):
    return re.sub(r"<form.*?</form>", "", response.content.decode(), flags=re.DOTALL)


def test_only_the_hash_of_a_secret_is_kept(secret):
    [feed] = PersonalFeed.objects.all()

    assert secret not in str(vars(feed))
    assert len(secret) >= 43
    assert feed.secret_hash == secrets.hash_of(secret)


def test_an_unknown_a_revoked_and_a_replaced_address_answer_alike(client, secret, lead):
    feed = PersonalFeed.objects.get()
    replaced = secrets.new_address(acting=lead, kind="deadlines", now=NOW)
    assert read(client, secret).status_code == 404
    assert read(client, replaced).status_code == 200

    secrets.revoke(PersonalFeed.objects.exclude(pk=feed.pk).get(), acting=lead, now=NOW)

    bodies = {plain(read(client, s)).replace(s, "") for s in (secret, replaced, "x" * 43)}
    assert {read(client, address).status_code for address in (secret, replaced, "x" * 43)} == {404}
    assert len(bodies) == 1


def test_a_feed_stops_when_its_owner_leaves_or_is_no_longer_active(client, secret, lead):
    lead.ends_on = timezone.localdate() - timedelta(days=1)
    lead.save()
    assert read(client, secret).status_code == 404

    lead.ends_on = None
    lead.save()
    assert read(client, secret).status_code == 200

    lead.person.is_active = False
    lead.person.save()
    assert read(client, secret).status_code == 404


def test_a_new_address_goes_on_where_the_old_one_was(client, secret, lead):
    read(client, secret)
    CalendarEntry.objects.update(sequence=4)

    new = secrets.new_address(acting=lead, kind="deadlines", now=NOW)

    [event] = events_in(read(client, new).content).values()
    assert event["SEQUENCE"] == 4


def test_when_a_calendar_last_asked_is_noted_to_the_hour_and_is_no_history(secret, django_assert_num_queries):
    secrets.feed_behind(secret, NOW)
    with django_assert_num_queries(1):
        secrets.feed_behind(secret, NOW + timedelta(minutes=59))

    assert PersonalFeed.objects.get().last_read_at == NOW


def test_reading_a_personal_calendar_again_costs_few_queries(client, secret, django_assert_num_queries):
    read(client, secret)

    with django_assert_num_queries(2):
        read(client, secret)


@pytest.mark.django_db
def test_the_page_shows_a_new_address_once_and_never_again(lead_client, lead, own):
    made = lead_client.post(reverse("calendars:new_address", args=[lead.organisation.slug]), {"kind": "deadlines"})
    later = lead_client.get(reverse("calendars:calendars"))
    address = made.content.decode().partition('id="made">')[2].partition("<")[0]

    assert address.startswith("https://portal.example/calendar/feed/")
    assert "no-store" in made["Cache-Control"]
    assert lead_client.get(address.removeprefix("https://portal.example")).status_code == 200
    assert "/calendar/feed/" not in later.content.decode()
    assert "Revoke" in later.content.decode()


def test_an_address_is_revoked_on_the_page_by_its_owner_alone(client, secret, lead):
    feed = PersonalFeed.objects.get()
    colleague = make.contributor(lead.organisation)
    client.force_login(colleague.person)
    client.post(reverse("calendars:revoke", args=[lead.organisation.slug, feed.pk]))
    assert read(client, secret).status_code == 200

    client.force_login(lead.person)
    page = client.post(reverse("calendars:revoke", args=[lead.organisation.slug, feed.pk]), follow=True)

    assert "no longer works" in page.content.decode()
    assert read(client, secret).status_code == 404


@pytest.mark.parametrize("kind", ["", "governance", "deadlines'--"])
def test_an_address_for_something_else_is_refused_in_words(lead_client, lead, kind):
    address = reverse("calendars:new_address", args=[lead.organisation.slug])
    response = lead_client.post(address, {"kind": kind}, follow=True)

    assert "Choose which calendar the address is for." in response.content.decode()
    assert PersonalFeed.objects.count() == 0


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER])
def test_every_role_of_an_organisation_has_calendars_of_its_own(client, org, own, role):
    member = make.member(org, role)
    client.force_login(member.person)

    assert client.post(reverse("calendars:new_address", args=[org.slug]), {"kind": "path"}).status_code == 200
    other = make.organisation()
    assert client.post(reverse("calendars:new_address", args=[other.slug]), {"kind": "path"}).status_code == 404


def test_the_log_never_holds_a_secret(caplog, client, secret):
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Error: /calendar/feed/%s.ics", (secret,), None)

    assert HideSecrets().filter(record)
    assert secret not in record.getMessage()
    assert "/calendar/feed/….ics" in record.getMessage()
    with caplog.at_level(logging.DEBUG):
        read(client, secret)
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith("django.db")]
    assert not any(secret in line for line in ours)


def test_every_handler_of_the_log_hides_secrets(settings):
    assert all("no_secrets" in handler["filters"] for handler in settings.LOGGING["handlers"].values())


@pytest.mark.django_db
def test_two_tasks_on_one_page_are_two_entries(settings, lead):
    settings.TASK_SOURCES = [f"{__name__}.due", f"{__name__}.also_due"]

    assert len(sources.deadlines(lead, NOW)) == 2


def also_due(acting, now):
    [task] = due(acting, now)
    return [Task("Answer the clarifications", task.url, task.due_at, NOW, "open", "Consultation")]


@pytest.mark.django_db
def test_the_page_explains_subscribing_and_lists_public_calendars(client, feeds):
    said = client.get(reverse("calendars:calendars")).content.decode()

    for words in ("Outlook", "Apple Calendar", "Google Calendar", "https://portal.example/calendar/sample.ics"):
        assert words in said
