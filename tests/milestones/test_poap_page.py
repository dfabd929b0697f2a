"""The drawing as SVG with its stylesheets, and the words in it."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from mhhs_portal.templatetags.pdf import painted
from milestones.poap import Bar, Mark, When
from milestones.poap.draw import A3, A4, SCREEN, draw
from milestones.poap.make_widths import module
from milestones.poap.paper import made_up_plan
from milestones.poap.shapes import Drawing
from milestones.poap.text import bar_labels, date_line, listed, moved, movement
from tests.milestones.real_plan import REAL

ROOT = Path(__file__).resolve().parents[2]


# ---- the page ---------------------------------------------------------------------------------


def svg(drawing: Drawing) -> str:
    return render_to_string("milestones/plan_svg.html", {"drawing": drawing})


def test_the_svg_is_small_and_has_classes_only():
    html = svg(draw(REAL, SCREEN))
    assert len(gzip.compress(html.encode())) <= 12_000
    assert not re.search(r"\s(style|fill|stroke|font-size|onclick)=", html)
    assert html.count("<a ") == 11
    assert html.count("aria-label=") == html.count("<a ") + html.count('role="img"') + 1


def test_every_class_of_the_svg_has_a_rule_in_the_stylesheet():
    rules = (ROOT / "static/css/plan.css").read_text()
    html = svg(draw(replace(REAL, selected="M10", highlighted="cp3"), SCREEN))
    html += svg(draw(made_up_plan(60), SCREEN))
    used = {word for said in re.findall(r'class="([^"]+)"', html) for word in said.split()}
    plain = {"poap", "p-base", "p-label", "p-in", "p-selected", "p-stage", "p-chip2", "p-dim"}
    missing = {word for word in used - plain if not re.search(rf"\.{word}\b", rules)}
    assert missing == set()


def test_type_in_the_stylesheets_has_the_size_that_was_measured():
    screen = (ROOT / "static/css/plan.css").read_text()
    paper = (ROOT / "templates/pdf/plan_shapes.css").read_text()
    assert "font-size" not in paper  # each text on paper carries the size that it was measured with
    for css, size, prefix in ((screen, SCREEN, "p"),):
        for style in ("lane", "year", "chip", "today", "date", "note", "path", "month", "ghost"):
            rule = re.search(rf"[^{{}}]*\.{prefix}-{style}(?![\w-])[^{{}}]*\{{[^}}]*font-size: ([\d.]+)px", css)
            assert rule, style
            assert float(rule[1]) == size.type(style)[0], style
    for sheet, size in (("pdf-plan", A3), ("pdf-plan-a4", A4)):
        milestones = (ROOT / f"static/css/{sheet}.css").read_text()
        for style in ("label", "date"):
            rule = re.search(rf"\.p-{style} \{{[^}}]*font-size: ([\d.]+)pt", milestones)
            assert float(rule[1]) == size.type(style)[0], (sheet, style)


def test_every_class_on_paper_is_painted():
    drawings = [draw(replace(REAL, selected="M10"), A3), draw(made_up_plan(60), A3)]
    for drawing in drawings:
        for text in drawing.plain_texts:
            if text.cls != "label":  # in ink, which is what everything is drawn in
                assert re.search("fill=|font-weight=", painted(text.kind, "pdf/plan_shapes.css")), text.kind
        for shape in (each for item in drawing.items for each in item.shapes):
            assert re.search("fill=|stroke=", painted(shape.classes, "pdf/plan_shapes.css")), shape.cls


def test_the_table_of_widths_is_that_of_the_fonts():
    ours = {}
    exec(module(), ours)
    from milestones.poap.widths import WIDTHS

    assert ours["WIDTHS"] == WIDTHS


# ---- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "words", "short"),
    [
        (When.day(date(2025, 9, 24)), "24 September 2025", "24 Sep 2025"),
        (When.month(2025, 9), "September 2025", "Sep 2025"),
        (When.months((2025, 3), (2025, 6)), "March to June 2025", "Mar to Jun 2025"),
        (When.months((2025, 11), (2026, 2)), "November 2025 to February 2026", "Nov 2025 to Feb 2026"),
        (
            When.month(2026, 12, alternative=When.month(2027, 5)),
            "December 2026 or May 2027",
            "Dec 2026 or May 2027",
        ),
    ],
)  # fmt: skip
def test_a_date_is_said_as_precisely_as_it_is_known(when, words, short):
    assert (when.words, when.short_words) == (words, short)


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (When.day(date(2025, 3, 7)), When.day(date(2025, 9, 24)), "6.5 months later"),
        (When.months((2025, 3), (2025, 6)), When.month(2025, 9), "3 to 6 months later"),
        (When.month(2025, 4), When.month(2025, 10), "6 months later"),
        (When.month(2026, 10), When.day(date(2027, 5, 7)), "7 months later"),
        (When.month(2026, 10), When.month(2026, 9), "1 month earlier"),
        (When.month(2026, 12, alternative=When.month(2027, 5)), When.day(date(2027, 7, 2)),
         "7 or 2 months later"),
        (When.day(date(2025, 9, 24)), When.day(date(2025, 9, 22)), "2 days earlier"),
        (When.month(2025, 9), When.day(date(2025, 9, 24)), "Same month"),
        (When.months((2025, 3), (2025, 6)), When.month(2025, 4), "Within the earlier range"),
    ],
)  # fmt: skip
def test_a_movement_is_said_in_words(before, now, said):
    assert movement(before, now) == said


def test_milestones_moved_by_the_baseline_share_a_row_when_they_are_twins():
    assert [(row.label, row.before, row.now) for row in moved(REAL)] == [
        ("M8 Code changes in force", "7 Mar 2025", "24 Sep 2025"),
        ("M10 Central systems ready", "Mar to Jun 2025", "Sep 2025"),
        ("M11, M12 Migration starts", "Apr 2025, inferred", "Oct 2025, M12 inferred"),
        ("M15 Transition complete", "Oct 2026", "7 May 2027"),
        ("M16 New timetable", "Dec 2026 or May 2027", "2 Jul 2027"),
    ]


def test_numbers_in_a_row_are_listed_as_a_run():
    assert listed(["M1", "M2", "M3", "M4", "M5", "M9"]) == "M1 to M5 and M9"
    assert listed(["M1", "M2", "SIT exit"]) == "M1, M2 and SIT exit"


def test_the_year_is_said_once_and_a_month_is_never_turned_into_a_day():
    month = Mark("M10", "a", "x", baseline=When.month(2025, 9),
                 achieved=When.day(date(2025, 9, 24)))  # fmt: skip
    assert date_line((month,)) == "Sep 2025, achieved 24 Sep"
    assert date_line((replace(month, achieved=None),)) == "Sep 2025"
    assert bar_labels(Bar("b", "a", "S", (), None, When.month(2025, 1))) == ["S, start not published"]
