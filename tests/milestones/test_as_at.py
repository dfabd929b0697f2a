"""The timeline on a past day, zoomed and with folded lanes: everything in the address, each keeping the others."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test.utils import CaptureQueriesContext

from mhhs_portal.organisations import facts as organisations
from milestones import charting, facts, register
from milestones.as_at import AsAt
from milestones.models import Achievement, Milestone, RagOverride
from milestones.sheets.picture import _kept, picture
from tests import kept, make

TODAY = date(2026, 11, 23)


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load)


def links(page) -> list[str]:
    return [url.replace("&amp;", "&") for url in re.findall(r'href="(/\?[^"]*)"', page.text)]


# ---- the day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("", None, ""),
        ("2024-06-01", date(2024, 6, 1), ""),
        ("2026-11-23", None, ""),
        ("2026-11-24", None, "24 November 2026 is still to come."),
        ("2016-12-31", None, "before"),
        ("soon", None, "“soon” is not a date. Write it like 2026-11-23."),
        ("2024-02-30", None, "is not a date"),
        ("2024-06-01'; drop", None, "is not a date"),
        ("20240601", None, "is not a date"),
    ],
)
def test_a_day_of_the_past_or_in_words_why_not(text, day, said):
    found = AsAt.of(text, TODAY)
    assert found.day == day
    assert said in found.problem
    assert bool(found.problem) == bool(said)


def test_only_what_was_known_by_then_is_shown(client, plan):
    page = client.get("/?as_at=2024-06-01")

    assert "As at Saturday 1 June 2024." in page.text
    assert "As at 1 Jun 2024" in page.text
    assert "CR055" not in re.search(r'<section class="panel" id="plan".*?</section>', page.text, re.DOTALL)[0]
    assert "M8 Code changes" in page.text
    assert "CR022 baseline 7 March 2025" in page.text
    assert "achieved 22 September 2025" not in page.text


@pytest.mark.parametrize("view", ["chart", "table"])
def test_a_day_before_the_first_baseline_is_empty_in_words(client, plan, view):
    page = client.get(f"/?as_at=2018-01-01&view={view}")
    assert "No baseline yet on that day" in page.text
    assert '<svg class="poap' not in page.text


def test_the_table_of_that_day_has_its_baselines_only(client, plan):
    page = client.get("/?as_at=2024-06-01&view=table")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', page.text)
    assert "CR022" in heads
    assert "CR055" not in heads


def test_a_day_that_cannot_be_shown_is_said_and_today_is_shown(client, plan):
    page = client.get("/?as_at=2999-01-01")
    assert page.status_code == 200
    assert "1 January 2999 is still to come. This is the plan of today." in page.text
    assert "Today " in page.text


def test_a_baseline_after_that_day_cannot_be_compared_with(client, plan):
    page = client.get("/?as_at=2024-06-01&compare=cr055")
    assert page.status_code == 200
    assert not any("compare=cr055" in url for url in links(page))


def test_a_forecast_is_known_from_its_own_day_on(client, plan):
    make.forecast(Milestone.objects.get(code="M15"), date(2027, 6, 11), as_at=date(2026, 11, 1))
    entry = register.read(date(2026, 10, 1), as_at=date(2026, 10, 1)).entry("m15")
    assert entry.forecast is None


# ---- everything keeps everything --------------------------------------------------------------


def test_each_link_of_the_plan_changes_one_thing_and_keeps_the_rest(client, plan):
    lane = Milestone.objects.get(code="M8").lane.slug
    chosen = {"path": "cp3", "zoom": "months", "fold": lane, "as_at": "2025-06-01", "sel": "m10"}
    page = client.get("/", chosen)

    marks = [url for url in links(page) if url.endswith("#selected")]
    assert marks
    for url in links(page):
        kept = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        differs = {name for name in chosen.keys() | kept.keys() if kept.get(name) != chosen.get(name)}
        assert len(differs) <= 1, url
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    assert {name: hidden.get(name) for name in ("path", "zoom", "fold", "sel")} == {
        name: chosen[name] for name in ("path", "zoom", "fold", "sel")
    }


def test_a_lane_is_folded_and_unfolded_by_its_address(client, plan):
    lane = Milestone.objects.get(code="M8").lane
    folded = client.get(f"/?fold={lane.slug},unknown-lane")
    assert "Folded: 3 milestones" in folded.text
    assert f"Unfold {lane.name}" in folded.text
    assert 'id="plan-m8"' not in folded.text
    assert 'id="plan-m8"' in client.get("/").text


def test_zoomed_in_the_plot_scrolls_within_the_figure_and_stays_a_set_of_links(client, plan):
    page = client.get("/?zoom=months")
    assert 'class="poap-zoomed"' in page.text
    assert "Feb 2026" in page.text
    assert page.text.count('id="plan-m10"') == 1
    assert client.get("/?zoom=centuries").status_code == 200


def test_marks_are_reached_by_keyboard_lane_by_lane_in_order_of_date(client, plan):
    read = register.read(TODAY)
    page = client.get("/")
    codes = re.findall(r'<a id="plan-([\w-]+)"', page.text)
    lanes = [lane.key for lane in charting.plan(read, [], charting.stages(), charting.Drawn(), today=TODAY).lanes]
    by_slug = {entry.milestone.slug: entry for entry in read.entries}
    order = [(lanes.index(by_slug[code].milestone.lane.slug), by_slug[code].now.middle) for code in codes]
    assert len(codes) == 11
    for (lane, day), (next_lane, next_day) in pairwise(order):
        assert lane < next_lane or (lane == next_lane and day <= next_day)
    assert [lane for lane, _ in order] == sorted(lane for lane, _ in order)


# ---- speed ------------------------------------------------------------------------------------


def _many(count: int) -> None:
    lane = Milestone.objects.first().lane
    Milestone.objects.bulk_create(
        Milestone(code=f"X{n}", slug=f"x{n}", short_name="Made up", lane=lane, position=100 + n) for n in range(count)
    )


@pytest.mark.parametrize("address", ["/", "/?view=table", "/?as_at=2025-06-01", "/?zoom=months&fold=migration"])
def test_the_page_asks_as_much_for_300_milestones_as_for_16_and_at_most_ten_times(client, plan, address):
    from django.db import connection

    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    _many(284)
    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(few) == len(many)
    assert len(many) <= 10, [query["sql"][:90] for query in many]


def test_the_drawing_is_kept_until_anything_in_it_changes(plan):
    def drawn():
        read = register.read(TODAY)
        return picture(charting.plan(read, charting.paths(), charting.stages(), charting.Drawn(), today=TODAY))

    _kept.cache_clear()
    first = drawn()
    assert drawn() is first
    make.forecast(Milestone.objects.get(code="M15"), date(2027, 6, 11))
    assert drawn() is not first
    assert "11 Jun 2027" in drawn().svg


def test_what_was_reported_and_judged_later_was_not_known_then(plan):
    milestone, source = Milestone.objects.get(code="M15"), make.source()
    told = {"reported_by": make.person(), "reported_at": datetime(2026, 11, 10, 9, tzinfo=UTC), "words": "Reached"}
    days = {"first_on": date(2026, 11, 2), "last_on": date(2026, 11, 2), "precision": "day", "confidence": "stated"}
    Achievement.objects.create(milestone=milestone, source=source, **days, **told)
    other = Milestone.objects.get(code="M16")
    judged = {"milestone": other, "rag": "red", "reason": "Ours", "made_by": make.person()}
    RagOverride.objects.create(made_at=datetime(2026, 11, 10, 9, tzinfo=UTC), **judged)

    def on(day: date) -> tuple[bool, str]:
        read = register.read(day, as_at=day)
        return read.entry("m15").achieved is not None, read.entry("m16").override[0]

    assert on(date(2026, 11, 9)) == (False, "")
    assert on(date(2026, 11, 10)) == (True, "red")
