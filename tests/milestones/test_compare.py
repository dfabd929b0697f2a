"""The comparison's pages and files against values worked out by hand; baselines; who may read; how many queries."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from milestones import register
from milestones.changes import compare_chart, ladder
from milestones.changes.compare_chart import Given, chart
from milestones.models import BaselineDate, BaselineMilestone, Milestone
from milestones.poap import When
from tests import kept, make
from tests.milestones.two_rebaselines import EXPECTED, build

PAGE = "/baselines/compare/rb1/rb2/"


@pytest.fixture
def plan(db):
    return kept.made(build)


def text_of(answer) -> str:
    import html
    import re

    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


@pytest.mark.parametrize("pair", EXPECTED["compare"], ids=" to ".join)
def test_the_page_says_every_change_in_words(client, plan, pair):
    said = text_of(client.get(f"/baselines/compare/{pair[0]}/{pair[1]}/"))

    for _, _, words in EXPECTED["compare"][pair]:
        assert words in said
    for words in EXPECTED["not comparable"].get(pair, []):
        assert words in said


def test_what_is_not_known_is_never_called_added_or_removed(client, plan):
    said = text_of(client.get("/baselines/compare/first/rb2/"))

    assert "Added Not known Removed Not known Re-worded Not known Re-linked Not known" in said
    assert "T9 Extra checkpoint is added" not in said


def test_the_csv_is_as_written_by_hand(client, plan):
    answer = client.get(f"{PAGE}?format=csv")

    assert answer.content.decode("utf-8-sig").replace("\r\n", "\n") == EXPECTED["csv"]
    assert 'filename="compare-rb1-rb2-' in answer["Content-Disposition"]


def test_xlsx_and_json_say_the_same(client, plan):
    rows = client.get(f"{PAGE}?format=json").json()["rows"]
    assert [(row["kind"], row["milestone"], row["words"]) for row in rows] == EXPECTED["compare"]["rb1", "rb2"]
    by_hand = EXPECTED["slip"]["rb1", "rb2"]["T3"]
    assert tuple(rows[1][key] for key in ("movement", "working_days", "calendar_days")) == by_hand

    sheet = load_workbook(io.BytesIO(client.get(f"{PAGE}?format=xlsx").content)).active
    made = list(sheet.iter_rows(values_only=True))
    assert [(row[0], row[1], row[-1]) for row in made[1:]] == EXPECTED["compare"]["rb1", "rb2"]
    assert made[2][4].date() == date(2025, 12, 19)


def test_a_path_filters_page_and_file_alike(client, plan):
    rows = client.get(f"{PAGE}?path=cp3&format=json").json()["rows"]

    assert [row["milestone"] for row in rows] == ["T3", "T7", "T6", "T8", "T3", "T7"]
    assert "T5 moves from" not in text_of(client.get(f"{PAGE}?path=cp3"))


def test_my_organisation_filters_by_its_own_paths(client, plan):
    assert "T5 moves from" in text_of(client.get(f"{PAGE}?path=mine"))  # nobody's paths: everything
    client.force_login(make.viewer(plan.organisation).person)
    said = text_of(client.get(f"{PAGE}?path=mine"))
    assert "T3 moves from" in said
    assert "T5 moves from" not in said


def test_backwards_is_the_mirror_image(client, plan):
    rows = client.get("/baselines/compare/rb2/rb1/?format=json").json()["rows"]
    kinds = {(row["kind"], row["milestone"]) for row in rows}
    mirror = {"added": "removed", "removed": "added"}

    assert kinds == {(mirror.get(kind, kind), code) for kind, code, _ in EXPECTED["compare"]["rb1", "rb2"]}
    assert next(row for row in rows if row["milestone"] == "T3" and row["kind"] == "moved")["working_days"] == -8


def test_a_baseline_against_itself_has_no_change(client, plan):
    assert "Nothing changed" in text_of(client.get("/baselines/compare/rb2/rb2/"))


@pytest.mark.parametrize(
    ("query", "to"),
    [
        ("from=rb1&to=rb2", PAGE),
        ("from=rb2&to=forecast&path=cp3", "/baselines/compare/rb2/forecast/?path=cp3"),
        ("", "/baselines/"),
        ("from=rb1", "/baselines/"),
    ],
)
def test_the_chooser_leads_to_an_address(client, plan, query, to):
    assert client.get(f"/baselines/compare/?{query}")["Location"] == to


@pytest.mark.parametrize(
    "address",
    [
        "/baselines/nothing/",
        "/baselines/compare/rb1/nothing/",
        "/baselines/compare/nothing/forecast/",
        "/baselines/compare/forecast/rb1/",
        "/baselines/compare/?from=rb1&to=//evil.example",
        "/plan/releases/9.9/",
        "/change-requests/nothing/",
    ],
)
def test_what_does_not_exist_is_said_to_be_missing(client, plan, address):
    assert client.get(address).status_code == 404


def test_a_format_that_we_do_not_have_is_refused(client, plan):
    assert client.get(f"{PAGE}?format=pdf").status_code == 400


def test_the_ladder_says_what_each_baseline_changed(client, plan):
    rows = {rung.baseline.slug: rung.words for rung in ladder.rungs(register.read(date(2024, 8, 1)))}

    assert rows["rb2"] == "5 moved, 1 added, 1 removed, 1 re-worded, 4 re-linked"
    assert rows["rb1"] == "4 moved"
    said = text_of(client.get("/baselines/"))
    assert all(words in said for words in rows.values())
    assert [row["name"] for row in client.get("/baselines/?format=json").json()["rows"]] == [
        "RB2",
        "RB1",
        "First timetable",
    ]


def test_a_baselines_page_has_dates_note_and_decision(client, plan):
    said = text_of(client.get("/baselines/rb2/"))

    for words in EXPECTED["dates"]["rb2"].values():
        assert words.replace("September", "Sep").replace("January", "Jan")[:6] in said
    for line in EXPECTED["note"].split("\n"):
        assert line in said
    assert "Change request RB2" in said
    rows = client.get("/baselines/rb2/?format=json").json()["rows"]
    assert {row["milestone"]: row["date"] for row in rows} == EXPECTED["dates"]["rb2"]


def test_a_signed_in_participant_reads_its_own_version(client, plan):
    client.force_login(make.viewer(plan.organisation).person)
    own = f"/o/{plan.organisation.slug}/change-requests/"

    for page in ("/baselines/rb2/", "/change-requests/rb2/", own, f"{own}rb2/"):
        assert EXPECTED["own note"] in text_of(client.get(page)), page


def test_the_register_shows_every_baselines_date(client, plan):
    said = text_of(client.get("/milestones/t5/"))
    assert "December 2026 or May 2027" in said
    assert "2 July 2027" in said


def test_the_release_note_does_not_change_afterwards(client, plan):
    Milestone.objects.filter(code="T3").update(name="Called otherwise since")
    assert "T9 Extra checkpoint is added" in text_of(client.get("/baselines/rb2/"))


# --- the chart --------------------------------------------------------------------------------------------------------


def test_the_chart_joins_two_dates_with_an_arrow_and_one_date_with_nothing():
    moved = Given("A", "Name", When.day(date(2025, 3, 7)), When.day(date(2025, 9, 24)), "later", True, True)
    added = Given("B", "Name", None, When.month(2025, 10), "Added")
    drawn = chart([moved, added], date(2025, 5, 19))

    first, second = drawn.rows
    assert first.ghost < first.arrow[0] < first.arrow[1] < first.mark
    assert first.is_later
    assert (second.ghost, second.arrow) == (None, None)
    assert second.mark_ends[0] < second.mark < second.mark_ends[1]
    assert drawn.ticks[0].label == "2025"
    assert drawn.today is not None
    assert all(compare_chart.LEFT <= row.mark <= compare_chart.WIDTH - compare_chart.RIGHT for row in drawn.rows)


def test_a_chart_of_very_many_says_how_many_are_left_out():
    many = [Given(f"M{n}", "Name", None, When.day(date(2025, 1, 1)), "Added") for n in range(100)]
    drawn = chart(many, date(2025, 1, 1))
    assert (len(drawn.rows), drawn.left_out) == (compare_chart.LIMIT, 100 - compare_chart.LIMIT)


def test_nothing_to_draw_is_no_chart():
    assert chart([Given("A", "Name", None, None, "")], date(2025, 1, 1)).rows == []


# --- as many queries for 300 milestones as for 16 -------------------------------------------------------------------

PAGES = [
    "/baselines/",
    "/baselines/rb2/",
    PAGE,
    "/baselines/compare/rb2/forecast/",
    f"{PAGE}?format=csv",
    "/change-requests/",
    "/change-requests/rb2/",
]


def _more(plan, count: int) -> None:
    """That many more milestones, dated and worded in the last two baselines."""
    import pgtrigger

    lane = plan.milestones["T1"].lane
    rows = Milestone.objects.bulk_create(
        Milestone(code=f"N{n}", slug=f"n{n}", name=f"Milestone {n}", lane=lane, position=100 + n) for n in range(count)
    )
    source = plan.baselines["rb2"].source
    with pgtrigger.ignore():
        for n, slug in enumerate(("rb1", "rb2")):
            day = date(2026, 1, 5 + n)
            facts = {"first_on": day, "last_on": day, "precision": "day", "source": source, "confidence": "stated"}
            baseline = plan.baselines[slug]
            BaselineDate.objects.bulk_create(BaselineDate(baseline=baseline, milestone=m, **facts) for m in rows)
            BaselineMilestone.objects.bulk_create(
                BaselineMilestone(baseline=baseline, milestone=m, name=m.name) for m in rows
            )


def _queries(client, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def test_pages_ask_as_many_questions_for_300_milestones_as_for_16(client, plan):
    small = {page: _queries(client, page) for page in PAGES}
    _more(plan, 300)
    large = {page: _queries(client, page) for page in PAGES}

    assert large == small
    assert max(small.values()) <= 10, small


def test_signed_in_pages_too(client, plan):
    client.force_login(make.lead(plan.organisation).person)
    own = f"/o/{plan.organisation.slug}/change-requests/"
    pages = ["/baselines/rb2/", f"{PAGE}?path=mine", own, f"{own}rb2/", "/change-requests/rb2/"]
    for page in pages:
        client.get(page)
    small = {page: _queries(client, page) for page in pages}
    _more(plan, 300)
    large = {page: _queries(client, page) for page in pages}

    assert large == small
    assert max(small.values()) <= 12, small  # three of them ask who is signed in
