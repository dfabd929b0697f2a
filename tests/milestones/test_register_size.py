"""A long register: the same queries for every number of milestones, and pages."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mhhs_portal.organisations import facts as organisations
from milestones import facts
from milestones.models import Achievement, BaselineDate, Dependency, Forecast, Milestone, ProposedChange
from milestones.register import standing_data
from tests import kept, make
from tests.milestones.test_register import codes

TODAY = date(2026, 11, 23)


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load, standing_data.load)


def many(count: int) -> None:
    """Milestones with two baselines, forecasts and links; a quarter of them achieved."""
    lane, source = make.lane("migration"), make.source()
    rows = Milestone.objects.bulk_create(
        Milestone(code=f"L{n}", slug=f"l{n}", name=f"Many {n}", lane=lane, position=100 + n, tier=n % 3 + 1)
        for n in range(count)
    )
    how = {"precision": "day", "source": source, "confidence": "stated"}
    for place, shift in enumerate((0, 60)):
        baseline = make.baseline(number=500 + place)
        days = [date(2026, 1, 1) + timedelta(days=n + shift) for n in range(count)]
        dates = [{"milestone": row, "first_on": day, "last_on": day} for row, day in zip(rows, days, strict=True)]
        with pgtrigger.ignore("milestones.ProposedChange:proposed_change_only_in_a_draft"):
            ProposedChange.objects.bulk_create(
                ProposedChange(change_request=baseline.change_request, kind="move", **said, **how) for said in dates
            )
        BaselineDate.objects.bulk_create(BaselineDate(baseline=baseline, **said, **how) for said in dates)
        make.freeze(baseline, current=True)
    Forecast.objects.bulk_create(
        Forecast(milestone=row, first_on=date(2026, 5, 1), last_on=date(2026, 5, 1), as_at=date(2026, 1, 1), **how)
        for row in rows
    )
    Achievement.objects.bulk_create(
        Achievement(milestone=row, first_on=date(2026, 4, 1), last_on=date(2026, 4, 1), words="Done", **how)
        for row in rows[::4]
    )
    with pgtrigger.ignore("milestones.Dependency:dependency_closes_no_loop"):  # it asks about each of them
        Dependency.objects.bulk_create(
            Dependency(before=before, after=after, source=source, confidence="inferred")
            for before, after in pairwise(rows)
        )


ADDRESSES = ["/milestones/", "/milestones/?sort=-slip&q=m&page=1", "/milestones/?format=csv", "/milestones/m10/"]


def asked(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"][:90] for query in captured]


def test_pages_ask_the_same_for_16_milestones_and_for_300(client, plan):
    few = {address: asked(client, address) for address in ADDRESSES}
    many(300)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database does by itself after so many new rows

    lots = {address: asked(client, address) for address in ADDRESSES}

    assert {address: len(sql) for address, sql in few.items()} == {address: len(sql) for address, sql in lots.items()}
    assert max(map(len, lots.values())) <= 10, lots


def test_staff_stay_within_ten_queries_too(client, plan):
    client.force_login(make.office().person)
    client.get("/milestones/")

    for address in ADDRESSES:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= 10, (address, [query["sql"][:90] for query in asked])


def test_a_long_register_is_paged_and_keeps_what_is_chosen(client, plan):
    many(150)

    page = client.get("/milestones/?q=many&sort=number").text

    assert "Page 1 of 2" in page
    assert 'href="?q=many&amp;sort=number&amp;page=2"' in page
    assert "L0<" in page
    assert "L149<" not in page
    assert len(codes(client, "q=many")) == 150  # a file holds all of them
