from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklist.models import Comment, DraftComment, Response, ResponseDraft
from checklist.own import by_period, own_items
from checklist.reading.lists import PER_PAGE
from checklist.typed_rows import ROWS_PER_PAGE
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def address(name, org, item=None) -> str:
    return reverse(f"checklist:{name}", args=[org.slug, item.reference] if item else [org.slug])


def typed(do="send", answer="no-comments", revision=1, version=0, rows=(), **fields):
    data = {"do": do, "answer": answer, "seen_revision": revision, "seen_draft": version, "reason": ""} | fields
    for n, row in enumerate(rows):
        row = {"document": "", "clause": "", "kind": "substantive", "comment": "", "suggested_change": ""} | row
        data |= {f"comments-{n}-{name}": value for name, value in row.items()}
    return data


# --- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, PER_PAGE])
def test_the_list_costs_the_same_for_one_item_and_for_many(lead_client, org, count, django_assert_num_queries):
    items = [make.item(for_=org) for _ in range(count)]

    lead_client.get(address("own_list", org))
    # person, memberships, what there is, roles and paths, counts, one page of items, filters, visit, what changed
    with django_assert_num_queries(9):
        page = lead_client.get(address("own_list", org))
    with django_assert_num_queries(9):
        part = lead_client.get(address("own_list", org), headers=HTMX)

    assert all(item.title in page.text for item in items)
    assert "<html" in page.text
    assert "<html" not in part.text


def test_the_list_shows_only_what_was_asked_of_the_organisation(lead_client, org):
    ours, theirs = make.item(for_=org), make.item(for_=make.organisation())
    draft = make.item(for_=org, state="draft")

    page = lead_client.get(address("own_list", org) + "?show=all").text

    assert (ours.title in page, theirs.title in page, draft.title in page) == (True, False, False)


def test_filters_live_in_the_address(lead_client, org):
    waiting, answered = make.item(for_=org), make.item(for_=org)
    make.response(answered, org)
    make.response(waiting, make.organisation())  # somebody else's answer is not ours

    shown = {}
    for show in ("", "?show=awaiting", "?show=answered", "?show=all", "?show=nonsense"):
        page = lead_client.get(address("own_list", org) + show).text
        shown[show] = (waiting.title in page, answered.title in page)

    assert shown == {
        "": (True, False),
        "?show=awaiting": (True, False),
        "?show=answered": (False, True),
        "?show=all": (True, True),
        "?show=nonsense": (True, False),
    }


def test_items_are_grouped_by_when_they_are_due(org, lead):
    now = timezone.now()
    day = timedelta(days=1)
    upcoming = make.item(for_=org, due_at=now + 90 * day, opens_at=now + 60 * day)
    far = make.item(for_=org, due_at=now + 40 * day)
    overdue = make.item(for_=org, due_at=now - 3 * day)
    closed = make.item(for_=org, due_at=now - 20 * day, accepts_late=False)

    periods = by_period(own_items(lead, now), now)

    assert [(p.name, [own.item for own in p.rows]) for p in periods] == [
        ("Overdue", [overdue]),
        (f"{far.due_on:%B %Y}", [far]),
        ("Opening later", [upcoming]),
        ("Closed", [closed]),
    ]


def test_an_empty_list_says_what_comes_next(lead_client, org):
    now = timezone.now()
    make.item(for_=org, title="Exit report", opens_at=now + timedelta(days=5))

    page = lead_client.get(address("own_list", org)).text

    assert "Nothing needs your action" in page
    assert "Exit report" in page


# --- one item ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 120])
def test_the_item_page_costs_the_same_for_one_comment_and_for_many(lead_client, org, count, django_assert_num_queries):
    drafted, sent, changing = make.item(for_=org), make.item(for_=org), make.item(for_=org)
    rows = [{"comment": f"Comment {n}"} for n in range(count)]
    make.response_draft(drafted, org, comments=rows)
    make.response_draft(changing, org, comments=rows)
    for item in (sent, changing):
        response = make.response(item, org, answer="comments")
        Comment.objects.bulk_create(Comment(response=response, number=n, comment=f"Sent {n}") for n in range(count))

    # person, memberships, item, files, extensions, draft, its rows, and that it was opened
    with django_assert_num_queries(8):
        page = lead_client.get(address("own_item", org, drafted))
    with django_assert_num_queries(9):  # and the versions that were sent
        change = lead_client.get(address("own_item", org, changing))
    with django_assert_num_queries(8):  # the comments that were sent instead of the draft and its rows
        receipt = lead_client.get(address("own_item", org, sent))

    shown = min(count, ROWS_PER_PAGE) - 1
    assert all(f"Comment {shown}" in one.text for one in (page, change))
    assert f"Sent {shown}" in receipt.text


