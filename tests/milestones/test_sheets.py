"""Every sheet: one page, tagged, with nothing past its frames, and readable without colour."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pypdf
import pytest
from django.template.loader import render_to_string

from mhhs_portal import pdf
from mhhs_portal.templatetags.pdf import painted
from milestones.poap import Decision, Lane, Mark, Plan, When
from milestones.poap.draw import A3, A4, draw
from milestones.poap.key import key
from milestones.poap.paper import OWN_LANE, Own, Todo, made_up_plan, paper_context
from tests.milestones.real_plan import REAL, REVISION

SITE = "https://portal.example"
SIZES = {"A3": (1190.55, 841.89), "A4": (841.89, 595.28)}
OWN = Own(
    "A Supplier With A Long Name Limited",
    "Long Name",
    "CP3",
    tuple(Todo(f"Qualification Approach and Plan consultation, part {n}", "17:00 Mon 30 Nov 2026") for n in range(9)),
)
REVISED = replace(REVISION, version="3, drawn on 23 November 2026")


def own_plan(steps: int) -> Plan:
    ours = tuple(
        Mark(f"ZZN{n} QT", OWN_LANE, "Supplier", baseline=When.day(date(2026, 12, 1 + n)),
             forecast=When.day(date(2027, 2, 1 + n)), is_own=True, paths=("cp3",))
        for n in range(steps)
    )  # fmt: skip
    due = Decision("due", OWN_LANE, "3 items due 30 Nov 2026", (When.day(date(2026, 11, 30)),), is_deadline=True)
    lanes = (Lane(OWN_LANE, "Our own plan"), *REAL.lanes)
    return replace(REAL, lanes=lanes, marks=(*ours, *REAL.marks), decisions=(due, *REAL.decisions), highlighted="cp3")


CASES = {
    "A3": (REAL, "A3", None),
    "A4": (REAL, "A4", None),
    "A3, 300 items": (made_up_plan(300), "A3", None),
    "A4, 300 items": (made_up_plan(300), "A4", None),
    "A3, own": (own_plan(9), "A3", OWN),
    "A4, own": (own_plan(9), "A4", OWN),
}


def context(case: str) -> dict:
    plan, size, own = CASES[case]
    return paper_context(plan, REVISED, SITE, size=size, own=own)


@pytest.mark.parametrize("case", CASES)
def test_each_is_one_tagged_page_with_its_words(case):
    made = pypdf.PdfReader(io.BytesIO(pdf.render_pdf("pdf/plan_on_a_page.html", context(case))))
    size = CASES[case][1]
    assert len(made.pages) == 1
    assert (float(made.pages[0].mediabox.width), float(made.pages[0].mediabox.height)) == pytest.approx(
        SIZES[size], abs=0.02
    )
    root = made.trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert re.search(rb'pdfuaid:part(>|=")1', root["/Metadata"].get_object().get_data())
    text = " ".join(made.pages[0].extract_text().split())
    for said in ("CR055, published 20 December 2024", "Ofgem, 29 November 2024", "7f3a 91c4 02be",
                 "3, drawn on 23 November 2026", "09:40 on Monday 23 November 2026"):  # fmt: skip
        assert said in text, said
    if CASES[case][2]:
        assert "What we must do next" in text
        assert ("more steps are in our own plan" in text) == (size == "A4")  # A3 has room for all nine
    if size == "A4":
        assert "Milestones moved by" not in text


def boxes(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from boxes(child)


@pytest.mark.parametrize("case", CASES)
def test_nothing_goes_past_its_frame_and_no_words_are_lost(case):
    html = render_to_string("pdf/plan_on_a_page.html", context(case))
    document = pdf.weasyprint().HTML(string=html, base_url="static:", url_fetcher=pdf.static_only())
    sheets = ["css/pdf-plan.css", *(["css/pdf-plan-a4.css"] if CASES[case][1] == "A4" else [])]
    (page,) = document.render(font_config=pdf.fonts(), stylesheets=[pdf.stylesheet(name) for name in sheets]).pages
    sections = [box for box in boxes(page._page_box) if box.element_tag == "section"]
    assert len(sections) >= 2
    for section in sections:
        right = section.content_box_x() + section.width + 1
        bottom = section.position_y + section.border_height()
        for box in boxes(section):
            if box.element_tag in ("th", "td", "p", "h2") and "Anonymous" not in type(box).__name__:
                assert box.position_x + box.width <= right + 8, (box.element_tag, case)
                assert box.position_y + box.border_height() <= bottom + 0.01, (box.element_tag, case)
    written = " ".join(box.text for box in boxes(page._page_box) if hasattr(box, "text"))
    read = html.split('class="read"')[1].split("</section>")[0]
    for sentence in re.findall(r"<p>(?:(?!<p).)*?</p>", read, re.DOTALL):
        for word in re.sub(r"<[^>]+>", "", sentence).split():
            assert word.replace("&amp;", "&") in written, (word, case)


# ---- without colour ---------------------------------------------------------------------------


def grey(colour: str | None) -> int | None:
    """Lightness in tens of L*; None for no paint."""
    if not colour or colour == "none":
        return None
    colour = colour.lstrip("#")
    colour = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    channels = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return round((116 * y ** (1 / 3) - 16) / 10)


def looks(entry) -> set[tuple]:
    """What is left of a mark on a grey printer: outlines, how light they are filled, and dashes."""
    found = set()
    for shape in entry.shapes:
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', painted(shape.classes, "pdf/plan_shapes.css")))
        x0, y0 = shape.points[0]
        outline = tuple((round(x - x0, 1), round(y - y0, 1)) for x, y in shape.points)
        dash = bool(said.get("stroke-dasharray"))
        found.add((outline, shape.radius, grey(said.get("fill")), said.get("stroke") not in (None, "none"), dash))
    return found


@pytest.mark.parametrize("size", [A3, A4], ids=["A3", "A4"])
def test_no_two_marks_differ_by_colour_alone(size):
    late = Mark("M15", "migration", "Late", baseline=When.day(date(2026, 5, 7)), forecast=When.day(date(2027, 3, 1)))
    bars = (replace(REAL.bars[2], forecast_end=When.month(2024, 9)), *REAL.bars)
    plan = replace(
        own_plan(2), selected="M10", marks=(late, *own_plan(2).marks, replace(late, code="X", tier=2)), bars=bars
    )
    entries = key(plan, draw(plan, size))
    assert len(entries) >= 13
    for one, other in combinations(entries, 2):
        assert looks(one) != looks(other), (one.words, other.words)


def test_a_path_is_named_where_it_is_coloured():
    drawing = draw(REAL, A4)
    for band, row in zip(drawing.bands, REAL.path_rows, strict=False):
        assert row.code in [text.text for text in band.texts]
    flags = [item for item in drawing.items if item.key.startswith("flag-")]
    assert all(any(text.text in ("CP1", "CP3") for text in flag.texts) for flag in flags)
