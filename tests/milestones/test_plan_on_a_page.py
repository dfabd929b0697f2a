"""The PDF: drawn once for each version by a worker, kept, served with an ETag; never drawn by a web process."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.organisations import facts as organisations
from milestones import facts
from milestones.models import PlanOnAPage
from milestones.sheets import plan_on_a_page
from milestones.tasks import render_plan_on_a_page
from tests import kept, make

ADDRESS = "/timeline/plan-on-a-page.pdf"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def plan(db, settings, tmp_path, monkeypatch):
    """The real plan, with a renderer that is quick and counts how often it is asked."""
    settings.MEDIA_ROOT = tmp_path
    kept.load(NOON.date(), organisations.load, facts.load)
    drawn = []

    def draw(wanted, now, edition):
        drawn.append(wanted.version)
        return b"%PDF-1.7 " + wanted.version.encode() * 50

    monkeypatch.setattr(plan_on_a_page, "_draw", draw)
    return drawn


def test_a_version_is_drawn_once_however_often_it_is_asked_for(plan):
    first = plan_on_a_page.make_if_missing(NOON)

    assert plan_on_a_page.make_if_missing(NOON + timedelta(hours=3)) is None
    assert plan == [first.version]
    assert (PlanOnAPage.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert (first.baseline.slug, first.as_at) == ("cr055", date(2026, 11, 23))


def test_a_new_day_in_london_is_a_new_version(plan):
    plan_on_a_page.make_if_missing(datetime(2026, 6, 30, 22, 59, tzinfo=UTC))

    assert plan_on_a_page.make_if_missing(datetime(2026, 6, 30, 23, 1, tzinfo=UTC)) is not None  # 00:01 in London


def test_a_new_date_in_the_plan_is_a_new_version(plan):
    before = plan_on_a_page.content_of(NOON.date()).version
    make.forecast(plan_on_a_page.register.read(NOON.date()).entry("m15").milestone, date(2027, 6, 11))

    assert plan_on_a_page.content_of(NOON.date()).version != before


def test_somebody_else_who_is_drawing_is_left_alone(plan, monkeypatch):
    monkeypatch.setattr(plan_on_a_page, "_locked", lambda organisation: False)

    assert plan_on_a_page.make_if_missing(NOON) is None
    assert plan == []


def test_one_drawer_at_a_time_holds_the_lock(plan):
    from django.db import transaction

    other = connection.copy()
    try:
        with transaction.atomic():
            assert plan_on_a_page._locked()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [plan_on_a_page.LOCK])
                assert cursor.fetchone() == (False,)
    finally:
        other.close()


def test_bytes_are_not_left_behind_when_the_row_is_refused(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(PlanOnAPage.objects, "create", lambda **kw: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        plan_on_a_page.make_if_missing(NOON)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_the_plan_is_served_with_a_strong_etag_and_304(client, plan):
    made = plan_on_a_page.make_if_missing(timezone.now())

    page = client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    again = client.get(ADDRESS, headers={"If-None-Match": page["ETag"], "Accept-Encoding": "gzip"})
    since = client.get(ADDRESS, headers={"If-Modified-Since": page["Last-Modified"]})

    assert page.content == made.file.read()
    assert page["ETag"] == f'"{made.file.sha256}"'
    assert page["Content-Type"] == "application/pdf"
    assert page["Content-Disposition"] == f'inline; filename="{made.file.name}"'
    assert page["Plan-Is-Current"] == "yes"
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", page["ETag"])
    assert since.status_code == 304


def test_the_last_version_is_served_and_says_so_while_a_newer_one_is_due(client, plan):
    plan_on_a_page.make_if_missing(NOON - timedelta(days=1))

    page, home = client.get(ADDRESS), client.get("/")

    assert (page.status_code, page["Plan-As-At"]) == (200, "2026-11-22")
    assert page["Plan-Is-Current"].startswith("no")
    assert "A3 PDF, as at 22 November 2026" in home.text


def test_the_current_version_has_no_date_in_its_link(client, plan):
    plan_on_a_page.make_if_missing(timezone.now())

    assert "A3 PDF</a>" in client.get("/").text


def test_before_the_first_version_the_answer_is_a_helpful_503(client, plan):
    page = client.get(ADDRESS)

    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "The Plan on a Page is being drawn" in page.text
    assert "?view=table" in page.text


def test_a_file_that_was_lost_is_a_helpful_503_too(client, plan):
    made = plan_on_a_page.make_if_missing(NOON)
    made.file.file.storage.delete(made.file.file.name)

    assert client.get(ADDRESS).status_code == 503


def test_the_task_and_the_command_draw_what_is_missing(plan, capsys):
    render_plan_on_a_page()
    render_plan_on_a_page()
    assert len(plan) == 2  # A3 and A4

    call_command("render_plan_on_a_page", "--if-missing")
    assert "the worker draws newer versions" in capsys.readouterr().out
    assert len(plan) == 2


@pytest.mark.parametrize(("size", "width"), [("A3", 1190.55), ("A4", 841.89)])
def test_the_real_sheet_is_one_page(db, settings, tmp_path, size, width):
    import io

    from pypdf import PdfReader

    settings.MEDIA_ROOT = tmp_path
    kept.load(NOON.date(), organisations.load, facts.load)

    made = plan_on_a_page.make_if_missing(NOON, size)

    pdf = PdfReader(io.BytesIO(made.file.read()))
    text = pdf.pages[0].extract_text()
    assert len(pdf.pages) == 1
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(width, abs=0.02)
    assert all(f"M{n}" in text for n in (6, 7, 8, 10, 11, 12, 13, 14, 15, 16))
    for said in ("CR055, published 20 December 2024", "Ofgem, 29 November 2024", "No forecast published",
                 "12:00 on Monday 23 November 2026", "1, drawn on 23 November 2026", f"1 of 1, {size} landscape",
                 made.version[:4]):  # fmt: skip
        assert said in text, said
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"


def test_no_web_process_loads_the_pdf_engine():
    script = (
        "import sys, django; django.setup(); import mhhs_portal.urls, mhhs_portal.wsgi; "
        "from django.urls import get_resolver; get_resolver().url_patterns; print('weasyprint' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
