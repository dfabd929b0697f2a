"""Chasing exactly those who have not sent, once; and responses that staff enter for an organisation."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from checklist.chasing.asked import Choice, asked
from checklist.chasing.chase import chase, look
from checklist.chasing.models import Chase, Chased
from checklist.chasing.wording import SUBJECT, TEXT
from checklist.models import Response
from mhhs_portal.notifications.mail import render
from mhhs_portal.notifications.models import Message
from mhhs_portal.reminders.changes import plan_what_changed
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAIL = b"From: Sam <sam@sample.example>\r\nSubject: Our response\r\n\r\nNothing to add.\r\n"


@pytest.fixture
def acting():
    return make.office()


@pytest.fixture
def office(client, acting):
    client.force_login(acting.person)
    return client


def supplier(name, *roles):
    org = make.organisation(name=name)
    for role in roles or ("lead",):
        make.member(org, role)
    return org


def page_of(*items, **choice) -> str:
    query = "&".join([*(f"item={item.reference}" for item in items), *(f"{k}={v}" for k, v in choice.items())])
    return f"/o/programme/checklist/chase/?{query}"


def form_of(page, **changes):
    shown = page.context["page"]
    return {"do": "send", "subject": SUBJECT, "text": TEXT, "seen": shown.seen, "press": shown.press} | changes


@pytest.fixture
def item():
    orgs = [
        supplier("Sent Energy"),
        supplier("Draft Energy"),
        supplier("Silent Energy", "lead", "contributor", "viewer"),
        supplier("Viewer Energy", "viewer"),
    ]
    one = make.item(for_=orgs, title="Thresholds")
    make.response(one, orgs[0])
    make.response_draft(one, orgs[1])
    return one


def test_the_preview_counts_and_names_everybody_and_sends_nothing(office, item):
    page = office.get(page_of(item))

    found = page.context["page"].preview
    assert (found.outstanding, len(found.targets), found.people) == (3, 2, 3)
    assert [(row.name, why) for row, _, why in found.left_out] == [
        ("Viewer Energy", "Nobody there may respond now: no lead contact or contributor is in force.")
    ]
    assert "Sent Energy" not in page.text
    assert "Not yet sent: Thresholds" in page.text
    assert "We have no response from Draft Energy yet: Thresholds" in " ".join(page.text.split())
    assert "Chase 2 organisations" in page.text
    assert not Message.objects.exists()


def test_the_button_writes_to_exactly_those_of_the_preview_once(office, acting, item):
    sent = form_of(office.get(page_of(item)))

    first = office.post(page_of(item), sent, follow=True)
    again = office.post(page_of(item), sent, follow=True)

    made = Chase.objects.get()
    assert first.redirect_chain == again.redirect_chain == [(f"/o/programme/checklist/chases/{made.pk}/", 302)]
    assert (made.by, made.people, made.lines.count()) == (acting.person, 3, 2)
    messages = Message.objects.filter(about=f"checklist/{item.reference}")
    assert sorted(m.organisation.name for m in messages) == ["Draft Energy", "Silent Energy", "Silent Energy"]
    text = render(messages.filter(organisation__name="Draft Energy").get()).text
    assert "working days left" in " ".join(text.split())
    assert "{" not in text
    assert "“Reviewed, no comments” counts as a full response" in " ".join(text.split())
    detail = office.get(f"/o/programme/checklist/{item.reference}/")
    assert ("2 organisations" in detail.text, acting.person.name in detail.text) == (True, True)
    assert detail.context["chases"][0]["number"] == made.pk


def test_a_list_that_has_changed_is_shown_again_and_nothing_is_sent(office, item):
    sent = form_of(office.get(page_of(item)))
    make.response(item, item.addressees.get(organisation__name="Draft Energy").organisation)

    refused = office.post(page_of(item), sent)
    done = office.post(page_of(item), form_of(refused), follow=True)

    assert "The list has changed since you looked" in refused.text
    assert "Chase 1 organisation" in refused.text
    assert Chase.objects.get().lines.get().organisation.name == "Silent Energy"
    assert "Chased 1 organisation: 2 messages" in done.text


def test_within_an_hour_the_same_people_are_written_to_only_when_confirmed(office, item):
    office.post(page_of(item), form_of(office.get(page_of(item))))
    page = office.get(page_of(item))

    refused = office.post(page_of(item), form_of(page))
    confirmed = office.post(page_of(item), form_of(page, again="on"), follow=True)

    assert "Chased less than an hour ago: Draft Energy, Silent Energy" in page.text
    assert "were chased less than an hour ago. Tick this" in refused.text
    assert (Chase.objects.count(), "Chased 2 organisations" in confirmed.text) == (2, True)
    later = look([item], Choice(), timezone.now() + timedelta(minutes=61))
    assert later.recent == []


def test_what_is_chosen_narrows_the_chase(office, item):
    found = {
        choice: [target.first.name for target in office.get(page_of(item) + choice).context["page"].preview.targets]
        for choice in ("&q=silent", "&state=drafting", "&drafts=no", "&state=nil")
    }

    assert list(found.values()) == [["Silent Energy"], ["Draft Energy"], ["Silent Energy"], []]


def test_several_items_are_one_message_for_each_person(office, item):
    silent = item.addressees.get(organisation__name="Silent Energy").organisation
    other = make.item(for_=silent, title="Profiles")
    closed = make.item(for_=silent, title="Shut", accepts_late=False, due_at=timezone.now() - DAY)
    address = page_of(item, other, closed, q="silent")

    page = office.get(address)
    office.post(address, form_of(page))

    assert [why for _, _, why in page.context["page"].preview.left_out] == [
        "The item takes no response from it any more."
    ]
    assert Message.objects.count() == 2
    rendered = render(Message.objects.first())
    assert rendered.subject == "Not yet sent: 2 items"
    assert ("Thresholds" in rendered.text, "Profiles" in rendered.text) == (True, True)
    assert Chased.objects.filter(item__in=[item, other]).count() == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": "Hello {boss}"}, "cannot fill in {boss}"),
        ({"subject": ""}, "Enter the subject"),
        ({"press": "x"}, "valid UUID"),
        ({"seen": "old"}, "list has changed"),
    ],
)
def test_a_mistake_is_told_in_words_and_what_was_typed_stays(office, item, typed, words):
    page = office.post(page_of(item), form_of(office.get(page_of(item)), text="Kept words") | typed)

    assert words in page.text
    assert "Kept words" in page.text or "text" in typed
    assert not Chase.objects.exists()


def test_what_no_page_sends_does_no_harm(office, item):
    assert office.get("/o/programme/checklist/chase/").status_code == 200
    assert office.get("/o/programme/checklist/chase/?item=PCL-999999&item=%00").status_code == 200
    assert office.get("/o/programme/checklist/chase/?" + "&".join(["item=PCL-0001"] * 21)).status_code == 400
    assert office.get("/o/programme/checklist/chases/999999/").status_code == 404
    assert office.post(page_of(item), {"do": "send"}).status_code == 200
    assert not Chase.objects.exists()


@pytest.mark.parametrize("count", [2, 40])
def test_a_chase_costs_the_same_for_few_and_for_many(acting, count, django_assert_max_num_queries):
    item, now = make.item(for_=[supplier(f"{n} Energy") for n in range(count)]), timezone.now()
    seen = look([item], Choice(), now).fingerprint

    plan_what_changed()  # what was made above
    with django_assert_max_num_queries(22):
        made = chase(
            [item], Choice(), subject=SUBJECT, text=TEXT, seen=seen, press=uuid.uuid4(), acting=acting, now=now
        )

    assert made.people == count
    for change in (lambda: Chase.objects.update(subject="Other"), Chased.objects.all().delete):
        with pytest.raises(DatabaseError, match="stays as it was sent"), transaction.atomic():
            change()


# --- for an organisation ----------------------------------------------------------------------------------------------


def enter_at(item, org) -> str:
    return f"/o/programme/checklist/{item.reference}/on-behalf/{org.slug}/"


def typed(**changes):
    mail = SimpleUploadedFile("response.eml", MAIL)
    facts = {"do": "enter", "answer": "no-comments", "why": "E-mail from Sam", "evidence": mail, "seen_revision": "1"}
    return facts | changes


def test_staff_enter_a_response_with_evidence_and_its_leads_are_told(office, client, acting):
    org, other = supplier("Quiet Energy"), supplier("Other Energy")
    item = make.item(for_=[org, other], title="Thresholds")
    comments = {"comments-0-comment": "Too low", "comments-0-kind": "question", "comments-0-severity": "high"}

    page = office.post(enter_at(item, org), typed(answer="comments", **comments), follow=True)

    response = Response.objects.get()
    assert (response.organisation, response.given_by, response.on_behalf_reason) == (
        org,
        acting.person,
        "E-mail from Sam",
    )
    assert (response.comments.get().comment, response.files.get().title) == ("Too low", "response.eml")
    assert response.files.get().file.read() == MAIL
    assert "Entered by the Programme:" in page.text
    told = Message.objects.get()
    assert told.to == org.memberships.get(role="lead").person
    assert "entered" in render(told).text.lower()
    assert "Programme" in render(told).text
    assert asked(timezone.now(), item)[1].on_behalf_reason == "E-mail from Sam"
    client.force_login(other.memberships.get(role="lead").person)
    for address in (f"/o/{other.slug}/checklist/{item.reference}/", f"/o/{other.slug}/checklist/"):
        assert "Quiet" not in client.get(address).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"evidence": ""}, "Choose the e-mail or document"),
        ({"why": " "}, "Say how their response reached you"),
        ({"answer": ""}, "Choose what they said"),
        ({"answer": "not-applicable"}, "Give the reason why it does not apply"),
        ({"answer": "comments"}, "Add at least one comment"),
        ({"evidence": SimpleUploadedFile("a.exe", b"MZ")}, "does not take .exe"),
        ({"evidence": SimpleUploadedFile("a.msg", b"no message")}, "something else inside"),
        ({"evidence": SimpleUploadedFile("a.eml", b"<html>")}, "something else inside"),
        ({"seen_revision": "7"}, "wording has changed"),
    ],
)
def test_nothing_is_entered_without_evidence_reason_and_answer(office, org, change, words):
    make.lead(org)
    item = make.item(for_=org)

    page = office.post(enter_at(item, org), typed(**change))

    assert words in page.text
    assert not Response.objects.exists()


def test_late_is_late_for_staff_too_and_refused_where_it_is_refused(office, org):
    make.lead(org)
    yesterday = timezone.now() - DAY
    late, shut = make.item(for_=org, due_at=yesterday), make.item(for_=org, due_at=yesterday, accepts_late=False)

    assert "the response is marked as late" in office.get(enter_at(late, org)).text
    office.post(enter_at(late, org), typed())
    refused = office.post(enter_at(shut, org), typed()).text

    assert [(r.item, r.is_late) for r in Response.objects.all()] == [(late, True)]
    assert "late responses are not accepted" in refused
    assert office.get(enter_at(late, make.organisation())).status_code == 404


def test_rows_are_added_and_removed_and_what_was_typed_stays(office, org):
    item = make.item(for_=org)
    rows = {"comments-0-comment": "KEEP ME", "why": "KEEP ME TOO"}

    more = office.post(enter_at(item, org), typed(do="add-comments", evidence="", **rows)).text
    less = office.post(enter_at(item, org), typed(do="remove-comments-1", evidence="", **rows)).text

    assert ("comments-1-comment" in more, "KEEP ME<" in more, "KEEP ME TOO" in more) == (True, True, True)
    assert ("KEEP ME<" in less, "There is a problem" in more + less) == (False, False)
