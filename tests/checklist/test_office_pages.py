from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklist.models import ChecklistItem, Response
from mhhs_portal.deadlines import add_working_days, day_words
from mhhs_portal.organisations.models import Organisation
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST, PUBLISH = "/o/programme/checklist/", "/o/programme/checklist/publish/"


@pytest.fixture
def office(client):
    acting = make.office()
    client.force_login(acting.person)
    return client


def detail(item) -> str:
    return reverse("checklist:office_item", args=["programme", item.reference])


def fields(do="preview", rules=({"market_role": "supplier"},), due_on=None, links=(), **changes):
    """What the publish form posts; `due_on` defaults to ten working days from today."""
    due_on = due_on or add_working_days(timezone.localdate(), 10)
    data = {
        "do": do,
        "title": "Thresholds 2.1",
        "kind": "consultation",
        "workstream": "Migration",
        "summary": "Say whether the limits work for you.",
        "due_on_day": str(due_on.day),
        "due_on_month": f"{due_on:%B}",
        "due_on_year": str(due_on.year),
        "due_time": "17:00",
        "accepts_late": "on",
    }
    for n, rule in enumerate(rules):
        blank = {"market_role": "", "path": "", "constituency": "", "organisation": ""}
        data |= {f"rules-{n}-{name}": value for name, value in (blank | rule).items()}
    for n, link in enumerate(links):
        data |= {f"links-{n}-{name}": value for name, value in ({"title": "", "url": "", "note": ""} | link).items()}
    return data | changes


def seen(page) -> str:
    return page.context["page"].audience.fingerprint


# --- who has responded ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "publish/", "PCL-0001/"])
def test_only_the_programme_office_enters(client, org, path):
    make.item(reference="PCL-0001", for_=org)
    other_office = make.member(make.programme(), "viewer")
    statuses = []
    for person in (None, make.lead(org).person, make.analyst().person, other_office.person):
        client.logout()
        if person:
            client.force_login(person)
        statuses.append(client.get(LIST + path).status_code)

    assert statuses == [302, 404, 404, 403]


def six_states(now):
    """One item whose organisations are each in another state; and one organisation that was not asked."""
    orgs = [make.organisation(name=f"{n} Energy") for n in range(7)]
    item = make.item(for_=orgs[:6], due_at=now + timedelta(days=20))
    for one in orgs[:6]:
        make.lead(one)
    make.response(item, orgs[0], answer="comments")
    make.response(item, orgs[1], answer="no-comments")
    make.response(item, orgs[2], answer="not-applicable", reason="No meters")
    make.response(item, orgs[3], answer="no-comments", is_late=True)
    make.response_draft(item, orgs[4])
    make.response(item, orgs[5], revision=7)  # of another wording: counts as nothing sent
    make.response(make.item(for_=orgs), orgs[5])  # of another item
    return item


def test_states_add_up_to_the_frozen_list(office):
    item = six_states(timezone.now())

    page = office.get(detail(item))

    found = {state: count for state, _, _, count, _ in page.context["who"].totals if count}
    expected = dict.fromkeys(("not-opened", "drafting", "submitted", "nil", "not-applicable", "late"), 1)
    assert found == expected
    assert sum(found.values()) == len(page.context["who"].rows) == item.addressees.count() == 6
    assert "6 Energy" not in page.text


def test_the_offices_list_counts_the_same(office):
    item = six_states(timezone.now())

    rows = {row.item: row for row in office.get(LIST).context["rows"]}

    row = rows[item]
    assert (row.asked, row.in_time, row.late, row.outstanding) == (6, 3, 1, 2)
    assert row.in_time + row.late + row.outstanding == row.asked


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("chosen", ["show=drafting", "state=drafting", "q=4+en&state=waiting", "role=ldso"])
def test_what_is_chosen_lives_in_the_address_and_goes_into_the_file(office, headers, chosen):
    item = six_states(timezone.now())
    make.role_held(Organisation.objects.get(name="4 Energy"), "ldso")

    page = office.get(f"{detail(item)}?{chosen}", headers=headers).text
    file = office.get(f"{detail(item)}?{chosen}&format=csv").text

    assert ("4 Energy" in page, "0 Energy" in page) == (True, False)
    assert ("<html" in page) is (headers == {})
    assert ("4 Energy" in file, "0 Energy" in file, file.count("\r\n")) == (True, False, 2)


