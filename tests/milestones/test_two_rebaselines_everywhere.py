"""The values worked out by hand, on every surface that shows the plan: pages, files, drawing, calendar and feed."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import icalendar
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from mhhs_portal.deadlines import day_words
from milestones.poap import MONTHS
from tests import kept
from tests.milestones.two_rebaselines import EXPECTED, build

RB2 = EXPECTED["dates"]["rb2"]
#: What a reader is told now: the forecast where there is one, else the baseline in force.
NOW = RB2 | EXPECTED["forecasts"]
PROJECT = {"p": "http://schemas.microsoft.com/project"}


@pytest.fixture
def plan(db):
    return kept.made(build)


@pytest.fixture
def words_of(client):
    """What a page says, without its tags, each space once."""

    def read(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())

    return read


@pytest.fixture
def rows_of(client):
    """The rows of a list as a file, by milestone."""

    def read(address: str, kind: str) -> dict[str, dict[str, str]]:
        content = client.get(f"{address}{'&' if '?' in address else '?'}format={kind}").content
        if kind == "json":
            said = json.loads(content)
            rows = [{said["columns"][key]: value for key, value in row.items()} for row in said["rows"]]
        elif kind == "csv":
            rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        else:
            heading, *lines = load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
            # A row of a sheet ends with its last cell that is not empty.
            rows = [dict.fromkeys(heading) | dict(zip(heading, line, strict=False)) for line in lines]
        return {row["Milestone"]: row for row in rows}

    return read


def short(words: str) -> str:
    """ "12 Jan 2026": months as drawings and tables give them."""
    for month in MONTHS:
        words = words.replace(month, month[:3])
    return words


def test_the_register_page_shows_each_date_and_slip(plan, words_of):
    page = words_of("/milestones/?compare=rb1")

    for code, date in RB2.items():
        assert short(date) in page or date in page, code
    for code, (movement, _, _) in EXPECTED["slip"]["rb1", "rb2"].items():
        if code not in EXPECTED["forecasts"] and code != "T4":
            assert movement in page, code
    assert short(EXPECTED["forecasts"]["T3"]) in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_registers_file_holds_each_baseline_and_the_forecast(plan, rows_of, kind):
    rows = rows_of("/milestones/", kind)

    for slug, name in (("first", "In First timetable"), ("rb1", "In RB1"), ("rb2", "In RB2")):
        said = {code: row[name] for code, row in rows.items() if row[name]}
        # What a later baseline removed is no longer in the register.
        assert said == {code: date for code, date in EXPECTED["dates"][slug].items() if code in rows}
    assert {code: row["Forecast"] for code, row in rows.items() if row["Forecast"]} == EXPECTED["forecasts"]
    assert "T6" not in rows


def test_a_milestones_page_shows_its_way_through_the_baselines(plan, words_of):
    page = words_of("/milestones/t3/")

    assert short("19 December 2025") in short(page)
    assert short("5 January 2026") in short(page)
    assert EXPECTED["slip"]["rb1", "rb2"]["T3"][0] in page
    assert "14 January 2026" in page


@pytest.mark.parametrize("pair", EXPECTED["compare"], ids=" to ".join)
def test_the_comparison_page_says_each_sentence(plan, words_of, pair):
    page = words_of("/baselines/compare/{}/{}/".format(*pair))

    for _, code, sentence in EXPECTED["compare"][pair]:
        assert sentence in page, code
    for sentence in EXPECTED["not comparable"].get(pair, []):
        assert sentence in page


def test_the_comparison_as_csv_is_the_one_written_by_hand(plan, client):
    content = client.get("/baselines/compare/rb1/rb2/?format=csv").content.decode("utf-8-sig")

    assert content.replace("\r\n", "\n") == EXPECTED["csv"]


def test_a_baselines_page_shows_its_note_and_dates(plan, words_of):
    page = words_of("/baselines/rb2/")

    for line in EXPECTED["note"].splitlines():
        assert line in page
    for date in RB2.values():
        assert short(date) in short(page)


def test_the_timeline_shows_each_date_as_a_table(plan, words_of):
    page = short(words_of("/?view=table"))

    for code, date in NOW.items():
        assert short(date) in page, code


def test_the_drawing_on_paper_shows_each_date(plan):
    from mhhs_portal.deadlines import deadline
    from milestones.sheets import plan_on_a_page
    from tests.milestones.test_two_rebaselines import TODAY

    made = plan_on_a_page.make_if_missing(deadline(TODAY))
    [page] = PdfReader(io.BytesIO(made.file.read())).pages
    text = short(" ".join(page.extract_text().split()))

    for code, date in NOW.items():
        day, _, rest = short(date).partition(" ")
        # A label of the drawing leaves out a year that it says already.
        assert short(date) in text or (day.isdecimal() and f"{day} {rest.partition(' ')[0]}" in text), code
    assert "RB2" in text


def test_the_calendar_holds_each_day_and_spans_each_month(plan, client):
    calendar = icalendar.Calendar.from_ical(client.get("/calendar/milestones.ics").content)
    events = {str(event["SUMMARY"]).split()[0]: event for event in calendar.walk("VEVENT")}

    for code, words in NOW.items():
        event = events[code]
        first, last = event.decoded("DTSTART"), event.decoded("DTEND") - timedelta(days=1)
        if words[0].isdecimal():
            assert (day_words(first), first) == (words, last), code
        else:
            assert f"{MONTHS[first.month - 1]} {first.year}" == words, code
            assert (first.day, (last + timedelta(days=1)).day) == (1, 1), code
    assert "T6" not in events or events["T6"]["STATUS"] == "CANCELLED"


def test_project_gets_each_baseline_under_its_number(plan, client):
    tree = ElementTree.fromstring(client.get("/plan/export.xml").content)
    tasks = {task.findtext("p:Name", "", PROJECT).split()[0]: task for task in tree.iterfind(".//p:Task", PROJECT)}

    found = {
        (code, baseline.findtext("p:Number", "", PROJECT)): baseline.findtext("p:Finish", "", PROJECT)[:10]
        for code, task in tasks.items()
        for baseline in task.iterfind("p:Baseline", PROJECT)
    }

    assert found["T1", "0"] == "2025-04-10"
    assert found["T1", "1"] == found["T1", "2"] == "2025-04-24"
    assert found["T3", "1"] == "2025-12-19"
    assert found["T3", "2"] == "2026-01-05"
    assert found["T2", "1"] == "2025-12-31"  # Project knows no months: the last day, and the note says so
    assert "no day was agreed" in tasks["T2"].findtext("p:Notes", "", PROJECT)
    assert ("T9", "1") not in found
    links = {
        (code, link.findtext("p:PredecessorUID", "", PROJECT), link.findtext("p:LinkLag", "", PROJECT))
        for code, task in tasks.items()
        for link in task.iterfind("p:PredecessorLink", PROJECT)
    }
    uid = {code: task.findtext("p:UID", "", PROJECT) for code, task in tasks.items()}
    # Ten working days of eight hours, in tenths of a minute.
    assert links == {("T3", uid["T2"], "48000"), ("T5", uid["T4"], "0")}


def test_the_feed_of_changes_tells_of_each_baseline_once(plan, client):
    tree = ElementTree.fromstring(client.get("/changes.atom").content)
    atom = {"a": "http://www.w3.org/2005/Atom"}

    titles = [entry.findtext("a:title", "", atom) for entry in tree.iterfind("a:entry", atom)]

    assert [title for title in titles if title.startswith("Baseline ")] == [
        "Baseline RB2 published",
        "Baseline RB1 published",
        "Baseline First timetable published",
    ]
