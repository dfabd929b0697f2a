"""Nothing ever touches, whatever the plan, at any zoom, on any sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milestones.poap import Bar, Decision, Flag, Lane, Link, Mark, PathRow, Plan, When
from milestones.poap.draw import A3, A4, SCREEN, draw
from milestones.poap.sizes import screen
from tests.milestones.real_plan import REAL

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
             url="/", paths=tuple(draw_from(st.sets(path))), is_own=draw_from(st.booleans()))
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
                       tuple(draw_from(st.lists(whens(), min_size=1, max_size=3))),
                       is_deadline=draw_from(st.booleans()))
              for n in range(draw_from(st.integers(0, 3)))),
        tuple(Link(a.code, b.code) for a, b in pairwise(marks)),
        draw_from(st.sampled_from([None, "CR022"])),
        draw_from(st.sampled_from([None, "M1", "M2"])),
        draw_from(st.sampled_from([None, "cp1"])),
        folded=tuple(draw_from(st.sets(lane, max_size=2))),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_nothing_touches_in_any_plan(any_plan):
    for size in (SCREEN, screen("quarters"), screen("months"), A3, A4):
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
