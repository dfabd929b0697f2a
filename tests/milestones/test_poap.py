"""The drawing of the plan: what stands where, what is said, and that nothing ever touches."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhhs_portal.templatetags.pdf import painted
from milestones.make_widths import module
from milestones.poap import Bar, Decision, Flag, Lane, Link, Mark, PathRow, Plan, When
from milestones.poap_draw import A3, SCREEN, PlanTooLargeError, draw, fit
from milestones.poap_items import Scale
from milestones.poap_key import key
from milestones.poap_paper import ROOM, made_up_plan
from milestones.poap_shapes import Drawing, Item, Shape
from milestones.poap_text import bar_labels, date_line, listed, moved, movement
from tests.milestones.real_plan import REAL

ROOT = Path(__file__).resolve().parents[2]


def item(drawing: Drawing, key: str) -> Item:
    return next(each for each in drawing.items if each.key == key)


def shapes(each: Item, *words: str) -> list[Shape]:
    return [shape for shape in each.shapes if set(words) <= set(shape.cls.split())]


def middle_of(shape: Shape) -> tuple[float, float]:
    xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def plan(*marks: Mark, bars: tuple[Bar, ...] = (), **rest: object) -> Plan:
    lanes = (Lane("a", "Lane A"), Lane("b", "Lane B"), Lane("c", "Lane C"))
    return Plan(lanes, date(2025, 5, 19), "CR055", marks=marks, bars=bars, **rest)  # type: ignore[arg-type]


# ---- the real plan ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SCREEN, A3], ids=["screen", "a3"])
@pytest.mark.parametrize("selected", [None, "M8", "M10", "M11", "M16"])
def test_nothing_touches_in_the_published_plan(size, selected):
    assert draw(replace(REAL, selected=selected), size).problems() == []


@pytest.mark.parametrize("month", range(36))
def test_nothing_touches_whatever_day_it_is(month):
    today = date(2024 + month // 12, month % 12 + 1, 15)
    for size in (SCREEN, A3):
        assert draw(replace(REAL, today=today), size).problems() == []


def test_screen_and_paper_show_the_same_items_in_the_same_proportion():
    screen, paper = Scale.of(REAL, SCREEN), Scale.of(REAL, A3)
    for day in (date(2024, 1, 1), date(2025, 9, 24), date(2027, 12, 31)):
        share = [(s.x(day) - s.left) / (s.right - s.left) for s in (screen, paper)]
        assert share[0] == pytest.approx(share[1])
    keys = [{each.key for each in draw(REAL, size).items} for size in (SCREEN, A3)]
    assert keys[0] == keys[1]


def test_milestones_without_a_date_are_counted_and_not_drawn():
    drawing = draw(REAL, SCREEN)
    assert drawing.sentences == ("M1 to M5 and M9 are not shown: no date is published.",)
    assert not {"m1", "m5", "m9"} & {each.key for each in drawing.items}


def test_a_milestone_outside_the_years_is_counted_and_not_drawn():
    early = Mark("M1", "a", "Early", baseline=When.day(date(2022, 1, 1)))
    drawing = draw(plan(early), SCREEN)
    assert drawing.sentences == ("M1 is not shown: outside the years 2024 to 2027.",)
    assert list(drawing.items) == []


def test_every_dated_milestone_is_a_link_with_number_name_date_precision_and_status():
    marks = {each.key: each for band in draw(REAL, SCREEN).bands for each in band.marks}
    assert len(marks) == 11
    assert all(each.url == f"/milestones/{each.key}/" for each in marks.values())
    assert marks["m10"].name == (
        "M10 Central systems ready to migrate MPANs, CR055 baseline September 2025, month only, "
        "achieved 24 September 2025, in CR022 March to June 2025, a range"
    )
    assert marks["m14"].name.endswith("CR055 baseline 28 October 2026, Outcome not published")
    assert "inferred" in marks["m12"].name


def test_focus_goes_lane_by_lane_and_left_to_right():
    drawing = draw(REAL, SCREEN)
    for band in drawing.bands:
        starts = [each.start for each in band.marks]
        assert starts == sorted(starts)
    tops = [band.top for band in drawing.bands]
    assert tops == sorted(tops)


def test_what_can_be_clicked_is_40_high_covers_mark_and_label_and_overlaps_no_other():
    hits = []
    for band in draw(REAL, SCREEN).bands:
        for each in band.marks:
            (x1, y1), _, (x2, y2), _ = each.hit.points
            assert y2 - y1 >= 40
            assert x2 - x1 >= 24
            hits.append((x1, y1, x2, y2))
    for n, a in enumerate(hits):
        for b in hits[:n]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


# ---- marks ------------------------------------------------------------------------------------


def test_a_day_stands_on_its_day_and_a_month_has_a_whisker_round_its_middle():
    day = Mark("M8", "a", "Day", baseline=When.day(date(2025, 9, 24)))
    month = Mark("M10", "b", "Month", baseline=When.month(2025, 9))
    drawing, scale = draw(plan(day, month), SCREEN), Scale.of(plan(), SCREEN)
    assert shapes(item(drawing, "m8"), "w") == []
    (diamond,) = shapes(item(drawing, "m8"), "m", "base")
    assert middle_of(diamond)[0] == pytest.approx(scale.x(date(2025, 9, 24)))
    (whisker,) = shapes(item(drawing, "m10"), "w")
    ends = [x for x, _ in whisker.points]
    assert ends == pytest.approx([scale.x(date(2025, 9, 1)), scale.x(date(2025, 10, 1))])
    (diamond,) = shapes(item(drawing, "m10"), "m")
    assert ends[0] < middle_of(diamond)[0] < ends[1]


def test_tier_2_is_hollow_and_achieved_has_a_tick():
    hollow = Mark("M8", "a", "Tier two", tier=2, baseline=When.month(2025, 9))
    done = Mark("M9", "b", "Done", achieved=When.day(date(2025, 8, 15)))
    drawing = draw(plan(hollow, done), SCREEN)
    assert shapes(item(drawing, "m8"), "m", "base", "t2")
    assert shapes(item(drawing, "m9"), "m", "done")
    assert shapes(item(drawing, "m9"), "tick")
    assert not shapes(item(drawing, "m8"), "tick")


def test_the_compared_baseline_is_a_ghost_with_a_leader():
    drawing = draw(REAL, SCREEN)
    ghost, leader = shapes(item(drawing, "m8"), "ghost"), shapes(item(drawing, "m8"), "lead")
    assert len(ghost) == len(leader) == 1
    assert middle_of(ghost[0])[0] == pytest.approx(Scale.of(REAL, SCREEN).x(date(2025, 3, 7)))
    assert [text.text for text in item(drawing, "m8").texts if text.cls == "ghost"] == ["CR022 7 Mar 2025"]


def test_a_range_has_end_stops_and_an_alternative_a_smaller_second_ghost():
    drawing = draw(REAL, SCREEN)
    (stops,) = shapes(item(drawing, "m10"), "gw")
    scale = Scale.of(REAL, SCREEN)
    assert [x for x, _ in stops.points] == pytest.approx([scale.x(date(2025, 3, 1)), scale.x(date(2025, 7, 1))])
    first, second = shapes(item(drawing, "m16"), "ghost")
    assert middle_of(second)[0] == pytest.approx(scale.middle(When.month(2027, 5)))
    assert second.points[1][0] - second.points[3][0] < first.points[1][0] - first.points[3][0]


def test_nothing_is_compared_when_no_baseline_is_named():
    drawing = draw(replace(REAL, compared_name=None), SCREEN)
    assert not drawing.kinds & {"ghost", "lead", "gw"}


def test_two_milestones_on_one_date_stand_above_each_other_and_stay_two_links():
    drawing = draw(REAL, SCREEN)
    upper, lower = item(drawing, "m11"), item(drawing, "m12")
    (one,), (other,) = shapes(upper, "m"), shapes(lower, "m")
    assert middle_of(one)[0] == pytest.approx(middle_of(other)[0])
    assert middle_of(one)[1] < middle_of(other)[1]
    assert upper.texts[0].strong == "M11,"
    assert (lower.texts[0].strong, lower.texts[0].text) == ("M12", "Migration starts")


def test_a_later_forecast_is_a_hollow_diamond_with_an_arrow_and_an_early_one_points_left():
    late = Mark("M15", "a", "Done", baseline=When.day(date(2026, 5, 7)),
                forecast=When.day(date(2026, 8, 11)))  # fmt: skip
    early = replace(late, code="M16", lane="b", forecast=When.day(date(2026, 2, 1)))
    drawing = draw(plan(late, early), SCREEN)
    assert shapes(item(drawing, "m15"), "slip", "head")
    assert not shapes(item(drawing, "m15"), "early")
    assert shapes(item(drawing, "m16"), "slip", "head", "early")
    assert item(drawing, "m15").texts[1].text == "7 May, now 11 Aug 2026"
    assert item(drawing, "m15").name.endswith("baseline 7 May 2026, forecast 11 August 2026")


def test_a_movement_too_small_for_an_arrow_is_in_words_only():
    near = Mark("M8", "a", "Near", baseline=When.day(date(2025, 9, 24)),
                forecast=When.day(date(2025, 9, 22)))  # fmt: skip
    drawing = draw(plan(near), SCREEN)
    assert not shapes(item(drawing, "m8"), "slip")
    assert item(drawing, "m8").texts[1].text == "24 Sep, now 22 Sep 2025"


def test_an_inferred_baseline_stays_inferred_once_the_milestone_is_achieved():
    done = Mark("M13", "a", "Done", baseline=When.month(2025, 9, is_inferred=True),
                achieved=When.day(date(2025, 9, 24)))  # fmt: skip
    drawing = draw(plan(done), SCREEN)
    assert item(drawing, "m13").texts[1].text == "Sep 2025 inferred, achieved 24 Sep"


def test_inferred_has_a_dashed_outline_and_the_word():
    guess = Mark("M13", "a", "Guess", baseline=When.month(2025, 9, is_inferred=True))
    bar = Bar("b", "b", "Guess", (), When.month(2025, 1), When.month(2025, 9), is_inferred=True)
    drawing = draw(plan(guess, bars=(bar,)), SCREEN)
    assert shapes(item(drawing, "m13"), "m", "inf")
    assert item(drawing, "m13").texts[1].text == "Sep 2025, inferred"
    assert shapes(item(drawing, "b"), "b", "inf")
    assert item(drawing, "b").texts[0].text == "Guess, inferred"


# ---- bars, flags, decisions -------------------------------------------------------------------


def test_a_bar_has_a_darker_part_until_today():
    bar = Bar("b", "a", "Stage", (), When.month(2025, 1), When.month(2025, 12))
    drawing = draw(plan(bars=(bar,)), SCREEN)
    (past,) = shapes(item(drawing, "b"), "past")
    assert max(x for x, _ in past.points) == pytest.approx(Scale.of(plan(), SCREEN).x(date(2025, 5, 19)))


def test_an_end_that_is_not_published_is_open_says_so_and_is_no_date():
    bar = Bar("b", "a", "Stage", ("S",), When.month(2024, 6), None)
    drawing = draw(plan(bars=(bar,)), SCREEN)
    each = item(drawing, "b")
    assert shapes(each, "open")
    (edge,) = shapes(each, "edge")
    assert not edge.closed
    assert each.texts[0].text == "Stage, end not published"
    assert "end not published" in each.name
    later = draw(replace(plan(bars=(bar,)), today=date(2027, 1, 1)), SCREEN)
    assert shapes(item(later, "b"), "edge") == [edge]


def test_a_bar_with_no_date_at_all_is_not_drawn():
    assert list(draw(plan(bars=(Bar("b", "a", "Stage"),)), SCREEN).items) == []


def test_a_bar_that_began_before_the_chart_has_an_arrow_end():
    bar = Bar("b", "a", "Stage", (), When.month(2023, 10), When.month(2024, 6))
    body = item(draw(plan(bars=(bar,)), SCREEN), "b").shapes[0]
    assert (SCREEN.lane_column, pytest.approx(body.points[1][1])) == body.points[1]
    assert len(body.points) == 5


def test_an_overrun_is_hatched_within_its_box():
    bar = Bar("b", "a", "Stage", (), When.month(2024, 6), When.month(2025, 6),
              forecast_end=When.month(2025, 9))  # fmt: skip
    each = item(draw(plan(bars=(bar,)), SCREEN), "b")
    (over,), (hatch,) = shapes(each, "over"), shapes(each, "hatch")
    xs, ys = [x for x, _ in over.points], [y for _, y in over.points]
    for stroke in (hatch.points, *hatch.more):
        for x, y in stroke:
            assert min(xs) - 0.01 <= x <= max(xs) + 0.01
            assert min(ys) - 0.01 <= y <= max(ys) + 0.01


def test_a_label_goes_inside_then_its_short_form_then_beside_the_bar():
    def said(months: int, *short: str) -> tuple[str, bool]:
        bar = Bar("b", "a", "A rather long stage", short, When.month(2025, 1),
                  When.month(2025, months))  # fmt: skip
        text = item(draw(plan(bars=(bar,)), SCREEN), "b").texts[0]
        return text.text, text.inside

    assert said(8, "Stage") == ("A rather long stage", True)
    assert said(3, "Stage") == ("Stage", True)
    assert said(1, "Stage") == ("A rather long stage", False)


def test_stages_without_a_collision_share_a_row_and_others_do_not():
    first = Bar("a", "a", "One", (), When.month(2024, 1), When.month(2024, 6))
    second = Bar("b", "a", "Two", (), When.month(2024, 7), When.month(2024, 12))
    third = Bar("c", "a", "Three", (), When.month(2024, 5), When.month(2024, 9))
    drawing = draw(plan(bars=(first, second, third)), SCREEN)
    y = {name: middle_of(item(drawing, name).shapes[0])[1] for name in "abc"}
    assert y["a"] == y["b"] != y["c"]


def test_a_pennant_carries_its_name_even_at_the_right_edge():
    rows = (PathRow("cp1", "CP1", "First"),)
    flag = Flag("cp1", "Reached", When.day(date(2027, 12, 30)))
    drawing = draw(replace(plan(), path_rows=rows, flags=(flag,)), SCREEN)
    assert drawing.problems() == []
    (each,) = drawing.items
    assert each.texts[0].text == "CP1"
    assert each.name == "CP1 reached: Reached, 30 December 2027"


def test_a_path_or_lane_with_nothing_to_draw_says_so():
    drawing = draw(REAL, SCREEN)
    notes = [text.text for band in drawing.bands for text in band.texts if text.cls == "note"]
    assert notes[0] == "Go live between CP2 and CP3; no date is published"
    empty = draw(plan(), SCREEN)
    assert [b.texts[-1].text for b in empty.bands] == ["No date is published"] * 3


def test_decisions_are_rings_with_one_label():
    each = item(draw(REAL, SCREEN), "decision-cr055")
    assert len(shapes(each, "ring")) == 2
    assert [text.text for text in each.texts] == ["CR055 approved, published"]


# ---- today, axis, links, highlight ------------------------------------------------------------


def test_today_is_a_rule_with_a_flag_and_left_out_when_off_the_chart():
    drawing = draw(REAL, SCREEN)
    assert drawing.today_text.text == "Today 23 Nov 2026"
    assert drawing.today_rule[0].points[0][0] == pytest.approx(Scale.of(REAL, SCREEN).x(date(2026, 11, 23)))
    gone = draw(replace(REAL, today=date(2031, 1, 1)), SCREEN)
    assert (gone.today_rule, gone.today_flag, gone.today_text) == ((), (), None)


@pytest.mark.parametrize("day", range(0, 1461, 17))
def test_the_axis_never_runs_into_todays_flag(day):
    drawing = draw(replace(plan(), today=date(2024, 1, 1) + timedelta(days=day)), SCREEN)
    flag = drawing.today_flag[0].points
    left, right, top = flag[0][0], flag[1][0], flag[0][1]
    assert SCREEN.lane_column <= left
    assert right <= SCREEN.width
    for text in drawing.axis_texts:
        rect = text.rect
        assert rect.x2 < left or rect.x1 > right or rect.y2 < top


def test_no_upright_rule_runs_through_a_label():
    drawing = draw(REAL, SCREEN)
    uprights = [
        stroke
        for shape in (*drawing.ground, *drawing.today_rule)
        if shape.cls in ("quarter", "yearrule", "now")
        for stroke in (shape.points, *shape.more)
    ]
    for text in (text for each in drawing.items for text in each.texts if not text.inside):
        rect = text.rect
        for (x, y1), (_, y2) in uprights:
            assert not (rect.x1 < x < rect.x2 and y1 < rect.y2 and rect.y1 < y2), text.in_words


def test_a_tie_to_the_next_lane_is_a_line_and_any_other_an_outline():
    dated = {"baseline": When.month(2025, 3)}
    later = {"baseline": When.month(2026, 3)}
    marks = (Mark("M1", "a", "One", **dated), Mark("M2", "b", "Two", **later),
             Mark("M3", "c", "Three", **later))  # fmt: skip
    tied = plan(*marks, links=(Link("M1", "M2"), Link("M1", "M3")), selected="M1")
    drawing = draw(tied, SCREEN)
    assert [shape.cls for shape in drawing.links] == ["dep", "dep head"]
    assert shapes(item(drawing, "m1"), "sel")
    assert shapes(item(drawing, "m3"), "tied")
    assert not shapes(item(drawing, "m2"), "tied")
    assert draw(replace(tied, selected=None), SCREEN).links == ()


def test_highlighting_a_path_tints_its_rows_and_dims_the_others():
    drawing = draw(replace(REAL, highlighted="cp3"), SCREEN)
    assert any(shape.cls == "on cp3" for shape in drawing.ground)
    assert item(drawing, "m14").cls == ""
    assert item(drawing, "m16").cls == "dim"
    assert item(drawing, "flag-cp1-2025-10-01").cls == "dim"
    assert not any(shape.cls.startswith("on") for shape in draw(REAL, SCREEN).ground)


def test_the_key_explains_what_is_drawn_and_nothing_else():
    words = [entry.words for entry in key(REAL, draw(REAL, SCREEN))]
    assert "Achieved" in words
    assert "CR022 to CR055" in words
    assert "Baseline to forecast" not in words
    alone = replace(REAL, compared_name=None, bars=(), decisions=(), flags=())
    words = [entry.words for entry in key(alone, draw(alone, SCREEN))]
    assert not {"CR022 to CR055", "Decision", "Critical path reached"} & set(words)


# ---- paper ------------------------------------------------------------------------------------


def test_rows_move_apart_or_together_to_fill_the_sheet_and_type_keeps_its_size():
    real, many = fit(REAL, A3, ROOM), fit(made_up_plan(200), A3, ROOM)
    assert real.height <= ROOM
    assert many.height <= ROOM
    assert real.size.row > A3.row > many.size.row
    assert {text.points for text in many.texts} == {text.points for text in real.texts}
    assert min(text.points for text in real.texts) >= 7.5
    assert real.problems() == many.problems() == []


def test_a_plan_too_large_for_a_sheet_is_refused():
    with pytest.raises(PlanTooLargeError):
        fit(made_up_plan(2000), A3, ROOM)


def test_bars_say_their_end_on_paper_where_there_is_room():
    assert "to 7 May 2027" in [text.text for text in item(draw(REAL, A3), "sprints").texts]
    assert len(item(draw(REAL, SCREEN), "sprints").texts) == 1


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
    for css, size, prefix in ((screen, SCREEN, "p"), (paper, A3, "t")):
        for style in ("lane", "year", "chip", "today", "date", "note", "path", "month", "ghost"):
            rule = re.search(rf"[^{{}}]*\.{prefix}-{style}(?![\w-])[^{{}}]*\{{[^}}]*font-size: ([\d.]+)px", css)
            assert rule, style
            assert float(rule[1]) == size.type(style)[0], style
    milestones = (ROOT / "static/css/pdf-plan.css").read_text()
    for style in ("label", "date"):
        rule = re.search(rf"\.p-{style} \{{[^}}]*font-size: ([\d.]+)pt", milestones)
        assert float(rule[1]) == A3.type(style)[0], style


def test_every_class_on_paper_is_painted():
    drawings = [draw(replace(REAL, selected="M10"), A3), draw(made_up_plan(60), A3)]
    for drawing in drawings:
        for text in drawing.plain_texts:
            assert "font-size=" in painted(text.kind, "pdf/plan_shapes.css"), text.kind
        for shape in (each for item in drawing.items for each in item.shapes):
            assert re.search("fill=|stroke=", painted(shape.classes, "pdf/plan_shapes.css")), shape.cls


def test_the_table_of_widths_is_that_of_the_fonts():
    ours = {}
    exec(module(), ours)
    from milestones.poap_widths import WIDTHS

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


# ---- any plan at all --------------------------------------------------------------------------

days = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@st.composite
def whens(draw_from, alternatives=True):
    day = draw_from(days)
    kind = draw_from(st.sampled_from(["day", "month", "range"]))
    inferred = draw_from(st.booleans())
    other = None
    if alternatives and draw_from(st.integers(0, 5)) == 0:
        other = draw_from(whens(alternatives=False))
    if kind == "day":
        return When.day(day, alternative=other, is_inferred=inferred)
    later = day + timedelta(days=draw_from(st.integers(0, 400)) if kind == "range" else 0)
    return When.months((day.year, day.month), (later.year, later.month), other, inferred)


maybe = st.none() | whens()
words = st.text("abcdefgh IlMW1890", min_size=1, max_size=40)


@st.composite
def plans(draw_from):
    lanes = tuple(Lane(f"lane{n}", f"Lane {n}") for n in range(draw_from(st.integers(1, 4))))
    lane = st.sampled_from([each.key for each in lanes])
    path = st.sampled_from(["cp1", "cp2"])
    marks = tuple(
        Mark(f"M{n}", draw_from(lane), draw_from(words), "", draw_from(st.integers(1, 2)),
             draw_from(maybe), draw_from(maybe), draw_from(maybe), draw_from(maybe),
             url="/", paths=tuple(draw_from(st.sets(path))))
        for n in range(draw_from(st.integers(0, 12)))
    )  # fmt: skip
    bars = []
    for n in range(draw_from(st.integers(0, 12))):
        first, last = sorted([draw_from(days), draw_from(days)])
        bars.append(
            Bar(f"bar{n}", draw_from(lane | path), draw_from(words),
                tuple(draw_from(st.lists(words, max_size=2))),
                draw_from(st.sampled_from([None, When.day(first)])),
                draw_from(st.sampled_from([None, When.day(last)])),
                draw_from(st.none() | whens(alternatives=False)), draw_from(st.none() | path),
                draw_from(st.sampled_from([None, "together"])),
                draw_from(st.booleans()), draw_from(st.booleans()))
        )  # fmt: skip
    return Plan(
        lanes, draw_from(days), "CR055",
        (PathRow("cp1", "CP1", "First path"), PathRow("cp2", "Later", "Other path")),
        tuple(bars), marks,
        tuple(Flag(draw_from(path), draw_from(words), draw_from(whens()))
              for _ in range(draw_from(st.integers(0, 3)))),
        tuple(Decision(f"d{n}", draw_from(lane), draw_from(words),
                       tuple(draw_from(st.lists(whens(), min_size=1, max_size=3))))
              for n in range(draw_from(st.integers(0, 3)))),
        tuple(Link(a.code, b.code) for a, b in pairwise(marks)),
        draw_from(st.sampled_from([None, "CR022"])),
        draw_from(st.sampled_from([None, "M1", "M2"])),
        draw_from(st.sampled_from([None, "cp1"])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_nothing_touches_in_any_plan(any_plan):
    for size in (SCREEN, A3):
        drawing = draw(any_plan, size)
        assert drawing.problems() == []
        assert all(each.name for each in drawing.items)


def test_an_overlap_would_be_found():
    drawing = draw(REAL, SCREEN)
    band = next(band for band in drawing.bands if band.key == "cutover")
    (m8,) = [each for each in drawing.items if each.key == "m8"]
    pushed = tuple(replace(each, taken=m8.taken) for each in band.marks)
    bands = tuple(replace(each, marks=pushed) if each is band else each for each in drawing.bands)
    found = replace(drawing, bands=bands).problems()
    assert "m10 leaves its lane" in found
    assert "m10 touches m8" in found or "m8 touches m10" in found
