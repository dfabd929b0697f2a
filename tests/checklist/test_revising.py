from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from checklist.carrying_over import carry_over
from checklist.models import Attachment, ChecklistItem, DraftComment, ItemLink, ItemRevision, Response, ResponseDraft
from checklist.responding import CommentRow, respond
from checklist.revising import NewFile
from checklist.wording import compared, differences, wording_at
from mhhs_portal.documents.models import keep
from mhhs_portal.notifications.models import Message
from tests import make

pytestmark = pytest.mark.django_db
ROW = CommentRow(document="Plan", clause="4.3", comment="It is not clear.")


@pytest.fixture
def lead():
    return make.lead(make.organisation(slug="oldcastle", name="Oldcastle Energy"))


@pytest.fixture
def item(lead):
    return make.item(for_=[lead.organisation, make.organisation(slug="brightwell")], document_version="1.0")


def answer(item, lead, **fields) -> Response:
    facts = {"answer": "comments", "comments": [ROW], "seen_revision": item.revision, "now": timezone.now()}
    return respond(item, acting=lead, **facts | fields)


def page_of(acting, address, **posted):
    client = Client()
    if acting:
        client.force_login(acting.person)
    return client.post(address, posted, follow=True) if posted else client.get(address)


def test_a_revision_asks_everybody_again_and_keeps_both_wordings(item, lead):
    make.lead(item.addressees.get(organisation__slug="brightwell").organisation)
    answer(item, lead)
    Message.objects.all().delete()
    make.revised(item, facts={"summary": "Say it all.", "document_version": "1.1"}, what_changed="Section 4 is new.")

    assert (item.revision, item.summary, item.document_version) == (2, "Say it all.", "1.1")
    kept = {row.number: row.wording["document_version"] for row in ItemRevision.objects.all()}
    assert kept == {1: "1.0", 2: "1.1"}
    assert list(ChecklistItem.objects.awaiting(lead.organisation, timezone.now())) == [item]
    told = {row.organisation.slug: row.context["headline"] for row in Message.objects.all()}
    assert told == {
        "oldcastle": f"Please respond again: {item.title}",
        "brightwell": f"Changed: {item.title}",
    }
    assert all(["What changed", "Section 4 is new."] in row.context["facts"] for row in Message.objects.all())
    assert Response.objects.get().revision == 1


def test_a_correction_asks_nobody_and_is_recorded(item, lead):
    answer(item, lead)
    Message.objects.all().delete()
    make.revised(item, facts={"summary": "Typo gone."}, asks_again=False, what_changed="A typo.")
    make.revised(item, facts={"summary": "Both gone."}, asks_again=False, what_changed="Another.")

    assert item.revision == 1
    assert not Message.objects.exists()
    assert [str(row) for row in ItemRevision.objects.all()] == [
        "Revision 1",
        "Revision 1, correction 1",
        "Revision 1, correction 2",
    ]
    assert list(ChecklistItem.objects.awaiting(lead.organisation, timezone.now())) == []


@pytest.mark.parametrize(
    ("fields", "how", "words"),
    [
        ({"state": "withdrawn"}, {}, "withdrawn"),
        ({"state": "draft"}, {}, "draft"),
        ({"state": "closed"}, {}, "closed"),
        ({"due_at": timezone.now() - timedelta(hours=1)}, {}, "Give more time first"),
        ({}, {"facts": {"title": ""}}, "blank"),
        ({}, {"what_changed": " "}, "Say what changed"),
        ({}, {"seen": "1.1"}, "colleague"),
        ({}, {"facts": {}, "asks_again": False}, "Nothing is different"),
    ],
)
def test_what_cannot_be_changed_is_said_and_nothing_is_written(lead, fields, how, words):
    item = make.item(for_=lead.organisation, **fields)
    with pytest.raises(ValidationError) as refusal:
        make.revised(item, **how)
    assert words in " ".join(refusal.value.messages)
    assert not ItemRevision.objects.exists()
    assert not Message.objects.exists()
    assert ChecklistItem.objects.get().revision == 1


def test_a_closed_item_may_still_be_corrected(lead):
    item = make.item(for_=lead.organisation, due_at=timezone.now() - timedelta(hours=1))
    make.revised(item, asks_again=False)
    assert item.summary.endswith("Changed.")


