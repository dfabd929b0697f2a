"""The Clock: what is proposed, what is kept as sent, who gets it, and how that begins and ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from checklist.models import Extension
from checklist.news import announcing, clock, subscribing
from checklist.news.clock import Choice
from checklist.news.models import Edition, EditionEntry, Subscription
from checklist.news.proposals import proposals
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.sending import send_due
from tests import make


@pytest.fixture
def staff(db):
    return make.office()


@pytest.fixture
def draft(staff):
    return clock.open_draft(by=staff.person, now=timezone.now())


LINE = Choice("own/1", "other", "A line of ours", "More", "/checklist/")


def filled(draft, staff, *lines):
    return clock.save(
        draft, title="This time", intro="Hello\n\n- one", choices=lines or [LINE], by=staff.person, now=timezone.now()
    )


def subscriber(address="reader@outside.example"):
    subscribing.ask(address=address, now=timezone.now())
    found = Subscription.objects.get(address=address)
    subscribing.confirm(found, now=timezone.now())
    return found


# --- what is proposed -------------------------------------------------------------------------------------------------


def test_public_matters_are_proposed_and_nothing_else(staff):
    us, now = make.organisation(), timezone.now()
    for is_public in (True, False):
        said = "Open" if is_public else "Secret"
        make.item(us, title=f"{said} one", is_public=is_public, due_at=now + timedelta(days=3))
        item = make.item(us, title=f"{said} extended", is_public=is_public, opens_at=now - timedelta(days=99))
        for organisation, more in ((None, 4), (us, 5)):
            Extension.objects.create(
                item=item, organisation=organisation, old_due_at=item.due_at, due_on=item.due_on,
                due_at=item.due_at + timedelta(days=more), reason=f"{said} {organisation or 'all'}",
                granted_by=staff.person, granted_at=now,
            )  # fmt: skip
        make.item(us, title=f"{said} closed", is_public=is_public, due_at=now - timedelta(days=1))
        announced = announcing.save(by=None, now=now, title=f"{said} news", body="x", is_public=is_public,
                                    rules=[announcing.Rule(organisation=us.slug)])  # fmt: skip
        announcing.publish(announced, by=None, now=now)
    make.item(us, title="Secret draft", is_public=True, state="draft")
    edition = clock.open_draft(by=staff.person, now=timezone.now())

    found = {(choice.section, choice.title) for choice in proposals(edition)}
    assert found == {
        ("news", "Open news"),
        ("checklist", "Opened: Open one"),
        ("checklist", "Opened: Open closed"),
        ("checklist", "More time: Open extended"),
        ("checklist", "Closed: Open closed"),
        ("due", "Due: Open one"),
    }
    assert us.name not in str(proposals(edition))


def test_the_next_edition_begins_where_the_last_one_ended(staff, draft):
    sent = clock.issue(filled(draft, staff), by=staff.person, now=timezone.now())
    again = clock.open_draft(by=staff.person, now=timezone.now() + timedelta(days=7))

    assert again.since_at == sent.until_at
    assert clock.open_draft(by=staff.person, now=timezone.now()).pk == again.pk


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_an_edition_is_sent_once_to_each_subscriber_and_kept(staff, draft, client):
    person, outside = make.person(email="inside@made.example"), subscriber()
    subscribing.choose(person, wanted=True, now=timezone.now())
    subscribing.ask(address="never@confirmed.example", now=timezone.now())
    subscribing.end(subscriber("ended@outside.example"), now=timezone.now())
    Message.objects.all().update(status="parked", last_error="not now")
    with pytest.raises(ValidationError, match="says nothing yet"):
        clock.issue(draft, by=staff.person, now=timezone.now())

    sent = clock.issue(filled(draft, staff), by=staff.person, now=timezone.now())
    assert (sent.number, sent.recipients) == (1, 2)
    with pytest.raises(ValidationError, match="has been sent"):
        clock.issue(draft, by=staff.person, now=timezone.now())
    send_due(timezone.now() + timedelta(seconds=1))

    mails = {message.to[0]: message for message in mail.outbox}
    assert set(mails) == {"inside@made.example", "reader@outside.example"}
    ours = mails["reader@outside.example"]
    link = re.fullmatch(r"<http://[^/]+(/news/unsubscribe/\S+/)>", ours.extra_headers["List-Unsubscribe"])[1]
    assert ours.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = ours.alternatives[0][0]
    for part in (ours.body, html):
        assert "A line of ours" in part
        assert "/news/clock/1/" in part
        assert link in part
        assert "sign in" not in part
    assert "<li>one</li>" in html
    assert all(link not in kept for kept in Message.objects.values_list("sent_text", flat=True))
    page = client.get("/news/clock/1/").content.decode()
    assert "A line of ours" in page
    assert "The Clock 1" in client.get("/news/clock/feed.atom").content.decode()
    assert client.get("/news/clock/?format=json").json()["rows"][0]["number"] == 1
    client.post(link, {"List-Unsubscribe": "One-Click"})
    outside.refresh_from_db()
    assert outside.ended_at


def test_what_was_sent_stays_in_sql_too(staff, draft):
    clock.issue(filled(draft, staff), by=staff.person, now=timezone.now())

    for attempt in (
        lambda: Edition.objects.update(intro="x"),
        lambda: Edition.objects.all().delete(),
        lambda: EditionEntry.objects.update(title="x"),
        lambda: EditionEntry.objects.all().delete(),
        lambda: EditionEntry.objects.create(edition=draft, key="k", section="other", title="t"),
    ):
        with pytest.raises(IntegrityError, match="as it was sent"), transaction.atomic():
            attempt()


def test_a_draft_edition_is_nowhere(staff, draft, client):
    filled(draft, staff)
    for url in ("/news/clock/", "/news/", "/news/clock/feed.atom", "/news/clock/?format=csv"):
        assert "This time" not in client.get(url).content.decode()
    assert client.get(f"/news/clock/{draft.pk}/").status_code == 404


def test_many_subscribers_are_promised_in_batches_and_few_questions(staff, draft, django_assert_max_num_queries):
    now = timezone.now()
    Subscription.objects.bulk_create(
        Subscription(address=f"r{n}@outside.example", asked_at=now, confirmed_at=now) for n in range(1_500)
    )
    ready = filled(draft, staff)
    with django_assert_max_num_queries(40):
        sent = clock.issue(ready, by=staff.person, now=now)
    assert sent.recipients == Message.objects.filter(about="clock/1").count() == 1_500


# --- subscribing ------------------------------------------------------------------------------------------------------


def secret_link(kind):
    return Message.objects.filter(template=kind).latest("pk").about_url


def test_opening_links_changes_nothing_and_buttons_do(client, db):
    page = client.post("/news/subscribe/", {"address": "Reader@Outside.example"}).content.decode()
    assert "Look at your mail" in page
    found = Subscription.objects.get()
    link = secret_link("clock-confirm")
    assert link == f"/news/confirm/{found.secret}/"

    assert "Receive The Clock at reader@outside.example?" in client.get(link).content.decode()
    client.head(link)
    assert not Subscription.objects.running().exists()
    assert "You will receive The Clock" in client.post(link).content.decode()
    assert Subscription.objects.running().exists()

    end = f"/news/unsubscribe/{found.secret}/"
    client.get(end)
    assert Subscription.objects.running().exists()
    for _ in range(2):
        assert "not receive The Clock any more" in client.post(end).content.decode()
    assert not Subscription.objects.running().exists()
    assert client.post("/news/confirm/guessed/").status_code == 404
    assert client.get(end)["Referrer-Policy"] == "same-origin"


def test_one_click_needs_no_csrf_token_and_confirming_does(db):
    from django.test import Client

    found = subscriber()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/news/unsubscribe/{found.secret}/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert strict.post(f"/news/confirm/{found.secret}/").status_code == 403


def test_an_address_is_not_flooded_and_an_old_link_asks_again(client, db):
    for _ in range(5):
        client.post("/news/subscribe/", {"address": "reader@outside.example"})
    assert Message.objects.count() == subscribing.MOST_ASKED
    Subscription.objects.update(asked_at=timezone.now() - timedelta(days=8))
    assert "older than seven days" in client.post(secret_link("clock-confirm")).content.decode()
    client.post("/news/subscribe/", {"address": "reader@outside.example"})
    assert Message.objects.count() == subscribing.MOST_ASKED + 1


def test_one_visitor_does_not_have_us_write_to_ever_more_addresses(client, db):
    for n in range(21):
        page = client.post("/news/subscribe/", {"address": f"reader-{n}@outside.example"}).text
    assert "There were too many tries" in page
    assert Message.objects.count() == 20


def test_somebody_with_an_account_is_sent_to_their_switch_and_the_page_says_the_same(client, db):
    person = make.person()
    pages = [client.post("/news/subscribe/", {"address": a}).content for a in (person.email, "x@outside.example")]
    strip = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    assert strip.sub(b"", pages[0]) == strip.sub(b"", pages[1])
    assert Message.objects.get(to=person).about_url == "/news/subscription/"
    assert not Subscription.objects.filter(address=person.email).exists()

    client.force_login(person)
    for wanted, running in (("yes", True), ("no", False), ("yes", True)):
        client.post("/news/subscription/", {"wanted": wanted})
        assert Subscription.objects.running().filter(person=person).exists() is running
    assert client.get("/news/subscribe/")["Location"] == "/news/subscription/"


# --- staff's pages ----------------------------------------------------------------------------------------------------


def test_staff_pick_order_preview_and_send(staff, client):
    us, now = make.organisation(), timezone.now()
    items = [make.item(us, title=f"Item {n}", is_public=True, due_at=now + timedelta(days=30)) for n in "AB"]
    client.force_login(staff.person)
    at = client.post("/o/programme/clock/")["Location"]
    page = client.get(at).content.decode()
    keys = re.findall(r'name="key-(\d+)" value="([^"]+)"', page)
    assert [key for _, key in keys] == [f"checklist/{item.reference}/opened" for item in items]
    typed = {"title": "Two items", "intro": "Dear all", "do": "save"}
    for n, key in keys:
        typed |= {f"key-{n}": key, f"pick-{n}": "yes", f"order-{n}": str(9 - int(n)), f"words-{n}": f"Words {n}"}
    typed |= {"key-99": "checklist/PCL-9999/opened", "pick-99": "yes", "own-0-title": "Ours"}

    faulty = client.post(at, typed | {"own-0-path": "https://elsewhere.example/"}).content.decode()
    assert "Begin with /" in faulty
    assert "Words 2" in faulty
    assert not EditionEntry.objects.exists()
    assert "Line 2" in client.post(at, typed | {"do": "add-own"}).content.decode()
    preview = client.post(at, typed, follow=True).content.decode()
    assert preview.index("Opened: Item B") < preview.index("Opened: Item A") < preview.index(">Ours")
    assert "Dear all" in preview
    assert "THE CLOCK" in preview.upper()
    html = client.get(f"{at}preview/?part=html")
    assert html["Content-Disposition"].startswith("attachment")
    assert b"Words 1" in html.content
    again = client.get(at).content.decode()
    assert again.count(" checked") == 2
    client.post(f"{at}step/", {"do": "send"})
    assert [row.title for row in EditionEntry.objects.all()] == ["Opened: Item B", "Opened: Item A", "Ours"]
    assert client.get(at)["Location"] == "/news/clock/1/"


def test_a_draft_is_renewed_and_discarded(staff, draft, client):
    client.force_login(staff.person)
    client.post(f"/o/programme/clock/{draft.pk}/step/", {"do": "renew"})
    assert Edition.objects.get().until_at > draft.until_at
    filled(draft, staff)
    client.post(f"/o/programme/clock/{draft.pk}/step/", {"do": "discard"})
    assert not Edition.objects.exists()
    assert client.get("/o/programme/clock/").status_code == 200
