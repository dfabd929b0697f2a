"""The published baselines and their change requests, and what loading the facts again leaves alone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from milestones import facts
from milestones.changes import change_requests
from milestones.changes.change_requests import Line
from milestones.models import Baseline, Dependency, Milestone
from tests.milestones.test_applying import NOW, request_for


@pytest.fixture
def real(sample_portal, db):
    """The Programme's published plan."""


def test_published_baselines_come_from_their_requests(real):
    for slug in ("cr022", "cr055"):
        baseline = Baseline.objects.get(slug=slug)
        assert (baseline.change_request.state, baseline.change_request.slug) == ("applied", slug)
        assert baseline.change_request.based_on_id == baseline.replaces_id
    assert Baseline.objects.get(number=1).change_request is None


def test_words_and_links_are_known_of_the_current_published_baseline_alone(real):
    kept = {b.slug: (b.milestones.count(), b.links.count()) for b in Baseline.objects.filter(number__lte=3)}

    assert kept["original"] == kept["cr022"] == (0, 0)
    assert kept["cr055"] == (Milestone.objects.count(), Dependency.objects.count())


def test_loading_the_facts_again_leaves_what_was_decided_here(real):
    of = {milestone.code: milestone for milestone in Milestone.objects.all()}
    link = Dependency.objects.select_related("before", "after").first()
    change = request_for(
        "CR090",
        Line("reword", of["M15"], new_name="Decided here"),
        Line("unlink", link.after, before=link.before),
        Line("remove", of["SIT exit"]),
        decided_by="Ofgem",
    )
    change_requests.apply(change, by=None, now=NOW())

    facts.load(timezone.localdate())

    assert Baseline.objects.current().slug == "cr090"
    assert Milestone.objects.get(code="M15").name == "Decided here"
    assert not Dependency.objects.filter(pk=link.pk).exists()
    assert not Dependency.objects.filter(before=link.before, after=link.after).exists()
    assert Milestone.objects.get(code="SIT exit").is_removed