def test_postgresql_refuses_a_change_that_leaves_no_record(item):
    ours, now = make.office().person, timezone.now()
    stored = keep(b"%PDF-1.4 x", name="x.pdf", content_type="application/pdf")
    link = {"position": 0, "title": "Plan", "url": "https://a.example/"}
    changes = [
        lambda: ChecklistItem.objects.update(summary="Something else"),
        lambda: ChecklistItem.objects.update(revision=2),
        lambda: ItemLink.objects.create(item=item, **link),
        lambda: Attachment.objects.create(item=item, title="x.pdf", file=stored, added_at=now, added_by=ours),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="revision"), transaction.atomic():
            change()
    make.revised(item, links=[{"title": "Plan", "url": "https://a.example/", "note": ""}])
    for change in (
        lambda: ItemLink.objects.update(url="https://b.example/"),
        lambda: ItemRevision.objects.update(what_changed="Nothing"),
        lambda: ItemRevision.objects.all().delete(),
        lambda: ChecklistItem.objects.update(revision=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_new_version_of_a_file_comes_first_and_the_old_one_stays(lead):
    item = make.item(for_=lead.organisation, is_public=True)
    old = make.attachment(item, "plan-1.0.pdf", b"%PDF-1.4 old")
    other = make.attachment(item, "annex.pdf", b"%PDF-1.4 annex")
    new = NewFile(b"%PDF-1.4 new", "plan-1.1.pdf", "application/pdf", old)
    make.revised(item, files=[new], asks_again=False)

    newest = Attachment.objects.get(replaces=old)
    assert (newest.version, newest.file.sha256) == (2, new.named["sha256"])
    assert {file.title for file in item.current_files} == {"annex.pdf", "plan-1.1.pdf"}
    with pytest.raises(ValidationError, match="newer version"):
        make.revised(item, files=[NewFile(b"%PDF-1.4 third", "plan-1.2.pdf", "application/pdf", old)])
    with pytest.raises(DatabaseError, match="files"), transaction.atomic():
        other.delete()

    base = f"/o/oldcastle/checklist/{item.reference}"
    first = page_of(lead, f"{base}/files/{old.pk}/")
    assert (first.status_code, first.content) == (200, b"%PDF-1.4 old")
    page = page_of(lead, f"{base}/versions/").content.decode()
    table = page.split('<h2 id="files">')[1]
    assert table.index("plan-1.1.pdf") < table.index("plan-1.0.pdf")
    assert old.file.sha256 in page
    assert newest.file.sha256 in page
    assert "plan-1.0.pdf" not in page_of(lead, f"{base}/").content.decode().split("Files</h2>")[1]


def test_the_earlier_responder_sees_what_changed_and_carries_the_response_over(item, lead):
    before = answer(item, lead, files=[("a.pdf", keep(b"%PDF-1.4", name="a.pdf", content_type="application/pdf"))])
    make.revised(item, facts={"summary": f"{item.summary} And <b>why</b>."}, what_changed="We ask why.")
    address = f"/o/oldcastle/checklist/{item.reference}/"
    page = page_of(lead, address).content.decode()
    for words in ("What changed since you responded", "We ask why.", "And &lt;b&gt;why", "put in: ", "receipt-1/"):
        assert words in page, words

    done = page_of(lead, f"{address}carry-over/", do="carry").content.decode()
    assert "Your earlier response is in the draft" in done
    draft = ResponseDraft.objects.get()
    assert (draft.answer, DraftComment.objects.get().comment) == ("comments", ROW.comment)
    assert draft.files.get().file_id == before.files.get().file_id
    carry_over(item, acting=lead, now=timezone.now())
    assert DraftComment.objects.count() == 1  # twice carried over is once
    answer(item, lead)
    assert "already responded" in page_of(lead, f"{address}carry-over/", do="carry").content.decode()
    assert page_of(lead, f"{address}receipt-1/").status_code == 200  # the earlier one stays readable


def test_a_nil_return_is_carried_over_with_its_reason(item, lead):
    answer(item, lead, answer="not-applicable", reason="We have no meters.", comments=[])
    make.revised(item)
    draft = carry_over(item, acting=lead, now=timezone.now())
    assert (draft.answer, draft.reason) == ("not-applicable", "We have no meters.")


def test_the_public_sees_what_changed_since_the_first_version(lead):
    item = make.item(for_=lead.organisation, is_public=True, document_version="1.0", summary="Read the plan.")
    assert "What changed" not in page_of(None, f"/checklist/{item.reference}/").content.decode()
    answer(item, lead)
    make.revised(item, facts={"summary": "Read the new plan.", "document_version": "1.1"}, what_changed="It is new.")
    page = page_of(None, f"/checklist/{item.reference}/").content.decode()
    assert "What changed since version 1.0" in page
    assert "It is new." in page
    versions = page_of(None, f"/checklist/{item.reference}/versions/").content.decode()
    assert "Oldcastle" not in page + versions
    assert "Everybody was asked again" in versions
    for state in ({"state": "draft"}, {"is_public": False}):
        hidden = make.item(for_=lead.organisation, **{"is_public": True} | state)
        assert page_of(None, f"/checklist/{hidden.reference}/versions/").status_code == 404


def test_staff_change_an_item_on_its_page(item, lead):
    office, address = make.office(), f"/o/programme/checklist/{item.reference}/revise/"
    assert page_of(lead, address).status_code in (403, 404)
    typed = {
        **{name: getattr(item, name) for name in ("title", "summary", "body", "document_number")},
        "document_version": "1.1",
        "links-0-title": "Plan",
        "links-0-url": "https://a.example/",
        "seen": "1.0",
        "do": "revise",
    }
    refused = page_of(office, address, **typed).content.decode()
    assert "Say what changed" in refused
    assert "Say whether it needs a new answer" in refused
    typed |= {"what_changed": "Version 1.1", "asks_again": "yes"}
    bad = SimpleUploadedFile("a.exe", b"MZ")
    assert "does not take .exe" in page_of(office, address, **typed, **{"file-1": bad}).content.decode()
    assert not ItemRevision.objects.exists()

    good = SimpleUploadedFile("plan.pdf", b"%PDF-1.4")
    done = page_of(office, address, **typed, **{"file-2": good}).content.decode()
    assert f"Revision 2 of {item.reference} asks everybody again" in done
    item.refresh_from_db()
    assert (item.revision, item.links.get().title, item.attachments.get().title) == (2, "Plan", "plan.pdf")
    assert "Revision raised" in page_of(office, f"/o/programme/checklist/{item.reference}/history/").content.decode()


def test_words_are_compared_and_long_texts_in_time():
    pieces = compared("Due on 5 May.", "Due on 6 May, at noon.")
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind != "same"] == [
        ("del", "5"),
        ("ins", "6"),
        ("ins", ", at noon"),
    ]
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == "Due on 6 May, at noon."
    long = compared("a b " * 5_000 + "\n", "b a " * 5_000 + "\n")
    assert {piece.kind for piece in long} == {"del", "ins"}
    assert differences({"links": []}, {"links": [{"title": "T", "url": "U", "note": ""}]})[0].heading == "Documents"


def test_the_wording_at_any_moment_is_known(item):
    first, now = item.summary, timezone.now()
    make.revised(item, now=now)
    make.revised(item, now=now + timedelta(hours=1), facts={"summary": "Corrected."}, asks_again=False)
    assert wording_at(item, 1, now)["summary"] == first
    assert wording_at(item, 2, now)["summary"] == f"{first} Changed."
    assert wording_at(item, 2, now + timedelta(hours=2))["summary"] == "Corrected."


@pytest.mark.parametrize("state", ["asked again", "drafted again", "sent again", "changing"])
def test_the_page_of_a_revised_item_is_read_in_few_queries(item, lead, client, state, django_assert_max_num_queries):
    make.attachment(item)
    for n in range(3):
        answer(item, lead)
        make.revised(item, facts={"summary": f"Asked {n}."})
    if state in {"sent again", "changing"}:
        answer(item, lead)
    if state in {"drafted again", "changing"}:
        make.response_draft(item, lead.organisation, comments=[{"comment": "Changed"}])
    client.force_login(lead.person)
    address = f"/o/oldcastle/checklist/{item.reference}/"
    client.get(address)

    with django_assert_max_num_queries(10):
        page = client.get(address).content.decode()

    assert ("What changed since you responded" in page) == (state != "changing")
    assert ("Send the changed response" in page) == (state == "changing")
