from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklist.public import open_now
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/checklist/"
HTMX = {"HX-Request": "true"}


def test_only_public_published_items_are_shown_to_everybody(client, org):
    shown = make.item(is_public=True, title="For everybody")
    hidden = [
        make.item(for_=org, title="HIDDEN members only"),
        make.item(is_public=True, state="draft", title="HIDDEN draft"),
        make.item(is_public=True, state="withdrawn", title="HIDDEN withdrawn"),
    ]

    for url in (LIST, LIST + "?show=open"):
        page = client.get(url).text
        assert ("For everybody" in page, "HIDDEN" in page) == (True, False)
    assert client.get(reverse("checklist:item", args=[shown.reference])).status_code == 200
    for item in hidden:
        gone = client.get(reverse("checklist:item", args=[item.reference]))
        assert (gone.status_code, "HIDDEN" in gone.text) == (404, False)
    assert (open_now(timezone.now()).count, open_now(timezone.now()).next) == (1, [shown])


def test_public_pages_name_no_participant_and_no_response(client):
    org = make.organisation(name="Rival Energy")
    item = make.item(for_=org, is_public=True)
    make.response(item, org, answer="not-applicable", reason="MARKER")

    for url in (LIST, f"/checklist/{item.reference}/"):
        page = client.get(url).text
        assert not [word for word in ("Rival Energy", "MARKER", "Response sent") if word in page]


def test_items_are_sorted_by_deadline_and_filtered_to_what_is_open(client):
    now, day = timezone.now(), timedelta(days=1)
    titles = {
        "Closed long ago": make.item(is_public=True, title="Closed long ago", due_at=now - 30 * day),
        "Closed lately": make.item(is_public=True, title="Closed lately", due_at=now - 3 * day),
        "Due later": make.item(is_public=True, title="Due later", due_at=now + 20 * day),
        "Due sooner": make.item(is_public=True, title="Due sooner", due_at=now + 2 * day),
        "Opens later": make.item(is_public=True, title="Opens later", due_at=now + 9 * day, opens_at=now + day),
    }

    def order(url, **headers):
        page = client.get(url, headers=headers).text
        found = [(page.index(f">{title}<"), title) for title in titles if f">{title}<" in page]
        return [title for _, title in sorted(found)]

    assert order(LIST) == ["Due sooner", "Opens later", "Due later", "Closed lately", "Closed long ago"]
    assert order(LIST + "?show=open") == ["Due sooner", "Due later"]
    assert order(LIST + "?show=open", **HTMX) == ["Due sooner", "Due later"]


@pytest.mark.parametrize("count", [1, 200])
def test_public_pages_cost_the_same_for_one_item_and_for_many(client, count, django_assert_num_queries):
    items = [make.item(is_public=True) for _ in range(count)]

    with django_assert_num_queries(4):  # what there is, roles and paths, counts, one page of items
        client.get(LIST)
    with django_assert_num_queries(5):  # item, links, files, extensions, revisions
        client.get(f"/checklist/{items[-1].reference}/")
    with django_assert_num_queries(1):
        found = open_now(timezone.now())
    assert (found.count, len(found.next)) == (count, min(count, 3))


def test_an_empty_checklist_says_so(client):
    assert "Nothing is published yet" in client.get(LIST).text
    assert "Nothing is open" in client.get(LIST + "?show=open").text
