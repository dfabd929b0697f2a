from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from checklist.audiences import Rule
from checklist.content import document_number
from checklist.drafting import duplicate, keep_as_template, save_draft_item, use_template
from checklist.models import Attachment, ChecklistItem, ItemTemplate
from checklist.publishing import christmas_gap
from checklist.todo import open_tasks
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.documents.models import FileScan
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.reminders.sweeping import sweep
from tests import make
from tests.checklist.test_office_pages import fields, seen, supplier

pytestmark = pytest.mark.django_db
NEW = "/o/programme/checklist/publish/"
PDF = b"%PDF-1.4 a file"


@pytest.fixture
def acting():
    return make.office()


@pytest.fixture
def office(client, acting):
    client.force_login(acting.person)
    return client


def edit(item) -> str:
    return f"/o/programme/checklist/{item.reference}/edit/"


def saved(office, **changes):
    make.market_role()
    office.post(NEW, fields("save", **changes))
    return ChecklistItem.objects.latest("pk")


def test_a_draft_may_lack_everything(office):
    done = office.post(NEW, {"do": "save", "title": "", "kind": "survey"}, follow=True)

    item = ChecklistItem.objects.get()
    assert (item.state, item.title, item.due_on, item.edit_number) == ("draft", "", None, 1)
    assert done.redirect_chain == [(edit(item), 302)]
    assert "Untitled draft" in office.get("/o/programme/checklist/drafts/").text


def test_what_was_saved_comes_back_as_it_was_typed(office):
    supplier(name="Left Out Energy")
    make.milestone(code="M10")
    item = saved(
        office,
        rules=[{"market_role": "supplier"}, {"constituency": "agent"}],
        links=[{"title": "Clean copy", "url": "https://sample.example/a.pdf"}],
        document_number="MHHS-DEL2428",
        milestone="M10",
        opens_time="10:30",
        **{"apart-0-organisation": "Left Out Energy", "apart-0-decision": "out", "apart-0-reason": "No customers left"},
    )

    page = office.get(edit(item)).text

    assert (item.document_number, item.milestone.code, item.opens_time) == ("DEL2428", "M10", time(10, 30))
    for typed in ("Clean copy", 'value="supplier" selected', 'value="agent" selected', "No customers left", "DEL2428"):
        assert typed in page, typed


def test_what_cannot_be_read_is_told_and_nothing_is_lost(office):
    page = office.post(NEW, fields("save", due_on_day="31", due_on_month="2", title="KEEP ME")).text

    assert page.count("The closing date must be a real date") == 2
    assert "KEEP ME" in page
    assert not ChecklistItem.objects.exists()


def test_two_colleagues_do_not_overwrite_each_other_unseen(office):
    item = saved(office)
    office.post(edit(item), fields("save", title="First", seen_edit="1"))

    page = office.post(edit(item), fields("save", title="Second", seen_edit="1")).text

    assert "saved this draft while your page was open" in page
    assert "Second" in page
    item.refresh_from_db()
    assert item.title == "First"


def test_a_draft_leaks_nowhere(client, office, acting):
    org = supplier()
    lead, now = make.lead(org), timezone.now()
    item = saved(office, title="HIDDEN", is_public="on")
    client.logout()
    pages = ["/checklist/", "/checklist/?show=open", "/calendars/", "/"]

    assert all("HIDDEN" not in client.get(page).text for page in pages)
    assert client.get(f"/checklist/{item.reference}/").status_code == 404
    client.force_login(lead.person)
    assert client.get(f"/o/{org.slug}/checklist/{item.reference}/").status_code == 404
    assert "HIDDEN" not in client.get(f"/o/{org.slug}/checklist/?show=all").text
    assert client.get(edit(item)).status_code == 404
    assert (list(ChecklistItem.objects.public()), open_tasks(lead, now), sweep(now)) == ([], [], 0)


