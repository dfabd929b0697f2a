"""Papers as PDF and as Word, made by a worker from the same blocks, and kept. Web processes only ask."""

from __future__ import annotations

import io
import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from mhhs_portal.deadlines import spoken
from mhhs_portal.documents.models import keep
from readiness.papers import contents
from readiness.papers.models import PaperFile, PaperVersion

log = logging.getLogger(__name__)

TEMPLATE = "pdf/board_paper.html"
SECONDS = 60
MOST = 20
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def asked(version: PaperVersion, form: str, *, has_annex: bool, now: datetime) -> PaperFile:
    """The file, asked for when it is not there; one that failed is asked for again."""
    file, _ = PaperFile.objects.get_or_create(
        version=version, form=form, has_annex=has_annex, defaults={"asked_at": now}
    )
    if file.problem:
        PaperFile.objects.filter(pk=file.pk).update(problem="", started_at=None, asked_at=now)
        file.problem = ""
    return file


def waiting_before(file: PaperFile) -> int:
    """How many others are made first."""
    return PaperFile.objects.filter(file=None, problem="", asked_at__lt=file.asked_at).count()


def content(version: PaperVersion, *, has_annex: bool) -> dict[str, Any]:
    paper = version.paper
    return {
        "paper": paper,
        "version": version,
        "cover": contents.cover(paper, version),
        "asks": contents.asks(paper),
        "blocks": contents.blocks(version),
        "annex": contents.annex(version) if has_annex else [],
        "marking": "Restricted to PAB members" if not has_annex else "Restricted: holders of the annex permission",
        "as_at": spoken(version.as_at),
        "is_sample": paper.campaign.is_sample,
    }


def draw_asked(now: datetime) -> int:
    """Make the papers that wait, oldest first; the page sees that a worker has begun."""
    made = 0
    for _ in range(MOST):
        file = _claimed(now)
        if file is None:
            return made
        try:
            with transaction.atomic():
                _make(file, now)
            made += 1
        except Exception as error:
            log.exception("paper not made file=%s", file.pk)
            PaperFile.objects.filter(pk=file.pk).update(problem=f"It could not be made: {type(error).__name__}.")
    return made


def _claimed(now: datetime) -> PaperFile | None:
    """Begun by nobody, or by a worker that died; marked as begun before the work, so that the page can say so."""
    with transaction.atomic():
        waiting = PaperFile.objects.filter(file=None, problem="").order_by("asked_at", "pk")
        file = waiting.filter(started_at=None).select_for_update(skip_locked=True).first()
        if file is None:
            stale = waiting.filter(started_at__lt=datetime.fromtimestamp(now.timestamp() - 600, tz=now.tzinfo))
            file = stale.select_for_update(skip_locked=True).first()
        if file:
            PaperFile.objects.filter(pk=file.pk).update(started_at=now)
        return file


def _make(file: PaperFile, now: datetime) -> None:
    versions = PaperVersion.objects.select_related("paper__campaign", "paper__author")
    said = content(versions.get(pk=file.version_id), has_annex=file.has_annex)
    made = as_pdf(said) if file.form == PaperFile.Form.PDF else as_word(said)
    version = said["version"]
    name = f"{version.paper.code}-v{version.number}{'-annex' * file.has_annex}.{file.form}"
    stored = keep(made, name=name, content_type=TYPES[file.form], made_here=True)
    try:
        PaperFile.objects.filter(pk=file.pk).update(file=stored, made_at=now)
    except BaseException:
        stored.file.delete(save=False)
        raise


def as_pdf(said: dict[str, Any]) -> bytes:
    from mhhs_portal.pdf import render_pdf

    return render_pdf(TEMPLATE, said, seconds=SECONDS)


def as_word(said: dict[str, Any]) -> bytes:
    from docx import Document
    from docx.shared import Pt

    paper = said["paper"]
    document = Document()
    document.core_properties.title = f"{paper.code} {paper.title}"
    document.core_properties.author = paper.author.name
    document.core_properties.language = "en-GB"
    document.core_properties.created = document.core_properties.modified = said["version"].frozen_at.replace(
        tzinfo=None
    )
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10)
    footer = f"{said['marking']}. Check code {said['version'].check_code}. Figures as at {said['as_at']}"
    document.sections[0].footer.paragraphs[0].text = footer
    document.add_paragraph(said["marking"])
    if said["is_sample"]:
        document.add_paragraph("Sample data. Organisations, answers and counts are invented.")
    document.add_heading(paper.title, level=0)
    document.add_heading("The Board is asked to", level=1)
    for ask in said["asks"]:
        document.add_paragraph(ask, style="List Number")
    _table(document, ["", ""], [list(row) for row in said["cover"]], has_head=False)
    for block in [*said["blocks"], *said["annex"]]:
        document.add_heading(block.heading, level=1)
        if block.text:
            document.add_paragraph(block.text)
        if block.rows:
            document.add_paragraph(block.caption).runs[0].bold = True
            _table(document, block.columns, block.rows)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, columns: list[str], rows: list[list[str]], *, has_head: bool = True) -> None:
    from docx.oxml import OxmlElement

    table = document.add_table(rows=int(has_head), cols=len(columns))
    table.style = "Light Grid Accent 1" if has_head else "Table Grid"
    if has_head:
        for cell, words in zip(table.rows[0].cells, columns, strict=True):
            cell.text = words
        # Repeated on each page and read out as the heading of its columns.
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