def test_what_was_not_addressed_to_us_does_not_exist(lead_client, org):
    theirs = make.item(for_=make.organisation(), title="Not for everybody", is_public=True)
    draft = make.item(for_=org, state="draft", title="Not for everybody")

    for item in (theirs, draft):
        for response in (
            lead_client.get(address("own_item", org, item)),
            lead_client.post(address("respond", org, item), typed()),
        ):
            assert response.status_code == 404
            assert "Not for everybody" not in response.text
    assert not Response.objects.exists()


def test_another_organisations_address_is_not_found_and_a_stranger_signs_in(client, lead_client, org):
    other = make.organisation()
    item = make.item(for_=[org, other])

    assert lead_client.get(address("own_item", other, item)).status_code == 404
    lead_client.logout()
    assert lead_client.get(address("own_item", org, item)).status_code == 302


def test_another_organisations_answer_and_draft_never_show(lead_client, org):
    other = make.organisation(name="Rival Energy")
    item = make.item(for_=[org, other])
    make.response(item, other, answer="not-applicable", reason="MARKER-A")
    make.response_draft(make.item(for_=[org, other]), other, reason="MARKER-B")

    for url in (address("own_list", org) + "?show=all", address("own_item", org, item)):
        page = lead_client.get(url).text
        assert not [
            word
            for word in ("MARKER-A", "MARKER-B", "Rival Energy", "Response sent")
            if word in page.replace(">Response sent</option>", "")
        ]


def test_a_viewer_reads_and_may_not_send(client, org):
    item = make.item(for_=org)
    client.force_login(make.viewer(org).person)

    page = client.get(address("own_item", org, item))
    sent = client.post(address("respond", org, item), typed())

    assert (page.status_code, "Send response" in page.text) == (200, False)
    assert "No comments<span" not in client.get(address("own_list", org)).text
    assert sent.status_code == 403
    assert "You are viewer here" in sent.text
    assert not Response.objects.exists()


def test_sending_without_javascript_leads_back_to_the_receipt(lead_client, org, lead):
    item = make.item(for_=org)

    sent = lead_client.post(address("respond", org, item), typed(), follow=True)

    assert sent.redirect_chain == [(address("own_item", org, item), 302)]
    assert f"{item.reference}-{org.slug}-1" in sent.text
    assert f"Sent by {lead.person.name}" in sent.text
    assert "Send response" not in sent.text


def test_sending_with_htmx_swaps_the_item_and_is_done_everywhere_in_the_same_request(lead_client, org):
    item = make.item(for_=org)

    part = lead_client.post(address("respond", org, item), typed(), headers=HTMX).text

    assert "<html" not in part
    assert "Response sent" in part
    assert "Due soon" not in part
    assert item.title not in lead_client.get(address("own_list", org)).text
    assert item.title in lead_client.get(address("own_list", org) + "?show=answered").text


def test_a_row_of_the_list_is_swapped_for_the_same_row_done(lead_client, org):
    item = make.item(for_=org)
    data = typed() | {"from": "list"}

    row = lead_client.post(address("respond", org, item), data, headers=HTMX).text.strip()

    assert row.startswith(f'<tr id="row-{item.reference}"')
    assert "No comments sent" in row
    assert "<form" not in row
    assert '<span id="count-awaiting" hx-swap-oob="true">0</span>' in row
    assert '<span id="count-answered" hx-swap-oob="true">1</span>' in row
    assert Response.objects.get().answer == "no-comments"


def test_the_list_without_javascript_says_that_it_was_sent_or_why_not(lead_client, org):
    item = make.item(for_=org)
    data = typed() | {"from": "list"}

    first = lead_client.post(address("respond", org, item), data, follow=True).text
    second = lead_client.post(address("respond", org, item), data, follow=True).text

    assert f"Response sent: {item.title}" in first
    assert "has sent a response for your organisation" in second


@BOTH
def test_rows_are_added_and_removed_and_what_was_typed_is_kept(lead_client, org, headers):
    item = make.item(for_=org)
    rows = [{"comment": "First remark", "clause": "4.3"}, {"comment": "Second remark", "kind": "question"}]

    more = lead_client.post(address("respond", org, item), typed("add", "comments", rows=rows), headers=headers)
    kept = list(DraftComment.objects.values_list("key", "comment", "clause"))
    seen = [row | {"seen": 1} for row in rows]
    less = lead_client.post(
        address("respond", org, item), typed("remove_0", "comments", version=1, rows=seen), headers=headers
    )

    assert kept == [("0", "First remark", "4.3"), ("1", "Second remark", "")]
    assert ("First remark" in more.text, more.text.count("Comment</label>")) == (True, 3)
    assert (more.text.count(" autofocus"), less.text.count(" autofocus")) == (1, 1)  # the new row, the log without it
    assert ("First remark" in less.text, "Second remark" in less.text) == (False, True)
    assert 'value="question" selected' in less.text
    assert "There is a problem" not in more.text + less.text
    assert DraftComment.objects.get().comment == "Second remark"


