"""Organisations by items: what adds up, what is filtered, what it costs; and every response as a file."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import timedelta

import pytest
from django.utils import timezone

from checklist.chasing.matrix import COLUMNS, ROWS
from checklist.models import Addressee
from checklist.progress import TRACKED
from mhhs_portal.export_streams import csv_pieces
from mhhs_portal.exports import Column
from tests import make

pytestmark = pytest.mark.django_db
MATRIX, RESPONSES = "/o/programme/checklist/matrix/", "/o/programme/checklist/responses/"
DAY = timedelta(days=1)


@pytest.fixture
def office(client):
    client.force_login(make.office().person)
    return client


def rows_of(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig") if response.streaming else response.text
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def two_items():
    now = timezone.now()
    orgs = [make.organisation(name=f"{name} Energy", constituency=c) for name, c in
            (("Alder", "agent"), ("Birch", "dno"), ("Cedar", "agent"))]  # fmt: skip
    for org in orgs:
        make.lead(org)
    make.on_path(make.role_held(orgs[0], "supplier"), "cp3")
    first = make.item(for_=orgs, due_at=now + 5 * DAY, title="First ask")
    second = make.item(for_=orgs[:2], due_at=now + 9 * DAY, title="Second ask", kind="survey", workstream="Design")
    make.item(for_=orgs, due_at=now - DAY, title="Closed ask")
    make.response(first, orgs[0], answer="comments")
    make.response(second, orgs[0])
    make.response_draft(first, orgs[1])
    return first, second, orgs


def test_every_row_and_column_adds_up_to_its_frozen_list(office, two_items):
    first, second, _ = two_items

    found = office.get(MATRIX).context["matrix"]

    assert found.items == [first, second]
    columns = dict(found.totals)
    for place, item in enumerate(found.items):
        assert sum(counts[place] for counts in columns.values()) == found.asked[place] == item.addressees.count()
    for row in found.rows:
        assert row.asked == Addressee.objects.filter(organisation=row.pk, item__in=found.items).count()
    assert {row.name: (row.states, row.not_sent) for row in found.rows} == {
        "Alder Energy": (["submitted", "nil"], 0),
        "Birch Energy": (["drafting", "not-opened"], 2),
        "Cedar Energy": (["not-opened", ""], 1),
    }
    assert found.not_sent == [2, 1]


@pytest.mark.parametrize(
    ("chosen", "names", "items"),
    [
        ("", "ABC", 2),
        ("q=bir", "B", 2),
        ("q=%25", "", 2),
        ("constituency=agent", "AC", 2),
        ("role=supplier", "A", 2),
        ("path=cp3", "A", 2),
        ("state=drafting", "B", 2),
        ("state=waiting&order=waiting", "BC", 2),
        ("kind=survey", "AB", 1),
        ("workstream=Design", "AB", 1),
        ("due=7", "ABC", 1),
        ("items=closed", "ABC", 1),
        ("items=all", "ABC", 3),
        ("items=upcoming", "", 0),
        ("kind=nonsense&state=nonsense&page=x&columns=-1&order=%00&q=%00", "ABC", 2),
    ],
)
def test_filters_live_in_the_address_and_go_into_the_file(office, two_items, chosen, names, items):
    page = office.get(f"{MATRIX}?{chosen}")
    file = office.get(f"{MATRIX}?{chosen}&format=csv")

    found = page.context["matrix"]
    assert ("".join(row.name[0] for row in found.rows), found.columns.paginator.count) == (names, items)
    assert sum(found.asked) == sum(row.asked for row in found.rows)
    in_file = rows_of(file)
    assert ["".join(row["Organisation"][0] for row in in_file)] == ["".join(sorted(names))]
    assert all(value in {"", *TRACKED.values()} for row in in_file for value in list(row.values())[3:])


@pytest.mark.parametrize("count", [2, 60])
def test_the_matrix_costs_the_same_for_few_and_for_many(office, count, django_assert_num_queries):
    orgs = [make.organisation(name="An Organisation With A Long Name Energy Supply Limited") for _ in range(count)]
    for _ in range(max(count // 3, 1)):
        make.item(for_=orgs, title="A rather long title of an item that is about thresholds and more")

    # person, memberships; items, those of the page; organisations, those of the page; rows with cells, totals; choices
    with django_assert_num_queries(9):
        page = office.get(MATRIX)
    assert len(page.context["matrix"].rows) == min(count, ROWS)
    assert len(page.context["matrix"].items) == min(max(count // 3, 1), COLUMNS)
    assert len(page.content) < 300_000
    with django_assert_num_queries(6):  # person, memberships, count, the latest, choices; of all items
        office.get(f"{RESPONSES}?q=o&items=closed")


def test_every_version_of_every_response_is_a_row(office, two_items):
    first, _, orgs = two_items
    row = first.responses.get()
    type(row).objects.filter(pk=row.pk).update(is_current=False)
    make.response(first, orgs[0], number=2, is_late=True, on_behalf_reason="By telephone")

    rows = rows_of(office.get(f"{RESPONSES}?format=csv&q=alder&workstream=Testing"))

    seen = [(r["State"], r["Answer"], r["Version"], r["Late"], r["Entered by the Programme"]) for r in rows]
    assert seen == [
        ("Replaced", "Comments", "1", "no", "no"),
        ("In force", "Reviewed, no comments", "2", "yes", "yes"),
    ]
    assert {r["Organisation"] for r in rows} == {"Alder Energy"}
    assert rows[1]["Receipt"] == f"{first.reference}-{orgs[0].slug}-1-v2"
    assert [r["answer"] for r in office.get(f"{RESPONSES}?format=json&q=alder").json()["rows"]] == [
        "Comments",
        "Reviewed, no comments",
        "Reviewed, no comments",
    ]
    page = office.get(RESPONSES).text
    assert "entered by the Programme" in page


def test_a_spreadsheet_that_would_be_too_long_is_refused_in_words(office, two_items, monkeypatch):
    monkeypatch.setattr("mhhs_portal.export_streams.MOST_ROWS", 1)

    refused = office.get(f"{RESPONSES}?format=xlsx")
    csv_of_it = office.get(f"{RESPONSES}?format=csv", headers={"Accept-Encoding": "gzip"})

    assert refused.status_code == 400
    assert "take CSV" in refused.text
    assert (csv_of_it.status_code, csv_of_it.streaming, csv_of_it["Content-Encoding"]) == (200, True, "gzip")


def test_a_long_file_takes_no_more_memory_than_a_short_one():
    columns = [Column("a", "A"), Column("b", "B")]
    rows = ({"a": n, "b": "=1+1 " + "x" * 100} for n in range(60_000))
    pieces = csv_pieces(columns, rows)
    next(pieces)
    tracemalloc.start()
    size = sum(len(piece) for piece in pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 6_000_000
    assert peak < 1_000_000


def test_only_staff_enter_and_nothing_of_it_is_on_a_participants_page(client, two_items):
    first, _, orgs = two_items
    make.viewer(orgs[2])
    asker = make.lead(orgs[2])
    client.force_login(asker.person)

    for address in (MATRIX, RESPONSES, f"{MATRIX}?format=csv", f"/o/programme/checklist/chase/?item={first.reference}"):
        assert client.get(address).status_code == 404
    own = f"/o/{orgs[2].slug}/"
    for address in (
        own,
        f"{own}checklist/",
        f"{own}checklist/{first.reference}/",
        "/checklist/",
        "/checklist/feed.atom",
    ):
        text = client.get(address).text
        assert "Alder" not in text
        assert "Birch" not in text
