"""The chart of a milestone's dates, worked out by hand, and what each constituency said."""

from __future__ import annotations

from datetime import date

import pytest

from mhhs_portal.organisations.models import Organisation
from milestones.changes.impact_assessments import Standing, by_constituency
from milestones.models import ImpactAssessment
from milestones.poap import When
from milestones.register.date_chart import Given, chart

TODAY = date(2025, 5, 19)
FIRST = Given("CR022", date(2023, 6, 8), When.months((2025, 3), (2025, 6)))
SECOND = Given("CR055", date(2024, 11, 29), When.month(2025, 9))


def test_a_range_is_a_band_until_the_next_baseline_and_later_is_higher():
    found = chart([SECOND, FIRST], TODAY)

    before, now = found.bands
    assert (before.name, now.name, before.is_current, now.is_current) == ("CR022", "CR055", False, True)
    assert (before.x1, before.x2) == (found.left, now.x1)
    assert now.x2 == found.today == found.right
    assert now.y1 < now.y2 < before.y1 < before.y2
    assert before.height / now.height == pytest.approx(121 / 29, abs=0.3)  # days known of each
    assert found.words == "CR022, March to June 2025. CR055, September 2025."


def test_forecasts_are_points_and_what_is_set_later_is_not_there_yet():
    forecast = Given("Forecast", date(2025, 5, 14), When.day(date(2025, 9, 22)), True)
    to_come = Given("CR099", date(2026, 1, 1), When.month(2027, 1))

    found = chart([FIRST, SECOND, forecast, to_come], TODAY)

    assert [(words, found.left < x < found.today) for x, _, words in found.points] == [("22 September 2025", True)]
    assert found.bands[1].y1 <= found.points[0][1] <= found.bands[1].y2
    assert [band.name for band in found.bands] == ["CR022", "CR055"]


def test_a_single_date_has_not_moved():
    assert chart([FIRST], TODAY) is None
    assert chart([], TODAY) is None


def test_positions_by_constituency_add_up_to_who_was_asked():
    def said(constituency: str, position: str = "") -> Standing:
        organisation = Organisation(name="X", constituency=constituency)
        return Standing(organisation, ImpactAssessment(position=position) if position else None)

    rows = by_constituency(
        [said("agent", "support"), said("agent", "object"), said("agent"), said("large-supplier", "support"), said("")]
    )

    assert [(row.label, row.answered, row.asked) for row in rows] == [
        ("Large supplier", 1, 1), ("Supplier agent", 2, 3), ("Not published", 0, 1), ("All", 3, 5),
    ]  # fmt: skip
    assert [(bar.words, bar.count) for bar in rows[-1].bars] == [("Support", 2), ("Object", 1), ("No answer", 2)]
    assert [bar.x for bar in rows[-1].bars] == [0, 40, 60]
    assert sum(bar.width for bar in rows[1].bars) == pytest.approx(100, abs=0.1)
    assert by_constituency([]) == []
