from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from checklist import receipt_sheets, receipts
from checklist.models import ReceiptSheet, Response
from checklist.responding import CommentRow, OnBehalf, respond
from checklist.steps import extend
from mhhs_portal.documents.models import keep
from mhhs_portal.notifications.mail import render
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.models import Membership
from mhhs_portal.pdf import render_pdf
from tests import make

pytestmark = pytest.mark.django_db
ROW = CommentRow(document="Plan", clause="4.3", comment="It is <b>not</b> clear.\r\nSecond line.", severity="high")
SECRET = CommentRow(comment="Only for you.", is_confidential=True)


@pytest.fixture
def lead():
    return make.lead(make.organisation(name="Oldcastle Energy"))


def sent(acting: Membership, *, files=(), item=None, **fields) -> Response:
    item = item or make.item(for_=acting.organisation, title="Approach and Plan")
    facts = {"answer": "comments", "comments": [ROW, SECRET], "now": timezone.now(), "seen_revision": item.revision}
    return respond(item, acting=acting, files=files, **facts | fields)


def a_file():
    return keep(b"%PDF-1.7 evidence", name="evidence.pdf", content_type="application/pdf")


def page_of(acting: Membership, address: str):
    client = Client()
    client.force_login(acting.person)
    return client.get(address)


def pdf_words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_digest_is_of_everything_that_was_sent(lead):
    item, file = make.item(for_=lead.organisation), a_file()
    given = [item, 1, lead.organisation, 1, "comments", "", [ROW], [("evidence.pdf", file)]]
    was = receipts.digest(*given)
    other = keep(b"%PDF-1.7 other", name="evidence.pdf", content_type="application/pdf")
    changes = {
        1: 2,
        2: make.organisation(),
        3: 2,
        4: "no-comments",
        5: "Because",
        6: [ROW, SECRET],
        7: [("evidence.pdf", other)],
    }
    seen = {was, *(receipts.digest(*given[:n], new, *given[n + 1 :]) for n, new in changes.items())}
    assert len(seen) == len(changes) + 1
    assert receipts.digest(*given) == was


def test_what_is_kept_gives_the_same_digest_again(lead):
    response = sent(lead, files=[("evidence.pdf", a_file())])

    assert len(response.digest) == 64
    assert receipts.is_as_kept(receipts.read(response.item, lead.organisation, "1"))


def test_the_sender_and_the_leads_get_a_receipt_in_text_and_html(lead):
    contributor = make.contributor(lead.organisation)
    make.viewer(lead.organisation), make.lead(make.organisation())
    response = sent(contributor, files=[("evidence.pdf", a_file())])

    assert set(Message.objects.values_list("to", flat=True)) == {lead.person_id, contributor.person_id}
    mail = render(Message.objects.filter(to=lead.person).get())
    assert mail.subject == f"Received: Approach and Plan ({response.receipt})"
    for part in (mail.text, mail.html):
        for words in (response.receipt, "UK time", contributor.person.name, "Comments", "evidence.pdf"):
            assert words in part, words
        assert response.digest[:16] in part
        assert response.files.get().file.sha256[:16] in part
    assert "Oldcastle Energy" in mail.text
    assert max(map(len, mail.text.splitlines())) <= 120


def test_late_and_on_behalf_are_marked(lead):
    office, due = make.office(), timezone.now() - timedelta(hours=1)
    item = make.item(for_=lead.organisation, due_at=due)
    behalf = OnBehalf(lead.organisation, "Sent by e-mail on 3 May")
    response = sent(office, item=item, on_behalf=behalf, files=[("mail.pdf", a_file())])

    assert set(Message.objects.values_list("to", flat=True)) == {lead.person_id}
    mail = render(Message.objects.get())
    assert "late" in mail.subject
    assert "for the Programme" in mail.text
    assert "Sent by e-mail on 3 May" in mail.text
    page = page_of(lead, receipts.address(response)).content.decode()
    assert "Marked as late" in page
    assert "on behalf of Oldcastle Energy" in page
    assert "Sent by e-mail on 3 May" in page


