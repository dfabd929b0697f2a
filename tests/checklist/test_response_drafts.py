"""Colleagues draft together: rows, clashes, files, sign-off, changing what was sent, and what others may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from checklist.models import Answer, DraftComment, DraftFile, Response, ResponseDraft
from checklist.responding import CommentRow, OnBehalf, respond
from checklist.response_drafting import TypedAnswer, TypedRow, add_rows, remove_row, save_typed, start_change
from checklist.sending import send_draft
from checklist.sign_off import hand_back, hand_over, set_rule
from checklist.todo import open_tasks
from mhhs_portal.documents.models import keep
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.notifications.models import Message
from tests import make
from tests.checklist.test_own_pages import HTMX, address, typed

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 sample"


@pytest.fixture
def item(org):
    return make.item(for_=org)


@pytest.fixture
def priya(org):
    return make.contributor(org)


def row(comment, key="1", seen=0, **fields):
    return TypedRow(key, CommentRow(comment=comment, **fields), seen)


def save(item, acting, *rows, **fields):
    return save_typed(item, acting=acting, rows=rows, now=timezone.now(), **fields)


def kept():
    return dict(DraftComment.objects.values_list("key", "comment"))


# --- rows -------------------------------------------------------------------------------------------------------------


def test_two_colleagues_in_two_rows_never_disturb_each_other(item, lead, priya):
    first = save(item, lead, row("Mine", "a"))
    second = save(item, priya, row("Hers", "b"))
    third = save(item, lead, row("Mine, longer", "a", seen=1), seen_draft=first.draft.version)

    assert kept() == {"a": "Mine, longer", "b": "Hers"}
    assert (second.clashes, third.clashes, third.is_news) == ({}, {}, True)
    assert set(DraftComment.objects.values_list("key", "saved_by", "version")) == {
        ("a", lead.person.pk, 2),
        ("b", priya.person.pk, 1),
    }


def test_two_colleagues_in_one_row_both_keep_their_text(item, lead, priya):
    save(item, lead, row("As it was"))
    save(item, priya, row("Hers", seen=1))

    clash = save(item, lead, row("Mine", seen=1), row("Another", "2"))

    assert clash.clashes["1"].comment == "Hers"
    assert kept() == {"1": "Hers", "2": "Another"}
    assert save(item, lead, row("Mine", seen=2)).is_complete  # "keep mine" goes over what was shown
    assert kept()["1"] == "Mine"


def test_a_row_that_was_not_touched_leaves_a_colleagues_change_alone(item, lead, priya):
    save(item, lead, row("As it was"))
    save(item, priya, row("Hers", seen=1))

    saved = save(item, lead, row("As it was", seen=1))

    assert (saved.is_complete, saved.is_news, kept()) == (True, True, {"1": "Hers"})


def test_a_row_that_a_colleague_removed_is_a_clash_and_not_lost(item, lead, priya):
    save(item, lead, row("As it was"))
    remove_row(item, "1", seen=1, acting=priya, now=timezone.now())

    saved = save(item, lead, row("Mine", seen=1))

    assert (saved.clashes, kept()) == ({"1": None}, {})


def test_a_row_that_a_colleague_changed_is_not_removed_unseen(item, lead, priya):
    save(item, lead, row("As it was"))
    save(item, priya, row("Hers", seen=1))

    with pytest.raises(ValidationError, match=f"{priya.person.name} changed this comment"):
        remove_row(item, "1", seen=1, acting=lead, now=timezone.now())

    assert kept() == {"1": "Hers"}


def test_the_answer_clashes_like_a_row(item, lead, priya):
    save(item, lead, answer=TypedAnswer("comments", "", 0))
    save(item, priya, answer=TypedAnswer("not-applicable", "No meters", 1))

    mine = save(item, lead, answer=TypedAnswer("no-comments", "", 1))
    untouched = save(item, lead, answer=TypedAnswer("comments", "", 1))

    assert (mine.answer_clashes, untouched.answer_clashes) == (True, False)
    assert ResponseDraft.objects.get().reason == "No meters"


def test_many_rows_are_added_at_once_and_too_many_are_refused(item, lead):
    draft = add_rows(item, [CommentRow(comment=f"{n}") for n in range(1000)], acting=lead, now=timezone.now())

    with pytest.raises(ValidationError, match="2,000 comments fit"):
        add_rows(item, [CommentRow(comment="x")] * 1001, acting=lead, now=timezone.now())

    assert (draft.comments.count(), draft.answer) == (1000, "comments")


def test_nothing_is_drafted_over_what_a_colleague_sent_meanwhile(item, lead, priya):
    respond(item, answer="no-comments", acting=priya, seen_revision=1, now=timezone.now())

    with pytest.raises(ValidationError, match="has sent a response"):
        save(item, lead, row("Mine"), seen_number=0)

    assert not ResponseDraft.objects.exists()


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_row_saves_itself_and_says_when_and_a_clash_shows_both_texts(lead_client, org, item, priya):
    data = typed("part_a", "comments", seen_number=0) | {"comments-a-comment": "Mine", "comments-a-seen": "0"}
    part = lead_client.post(address("respond", org, item), data, headers=HTMX).text
    save(item, priya, row("Hers", "a", seen=1))
    clash = lead_client.post(
        address("respond", org, item), data | {"comments-a-comment": "Mine again", "comments-a-seen": "1"}, headers=HTMX
    ).text
    plain = lead_client.post(
        address("respond", org, item), data | {"do": "save", "comments-a-comment": "Again", "comments-a-seen": "1"}
    ).text
    data |= {"comments-a-comment": "Mine again", "comments-a-seen": "1"}
    lead_client.post(address("respond", org, item), data | {"do": "mine_a_2"})

    assert ('name="comments-a-seen" value="1"' in part, "Saved at" in part, "<html" in part) == (True, True, False)
    assert all(words in clash for words in ("Mine again", "Hers", "Keep mine", "Keep theirs"))
    assert all(words in plain for words in ("Again", "Hers", "mine_a_2", "<html"))
    assert kept() == {"a": "Mine again"}


def test_keep_theirs_leaves_the_colleagues_text(lead_client, org, item, lead, priya):
    save(item, lead, row("As it was", "a"))
    save(item, priya, row("Hers", "a", seen=1))
    data = typed("theirs_a", "", seen_number=0) | {"comments-a-comment": "Mine", "comments-a-seen": "1"}

    page = lead_client.post(address("respond", org, item), data).text

    assert ("Hers" in page, "Mine" in page, kept()) == (True, False, {"a": "Hers"})


def test_what_a_colleague_changed_is_not_sent_unseen(lead_client, org, item, lead, priya):
    save(item, lead, row("Mine", "a"), answer=TypedAnswer("comments", "", 0))
    save(item, priya, row("Hers", "b"))
    data = typed("send", "comments", version=1, seen_answer=1) | {"comments-a-comment": "Mine", "comments-a-seen": "1"}

    refused = lead_client.post(address("respond", org, item), data).text
    sent = lead_client.post(address("respond", org, item), data | {"seen_draft": 2}, follow=True).text

    assert (f"{priya.person.name} changed this draft" in refused, "Hers" in refused) == (True, True)
    assert ("Response sent" in sent, Response.objects.get().comments.count()) == (True, 2)


def test_comments_of_the_draft_are_not_dropped_by_another_answer_without_a_word(lead_client, org, item, lead):
    save(item, lead, row("Mine", "a"))
    data = typed("send", "no-comments", version=1)

    refused = lead_client.post(address("respond", org, item), data).text
    assert ("Send without the comments" in refused, Response.objects.exists()) == (True, False)
    lead_client.post(address("respond", org, item), data | {"do": "send-without", "seen_draft": 2, "seen_answer": 1})

    assert Response.objects.get().answer == "no-comments"


def test_what_was_sent_is_changed_version_by_version_and_each_stays_readable(lead_client, org, item, lead):
    now = timezone.now()
    first = respond(
        item, answer="comments", comments=[CommentRow(comment="First")], acting=lead, seen_revision=1, now=now
    )

    page = lead_client.post(address("respond", org, item), {"do": "change"}, follow=True).text
    draft = ResponseDraft.objects.get()
    send_draft(item, acting=lead, now=now, seen_revision=1, seen_draft=draft.version, seen_number=1)
    after = lead_client.get(address("own_item", org, item)).text

    assert ("First" in page, "Send the changed response" in page) == (True, True)
    assert list(Response.objects.order_by("number").values_list("number", "is_current")) == [(1, False), (2, True)]
    for part in ("1", "1-v2"):
        address_of_version = f"{address('own_item', org, item)}receipt-{part}/"
        assert address_of_version in after
        assert "First" in lead_client.get(address_of_version).text
    assert first.comments.get().comment == "First"


def test_after_the_close_nothing_is_changed_and_the_page_says_so(lead_client, org, lead):
    now = timezone.now()
    item = make.item(for_=org, due_at=now - timedelta(hours=1))
    respond(item, answer="no-comments", acting=lead, seen_revision=1, now=now - timedelta(hours=2))

    page = lead_client.get(address("own_item", org, item)).text
    with pytest.raises(ValidationError, match="could be changed until"):
        start_change(item, acting=lead, now=now)

    assert ("Change the response" in page, "can no longer be changed" in page) == (False, True)


# --- files ------------------------------------------------------------------------------------------------------------


def test_several_files_are_attached_and_sent_and_a_bad_one_is_named_while_text_stays(lead_client, org, item):
    files = [
        SimpleUploadedFile("a.pdf", PDF),
        SimpleUploadedFile("b.csv", b"x,y\n"),
        SimpleUploadedFile("bad.exe", b"MZ"),
    ]
    data = typed("attach", "comments", rows=[{"comment": "Typed"}])

    page = lead_client.post(address("respond", org, item), data | {"files": files}).text
    rows = [{"comment": "Typed", "seen": 1}]
    draft = ResponseDraft.objects.get()
    sent = typed("send", "comments", version=draft.version, seen_answer=1, rows=rows)
    lead_client.post(address("respond", org, item), sent)

    assert ("bad.exe: The portal does not take .exe" in page, "Typed" in page, "a.pdf" in page) == (True, True, True)
    response = Response.objects.get()
    assert [one.title for one in response.files.all()] == ["a.pdf", "b.csv"]
    got = lead_client.get(f"{address('own_item', org, item)}response-files/{response.files.first().pk}/")
    assert (got.content, "attachment" in got["Content-Disposition"]) == (PDF, True)


def test_a_draft_file_is_removed_and_is_nobody_elses(client, lead_client, org, item, lead):
    lead_client.post(address("respond", org, item), typed("attach", "") | {"files": SimpleUploadedFile("a.pdf", PDF)})
    file = DraftFile.objects.get()
    ours = f"{address('own_item', org, item)}draft-files/{file.pk}/"
    other = make.organisation()
    item.addressees.model.objects.create(item=item, organisation=other, reason="Asked")
    stranger = make.lead(other)

    assert lead_client.get(ours).status_code == 200
    client.force_login(stranger.person)
    assert client.get(ours.replace(org.slug, other.slug)).status_code == 404
    client.force_login(lead.person)
    client.post(address("respond", org, item), typed(f"detach_{file.pk}", "", version=1))
    assert not DraftFile.objects.exists()


# --- sign-off ---------------------------------------------------------------------------------------------------------


def test_with_sign_off_a_contributor_hands_over_and_a_lead_sends_in_one_step(client, org, item, lead, priya):
    now = timezone.now()
    set_rule(True, acting=lead, now=now)
    client.force_login(priya.person)
    page = client.get(address("own_item", org, item)).text
    client.post(address("respond", org, item), typed("hand", "comments", rows=[{"comment": "Hers"}]))
    waiting = open_tasks(lead, now)
    client.force_login(lead.person)
    mine = client.get(address("own_item", org, item)).text
    draft = ResponseDraft.objects.get()
    sent = typed("send", "comments", version=draft.version, seen_answer=1, rows=[{"comment": "Hers", "seen": 1}])
    client.post(address("respond", org, item), sent)

    assert ("Send response" in page, "Hand to a lead contact for sign-off" in page) == (False, True)
    assert [task.status for task in waiting] == ["waits-for-sign-off"]
    asked = Message.objects.get(template="notice")
    assert (asked.to, "Waits for your sign-off" in asked.context["headline"]) == (lead.person, True)
    assert "Sign off and send" in mine
    response = Response.objects.get()
    assert (response.given_by, response.signed_off_by) == (lead.person, lead.person)
    assert verbs_on(draft)[:1] == ["checklist.draft_saved"]


def test_a_lead_hands_back_with_words_and_the_contributor_is_told(item, org, lead, priya):
    now = timezone.now()
    save(item, priya, row("Hers"), answer=TypedAnswer("comments", "", 0))
    hand_over(item, acting=priya, now=now)

    with pytest.raises(ValidationError, match="Say what"):
        hand_back(item, " ", acting=lead, now=now)
    draft = hand_back(item, "Name the clause", acting=lead, now=now)

    assert (draft.handed_by, draft.returned_words) == (None, "Name the clause")
    told = Message.objects.get(to=priya.person)
    assert "Name the clause" in told.context["lead"]


def test_without_its_sign_off_nothing_is_sent_by_any_way(item, org, lead, priya):
    now = timezone.now()
    set_rule(True, acting=lead, now=now)

    with pytest.raises(ValidationError, match="wants a lead contact to sign off"):
        respond(item, answer="no-comments", acting=priya, seen_revision=1, now=now)
    with pytest.raises(ValidationError, match="Only a lead contact"):
        respond(item, answer="no-comments", acting=priya, seen_revision=1, now=now, signed_off_by=priya.person)
    with pytest.raises(IntegrityError, match="without the sign-off"), transaction.atomic():
        make.response(item, org)
    with pytest.raises(IntegrityError, match="Only a lead contact"), transaction.atomic():
        make.response(item, org, signed_off_by=priya.person)
    with pytest.raises(ValidationError, match="A lead contact decides"):
        set_rule(False, acting=priya, now=now)

    assert respond(item, answer="no-comments", acting=lead, seen_revision=1, now=now).signed_off_by == lead.person


def test_the_rule_is_a_leads_to_set(client, lead_client, org, priya):
    url = f"/o/{org.slug}/checklist/sign-off/"

    page = lead_client.post(url, {"needs_sign_off": "yes"}, follow=True).text
    client.force_login(priya.person)

    assert "A lead contact now signs off each response" in page
    assert client.get(url).status_code == 403


# --- responses that all may see ---------------------------------------------------------------------------------------


def test_others_see_responses_only_where_the_item_shows_them_and_never_what_is_confidential(lead_client, org):
    other = make.organisation(name="Rival Energy")
    closed, shown = make.item(for_=[org, other]), make.item(for_=[org, other], shows_responses=True)
    stored = keep(PDF, name="theirs.pdf", content_type="application/pdf")
    rows = [CommentRow(comment="MARKER-OPEN"), CommentRow(comment="MARKER-SECRET", is_confidential=True)]
    for item in (closed, shown):
        respond(
            item,
            answer=Answer.COMMENTS,
            comments=rows,
            files=[("theirs.pdf", stored)],
            acting=make.lead(other),
            seen_revision=1,
            now=timezone.now(),
        )
        make.response_draft(item, other, comments=[{"comment": "MARKER-DRAFT"}])

    hidden = lead_client.get(address("own_responses", org, closed))
    page = lead_client.get(address("own_responses", org, shown)).text
    item_page = lead_client.get(address("own_item", org, closed)).text
    sent = {one.item_id: one.files.get().pk for one in Response.objects.all()}

    assert hidden.status_code == 404
    assert [word in page for word in ("Rival Energy", "MARKER-OPEN", "MARKER-SECRET", "MARKER-DRAFT")] == [
        True,
        True,
        False,
        False,
    ]
    assert "Rival Energy" not in item_page
    assert lead_client.get(f"{address('own_item', org, closed)}response-files/{sent[closed.pk]}/").status_code == 404
    held = lead_client.get(f"{address('own_item', org, shown)}response-files/{sent[shown.pk]}/")
    assert (held.status_code, "not been scanned" in held.text) == (403, True)


def test_evidence_of_the_programme_is_held_back_until_scanned_and_goes_into_no_draft(lead_client, org, item, lead):
    now = timezone.now()
    sent = respond(
        item,
        answer="no-comments",
        acting=make.office(),
        on_behalf=OnBehalf(org, "By e-mail of 3 May"),
        files=[("mail.pdf", keep(PDF, name="mail.pdf", content_type="application/pdf"))],
        seen_revision=1,
        now=now,
    )

    got = lead_client.get(f"{address('own_item', org, item)}response-files/{sent.files.get().pk}/")
    start_change(item, acting=lead, now=now)

    assert got.status_code == 403
    assert not DraftFile.objects.exists()
