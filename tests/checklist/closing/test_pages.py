"""The office's queue, the published log and the outcome, as each kind of reader gets them."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from checklist.closing.dispositions import add_note
from checklist.closing.log import publish_log
from checklist.closing.models import Disposition, LogPublication
from checklist.closing.outcomes import Numbers, put_outcome_page
from checklist.models import Comment
from checklist.steps import publish_outcome
from tests import make

MARKERS = ("Marker secret", "Marker wording", "Marker private", "Marker note", "Marker Supplier", "Marker Agent")


@pytest.fixture
def desk(client, case):
    client.force_login(case.office.person)
    return client


def at(name, case, *more, org="programme"):
    return reverse(f"closing:{name}", args=[org, case.item.reference, *more])


def test_the_queue_has_counts_that_add_up_and_the_file_has_what_is_shown(desk, case):
    page = desk.get(at("comments", case)).text
    assert "4 of 4" in page
    assert "4 + 0 + 0 = 4, the number received" in page

    rows = json.loads(desk.get(at("comments", case) + "?kind=editorial&format=json").content)["rows"]
    assert [(row["number"], row["organisation"]) for row in rows] == [(4, "Marker Agent")]


def test_one_comment_is_saved_and_the_next_one_opens(desk, case):
    words = {"do": "next", "outcome": "noted", "reply": "", "seen_version": 0}

    answer = desk.post(at("comment", case, case.comments[0].pk) + "?by=number", words)
    assert answer["Location"] == at("comment", case, case.comments[1].pk) + "?by=number#desk"
    part = desk.post(at("comment", case, case.comments[1].pk), words, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="triage" data-announce="Comment 2 decided"')
    assert "data-focus" in part.text


def test_a_clash_shows_both_texts(desk, case):
    url = at("comment", case, case.comments[0].pk)
    desk.post(url, {"do": "save", "outcome": "accepted", "reply": "Theirs", "seen_version": 0})

    page = desk.post(url, {"do": "save", "outcome": "noted", "reply": "Ours", "seen_version": 0}).text

    assert f"{case.office.person.name} saved this at" in page
    assert "Theirs" in page
    assert "Ours" in page
    assert '<input type="hidden" name="seen_version" value="1">' in page
    assert Disposition.objects.get().reply == "Theirs"


def test_several_at_once_with_messages_about_what_was_left_alone(desk, case):
    first, _, third, last = (comment.pk for comment in case.comments)
    seen = {f"seen-{pk}": 0 for pk in (first, third, last)}

    def many(**words):
        return desk.post(at("many", case), words | seen, follow=True).text

    assert "Given to" in many(do="assign", owner=case.office.person_id, chosen=[first, third])
    assert "Left alone, because a colleague changed them" in many(
        do="decide", outcome="noted", reply="Thanks", chosen=[first, last]
    )
    seen |= {f"seen-{first}": 1, f"seen-{third}": 1}
    assert "Linked to comment 1: comment 3." in many(do="link", chosen=[first, third])
    assert "Tick at least one comment" in many(do="assign", owner="nobody")
    assert Disposition.objects.get(comment=last).reply == "Thanks"


def test_pages_cost_the_same_for_few_comments_and_for_many(desk, case):
    def cost(url):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert desk.get(url).status_code == 200
        return len(asked)

    urls = [
        at("comments", case), at("comment", case, case.comments[0].pk), at("preview", case),
        reverse("closing:all_comments", args=["programme"]),
    ]  # fmt: skip
    few = [cost(url) for url in urls]
    Comment.objects.bulk_create(
        Comment(response=case.responses[0], number=n, document="Plan", clause="2.10", comment=f"C{n}")
        for n in range(10, 130)
    )

    assert [cost(url) for url in urls] == few
    assert max(few) <= 10


def test_the_log_is_published_from_its_preview(desk, decided):
    page = desk.get(at("preview", decided))
    seen = page.context["draft"].fingerprint

    done = desk.post(at("preview", decided), {"seen": seen}, follow=True)

    assert "Version 1 of the log is published" in done.text
    assert LogPublication.objects.get().row_count == 4


def test_the_preview_names_what_lacks_a_decision(desk, case):
    page = desk.get(at("preview", case)).text

    assert "4 comments have no decision yet" in page
    assert "Publish the log" not in page


def test_nothing_that_is_withheld_leaves_by_any_route(client, decided):
    """Names, the confidential comment, its reply and the notes: neither on the page nor in a file nor in an e-mail."""
    add_note(decided.comments[0], text="Marker note", acting=decided.office, now=decided.now)
    publish_log(decided.item, acting=decided.office, now=decided.now)
    put_outcome_page(decided.item, themes=[], seen_version=0, acting=decided.office, now=decided.now)
    publish_outcome(decided.item, outcome="Done", by=decided.office.person, now=decided.now)
    log, outcome = (reverse(f"closing:{name}", args=[decided.item.reference]) for name in ("log", "outcome"))
    urls = [log, f"{log}?q=Marker", outcome, *(f"{log}?format={kind}" for kind in ("csv", "json"))]

    for url in urls:
        text = client.get(url).content.decode()
        assert [marker for marker in MARKERS if marker in text.replace("q=Marker", "")] == [], url
    assert "4 rows</b> of 4" in client.get(log).text

    client.force_login(decided.leads[2].person)
    other = decided.asked[2].slug
    for name in ("own_log", "own_outcome"):
        text = client.get(at(name, decided, org=other)).text
        assert [m for m in MARKERS if m in text.replace("Marker Supplier 3", "")] == [], name


def test_an_organisation_reads_its_own_comments_first_and_the_reply_to_the_confidential_one(client, decided):
    publish_log(decided.item, acting=decided.office, now=decided.now)
    client.force_login(decided.leads[0].person)

    page = client.get(at("own_log", decided, org=decided.asked[0].slug)).text

    assert "Your 2 comments: 1 accepted, 1 rejected" in page
    assert "Marker secret" in page
    assert "Marker private reply" in page
    file = client.get(at("own_log", decided, org=decided.asked[0].slug) + "?format=csv").content.decode()
    assert "Marker secret" not in file  # a file is passed on


def test_who_was_not_asked_reads_only_what_is_public(client, decided):
    publish_log(decided.item, acting=decided.office, now=decided.now)
    stranger = make.organisation()
    client.force_login(make.lead(stranger).person)

    assert client.get(at("own_log", decided, org=stranger.slug)).status_code == 404
    type(decided.item).objects.filter(pk=decided.item.pk).update(is_public=False)
    assert client.get(reverse("closing:log", args=[decided.item.reference])).status_code == 404
    assert client.get(reverse("closing:outcome", args=[decided.item.reference])).status_code == 404


def test_the_outcome_has_its_rows_and_numbers_once_it_is_published(client, decided):
    publish_log(decided.item, acting=decided.office, now=decided.now)
    rows = [{"said": "Say who signs", "did": "Said in 2.10", "numbers": [1, 3]}]
    put_outcome_page(
        decided.item, themes=rows, decision_body="QAG", seen_version=0, acting=decided.office, now=decided.now
    )
    url = reverse("closing:outcome", args=[decided.item.reference])
    before = client.get(url).text
    publish_outcome(decided.item, outcome="Approved", by=decided.office.person, now=decided.now)
    after = client.get(url).text

    assert "not published yet" in before
    assert "Said in 2.10" not in before
    for words in ("Said in 2.10", "2 comments: 1, 3", "Not given; 4 asked", "QAG"):
        assert words in after


@pytest.mark.parametrize(
    ("responses", "asked", "words"),
    [
        (41, 61, "41 of 61"),
        (3, 6, "3 of 6"),
        (2, 61, "Fewer than 3 of 61"),
        (0, 61, "Fewer than 3 of 61"),
        (59, 61, "All but fewer than 3 of 61"),
        (61, 61, "All but fewer than 3 of 61"),
        (0, 0, "0 of 0"),
        (5, 5, "Not given; 5 asked"),
    ],
)
def test_numbers_do_not_say_of_each_whether_they_responded(responses, asked, words):
    assert Numbers(asked, responses, 0, []).response_words == words
    assert Numbers(asked, responses, 0, [], is_open=True).response_words == f"{responses} of {asked}"


def test_staff_put_the_outcome_page_together_row_by_row(desk, decided):
    words = {"decision_body": "QAG", "seen_version": 0, "themes-0-said": "A", "themes-0-did": "B"}
    more = desk.post(at("outcome_page", decided), words | {"do": "add-themes"}).text
    assert "Row 2" in more

    wrong = desk.post(at("outcome_page", decided), words | {"do": "save", "themes-0-numbers": "x"}).text
    assert "Give the numbers of comments" in wrong
    desk.post(at("outcome_page", decided), words | {"do": "save", "themes-0-numbers": "1, 3"})
    assert list(decided.item.outcome_detail.themes.values_list("said", "numbers")) == [("A", [1, 3])]
    late = desk.post(at("outcome_page", decided), words | {"do": "save"}).text
    assert "saved this page while you had it open" in late