def test_the_page_compares_what_is_kept_with_what_was_given_out(lead):
    response = sent(lead)
    office = make.office()
    theirs = f"/o/programme/checklist/{response.item.reference}/responses/{lead.organisation.slug}/receipt-1/"
    for acting, address in ((lead, receipts.address(response)), (office, theirs)):
        page = page_of(acting, address).content.decode()
        assert page.count(response.digest) == 2
        assert "Yes, to the letter" in page

    with transaction.atomic():  # a row more than was sent, past every trigger
        response.comments.create(number=9, comment="Put in afterwards")
    assert "gives another SHA-256" in page_of(lead, receipts.address(response)).content.decode()


def test_staff_reach_a_response_its_versions_and_its_files_from_the_items_page(lead):
    first = sent(lead, files=[("evidence.pdf", a_file())])
    respond(first.item, answer="no-comments", acting=lead, seen_revision=1, seen_number=1, now=timezone.now())
    office = make.office()
    item_page = page_of(office, f"/o/programme/checklist/{first.item.reference}/").content.decode()
    theirs = f"/o/programme/checklist/{first.item.reference}/responses/{lead.organisation.slug}/receipt-1"
    assert f'href="{theirs}-v2/"' in item_page

    assert f'href="{theirs}/"' in page_of(office, f"{theirs}-v2/").content.decode()
    page = page_of(office, f"{theirs}/").content.decode()
    file = f"/o/programme/checklist/{first.item.reference}/response-files/{first.files.get().pk}/"
    assert (f'href="{file}"' in page, "Not scanned" in page) == (True, True)
    assert page_of(office, file).status_code == 403  # held back until it is scanned, and the page says so
    own = receipts.address(first)
    assert f'href="{own.replace("receipt-1", "response-files")}{first.files.get().pk}/"' in (
        page_of(lead, own).content.decode()
    )


def test_nobody_else_sees_a_receipt(lead):
    response = sent(lead)
    foreign = make.lead(make.organisation())
    for tail in ("/", ".pdf"):
        own = receipts.address(response).rstrip("/") + tail
        assert page_of(foreign, own).status_code == 404
        assert page_of(foreign, own.replace(lead.organisation.slug, foreign.organisation.slug)).status_code == 404
        assert page_of(lead, own.replace("receipt-1", "receipt-2")).status_code == 404
        office = f"/o/programme/checklist/{response.item.reference}/responses/{lead.organisation.slug}/receipt-1{tail}"
        assert page_of(lead, office).status_code in (403, 404)


def test_a_receipt_is_drawn_by_a_worker_and_says_the_same_a_month_later(lead):
    us, response = lead.organisation, sent(lead, files=[("evidence.pdf", a_file())])
    address = receipts.address(response).rstrip("/") + ".pdf"
    waits = page_of(lead, address)
    assert (waits.status_code, waits["Retry-After"], "being made" in waits.content.decode()) == (202, "5", True)

    assert receipt_sheets.draw_asked(timezone.now()) == 1
    assert receipt_sheets.draw_asked(timezone.now()) == 0
    first = page_of(lead, address)
    root = PdfReader(io.BytesIO(first.content)).trailer["/Root"]
    assert first["Content-Type"] == "application/pdf"
    assert "/StructTreeRoot" in root
    assert re.search(rb'pdfuaid:part(>|=")1', root["/Metadata"].get_object().get_data())
    words = pdf_words(first.content)
    for said in (response.receipt, "UK time", lead.person.name, "Second line.", "Confidential", "evidence.pdf"):
        assert said in words, said
    assert response.digest in words.replace(" ", "").replace("\n", "")

    # more time was given and another response sent since; a sheet drawn then from the rows says the same
    day = timezone.localdate() + timedelta(days=60)
    extend(response.item, due_on=day, reason="Holidays", by=make.office().person, now=timezone.now())
    respond(response.item, answer="no-comments", acting=lead, seen_revision=1, now=timezone.now())
    again = render_pdf(receipt_sheets.TEMPLATE, receipt_sheets.content(receipts.read(response.item, us, "1")))
    assert pdf_words(again) == words


def test_a_drawn_receipt_stays(lead):
    sent(lead)
    receipt_sheets.draw_asked(timezone.now())
    for change in (lambda rows: rows.update(file=None, made_at=None), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="kept as it was drawn"), transaction.atomic():
            change(ReceiptSheet.objects.all())


def test_no_receipt_without_a_response(lead):
    with pytest.raises(ValidationError):
        sent(lead, comments=[])

    assert not Message.objects.exists()
    assert not ReceiptSheet.objects.exists()