@pytest.mark.parametrize("count", [1, 200])
def test_office_pages_cost_the_same_for_one_row_and_for_many(office, count, django_assert_num_queries):
    item = make.item(for_=[make.organisation() for _ in range(count)])
    for _ in range(count):
        make.item()

    # person, memberships, item, links, files, extensions, the list, rules (and whom they reach: none here), revisions
    with django_assert_num_queries(9):  # the last one: reminders ahead
        office.get(detail(item))
    with django_assert_num_queries(7):  # person, memberships, roles, paths, groups, milestones, names
        office.get(PUBLISH)
    with django_assert_num_queries(9):  # and the words of the roles, and everybody whom the rules reach
        office.post(PUBLISH, fields(rules=[{"market_role": "everyone"}, {"path": "cp3"}]))
    with django_assert_num_queries(4):  # the live count needs no lists to choose from
        office.post(PUBLISH, fields("count", [{"market_role": "everyone"}, {"path": "cp3"}]), headers=HTMX)


# --- publishing -------------------------------------------------------------------------------------------------------


def supplier(**changes):
    org = make.organisation(**changes)
    make.role_held(org, "supplier")
    return org


def test_preview_names_everybody_and_writes_nothing(office):
    make.lead(supplier(name="Asked Energy"))
    supplier(name="Silent Energy")
    make.role_held(make.organisation(name="Not Asked Wires"), "ldso")

    page = office.post(PUBLISH, fields())

    preview = page.text[page.text.index('id="preview"') :]
    assert ("Asked Energy" in preview, "Silent Energy" in preview, "Not Asked Wires" in preview) == (True, True, False)
    assert "1 of 2 has no active contact" in page.text
    assert "Publish to 2 organisations" in page.text
    assert not ChecklistItem.objects.exists()


def test_publishing_shows_the_item_at_once_to_exactly_those_asked(office, client):
    inside, outside = supplier(), make.organisation()
    fingerprint = seen(office.post(PUBLISH, fields()))

    done = office.post(PUBLISH, fields("publish", seen_audience=fingerprint), follow=True)

    item = ChecklistItem.objects.get()
    assert done.redirect_chain == [(detail(item), 302)]
    assert "to 1 organisation." in done.text
    for org, status, listed in ((inside, 200, True), (outside, 404, False)):
        client.force_login(make.lead(org).person)
        assert client.get(f"/o/{org.slug}/checklist/{item.reference}/").status_code == status
        assert (item.title in client.get(f"/o/{org.slug}/checklist/").text) is listed
    client.logout()
    assert item.title not in client.get("/checklist/").text


def test_nobody_publishes_to_a_list_they_have_not_looked_at(office):
    supplier(name="First Energy")
    fingerprint = seen(office.post(PUBLISH, fields()))
    supplier(name="Second Energy")

    unseen = office.post(PUBLISH, fields("publish"))
    changed = office.post(PUBLISH, fields("publish", seen_audience=fingerprint))

    assert "Publish to 2 organisations" in unseen.text
    assert "has changed since you looked" in changed.text
    assert "Second Energy" in changed.text
    assert not ChecklistItem.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_rules_and_documents_are_added_and_removed_and_what_was_typed_stays(office, headers):
    supplier()
    rules = [{"market_role": "supplier"}, {"constituency": "agent"}]
    links = [{"title": "Thresholds, clean", "url": "https://sample.example/a.pdf"}]

    more = office.post(PUBLISH, fields("add-rules", rules, links=links), headers=headers).text
    less = office.post(PUBLISH, fields("remove-rules-1", rules, links=links), headers=headers).text
    document = office.post(PUBLISH, fields("remove-links-1", rules, links=links), headers=headers).text

    assert ('name="rules-2-path"' in more, 'name="rules-2-path"' in less) == (True, False)
    assert 'value="supplier" selected' in more
    assert 'value="supplier" selected' not in less
    assert 'value="agent" selected' in less
    for page in (more, less):
        assert "Thresholds, clean" in page
        assert "Say whether the limits work for you." in page
        assert "There is a problem" not in page
    assert "Thresholds, clean" not in document


