"""The bench seeds and measures; how fast anything is, is for people to read and never asserted."""

from __future__ import annotations

import sys

import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone

from mhhs_portal.bench import measuring, network, pages, plan_rows, seeding, urls
from mhhs_portal.management.commands.bench import Command
from mhhs_portal.organisations.models import Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(db):
    wrote = seeding.seed(10, items=6)
    assert plan_rows.seed(60, timezone.now())
    assert not plan_rows.seed(60, timezone.now())
    return wrote


def test_seeding_again_changes_nothing(seeded):
    before = Organisation.objects.count(), Person.objects.count()

    assert (seeded, seeding.seed(10)) == (True, False)
    assert (Organisation.objects.count(), Person.objects.count()) == before
    assert Person.objects.filter(email__endswith="@bench.example").count() == 50


def test_every_measured_page_answers_within_its_queries(seeded):
    costs = [measuring.cost_of(page, times=1) for page in pages.pages()]

    assert [cost.page.name for cost in costs if cost.status != 200] == []
    assert [f"{cost.page.name}: {cost.queries}" for cost in costs if cost.queries > cost.page.queries] == []
    assert max(cost.queries for cost in costs) > 2, "queries are counted"


def test_the_bare_view_is_not_in_the_portal():
    assert resolve(urls.BARE, urlconf="mhhs_portal.bench.urls").func is urls.bare
    with pytest.raises(Resolver404):
        resolve(urls.BARE)


def test_the_network_is_measured_beside_networkx():
    found = network.compared(200, 600, times=1)

    assert (found.nodes, found.links, found.ours > 0) == (200, 600, True)
    assert found.theirs


def test_without_networkx_the_comparison_is_not_a_pass(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "networkx", None)
    bench = Command()
    bench.failures = 0

    bench._network()

    said = capsys.readouterr().out
    assert "networkx is not installed" in said
    assert "FAIL  critical path beside networkx: not measured" in said
    assert bench.failures >= 1