def test_a_draft_is_published_as_the_same_item(office, acting):
    supplier()
    item = saved(office)
    typed = fields("preview", seen_edit="1")
    office.post(edit(item), typed | {"do": "publish", "seen_audience": seen(office.post(edit(item), typed))})

    item.refresh_from_db()
    assert (item.state, item.addressees.count(), item.rules.count()) == ("published", 1, 1)
    assert verbs_on(item)[0] == "checklist.drafted"
    assert verbs_on(item)[-1] == "checklist.published"
    assert office.get(edit(item)).status_code == 302  # no longer a draft


def test_an_item_scheduled_for_a_time_opens_without_anything_running(office):
    org = supplier()
    opens = add_working_days(timezone.localdate(), 2)
    when = {"opens_on_day": str(opens.day), "opens_on_month": str(opens.month), "opens_on_year": str(opens.year)}
    typed = fields("preview", due_on=add_working_days(opens, 12), opens_time="10:30", **when)
    page = office.post(NEW, typed)
    assert "Schedule for 1 organisation" in page.text

    office.post(NEW, typed | {"do": "publish", "seen_audience": seen(page)})

    item = ChecklistItem.objects.get()
    at = deadline(opens, time(10, 30))
    assert item.opens_at == at
    assert not ChecklistItem.objects.awaiting(org, at - timedelta(seconds=1)).exists()
    assert ChecklistItem.objects.awaiting(org, at).exists()


def test_a_file_is_attached_and_served_as_a_download_to_those_who_may(client, office, acting, settings):
    settings.HOLD_BACK_UNSCANNED = False
    inside, outside = supplier(), make.organisation()
    office.post(NEW, fields("attach", upload=SimpleUploadedFile("Plan v2.pdf", PDF)))
    item, file = ChecklistItem.objects.get(), Attachment.objects.get()
    typed = fields("preview", seen_edit=str(item.edit_number))
    office.post(edit(item), typed | {"do": "publish", "seen_audience": seen(office.post(edit(item), typed))})
    tail = f"checklist/{item.reference}/files/{file.pk}/"

    served = office.get(f"/o/programme/{tail}")
    assert (served.content, served["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert served["Content-Disposition"].startswith("attachment")
    client.force_login(make.lead(inside).person)
    assert client.get(f"/o/{inside.slug}/{tail}").status_code == 200
    assert "Plan v2.pdf" in client.get(f"/o/{inside.slug}/checklist/{item.reference}/").text
    client.force_login(make.lead(outside).person)
    assert client.get(f"/o/{outside.slug}/{tail}").status_code == 404
    assert client.get(f"/{tail}").status_code == 404  # not a public item


def test_before_publishing_staff_are_told_which_files_their_readers_could_not_open(client, office, acting):
    inside = supplier()
    office.post(NEW, fields("attach", upload=SimpleUploadedFile("Plan v2.pdf", PDF)))
    item, file = ChecklistItem.objects.get(), Attachment.objects.get()
    typed = fields("preview", seen_edit=str(item.edit_number))

    page = office.post(edit(item), typed)

    words = " ".join(page.text.split())
    assert "<b>1 of 1 file is held back</b>" in words
    assert "Plan v2.pdf. Readers see the name and cannot open it" in words
    office.post(edit(item), typed | {"do": "publish", "seen_audience": seen(page)})
    assert "Held back until it is scanned" in office.get(f"/o/programme/checklist/{item.reference}/").text
    client.force_login(make.lead(inside).person)
    own = f"/o/{inside.slug}/checklist/{item.reference}/"
    assert "Held back until it is scanned" in client.get(own).text
    FileScan.objects.filter(file=file.file).update(state="clean", engine="ClamAV", scanned_at=timezone.now())
    assert "Held back" not in client.get(own).text


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ"), ("a.pdf", b"<html>"), ("a.svg", b"<svg/>")])
def test_a_file_that_is_not_taken_is_told_in_words_and_what_was_typed_stays(office, name, content):
    page = office.post(NEW, fields("attach", title="KEEP ME", upload=SimpleUploadedFile(name, content))).text

    assert "of at most 20 MB" in page
    assert "KEEP ME" in page
    assert not Attachment.objects.exists()


def test_a_copy_and_a_template_have_the_words_and_no_dates(acting):
    now = timezone.now()
    rules = [Rule(market_role=make.market_role("ldso").code)]
    first = save_draft_item(
        None, acting=acting, now=now, rules=rules, title="Monthly return", due_on=date(2027, 5, 5), is_public=True
    )

    copy = duplicate(first, acting=acting, now=now)
    template = keep_as_template(first, name="Return", acting=acting, now=now, period_days=10)
    made = use_template(template, acting=acting, now=datetime(2026, 9, 7, 9, tzinfo=UTC))

    for item in (copy, made):
        assert (item.title, item.is_public, item.state) == ("Monthly return", True, "draft")
        assert [rule.market_role.code for rule in item.rules.all()] == ["ldso"]
    assert (copy.due_on, made.due_on) == (None, date(2026, 9, 21))
    with pytest.raises(ValidationError, match="template of this name"):
        keep_as_template(first, name="Return", acting=acting, now=now)


def test_templates_are_used_and_removed_on_their_page(office, acting):
    item = saved(office)
    office.post(f"/o/programme/checklist/{item.reference}/template/", {"name": "Return", "period_days": "5"})
    template = ItemTemplate.objects.get()
    address = f"/o/programme/checklist/templates/{template.pk}/"

    office.post(address, {"do": "use"})
    office.post(address, {"do": "remove"})

    assert ChecklistItem.objects.count() == 2
    assert not ItemTemplate.objects.exists()


def test_a_draft_is_discarded_and_a_published_item_is_not(office):
    draft, issued = saved(office), make.item()

    office.post(f"/o/programme/checklist/{draft.reference}/discard/")
    office.post(f"/o/programme/checklist/{issued.reference}/discard/")

    assert list(ChecklistItem.objects.all()) == [issued]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("del-971", "DEL971"), ("MHHS-DEL2794", "DEL2794"), ("DEL 2428", "DEL2428"), ("CR041", "CR041"), ("", "")],
)
def test_document_numbers_have_one_form(typed, kept):
    assert document_number(typed) == kept


