"""The Plan on a Page as a PDF: drawn once for each content version by a worker, kept, and served from storage.

Web processes ask which version is kept; only `make` draws, and only it loads the PDF engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from mhhs_portal.deadlines import day_words, local_day
from mhhs_portal.documents.models import keep
from mhhs_portal.organisations.models import Organisation
from milestones import charting, register
from milestones.models import Baseline, CriticalPath, PlanOnAPage, PlanRelease, Stage
from milestones.poap import Plan, Revision
from milestones.poap.paper import Own
from milestones.poap.sizes import PAPERS
from milestones.register import Register
from milestones.sheets import editions

TEMPLATE = "pdf/plan_on_a_page.html"
#: Any number, as long as nothing else in the portal uses it for an advisory lock.
LOCK = 5501601
#: What decides how the sheet looks, beside the plan itself.
_LOOKS = (
    "templates/pdf/*",
    "templates/milestones/plan_*.html",
    "static/css/pdf-plan*.css",
    "milestones/poap/*.py",
    "mhhs_portal/pdf*.py",
    "mhhs_portal/templatetags/pdf.py",
)


@dataclass(frozen=True)
class Content:
    """Everything that one sheet shows, and the version that stands for it."""

    plan: Plan
    baseline: Baseline
    revision: dict[str, str]
    version: str
    as_at: date
    size: str = "A3"
    #: Whose own sheet it is, with what only that says; None is the public one.
    organisation: Organisation | None = None
    own: Own | None = None


def content(
    read: Register,
    paths: list[CriticalPath],
    stages: list[Stage],
    today: date,
    *,
    size: str = "A3",
    release: PlanRelease | None = None,
) -> Content | None:
    """The public plan as it would be drawn on `today`; None before any baseline is published."""
    if read.current is None:
        return None
    compared = read.previous.slug if read.previous else ""
    plan = charting.plan(read, paths, stages, charting.Drawn(compare=compared), today=today)
    revision = revision_of(read.current, read.previous, release)
    return Content(plan, read.current, revision, version_of(plan, revision, size), today, size)


def version_of(plan: Plan, revision: dict[str, str], size: str, *more: object) -> str:
    """SHA-256 over everything that is drawn."""
    said = "\n".join([_looks(), *map(repr, (PAPERS[size], plan, revision, *more)), settings.SITE_URL])
    return hashlib.sha256(said.encode()).hexdigest()


def content_of(today: date, size: str = "A3") -> Content | None:
    read = register.read(today)
    return content(read, charting.paths(), charting.stages(), today, size=size, release=newest_release())


def newest_release() -> PlanRelease | None:
    return PlanRelease.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk").first()


def newest(size: str = "A3", organisation: Organisation | None = None) -> PlanOnAPage | None:
    drawn = PlanOnAPage.objects.filter(size=size, organisation=organisation).select_related("file", "baseline")
    return drawn.defer("facts").order_by("-made_at", "-pk").first()


def newest_with_release() -> tuple[PlanOnAPage | None, PlanRelease | None]:
    """The newest public A3 sheet and the newest release of forecasts: one query once a sheet is kept."""
    published = PlanRelease.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk")
    said = JSONObject(number="number", as_at="as_at", published_at="published_at")
    sheets = PlanOnAPage.objects.filter(size="A3", organisation=None).select_related("file", "baseline").defer("facts")
    sheet: Any = sheets.annotate(release=Subquery(published.values(json=said)[:1])).order_by("-made_at", "-pk").first()
    if sheet is None:
        return None, newest_release()
    row = sheet.release
    if not row:
        return sheet, None
    days = {"as_at": date.fromisoformat(row["as_at"]), "published_at": datetime.fromisoformat(row["published_at"])}
    return sheet, PlanRelease(number=row["number"], **days)


def make_if_missing(now: datetime, size: str = "A3") -> PlanOnAPage | None:
    """Draw and keep the current public version; None when it is kept already or somebody is drawing it."""
    wanted = content_of(local_day(now), size)
    return make(wanted, now) if wanted else None


def make_all(now: datetime, sizes: Iterable[str] = tuple(PAPERS)) -> list[PlanOnAPage]:
    return [made for size in sizes if (made := make_if_missing(now, size))]


def make(wanted: Content, now: datetime) -> PlanOnAPage | None:
    kept = PlanOnAPage.objects.filter(version=wanted.version)
    if kept.exists():
        return None
    with transaction.atomic():
        if not _locked(wanted.organisation) or kept.exists():
            return None
        facts = editions.facts_of(wanted.plan, wanted.revision)
        what = editions.content_of(facts)
        place = editions.Place(1, {}, []) if wanted.organisation else editions.place_of(facts, what)
        made = _draw(wanted, now, place.edition)
        whose = f"-{wanted.organisation.slug}" if wanted.organisation else ""
        name = f"mhhs-plan-on-a-page{whose}-{wanted.baseline.slug}-{wanted.as_at}-{wanted.size.lower()}.pdf"
        file = keep(made, name=name, content_type="application/pdf", made_here=True)
        try:
            return PlanOnAPage.objects.create(
                version=wanted.version,
                baseline=wanted.baseline,
                size=wanted.size,
                organisation=wanted.organisation,
                as_at=wanted.as_at,
                file=file,
                made_at=now,
                content=what,
                edition=place.edition,
                facts=place.facts,
                changed=place.changed,
            )
        except BaseException:
            file.file.delete(save=False)  # the row goes with the transaction, the bytes would not
            raise


def _locked(organisation: Organisation | None = None) -> bool:
    """True for one drawer of the public plan, or of one organisation's, at a time, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, organisation.pk if organisation else 0])
        return bool(cursor.fetchone()[0])


def _draw(wanted: Content, now: datetime, edition: int) -> bytes:
    from mhhs_portal.deadlines import spoken
    from mhhs_portal.pdf import render_pdf
    from milestones.poap.paper import paper_context

    code = wanted.version[:12]
    drawn = f"drawn on {day_words(wanted.as_at)}"
    revision = Revision(
        **wanted.revision,
        as_at=spoken(now),
        check_code=" ".join(code[n : n + 4] for n in (0, 4, 8)),
        table_url=f"{settings.SITE_URL}{reverse('home')}?view=table",
        version=f"D{drawn[1:]}" if wanted.organisation else f"{edition}, {drawn}",
        marking=f"Private to {wanted.organisation.short_name}" if wanted.organisation else "Public",
        sheet=f"1 of 1, {wanted.size}" + " landscape" * (wanted.organisation is None),
    )
    context = paper_context(wanted.plan, revision, settings.SITE_URL, size=wanted.size, own=wanted.own)
    return render_pdf(TEMPLATE, context)


def revision_of(baseline: Baseline, replaced: Baseline | None, release: PlanRelease | None) -> dict[str, str]:
    published = f", published {day_words(baseline.published_on)}" if baseline.published_on else ""
    before = f"{replaced.name}, {day_words(replaced.decided_on)}" if replaced else "Nothing"
    forecast = (
        f"Plan release {release.number}, as at {day_words(release.as_at)}" if release else "No forecast published"
    )
    return {
        "baseline": f"{baseline.name}{published}",
        "approved_by": f"{baseline.decided_by}, {day_words(baseline.decided_on)}",
        "replaces": before,
        "forecast": forecast,
    }


@cache
def _looks() -> str:
    digest = hashlib.sha256()
    for pattern in _LOOKS:
        for file in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()
