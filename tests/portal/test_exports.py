"""Any list as a file: harmless in spreadsheets, in UK time, refused in words for a format that we do not have."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from mhhs_portal.exports import Column, Table, as_csv, as_json, as_xlsx

HOSTILE = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", '=HYPERLINK("https://evil.example","x")', "\r=1"]


def table(*rows: dict) -> Table:
    return Table("things", [Column("name", "Name"), Column("at", "At")], rows)


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(content: bytes):
    return load_workbook(io.BytesIO(content)).worksheets[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula_in_csv(text):
    [[said, _]] = read_csv(as_csv(table({"name": text})))[1:]

    assert said == f"'{text}"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_formula_in_a_spreadsheet(text):
    content = as_xlsx(table({"name": text}))

    cell = sheet(content)["A2"]
    assert cell.data_type != "f"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_heading_is_no_formula_either():
    hostile = Table("things", [Column("x", "=1+1")], [{"x": 1}])

    assert read_csv(as_csv(hostile))[0] == ["'=1+1"]
    assert sheet(as_xlsx(hostile))["A1"].data_type == "s"


def test_numbers_stay_numbers_even_when_negative():
    assert read_csv(as_csv(table({"name": -5})))[1][0] == "-5"
    assert sheet(as_xlsx(table({"name": -5})))["A2"].value == -5


def test_instants_are_in_uk_time_in_every_format():
    summer = datetime(2025, 7, 1, 16, 0, tzinfo=UTC)

    assert read_csv(as_csv(table({"at": summer})))[1][1] == "2025-07-01T17:00:00+01:00"
    assert sheet(as_xlsx(table({"at": summer})))["B2"].value == datetime(2025, 7, 1, 17, 0)
    assert json.loads(as_json(table({"at": summer})))["rows"][0]["at"] == "2025-07-01T17:00:00+01:00"


def test_days_are_days_and_what_is_not_known_is_empty():
    rows = table({"name": None, "at": date(2025, 9, 24)})

    assert read_csv(as_csv(rows))[1] == ["", "2025-09-24"]
    assert sheet(as_xlsx(rows))["B2"].value == datetime(2025, 9, 24)
    assert json.loads(as_json(rows))["rows"] == [{"name": None, "at": "2025-09-24"}]


def test_signs_that_a_spreadsheet_cannot_hold_are_left_out():
    assert sheet(as_xlsx(table({"name": "a\x00b\x07c"})))["A2"].value == "abc"


def test_the_headings_stay_in_sight():
    assert sheet(as_xlsx(table({"name": "a"}))).freeze_panes == "A2"


@pytest.mark.django_db
def test_a_format_that_we_do_not_have_is_refused_in_words(client):
    page = client.get("/milestones/?format=pdf")

    assert page.status_code == 400
    assert "There is no format “pdf”. Use csv, xlsx or json." in page.text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_file_is_named_after_the_list_and_the_day(client, kind):
    answer = client.get(f"/milestones/?format={kind}")

    assert answer["Content-Disposition"].startswith('attachment; filename="milestones-20')
    assert answer["Content-Disposition"].endswith(f'.{kind}"')


@pytest.mark.django_db
def test_a_page_links_its_files_with_what_is_chosen_and_without_the_page(client):
    from mhhs_portal.organisations import facts as organisations
    from milestones import facts
    from tests import kept

    kept.load(date(2026, 11, 23), organisations.load, facts.load)

    page = client.get("/milestones/?q=code&page=1").text

    assert 'href="?q=code&amp;format=csv"' in page