def test_the_christmas_gap_warns_and_asks_no_reason():
    [over] = christmas_gap(date(2026, 12, 14), date(2027, 1, 8))
    [within] = christmas_gap(date(2026, 12, 14), date(2026, 12, 29))

    assert "runs over the Christmas gap" in over.text
    assert (within.needs_reason, over.needs_reason) == (False, False)
    assert within.use == date(2027, 1, 8)
    assert (
        christmas_gap(date(2026, 11, 2), date(2026, 12, 23)) == christmas_gap(date(2027, 1, 4), date(2027, 1, 20)) == []
    )


def test_any_number_of_working_days_can_be_typed(office):
    page = office.post(NEW, fields("days-typed", period="7", due_on_day="", due_on_month="", due_on_year=""))

    assert page.context["page"].due_on == add_working_days(timezone.localdate(), 7)


@pytest.mark.parametrize("count", [1, 60])
def test_drafts_are_searched_and_read_page_by_page(office, count, django_assert_num_queries):
    made = [make.item(state="draft", title=f"Return {n}") for n in range(count)]
    make.item(state="draft", title="Cutover plan", document_number="DEL1234")
    make.item(title="Cutover, published")

    office.get("/o/programme/checklist/drafts/")
    with django_assert_num_queries(5):  # person, memberships, all, found, one page
        page = office.get("/o/programme/checklist/drafts/")
    assert len(page.context["page"]) == min(count + 1, 25)
    last = office.get("/o/programme/checklist/drafts/?page=3").context["page"]
    assert last.number == (3 if count > 25 else 1)
    for q in ("cutover", "234"):
        found = office.get(f"/o/programme/checklist/drafts/?q={q}")
        assert [item.title for item in found.context["page"]] == ["Cutover plan"]
    part = office.get("/o/programme/checklist/drafts/?q=zebra", headers={"HX-Request": "true"}).text
    assert ("<html" in part, "No draft fits" in part) == (False, True)
    assert made[0].reference in office.get(f"/o/programme/checklist/drafts/?q={made[0].reference}").text
