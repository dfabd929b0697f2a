"""A long register: the same queries for every number of milestones, and pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mhhs_portal.bench import plan_rows
from mhhs_portal.organisations import facts as organisations
from milestones import facts
from milestones.register import standing_data
from tests import kept, make
from tests.milestones.test_register import codes

TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load, standing_data.load)


ADDRESSES = [
    "/",
    "/milestones/?sort=-slip&q=m&page=1",
    "/milestones/m10/",
    "/baselines/compare/cr022/cr055/",
    "/baselines/compare/cr055/forecast/",
    "/critical-paths/cp3/",
]
#: The same with 2,000 milestones: of what they have.
LARGE = {
    "/baselines/compare/cr022/cr055/": "/baselines/compare/bn1/bn2/",
    "/baselines/compare/cr055/forecast/": "/baselines/compare/bn2/forecast/",
}


def asked(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"][:90] for query in captured]


def test_pages_ask_the_same_for_16_milestones_and_for_2000(client, plan):
    few = {address: asked(client, address) for address in ADDRESSES}
    plan_rows.seed_plan(2000, NOW)

    lots = {address: asked(client, LARGE.get(address, address)) for address in ADDRESSES}

    assert {address: len(sql) for address, sql in few.items()} == {address: len(sql) for address, sql in lots.items()}
    assert max(map(len, lots.values())) <= 10, lots


def test_own_pages_ask_the_same_for_one_role_and_for_fifty(client, plan):
    counts = []
    for count in (1, 50):
        with transaction.atomic():
            organisation = plan_rows.seed_roles(count, NOW)
            client.force_login(organisation.memberships.get().person)
            pages = [f"/o/{organisation.slug}/path/", f"/o/{organisation.slug}/path/plan/"]
            for page in pages:
                client.get(page)
            counts.append([len(asked(client, page)) for page in pages])
            transaction.set_rollback(True)

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 10


def test_a_plan_of_2000_is_paged_and_its_chart_says_what_it_leaves_out(client, plan):
    plan_rows.seed_plan(400, NOW)

    chart, table = client.get("/").text, client.get("/?view=table").text
    compared, rest = (client.get(f"/baselines/compare/bn1/bn2/?page={n}").text for n in (1, 5))
    path = client.get("/critical-paths/cp1/").text

    assert "150 of 417 milestones are drawn: the lowest tiers first" in chart
    assert "Page 6 of 9" in table  # that of today; the others are before and after
    assert re.search(r"<dt>Moved</dt><dd>200</dd>", compared)
    assert re.search(r'Moved <span class="muted">50 of 200', compared)
    assert "Removed" in rest
    assert "Page 1 of" in path


def test_staff_stay_within_ten_queries_too(client, plan):
    client.force_login(make.office().person)
    client.get("/milestones/")

    for address in ADDRESSES:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= 10, (address, [query["sql"][:90] for query in asked])


def test_a_long_register_is_paged_and_keeps_what_is_chosen(client, plan):
    plan_rows.seed_plan(90, NOW)

    page = client.get("/milestones/?q=invented&sort=number").text

    assert "Page 1 of 2" in page
    assert 'href="?q=invented&amp;sort=number&amp;page=2"' in page
    assert "B1<" in page
    assert "B89<" not in page
    assert len(codes(client, "q=invented")) == 89  # a file holds all of them; one was removed
