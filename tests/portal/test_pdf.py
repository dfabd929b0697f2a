"""PDFs: our own files only, tagged, one A3 page, within their share of time and memory."""

from __future__ import annotations

import io
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from django.template.loader import render_to_string

from mhhs_portal import pdf
from mhhs_portal.templatetags.pdf import image
from milestones.poap import When
from milestones.poap.draw import A3, fit
from milestones.poap.paper import ROOM, made_up_plan, made_up_revision, paper_context
from tests.milestones.real_plan import REAL, REVISION

STYLE = "css/pdf-plan.css"


@pytest.fixture(scope="module")
def sheet() -> pypdf.PdfReader:
    context = paper_context(REAL, REVISION, "https://portal.example")
    made = pdf.render_pdf("pdf/plan_on_a_page.html", context)
    return pypdf.PdfReader(io.BytesIO(made))


def page(html: str) -> str:
    return f'<html lang="en-GB"><head><title>Test</title></head><body>{html}</body></html>'


# ---- one tagged sheet -------------------------------------------------------------------------


def test_the_plan_is_exactly_one_a3_landscape_page(sheet):
    assert len(sheet.pages) == 1
    box = sheet.pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((1190.55, 841.89), abs=0.02)


def test_it_is_pdf_ua_with_title_language_and_tags(sheet):
    root = sheet.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert sheet.metadata.title == "MHHS implementation timeline: Plan on a Page, baseline CR055"
    assert re.search(rb'pdfuaid:part(>|=")1', root["/Metadata"].get_object().get_data())


def tags(sheet: pypdf.PdfReader) -> list[tuple[str, str]]:
    """(tag, text alternative) of every element, in reading order."""
    found, seen = [], set()

    def walk(element):
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for kid in element:
                walk(kid)
        elif isinstance(element, dict) and id(element) not in seen:
            seen.add(id(element))
            if "/S" in element:
                found.append((element["/S"], element.get("/Alt", "")))
            if "/K" in element:
                walk(element["/K"])

    walk(sheet.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_the_drawing_has_a_text_alternative_that_points_to_the_table(sheet):
    figures = [alt for tag, alt in tags(sheet) if tag == "/Figure"]
    assert len(figures) == 3
    assert all(figures)
    assert any(alt.endswith("Every date in it is in the table at https://portal.example/?view=table")
               for alt in figures)  # fmt: skip


def test_headings_and_tables_are_tagged_in_order(sheet):
    said = [tag for tag, _ in tags(sheet)]
    assert [tag for tag in said if tag in ("/H1", "/H2")] == ["/H1", "/H2", "/H2", "/H2", "/H2"]
    assert said.count("/Table") == 2
    assert said.count("/TH") == 4 + 5 + 7


def test_links_on_the_sheet_are_absolute_and_described(sheet):
    links = [note.get_object() for note in sheet.pages[0]["/Annots"]]
    targets = {link["/A"]["/URI"] for link in links}
    assert "https://portal.example/milestones/m10/" in targets
    assert all(target.startswith("https://portal.example/") for target in targets)
    assert all(link.get("/Contents") for link in links)


def test_fonts_are_embedded_static_cuts_of_inter_and_words_stay_words(sheet):
    fonts = sheet.pages[0]["/Resources"]["/Font"]
    names = set()
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        names.add(str(inner["/BaseFont"]).split("+")[1])
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
    assert names == {"Inter", "Inter-Semi-Bold", "Inter-Display-Semi-Bold"}
    text = " ".join(sheet.pages[0].extract_text().split())
    for said in (
        "M10", "Central systems ready", "Sep 2025, achieved 24 Sep", "CR022 Mar to Jun 2025",
        "M1 to M5 and M9 are not shown", "No forecast has been published in this portal",
        "7f3a 91c4 02be", "09:40 on Monday 23 November 2026, UK time", "Today 23 Nov 2026",
    ):  # fmt: skip
        assert said in text, said


def test_no_type_is_below_7_pt(sheet):
    sizes = set()

    def seen(text, cm, tm, _font, size):
        if text.strip():
            sizes.add(round(abs(cm[3] * tm[3]) * abs(size), 2))

    sheet.pages[0].extract_text(visitor_text=seen)
    assert {7.6, 8.6, 10, 20} <= sizes
    assert min(sizes) >= 7


def test_words_of_the_drawing_are_set_in_one_piece_and_not_letter_by_letter(sheet):
    written = sheet.pages[0].get_contents().get_data()
    words = len(list(fit(REAL, A3, ROOM).texts))
    assert words < written.count(b"BT") < 4 * words
    assert " ".join(sheet.pages[0].extract_text().split()).count("Systems integration testing (SIT)") == 1


def test_text_with_a_place_for_each_letter_is_left_to_the_engine():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><title>x</title>'
        '<text x="5" y="9" font-family="Inter">One <tspan font-weight="600">two</tspan></text>'
        '<text x="5 20" y="18" font-family="Inter">ab</text></svg>'
    )
    made = pypdf.PdfReader(io.BytesIO(pdf.html_to_pdf(page(svg))))
    assert "One two" in " ".join(made.pages[0].extract_text().split())


