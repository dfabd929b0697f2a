"""The Plan on a Page as a PDF: drawn once for each content version by a worker, kept, and served from storage.

Web processes ask which version is kept; only `make_if_missing` draws, and only it loads the PDF engine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from mhhs_portal.deadlines import day_words, local_day
from mhhs_portal.documents.models import keep
from milestones import charting, register
from milestones.models import Baseline, CriticalPath, PlanOnAPage, Stage
from milestones.poap import Plan, Revision
from milestones.poap_shapes import A3
from milestones.register import Register

TEMPLATE = "pdf/plan_on_a_page.html"
#: Any number, as long as nothing else in the portal uses it for an advisory lock.
LOCK = 5501601
#: What decides how the sheet looks, beside the plan itself.
_LOOKS = (
    "templates/pdf/*",
    "templates/milestones/plan_*.html",
    "static/css/pdf-plan*.css",
    "milestones/poap*.py",
    "mhhs_portal/pdf*.py",
    "mhhs_portal/templatetags/pdf.py",
)


@dataclass(frozen=True)
class Content:
    """Everything that one sheet shows, and the version that stands for it."""

    plan: Plan
    baseline: Baseline
    version: str
    as_at: date


def content(read: Register, paths: list[CriticalPath], stages: list[Stage], today: date) -> Content | None:
    """The public plan as it would be drawn on `today`; None before any baseline is published."""
    if read.current is None:
        return None
    compared = read.previous.slug if read.previous else ""
    plan = charting.plan(read, paths, stages, charting.Drawn(compare=compared), today=today)
    said = f"{_looks()}\n{A3!r}\n{plan!r}\n{_revision(read.current, read.previous)!r}\n{settings.SITE_URL}"
    return Content(plan, read.current, hashlib.sha256(said.encode()).hexdigest(), today)


def content_of(today: date) -> Content | None:
    return content(register.read(today), charting.paths(), charting.stages(), today)


def newest() -> PlanOnAPage | None:
    return PlanOnAPage.objects.select_related("file").order_by("-made_at", "-pk").first()


def make_if_missing(now: datetime) -> PlanOnAPage | None:
    """Draw and keep the current version; None when it is kept already or somebody is drawing it."""
    wanted = content_of(local_day(now))
    if wanted is None or PlanOnAPage.objects.filter(version=wanted.version).exists():
        return None
    with transaction.atomic():
        if not _locked() or PlanOnAPage.objects.filter(version=wanted.version).exists():
            return None
        made = _draw(wanted, now)
        name = f"mhhs-plan-on-a-page-{wanted.baseline.slug}-{wanted.as_at}.pdf"
        file = keep(made, name=name, content_type="application/pdf")
        try:
            return PlanOnAPage.objects.create(
                version=wanted.version,
                baseline=wanted.baseline,
                as_at=wanted.as_at,
                file=file,
                made_at=now,
            )
        except BaseException:
            file.file.delete(save=False)  # the row goes with the transaction, the bytes would not
            raise


def _locked() -> bool:
    """True for one drawer at a time, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _draw(wanted: Content, now: datetime) -> bytes:
    from mhhs_portal.deadlines import spoken
    from mhhs_portal.pdf import render_pdf
    from milestones.poap_paper import paper_context

    code = wanted.version[:12]
    revision = Revision(
        **_revision(wanted.baseline, wanted.baseline.replaces),
        as_at=spoken(now),
        check_code=" ".join(code[n : n + 4] for n in (0, 4, 8)),
        table_url=f"{settings.SITE_URL}{reverse('home')}?view=table",
    )
    return render_pdf(TEMPLATE, paper_context(wanted.plan, revision, settings.SITE_URL))


def _revision(baseline: Baseline, replaced: Baseline | None) -> dict[str, str]:
    published = f", published {day_words(baseline.published_on)}" if baseline.published_on else ""
    before = f"{replaced.name}, {day_words(replaced.decided_on)}" if replaced else "Nothing"
    return {
        "baseline": f"{baseline.name}{published}",
        "approved_by": f"{baseline.decided_by}, {day_words(baseline.decided_on)}",
        "replaces": before,
        "forecast": "No forecast published",
    }


@cache
def _looks() -> str:
    digest = hashlib.sha256()
    for pattern in _LOOKS:
        for file in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()
