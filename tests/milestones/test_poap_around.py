"""Around the marks: today, the axis, ties, paths, the key; lanes that are folded; zoom; A4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from milestones.poap import Decision, Link, Mark, When
from milestones.poap.draw import A3, A4, SCREEN, PlanTooLargeError, draw, fit
from milestones.poap.items import Scale
from milestones.poap.key import key
from milestones.poap.paper import A3_DENSE, LAYOUTS, ROOM, laid_out, made_up_plan
from milestones.poap.sizes import ZOOMS, screen
from tests.milestones.drawings import item, plan, shapes
from tests.milestones.real_plan import REAL

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


@pytest.mark.parametrize(("size", "items"), [("A3", 300), ("A4", 90)])
def test_300_bars_and_marks_have_room_on_a3_where_the_tables_make_way(size, items):
    layout, drawing = laid_out(made_up_plan(items), LAYOUTS[size, False])
    assert drawing.height <= layout.room
    assert drawing.problems() == []
    assert sum(1 for _ in drawing.items) == items
    assert not any("folded" in sentence for sentence in drawing.sentences)
    if size == "A3":
        assert layout == A3_DENSE


@pytest.mark.parametrize("size", ["A3", "A4"])
def test_what_a_sheet_cannot_hold_is_folded_and_named(size):
    layout, drawing = laid_out(made_up_plan(900), LAYOUTS[size, False])
    assert drawing.height <= layout.room
    assert drawing.problems() == []
    assert "More than this sheet holds is folded: Made-up lane" in drawing.sentences[-1]


def test_a4_has_no_text_below_seven_and_a_half_points():
    drawing = fit(REAL, A4, LAYOUTS["A4", False][0].room)
    assert min(text.points for text in drawing.texts) >= 7.5
    assert drawing.problems() == []
    assert {each.key for each in drawing.items} == {each.key for each in draw(REAL, A3).items}


# ---- zoom and folded lanes --------------------------------------------------------------------


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("folded", [(), ("governance", "code"), tuple(lane.key for lane in REAL.lanes)])
def test_nothing_touches_at_any_zoom_with_any_lane_folded(zoom, folded):
    for today in (date(2024, 1, 2), date(2026, 11, 23), date(2027, 12, 30)):
        drawing = draw(replace(REAL, today=today, folded=folded), screen(zoom))
        assert drawing.problems() == []


def test_zoomed_in_the_same_items_stand_in_the_same_proportion_with_type_of_the_same_size():
    whole, zoomed = draw(REAL, SCREEN), draw(REAL, screen("months"))
    assert {each.key for each in whole.items} == {each.key for each in zoomed.items}
    near, far = Scale.of(REAL, SCREEN), Scale.of(REAL, screen("months"))
    share = [(s.x(date(2025, 9, 24)) - s.left) / (s.right - s.left) for s in (near, far)]
    assert share[0] == pytest.approx(share[1])
    assert {text.points for text in whole.texts} == {text.points for text in zoomed.texts}
    months = [text.text for text in zoomed.axis_texts if text.cls == "month"]
    assert months[:3] == ["Jan 2024", "Feb 2024", "Mar 2024"]
    assert len(months) >= 45  # the flag of today hides one or two


def test_a_folded_lane_is_one_line_that_says_what_it_hides():
    drawing = draw(replace(REAL, folded=("code",)), SCREEN)
    band = next(band for band in drawing.bands if band.key == "code")
    assert [text.text for text in band.texts] == ["Design and code", "Folded: 3 milestones"]
    assert band.items == ()
    assert drawing.height < draw(REAL, SCREEN).height
    assert item(drawing, "m10")


def test_years_around_the_usual_four_are_drawn_when_the_plan_needs_them():
    early = Mark("M0", "governance", "Early", baseline=When.month(2022, 5))
    drawing = draw(replace(REAL, marks=(early, *REAL.marks), first_year=2022), SCREEN)
    assert item(drawing, "m0")
    assert drawing.problems() == []


# ---- an organisation's own marks --------------------------------------------------------------


def test_our_own_steps_are_triangles_and_our_deadlines_boxes():
    step = Mark("ZZN1 PIT", "a", "Supplier", baseline=When.day(date(2026, 1, 5)),
                forecast=When.day(date(2026, 6, 5)), is_own=True)  # fmt: skip
    due = Decision("due", "b", "2 items due", (When.day(date(2026, 2, 1)),), is_deadline=True)
    drawing = draw(plan(step, decisions=(due,)), SCREEN)
    (ours,) = shapes(item(drawing, "zzn1-pit"), "m", "own")
    assert len(ours.points) == 3
    assert shapes(item(drawing, "decision-due"), "due")
    assert not shapes(item(drawing, "decision-due"), "ring")
    assert item(drawing, "zzn1-pit").name.startswith("ZZN1 PIT Supplier, our target 5 January 2026")
    assert {"Our target, forecast", "Our deadline"} <= {entry.words for entry in key(plan(step), drawing)}