def boxes(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from boxes(child)


def test_no_table_of_the_band_goes_past_its_frame():
    """With the longest words that are published, and with a forecast for every milestone."""
    marks = tuple(
        replace(
            mark,
            short_name="New settlement timetable" if mark.code == "M16" else mark.short_name,
            forecast=When.day(date(2027, 9, 28)) if mark.baseline else None,
        )
        for mark in REAL.marks
    )
    context = paper_context(replace(REAL, marks=marks), REVISION)
    html = render_to_string("pdf/plan_on_a_page.html", context)
    document = pdf.weasyprint().HTML(string=html, base_url="static:", url_fetcher=pdf.static_only())
    laid_out = document.render(font_config=pdf.fonts(), stylesheets=[pdf.stylesheet(STYLE)]).pages
    sections = [box for box in boxes(laid_out[0]._page_box) if box.element_tag == "section"]
    found = 0
    for section in sections:
        right, bottom = (
            section.content_box_x() + section.width,
            section.position_y + section.border_height(),
        )
        for box in boxes(section):
            if box.element_tag in ("th", "td") and "Anonymous" not in type(box).__name__:
                found += 1
                assert box.position_x + box.border_width() <= right + 0.01
                assert box.position_y + box.border_height() <= bottom
    assert found > 40


def test_passed_and_to_come_differ_in_grey():
    css = Path("templates/pdf/plan_shapes.css").read_text()

    def lightness(selector: str) -> float:
        colour = re.search(rf"^{re.escape(selector)} \{{[^}}]*fill: (#\w{{6}})", css, re.M)[1]
        channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        return 116 * y ** (1 / 3) - 16

    assert lightness(".p-b") - lightness(".p-b.p-past") >= 13
    for path in ("cp1", "cp2", "cp3", "later"):
        assert lightness(f".p-b.p-{path}") - lightness(f".p-b.p-{path}.p-past") >= 7.9


def test_a_forecast_is_set_against_its_baseline():
    marks = tuple(
        replace(mark, forecast=When.day(date(2027, 6, 11))) if mark.code == "M15" else mark for mark in REAL.marks
    )
    context = paper_context(replace(REAL, marks=marks), REVISION)
    said = pypdf.PdfReader(io.BytesIO(pdf.render_pdf("pdf/plan_on_a_page.html", context)))
    text = " ".join(said.pages[0].extract_text().split())
    assert "M15 7 May 2027 11 Jun 2027 35 days later" in text
    assert "7 May, now 11 Jun 2027" in text


def test_200_items_still_fill_one_sheet():
    context = paper_context(made_up_plan(200), made_up_revision())
    made = pdf.render_pdf("pdf/plan_on_a_page.html", context)
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1


# ---- nothing is fetched -----------------------------------------------------------------------


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/x.png", "https://example.org/x", "file:///etc/passwd"])
@pytest.mark.parametrize(
    "vector",
    [
        '<img alt="x" src="{}">',
        "<style>@import url({});</style>",
        "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style><p>x</p>",
        "<style>p {{ background: url({}) }}</style><p>x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title>'
        '<image href="{}" width="9" height="9"/></svg>',
        '<link rel="attachment" href="{}">',
    ],
    ids=["img", "import", "font", "background", "svg", "attachment"],
)  # fmt: skip
def test_a_document_can_fetch_nothing(vector, target, monkeypatch):
    asked, opened = [], []
    monkeypatch.setattr(socket.socket, "connect", lambda *args: opened.append(args))
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", lambda self, request, *rest: opened.append(request))
    fetcher = type(pdf.static_only())
    fetch = fetcher.fetch
    monkeypatch.setattr(
        fetcher, "fetch", lambda self, url, headers=None: (asked.append(url), fetch(self, url, headers))[1]
    )
    made = pdf.html_to_pdf(page(vector.format(target)))
    assert asked == [target]
    assert opened == []
    assert made.startswith(b"%PDF")
    assert b"root:" not in made


@pytest.mark.parametrize(
    "name", ["../mhhs_portal/settings.py", "/etc/passwd", "css/../../pyproject.toml", "css/none.css"]
)
def test_a_static_address_cannot_leave_the_static_files(name):
    with pytest.raises(ValueError, match="static"):
        pdf.static_only().fetch(f"static:{name}")


def test_our_own_static_files_are_read():
    assert pdf.static_only().fetch(f"static:{STYLE}").read().startswith(b"/*")


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/x.png", "file:///etc/passwd"])
def test_a_drawing_within_a_document_can_fetch_nothing_either(target, monkeypatch):
    opened = []
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", lambda self, request, *rest: opened.append(request))
    inner = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        f'<style>@import url({target});</style><image href="{target}" width="9" height="9"/></svg>'
    )
    assert pdf.static_only().fetch(image(inner)).read() == inner.encode()
    made = pdf.html_to_pdf(page(f'<img alt="x" src="{image(inner)}"/>'))
    assert made.startswith(b"%PDF")
    assert opened == []


