"""Announcements: who reads what and when, what a correction keeps, what cannot be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from checklist.audiences import Rule
from checklist.news import announcing
from checklist.news.models import Announcement, Correction, NewsRecipient
from checklist.news.words import as_html
from mhhs_portal.notifications.models import Message
from mhhs_portal.todo import panels_of
from tests import make

MARK = "Xyzzy-news"


@pytest.fixture
def staff(db):
    return make.office()


def news(staff, *, rules=(), publish=True, **facts):
    now = timezone.now()
    said = {"title": f"{MARK} title", "summary": f"{MARK} summary", "body": f"{MARK} body"} | facts
    made = announcing.save(by=staff.person, now=now, rules=rules, **said)
    return announcing.publish(made, by=staff.person, now=now) if publish else made


def for_(organisation):
    return {"is_public": False, "rules": [Rule(organisation=organisation.slug)]}


def reads(client, *urls):
    return [MARK in client.get(url).content.decode() for url in urls]


def test_everybody_reads_public_news_in_lists_feed_files_and_on_its_page(staff, client):
    made = news(staff)

    assert made.slug == "xyzzy-news-title"
    at = f"/news/{made.slug}/"
    assert reads(client, "/news/", at, "/news/feed.atom", "/news/?format=json") == [True] * 4
    assert client.get("/news/feed.atom")["Content-Type"].startswith("application/atom+xml")


@pytest.mark.parametrize("ahead", [None, timedelta(hours=1)])
def test_a_draft_and_what_opens_later_are_nowhere(staff, client, ahead):
    us = make.lead(make.organisation())
    made = news(staff, publish=ahead is not None, opens_at=timezone.now() + ahead if ahead else None)

    addresses = ["/news/", f"/news/{made.slug}/", "/news/feed.atom", "/news/?format=csv"]
    assert not any(reads(client, *addresses))
    client.force_login(us.person)
    own = f"/o/{us.organisation.slug}/"
    assert not any(reads(client, own, f"{own}news/", f"{own}news/{made.slug}/", f"{own}news/?format=json"))
    assert client.get(f"{own}news/{made.slug}/").status_code == 404
    client.force_login(staff.person)
    assert reads(client, "/o/programme/news/", f"/o/programme/news/{made.slug}/") == [True, True]


def test_news_for_some_reaches_them_alone(staff, client):
    us, them = make.lead(make.organisation()), make.lead(make.organisation())
    made = news(staff, **for_(us.organisation))

    assert not any(reads(client, "/news/", f"/news/{made.slug}/", "/news/feed.atom"))
    for acting, sees in ((us, True), (them, False)):
        client.force_login(acting.person)
        home = f"/o/{acting.organisation.slug}/"
        pages = [home, f"{home}news/", f"{home}news/?format=json", f"{home}news/{made.slug}/"]
        assert reads(client, *pages) == [sees] * 4


def test_readers_are_fixed_at_publication_in_sql_too(staff):
    role = make.role_held(us := make.organisation())
    made = news(staff, is_public=False, rules=[Rule(market_role=role.market_role.code)])
    later = make.organisation()
    make.role_held(later)

    assert announcing.recipients_of(made) == [us]
    for attempt in (
        lambda: NewsRecipient.objects.create(announcement=made, organisation=later, reason="x"),
        lambda: NewsRecipient.objects.all().delete(),
        lambda: Announcement.objects.update(is_public=True),
        lambda: Announcement.objects.update(state="draft"),
        lambda: Announcement.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_what_reaches_nobody_or_says_nothing_is_not_published(staff):
    nobody = make.organisation(kind="elexon")
    with pytest.raises(ValidationError, match="not in the portal"):
        news(staff, **for_(nobody))
    with pytest.raises(ValidationError, match="reach no organisation"):
        news(staff, is_public=False)
    with pytest.raises(ValidationError, match="Write the text"):
        news(staff, body=" ")
    assert not Announcement.objects.exclude(state="draft").exists()


def test_a_correction_is_marked_and_keeps_the_former_words(staff, client):
    made = news(staff)
    now = timezone.now()
    with pytest.raises(ValidationError, match="Nothing has changed"):
        announcing.correct(
            made, what_changed="x", title=made.title, summary=made.summary, body=made.body, by=staff.person, now=now
        )
    announcing.correct(
        made, what_changed="The day was wrong", title="New", summary="", body="New", by=staff.person, now=now
    )

    page = client.get(f"/news/{made.slug}/").content.decode()
    assert "The day was wrong" in page
    assert "corrected on" in page
    assert MARK not in page
    assert Correction.objects.get().body_before == f"{MARK} body"
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.update(body_before="")
    client.force_login(staff.person)
    history = client.get(f"/o/programme/news/{made.slug}/").content.decode()
    assert "Corrected" in history
    assert staff.person.name in history


def test_withdrawn_news_leaves_the_lists_says_why_and_mails_nobody_any_more(staff, client):
    us = make.lead(make.organisation())
    made = news(staff, is_mailed=True, opens_at=timezone.now() + timedelta(hours=1))
    assert list(Message.objects.values_list("to", "not_before", "status")) == [(us.person_id, made.opens_at, "queued")]
    announcing.withdraw(made, reason="It was a mistake", by=staff.person, now=timezone.now())
    assert Message.objects.get().status == "parked"

    open_one = news(staff, title=f"{MARK} second")
    announcing.withdraw(open_one, reason="It was a mistake", by=staff.person, now=timezone.now())
    page = client.get(f"/news/{open_one.slug}/").content.decode()
    assert "It was a mistake" in page
    assert f"{MARK} body" not in page
    assert not any(reads(client, "/news/", "/news/feed.atom", f"/news/{made.slug}/"))


def test_mail_goes_once_to_the_people_whom_it_is_for(staff):
    us = make.organisation()
    people = {make.lead(us).person_id, make.viewer(us).person_id}
    make.former_lead(us)
    make.lead(make.organisation())
    news(staff, is_mailed=True, **for_(us))

    assert set(Message.objects.values_list("to", flat=True)) == people
    assert Message.objects.count() == 2


def test_expired_news_is_off_the_lists_and_stays_at_its_address(staff, client):
    made = news(staff, opens_at=None, expires_at=timezone.now() + timedelta(days=1))
    Announcement.objects.update(expires_at=made.opens_at + timedelta(microseconds=1))

    assert reads(client, "/news/", "/news/feed.atom", f"/news/{made.slug}/") == [False, False, True]


def test_pinned_news_stands_first(staff, client):
    first, _ = news(staff, title="Pinned one"), news(staff, title="Later one")
    announcing.pin(first, is_pinned=True, by=staff.person)

    page = client.get("/news/").content.decode()
    assert page.index("Pinned one") < page.index("Later one")


def test_unread_news_stands_on_the_home_until_it_is_opened_in_one_query(staff, client, django_assert_num_queries):
    us = make.lead(make.organisation())
    made = [news(staff, title=f"News {n}") for n in range(5)]

    def panel():
        return [p for p in panels_of(us, timezone.now()) if p.template == "news/panel.html"]

    from checklist.news.panels import news_panel

    with django_assert_num_queries(1):
        found = news_panel(us, timezone.now())
    assert ([one.title for one in found.context["news"]], found.context["more"]) == (
        ["News 4", "News 3", "News 2"],
        True,
    )
    client.force_login(us.person)
    for one in made:
        client.get(f"/o/{us.organisation.slug}/news/{one.slug}/")
    assert panel() == []


@pytest.mark.parametrize("page", ["/news/", "own", "/o/programme/news/"])
def test_lists_ask_the_same_questions_for_few_and_many(staff, client, page, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    us = make.lead(make.organisation())
    page = f"/o/{us.organisation.slug}/news/" if page == "own" else page
    if page != "/news/":
        client.force_login(staff.person if "programme" in page else us.person)
    counts = []
    for rows in (2, 12):
        for n in range(rows):
            news(staff, title=f"{rows}-{n}")
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


def test_typed_text_is_never_mark_up():
    html = as_html(
        "One <b>two</b>\nthree\n\n- a https://a.example/?x=1&y=2\n- javascript:alert(1)\n\n<script>x</script>"
    )
    assert "<b>" not in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<p>One &lt;b&gt;two&lt;/b&gt;<br>three</p><ul><li>a <a href=" in html
    assert 'rel="nofollow"' in html


def test_staff_write_publish_and_discard_on_pages(staff, client):
    us = make.organisation()
    client.force_login(staff.person)
    typed = {"title": "From the page", "body": "Text", "reach": "some", "do": "save", "opens_time": "09:00"}
    refused = client.post("/o/programme/news/new/", typed)
    assert "Add a rule below" in refused.content.decode()
    added = client.post("/o/programme/news/new/", typed | {"do": "add-rules"})
    assert "or rule 2" in added.content.decode()
    assert not Announcement.objects.exists()

    saved = client.post("/o/programme/news/new/", typed | {"rules-0-organisation": us.name})
    assert saved["Location"] == "/o/programme/news/from-the-page/"
    assert us.name in client.get(saved["Location"]).content.decode()
    assert us.name in client.get(f"{saved['Location']}edit/").content.decode()
    client.post(f"{saved['Location']}step/", {"do": "publish"})
    assert announcing.recipients_of(Announcement.objects.get()) == [us]
    assert client.get(f"{saved['Location']}edit/").status_code == 302
    assert (
        client.post(f"{saved['Location']}correct/", {"title": "T", "body": "B", "what_changed": ""}).status_code == 200
    )
    assert client.post(f"{saved['Location']}withdraw/", {"reason": "So"}).status_code == 302

    client.post("/o/programme/news/new/", typed | {"title": "Second", "reach": "everybody"})
    client.post("/o/programme/news/second/step/", {"do": "discard"})
    assert not Announcement.objects.filter(slug="second").exists()