def test_the_live_count_is_a_part_whose_sum_adds_up(office):
    both = supplier()
    make.role_held(both, "mem")
    supplier()

    part = office.post(PUBLISH, fields("count", [{"market_role": "supplier"}, {"market_role": "mem"}]), headers=HTMX)

    assert "<html" not in part.text
    assert '<span class="figure">2</span>' in part.text
    assert "<b>2</b> + <b>1</b> by rule, less <b>1</b> counted twice" in part.text


@pytest.mark.parametrize("days", [5, 10, 15])
def test_a_shortcut_types_the_closing_date(office, days):
    supplier()

    page = office.post(PUBLISH, fields(f"days-{days}", due_on_day="", due_on_month="", due_on_year=""))

    assert page.context["page"].due_on == add_working_days(timezone.localdate(), days)
    assert "There is a problem" not in page.text


def test_a_short_period_offers_the_date_that_would_do_and_needs_a_reason(office):
    supplier()
    today = timezone.localdate()
    short, better = add_working_days(today, 3), add_working_days(today, 10)

    warned = office.post(PUBLISH, fields(due_on=short))
    used = office.post(PUBLISH, fields(f"use-{better:%Y-%m-%d}", due_on=short))
    kept = office.post(PUBLISH, fields(due_on=short, reason_for_dates="Papers are due"))

    assert f"The first day that gives 10 is {day_words(better, weekday=True)}" in warned.text
    assert f"Use {better.day} {better:%B}" in warned.text
    assert "Give the reason for these dates" in warned.text
    assert used.context["page"].due_on == better
    assert kept.context["page"].is_previewed


def test_every_fault_is_told_at_once_beside_its_field_and_nothing_is_lost(office):
    data = fields(
        "publish",
        [{"market_role": "everyone", "path": ""}, {"organisation": "Nobody Ltd"}],
        links=[{"title": "KEEP ME"}],
        title="",
        summary="KEEP ME TOO",
        due_on_day="31",
        due_on_month="2",
        due_time="late",
        contact="nobody",
    )
    supplier()

    page = office.post(PUBLISH, data).text

    for words in (
        "Enter a title",
        "The closing date must be a real date",
        "Enter a time, such as 17:00",
        "Enter an e-mail address",
        "No participant has the name",
        "Enter the address of the document",
    ):
        assert page.count(words) == 2, words
    for typed in ("KEEP ME", "KEEP ME TOO", "Nobody Ltd", 'value="31"', 'value="late"'):
        assert typed in page
    assert not ChecklistItem.objects.exists()


@pytest.mark.parametrize(
    "button",
    ["use-nonsense", "use-9999-12-31", "days-99999999", "remove-rules-99", "remove-links-0", "add-nothing", "-"],
)
def test_a_button_that_does_not_exist_does_no_harm(office, button):
    supplier()

    assert office.post(PUBLISH, fields(button)).status_code == 200
    assert office.post(PUBLISH, fields(button, due_on=date(9999, 12, 31))).status_code == 200
    assert not ChecklistItem.objects.exists()


def test_what_sample_staff_publish_is_marked_as_a_sample(client):
    supplier()
    acting = make.office()
    type(acting.person).objects.filter(pk=acting.person.pk).update(is_sample=True)
    client.force_login(acting.person)

    client.post(PUBLISH, fields("publish", seen_audience=seen(client.post(PUBLISH, fields()))))

    assert ChecklistItem.objects.get().is_sample
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "days-²"},
        {"do": "days-" + "9" * 5000},
        {"do": "use-nonsense"},
        {"due_on_day": "9" * 40},
        {"opens_on_day": "9" * 40, "opens_on_month": "5", "opens_on_year": "2027"},
        {"rules-0-organisation": "North\x00moor"},
        {"do": "count", "rules-0-path": "cp\x003"},
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_what_no_page_sends_publishes_nothing_and_breaks_nothing(office, sent):
    assert office.post(PUBLISH, fields() | sent).status_code == 200
    assert not ChecklistItem.objects.exists()
