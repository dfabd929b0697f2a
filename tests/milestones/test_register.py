"""The register: five dates, search, filters, order, files, past days, and nothing that is still a draft."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from mhhs_portal.organisations import facts as organisations
from milestones import facts, register
from milestones.changes import change_requests
from milestones.models import Milestone
from milestones.poap import When
from milestones.register import standing_data
from tests import kept, make
from tests.milestones.test_pages import text_of
from tests.milestones.two_rebaselines import EXPECTED, two_rebaselines  # noqa: F401

TODAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load, standing_data.load)


def codes(client, query: str = "") -> list[str]:
    """The milestones of the list, in its order."""
    return [row["code"] for row in json.loads(client.get(f"/milestones/?format=json&{query}").content)["rows"]]


def entry(slug: str) -> register.Entry:
    found = register.read(TODAY).entry(slug)
    assert found
    return found


# --- five dates


def test_m15_has_its_original_current_and_approved_dates(plan):
    m15 = entry("m15")

    assert m15.original.words == "October 2025"
    assert m15.first.get_confidence_display() == "Inferred"
    assert m15.current.when.words == "7 May 2027"
    assert (m15.forecast, m15.achieved) == (None, None)
    assert (m15.approved_on, m15.approved_by) == (date(2024, 11, 29), "Ofgem")


def test_a_date_that_a_later_baseline_repeats_was_approved_by_the_earlier_one(two_rebaselines):  # noqa: F811
    read = register.read(date(2024, 8, 1))

    assert (read.entry("t1").approved.slug, read.entry("t1").approved_on) == ("rb1", date(2024, 2, 5))
    assert read.entry("t2").approved.slug == "rb2"


def test_the_original_of_a_milestone_that_was_added_is_the_date_with_which_it_was_added(two_rebaselines):  # noqa: F811
    read = register.read(date(2024, 8, 1))

    assert read.entry("t9").original.words == "27 March 2026"
    assert read.entry("t8").original is None  # the first timetable says nothing, and nothing is made up
    assert read.entry("t1").original.words == "10 April 2025"


def test_slips_are_those_counted_by_hand(two_rebaselines):  # noqa: F811
    read = register.read(date(2024, 8, 1))

    for code, said in EXPECTED["slip"][("first", "rb2")].items():
        if code not in EXPECTED["forecasts"]:
            found = read.entry(code).slip("first")
            assert (found.words, found.working_days, found.calendar_days) == said, code
    for code, said in EXPECTED["forecast slip"].items():
        found = read.entry(code).slip("rb2")
        assert (found.words, found.working_days, found.calendar_days) == said, code


def test_the_page_and_the_files_say_the_same_slip(client, two_rebaselines):  # noqa: F811
    said = text_of(client.get("/milestones/?against=first"))
    rows = list(
        csv.DictReader(io.StringIO(client.get("/milestones/?against=first&format=csv").content.decode("utf-8-sig")))
    )
    t7 = next(row for row in rows if row["Milestone"] == "T7")

    assert "5 working days earlier 8 calendar days" in said
    assert (t7["Slip against"], t7["Slip"]) == ("First timetable", "5 working days earlier")
    assert (t7["Slip, working days"], t7["Slip, calendar days"]) == ("-5", "-8")
    t4 = next(row for row in rows if row["Milestone"] == "T4")
    assert (t4["Slip"], t4["Slip, working days"]) == ("3 to 6 months later", "")


def test_without_forecast_and_outcome_there_is_no_slip_against_the_current_baseline(plan):
    assert entry("m16").slip("cr055").words == "No forecast published"
    assert entry("m16").slip("cr022").words == "7 or 2 months later"
    assert entry("m3").slip("cr055").words == "Not published"


# --- search, filters, order


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=code", ["M6", "M7", "M8"]),
        ("q=CODE+text", ["M6", "M7"]),
        ("q=m10", ["M10"]),
        ("q=legal+effect", ["M8"]),  # in the summary alone
        ("q=nothing+says+this", []),
        ("tier=2", ["M8", "SIT exit"]),
        ("ofgem=yes", ["M10"]),
        ("workstream=settlement", ["M13", "M16"]),
        ("state=unknown", ["M14"]),
        ("state=removed", []),
        ("path=cp3&state=ahead", ["M15"]),
        ("q=migration&tier=2", []),
    ],
)
def test_search_and_filters(client, plan, query, found):
    assert codes(client, query) == found


def test_what_the_address_says_wrongly_is_left_out(client, plan):
    usual = codes(client)

    assert codes(client, "tier=9&path=cp99&state=x&sort=y&against=z&workstream=%00&q=%00") == usual
    assert client.get("/milestones/?page=99").status_code == 200


def test_numbers_are_in_their_natural_order(client, plan):
    assert codes(client)[:10] == [f"M{n}" for n in range(1, 11)]
    assert codes(client, "sort=-number")[-10:] == [f"M{n}" for n in range(10, 0, -1)]


def test_what_has_no_date_stands_last_in_either_order(client, plan):
    soonest, latest = codes(client, "sort=date"), codes(client, "sort=-date")

    assert soonest[0] == "M6"
    assert latest[0] == "M16"
    assert soonest[-6:] == latest[-6:] == ["M1", "M2", "M3", "M4", "M5", "M9"]


def test_the_largest_slip_comes_first(client, plan):
    assert codes(client, "sort=-slip&against=original")[0] == "M16"


def test_red_comes_first_in_the_order_of_colours(client, plan):
    make.forecast(Milestone.objects.get(code="M15"), date(2027, 7, 1), as_at=date(2026, 11, 1))
    make.forecast(Milestone.objects.get(code="M14"), date(2026, 10, 28), as_at=date(2026, 10, 1))

    assert codes(client, "sort=rag")[:2] == ["M15", "M14"]
    assert codes(client, "state=red") == ["M15"]


def test_headings_say_how_they_sort_and_keep_what_is_chosen(client, plan):
    page = client.get("/milestones/?tier=2&sort=-slip").text

    assert 'aria-sort="descending"' in page
    assert 'href="?tier=2&amp;sort=slip"' in page
    assert 'href="?tier=2&amp;sort=number"' in page


def test_nothing_found_says_what_to_do(client, plan):
    said = text_of(client.get("/milestones/?q=zzzz"))

    assert "0 milestones of 17 with “zzzz”" in said
    assert "No milestone fits" in said


def test_an_empty_register_says_so(client, db):
    assert "No plan is published yet" in client.get("/milestones/").text


def test_a_swap_brings_the_rows_alone(client, plan):
    part = client.get("/milestones/?tier=2", headers=HTMX)

    assert "<html" not in part.text
    assert "HX-Request" in part["Vary"]


def test_a_search_is_shown_as_text(client, plan):
    assert "<script>" not in client.get("/milestones/?q=<script>alert(1)</script>").text.split("<main", 1)[1]


# --- files


def test_the_three_files_hold_the_same_as_filtered(client, plan):
    rows = json.loads(client.get("/milestones/?tier=2&format=json").content)["rows"]
    table = list(csv.reader(io.StringIO(client.get("/milestones/?tier=2&format=csv").content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(client.get("/milestones/?tier=2&format=xlsx").content)).active

    assert [row["code"] for row in rows] == [line[0] for line in table[1:]] == [book["A2"].value, book["A3"].value]
    assert len(rows) == 2
    said = dict(zip(table[0], table[1], strict=True))
    assert said["Current baseline"] == "24 September 2025"
    assert said["Current baseline, precision"] == "day"
    assert said["Achieved"] == "22 September 2025"
    assert said["In CR022"] == "7 March 2025"
    assert said["Date in force approved by"] == "Ofgem"


def test_a_month_in_a_file_is_a_month(client, plan):
    [row] = json.loads(client.get("/milestones/?q=m13&format=json").content)["rows"]

    assert (row["current"], row["current_precision"], row["current_confidence"]) == (
        "September 2025",
        "month",
        "Inferred",
    )
    assert (row["current_first_day"], row["current_last_day"]) == ("2025-09-01", "2025-09-30")
    assert row["tier"] is None


def test_a_milestone_is_a_file_too(client, plan):
    assert json.loads(client.get("/milestones/m10/?format=json").content)["rows"][0]["code"] == "M10"


# --- a milestone's page


def test_a_page_shows_slip_against_each_baseline_and_the_rule(client, plan):
    make.forecast(Milestone.objects.get(code="M15"), date(2027, 6, 11), as_at=date(2026, 11, 1))

    said = text_of(client.get("/milestones/m15/"))

    assert "24 working days later 35 calendar days" in said
    assert "8 months later" in said  # against CR022, which has a month
    assert "Red by the rule: the forecast, 11 June 2027, is 24 working days later than the baseline" in said
    assert "Set by this portal; the Programme’s tolerances are not published." in said
    assert "M15 acceptance criteria, version 1.0, were baselined" in said
    assert "Their texts are not published." in said


def test_a_page_lists_every_forecast_with_reason_and_day(client, plan):
    m15 = Milestone.objects.get(code="M15")
    first = make.forecast(m15, date(2027, 6, 11), as_at=date(2026, 10, 1), reason="Late systems.")
    make.forecast(m15, date(2027, 5, 20), as_at=date(2026, 11, 1), reason="Caught up.", replaces=first)

    said = text_of(client.get("/milestones/m15/"))

    assert "Forecast 20 May 2027 As at 1 November 2026. Caught up." in said
    assert "Forecast 11 June 2027 (superseded) As at 1 October 2026. Late systems." in said


# --- what is still a draft


def test_drafts_show_nowhere_and_cannot_be_searched(client, plan):
    lane = make.lane("settlement")
    m16 = Milestone.objects.get(code="M16")
    lines = [
        change_requests.Line("reword", m16, new_name="Secret new words"),
        change_requests.Line("add", new_code="M99", new_name="Secret milestone", new_lane=lane),
        change_requests.Line("move", m16, When.day(date(2027, 9, 13))),
    ]
    change_requests.draft_change(code="CR900", title="Secret", reason="Secret", by=None, lines=lines)
    unfrozen = make.baseline(name="Secret", slug="secret")
    make.baseline_date(unfrozen, m16, date(2027, 9, 13))
    before = codes(client)

    assert codes(client, "q=secret") == []
    assert codes(client, "q=m99") == []
    for address in ("/milestones/", "/milestones/m16/", "/milestones/?against=secret"):
        page = client.get(address).text
        assert "Secret" not in page
        assert "13 Sep" not in page
    for kind in ("csv", "json"):
        assert b"Secret" not in client.get(f"/milestones/?format={kind}").content
    assert client.get("/milestones/m99/").status_code == 404
    assert len(before) == 17


# --- past days


def test_on_a_past_day_the_register_knows_only_what_was_published(plan):
    then = register.read(date(2024, 1, 10), as_at=date(2024, 1, 10))

    assert [baseline.slug for baseline in then.baselines] == ["original", "cr022"]
    assert then.current.slug == "cr022"
    assert then.entry("m15").current.when.words == "October 2026"
    assert then.entry("m10").achieved is None
    assert register.read(TODAY, as_at=TODAY).entry("m10").achieved.when.words == "24 September 2025"


def test_before_its_publication_a_decided_baseline_is_not_the_current_one(plan):
    assert register.read(date(2024, 12, 19), as_at=date(2024, 12, 19)).current.slug == "cr022"
    assert register.read(date(2024, 12, 20), as_at=date(2024, 12, 20)).current.slug == "cr055"


def test_forecasts_of_later_days_are_not_known_yet(plan):
    m15 = Milestone.objects.get(code="M15")
    first = make.forecast(m15, date(2027, 6, 11), as_at=date(2026, 10, 1))
    make.forecast(m15, date(2027, 5, 20), as_at=date(2026, 11, 1), replaces=first)

    said = {
        day: register.read(day, as_at=day).entry("m15").forecast
        for day in (date(2026, 9, 30), date(2026, 10, 15), date(2026, 11, 1))
    }

    assert [one and one.when.words for one in said.values()] == [None, "11 June 2027", "20 May 2027"]


def test_what_was_added_removed_or_reworded_later_is_as_it_was(two_rebaselines):  # noqa: F811
    then = register.read(date(2024, 4, 1), as_at=date(2024, 4, 1))
    now = register.read(date(2024, 8, 1), as_at=date(2024, 8, 1))

    assert then.entry("t9") is None
    assert now.entry("t9")
    assert (then.entry("t6").milestone.is_removed, now.entry("t6").milestone.is_removed) == (False, True)
    assert (then.entry("t8").milestone.name, now.entry("t8").milestone.name) == ("Old name", "New name")


def test_what_is_removed_is_listed_only_when_asked_for(client, two_rebaselines):  # noqa: F811
    assert "T6" not in codes(client)
    assert codes(client, "state=removed") == ["T6"]
    assert "Removed from the plan" in text_of(client.get("/milestones/t6/"))
