"""The plan of two re-baselines, worked out by hand, against what the portal says."""

from __future__ import annotations

from datetime import date

import pytest

from milestones import register
from milestones.changes.compare import compare
from milestones.changes.release_notes import for_paths
from milestones.models import BaselineDate
from tests.milestones.two_rebaselines import EXPECTED, two_rebaselines  # noqa: F401

TODAY = date(2024, 8, 1)


@pytest.mark.parametrize("slug", ["first", "rb1", "rb2"])
def test_each_baseline_keeps_its_dates(two_rebaselines, slug):  # noqa: F811
    rows = BaselineDate.objects.filter(baseline__slug=slug).select_related("milestone")

    assert {row.milestone.code: row.when.words for row in rows} == EXPECTED["dates"][slug]


@pytest.mark.parametrize("pair", EXPECTED["compare"], ids=" to ".join)
def test_the_comparison_lists_what_changed_and_nothing_else(two_rebaselines, pair):  # noqa: F811
    read = register.read(TODAY)
    before, after = pair

    found = compare(read, read.baseline(before), after if after == "forecast" else read.baseline(after))

    assert [(c.kind, c.milestone.code, c.words) for c in found.changes] == EXPECTED["compare"][pair]
    if pair in EXPECTED["not comparable"]:
        assert [row.words for row in found.not_comparable] == EXPECTED["not comparable"][pair]


@pytest.mark.parametrize("pair", EXPECTED["slip"], ids=" to ".join)
def test_distances_are_those_counted_by_hand(two_rebaselines, pair):  # noqa: F811
    read = register.read(TODAY)
    found = compare(read, *[read.baseline(slug) for slug in pair])

    said = {c.milestone.code: (c.movement, c.working_days, c.calendar_days) for c in found.of_kind("moved")}

    by_hand = dict(EXPECTED["slip"][pair])
    if "T5" in by_hand:  # two dates were approved: no single distance is true
        by_hand["T5"] = ("", None, None)
    assert said == by_hand


def test_the_note_is_generated_in_plain_english(two_rebaselines):  # noqa: F811
    assert two_rebaselines.requests["rb2"].release_note == EXPECTED["note"]


def test_an_organisation_reads_what_concerns_its_path(two_rebaselines):  # noqa: F811
    read = register.read(TODAY)
    comparison = compare(read, read.baseline("rb1"), read.baseline("rb2"))

    own = for_paths(comparison, read, {"cp3"})

    assert own.words == EXPECTED["own note"]
    assert [change.milestone.code for change in own.moved] == ["T3", "T7"]
    assert [change.milestone.code for change in own.other] == ["T6", "T8", "T3", "T7"]