@pytest.mark.parametrize("url", ["data:text/css;base64,YQ==", "data:image/png;base64,YQ==", "DATA:,a"])
def test_a_document_carries_nothing_but_drawings_within_itself(url):
    with pytest.raises(ValueError, match="static"):
        pdf.static_only().fetch(url)


# ---- limits -----------------------------------------------------------------------------------


def test_a_document_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(pdf, "html_to_pdf", lambda html: time.sleep(20))
    before = time.monotonic()
    with pytest.raises(pdf.PdfError, match="longer than 1 second"):
        pdf._in_own_process("", 1)
    assert time.monotonic() - before < 5


def test_a_document_that_takes_too_much_memory_is_stopped(monkeypatch):
    monkeypatch.setattr(pdf, "html_to_pdf", lambda html: b"%PDF" + bytes(3 << 30))
    with pytest.raises(pdf.PdfError, match="MemoryError"):
        pdf._in_own_process("", 10)


def test_an_error_in_the_child_is_told(monkeypatch):
    def broken(html):
        raise RuntimeError("no such glyph")

    monkeypatch.setattr(pdf, "html_to_pdf", broken)
    with pytest.raises(pdf.PdfError, match="RuntimeError: no such glyph"):
        pdf._in_own_process("", 10)


def test_markup_deeper_than_ours_is_refused():
    assert pdf.deepest("<div>" * 300) == 300
    assert pdf.deepest("<p><br>x</p><p><img src=x></p>") == 1


def test_a_deep_or_long_document_never_reaches_the_renderer(monkeypatch):
    monkeypatch.setattr(pdf, "render_to_string", lambda *args: "<b>" * (pdf.DEEPEST + 1))
    with pytest.raises(pdf.PdfError, match="deeper"):
        pdf.render_pdf("x.html", {})
    monkeypatch.setattr(pdf, "render_to_string", lambda *args: "x" * (pdf.LONGEST + 1))
    with pytest.raises(pdf.PdfError, match="characters"):
        pdf.render_pdf("x.html", {})


def test_importing_the_module_does_not_import_weasyprint():
    said = subprocess.run(
        [sys.executable, "-c", "import mhhs_portal.pdf, sys; print('weasyprint' in sys.modules)"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert said.stdout.strip() == "False"