@BOTH
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (typed(answer=""), "Choose how you respond"),
        (typed(answer="not-applicable"), "Say why this item does not apply to you"),
        (typed(answer="comments"), "Add at least one comment"),
        (typed(answer="comments", rows=[{"clause": "KEEP ME"}]), "Write the comment, or remove this row"),
        (typed(revision=7), "The wording has changed"),
        (typed(answer="comments", revision=7, rows=[{"comment": "KEEP ME"}]), "The wording has changed"),
    ],
)
def test_every_error_is_in_the_summary_and_what_was_typed_is_kept(lead_client, org, headers, data, words):
    item = make.item(for_=org)

    page = lead_client.post(address("respond", org, item), data, headers=headers)

    assert page.status_code == 200
    assert page.text.index("There is a problem") < page.text.index(words)
    assert 'role="alert" tabindex="-1" autofocus' in page.text  # where a reader without JavaScript begins
    if "field" in words or "row" in words or "Say why" in words or "Choose" in words:
        assert page.text.count(words) >= 2  # in the summary and beside the field
    if "KEEP ME" in str(data):
        assert "KEEP ME" in page.text
    assert 'name="seen_revision" value="1"' in page.text
    assert not Response.objects.exists()


def test_a_draft_is_saved_incomplete_and_comes_back(lead_client, org, lead):
    item = make.item(for_=org)
    rows = [{"clause": "Table 3"}]

    lead_client.post(address("respond", org, item), typed("save", "comments", rows=rows))
    page = lead_client.get(address("own_item", org, item)).text

    assert (ResponseDraft.objects.get().saved_by, "Table 3" in page, "Draft saved" in page) == (lead.person, True, True)


def test_overdue_is_answered_late_or_refused_in_words(lead_client, org):
    late = make.item(for_=org, due_at=timezone.now() - timedelta(days=3))
    closed = make.item(for_=org, due_at=timezone.now() - timedelta(days=3), accepts_late=False)

    accepted = lead_client.post(address("respond", org, late), typed(), follow=True).text
    refused = lead_client.post(address("respond", org, closed), typed()).text

    assert "Marked as late" in accepted
    assert "late responses are not accepted" in refused
    assert list(Response.objects.values_list("item", "is_late")) == [(late.pk, True)]


# --- what no page sends, and some people do ---------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "x"], ids=lambda version: version[:4])
def test_a_draft_version_that_no_page_sends_counts_as_none(lead_client, org, version):
    item = make.item(for_=org)

    answer = lead_client.post(address("respond", org, item), typed(do="save", version=version, reason="Kept"))

    assert answer.status_code == 302
    assert ResponseDraft.objects.get().reason == "Kept"


def test_null_characters_are_left_out_of_what_is_kept(lead_client, org):
    item = make.item(for_=org)
    rows = [{"comment": "Clause\x00 4 is unclear"}]

    lead_client.post(address("respond", org, item), typed(do="save", rows=rows, reason="a\x00b"))
    lead_client.post(address("respond", org, item), typed(answer="comments", rows=rows, version=1, seen_answer=1))

    assert Response.objects.get().comments.get().comment == "Clause 4 is unclear"


def test_every_comment_of_a_long_log_is_taken_and_drawn_page_by_page(lead_client, org):
    item = make.item(for_=org)
    make.response_draft(item, org, comments=[{"comment": f"Comment {n}."} for n in range(1000)])

    page = lead_client.get(address("own_item", org, item) + "?page=50").text
    lead_client.post(address("respond", org, item), typed(answer="comments", version=1, seen_answer=1))

    assert ("Comment 999." in page, "Comment 979." in page, "Page 50 of 50" in page) == (True, False, True)
    assert Response.objects.get().comments.count() == 1000


def test_the_first_answer_of_a_draft_is_kept_by_itself(org, lead_client):
    item = make.item(for_=org)
    typed = {"do": "part_answer", "answer": "no-comments", "seen_revision": item.revision, "seen_answer": 0}

    answer = lead_client.post(
        f"/o/{org.slug}/checklist/{item.reference}/respond/", typed, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 200
    assert ResponseDraft.objects.get().answer == "no-comments"
