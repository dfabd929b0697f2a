"""The drawing of the plan: what stands where and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from milestones.poap import Bar, Flag, Mark, PathRow, When
from milestones.poap.draw import A3, A4, SCREEN, draw
from milestones.poap.items import Scale
from milestones.poap.sizes import screen
from tests.milestones.drawings import item, middle_of, plan, shapes
from tests.milestones.real_plan import REAL

# ---- the real plan ----------------------------------------------------------------------------


SIZES = [SCREEN, screen("quarters"), screen("months"), A3, A4]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
@pytest.mark.parametrize("selected", [None, "M8", "M10", "M11", "M16"])
def test_nothing_touches_in_the_published_plan(size, selected):
    assert draw(replace(REAL, selected=selected), size).problems() == []


@pytest.mark.parametrize("month", range(36))
def test_nothing_touches_whatever_day_it_is(month):
    today = date(2024 + month // 12, month % 12 + 1, 15)
    for size in SIZES:
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
