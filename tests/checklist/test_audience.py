from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from checklist.audiences import Apart, Rule
from checklist.groups import put_group
from checklist.joining import add, leave_out, offered
from checklist.models import Addressee, AudienceException, ChecklistItem, NamedGroup
from checklist.publishing import preview
from tests import make
from tests.checklist.test_office_pages import fields, seen, supplier
from tests.checklist.test_publishing import NOW, TODAY, issue

pytestmark = pytest.mark.django_db
NEW, GROUPS = "/o/programme/checklist/publish/", "/o/programme/checklist/groups/"


@pytest.fixture
def acting():
    return make.office()


@pytest.fixture
def office(client, acting):
    client.force_login(acting.person)
    return client


def test_a_named_group_is_asked_as_it_was_at_publication(acting):
    one, two = make.organisation(name="One"), make.organisation(name="Two")
    group = put_group(None, name="Migration pilots", members="One\ntwo\n\n", acting=acting)

    item = issue(Rule(group=group.slug), acting=acting)
    put_group(group, name="Migration pilots", members="One", acting=acting)

    assert set(item.addressees.values_list("organisation", flat=True)) == {one.pk, two.pk}
    assert item.addressees.first().reason == "Group migration-pilots" or "group" in item.addressees.first().reason
    assert group.memberships.get().organisation == one


def test_a_group_names_every_line_that_nobody_has_and_keeps_what_was_typed(office):
    make.organisation(name="One")

    page = office.post(GROUPS, {"name": "Pilots", "members": "One\nNobody\nNo One"}).text

    assert "Line 2: no participant has the name “Nobody”. Line 3" in page
    assert "Nobody\nNo One" in page
    assert not NamedGroup.objects.exists()


def test_a_group_that_an_item_names_stays(office, acting):
    make.organisation(name="One")
    group = put_group(None, name="Pilots", members="One", acting=acting)
    issue(Rule(group=group.slug), acting=acting)

    page = office.post(f"{GROUPS}{group.slug}/", {"do": "remove"}).text

    assert "cannot be removed" in page
    assert NamedGroup.objects.exists()


def test_exceptions_are_counted_frozen_and_named_with_their_reasons(acting):
    asked, out, extra = supplier(name="Asked"), supplier(name="Out"), make.organisation(name="Extra")
    apart = [Apart(out.slug, "No customers left"), Apart(extra.slug, "Asked to comment", is_left_out=False)]
    rules = [Rule(market_role="supplier")]

    audience = preview(rules, TODAY, apart)
    item = issue(*rules, acting=acting, apart=apart)

    assert [row.organisation for row in audience.addressed] == [asked, extra]
    assert (audience.matches, audience.added, audience.withheld, audience.counted_twice) == ([2], 1, 1, 0)
    assert dict(item.addressees.values_list("organisation__name", "reason")) == {
        "Asked": "Supplier",
        "Extra": "Added: Asked to comment",
    }
    assert {(e.organisation.name, e.is_left_out, e.reason) for e in item.exceptions.all()} == {
        ("Out", True, "No customers left"),
        ("Extra", False, "Asked to comment"),
    }


def test_postgresql_keeps_the_audience_of_a_published_item(acting):
    out = supplier(name="Out")
    supplier()
    item = issue(Rule(market_role="supplier"), acting=acting, apart=[Apart(out.slug, "No customers")])
    for change in (
        lambda: item.exceptions.update(reason="Another"),
        lambda: item.exceptions.all().delete(),
        lambda: item.rules.update(everyone=False, market_role=None, constituency="agent"),
        lambda: Addressee.objects.create(item=item, organisation=out, reason="By the back door"),
        lambda: item.exceptions.create(
            organisation=item.addressees.get().organisation, reason="Late", decided_at=timezone.now()
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_preview_says_who_is_left_out_and_why_and_the_page_keeps_it(office):
    supplier(name="Asked Energy")
    supplier(name="Out Energy")
    typed = fields(
        **{"apart-0-organisation": "out energy", "apart-0-decision": "out", "apart-0-reason": "No customers left"}
    )

    page = office.post(NEW, typed)
    office.post(NEW, typed | {"do": "publish", "seen_audience": seen(page)})

    preview_ = page.text[page.text.index('id="preview"') :]
    assert "1 organisation will be asked" in preview_
    assert preview_.index("Out Energy") > preview_.index("Left out")
    assert "No customers left" in preview_
    item = ChecklistItem.objects.get()
    shown = office.get(f"/o/programme/checklist/{item.reference}/").text
    assert "No customers left" in shown
    assert "joined since" not in shown  # who was left out is not offered


def test_an_exception_without_a_reason_or_of_nobody_is_refused_beside_its_row(office):
    supplier()

    page = office.post(NEW, fields(**{"apart-0-organisation": "Nobody Ltd", "apart-0-reason": ""})).text

    assert page.count("No participant has the name") == 2
    assert page.count("Say why this organisation is an exception") == 2
    assert "Nobody Ltd" in page


def test_organisations_that_join_later_are_offered_and_never_added_by_themselves(office, acting):
    supplier(name="First Energy")
    item = issue(Rule(market_role="supplier"), acting=acting)
    second, third = supplier(name="Second Energy"), supplier(name="Third Energy")
    address = f"/o/programme/checklist/{item.reference}/"

    page = office.get(address).text
    office.post(address + "audience/", {"do": f"add-{second.pk}"})
    unexplained = office.post(address + "audience/", {"do": f"leave-{third.pk}"}, follow=True).text
    office.post(address + "audience/", {"do": f"leave-{third.pk}", f"reason-{third.pk}": "Exits in May"})

    assert "2 organisations joined since" in page
    assert "Say why Third Energy is left out" in unexplained
    assert item.addressees.get(organisation=second).reason == "Joined later: Supplier"
    assert item.exceptions.get().reason == "Exits in May"
    assert offered(item, NOW) == []
    assert "joined since" not in office.get(address).text


def test_nobody_is_offered_once_an_item_has_ended_and_only_whom_a_rule_reaches(acting):
    supplier()
    item = issue(Rule(market_role="supplier"), acting=acting)
    stranger = make.organisation()
    now = datetime(2026, 9, 8, tzinfo=UTC)

    with pytest.raises(ValidationError, match="no rule reaches it"):
        add(item, organisation=stranger.pk, acting=acting, now=now)
    with pytest.raises(ValidationError, match="no rule reaches it"):
        leave_out(item, organisation=stranger.pk, reason="So", acting=acting, now=now)
    supplier()
    ChecklistItem.objects.filter(pk=item.pk).update(state="withdrawn", withdrawn_at=now, withdrawn_reason="So")
    item.refresh_from_db()
    assert offered(item, now) == []
    assert not AudienceException.objects.exists()


@pytest.mark.parametrize("count", [1, 60])
def test_the_item_page_with_newcomers_takes_ten_queries(office, acting, count, django_assert_num_queries):
    supplier()
    item = issue(Rule(market_role="supplier"), acting=acting)
    for _ in range(count):
        supplier()

    with django_assert_num_queries(10):
        office.get(f"/o/programme/checklist/{item.reference}/")
