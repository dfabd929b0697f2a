"""The Non-SIT Supplier Journey: what a supplier outside SIT does, step by step, drawn from the same data as the paths.

The page reads it for each visit. A worker draws it as a PDF when what it says has changed, and keeps every version in
the library; web processes only ask for the newest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Prefetch
from django.urls import reverse

from mhhs_portal.deadlines import day_words, local_day
from mhhs_portal.library.models import Document, DocumentKind, DocumentVersion
from mhhs_portal.library.office import put_version
from mhhs_portal.organisations.models import MarketRole
from milestones.journeys import milestones_on
from milestones.models import CriticalPath, PathStep, Route, StepDuty
from milestones.poap import When

PATHS = ("cp3", "later")
ROLE = "supplier"
SLUG = "non-sit-supplier-journey"
TEMPLATE = "pdf/non_sit_journey.html"
#: Any number, as long as nothing else in the portal uses it for an advisory lock.
LOCK = 5501801
#: What decides how the sheet looks, beside what it says.
_LOOKS = (TEMPLATE, "../static/css/pdf-journey.css")


@dataclass(frozen=True)
class JourneyStep:
    number: int
    name: str
    summary: str
    when: str
    duties: tuple[str, ...]
    source: str
    url: str
    confidence: str
    is_approval: bool


@dataclass(frozen=True)
class Way:
    """One of the two paths that a supplier outside SIT can be on, and when it reaches migration."""

    code: str
    slug: str
    name: str
    who: str
    gate: str


@dataclass(frozen=True)
class Watched:
    code: str
    slug: str
    name: str
    when: str


@dataclass(frozen=True)
class SupplierJourney:
    steps: tuple[JourneyStep, ...]
    ways: tuple[Way, ...]
    milestones: tuple[Watched, ...]
    approvers: tuple[str, ...]
    #: Steps that one path has and the other does not; empty while both go the same way.
    differs: tuple[str, ...]


def read() -> SupplierJourney:
    """Six queries, however many milestones."""
    paths = list(CriticalPath.objects.filter(slug__in=PATHS).select_related("gate").order_by("position"))
    duties = StepDuty.objects.select_related("market_role").order_by("pk")
    steps = PathStep.objects.whole().filter(path__in=paths).select_related("source", "only_role", "path")
    rows = [step for step in steps.prefetch_related(Prefetch("duties", duties)) if _is_theirs(step)]
    first = [step for step in rows if paths and step.path_id == paths[0].pk]
    keys = {path.code: {step.key for step in rows if step.path_id == path.pk} for path in paths}
    role = MarketRole.objects.filter(code=ROLE).first()
    watched = {row.milestone.slug: row for row in milestones_on(paths)} if paths else {}
    return SupplierJourney(
        steps=tuple(_step(number, step) for number, step in enumerate(first, start=1)),
        ways=tuple(_way(path) for path in paths),
        milestones=tuple(_watched(row) for row in watched.values()),
        approvers=_approvers(role),
        differs=tuple(
            f"{code} has no step {step.name}" for step in first for code, own in keys.items() if step.key not in own
        ),
    )


def _is_theirs(step: PathStep) -> bool:
    is_on_route = not step.routes or Route.NON_SIT in step.routes
    return is_on_route and (step.only_role is None or step.only_role.code == ROLE)


def _step(number: int, step: PathStep) -> JourneyStep:
    said = [duty for duty in step.duties.all() if duty.market_role is None or duty.market_role.code == ROLE]
    return JourneyStep(
        number=number,
        name=step.name,
        summary=step.summary,
        when=_between(step.start, step.end),
        duties=tuple(duty.words for duty in said),
        source=step.source.title,
        url=step.source.url,
        confidence=step.get_confidence_display(),
        is_approval=step.is_approval,
    )


def _between(start: When | None, end: When | None) -> str:
    if start and end:
        return f"{start.words} to {end.words}"
    if start:
        return f"From {start.words}; end not published"
    return f"By {end.words}" if end else "Not published"


def _way(path: CriticalPath) -> Way:
    gate: Any = getattr(path, "gate", None)
    said = f"{gate.label}: {gate.when.words} ({gate.get_confidence_display().lower()})" if gate else path.without_gate
    return Way(path.code, path.slug, path.name, path.who, said)


def _watched(row: Any) -> Watched:
    when = row.when.words + (" (inferred)" if row.when.is_inferred else "")
    return Watched(row.milestone.code, row.milestone.slug, row.milestone.title, when)


def _approvers(role: MarketRole | None) -> tuple[str, ...]:
    bodies = {
        "DIP Manager": "approved_by_dip_manager",
        "BSC Performance Assurance Board (PAB)": "approved_by_bsc_pab",
        "REC Code Manager": "approved_by_rec",
    }
    return tuple(name for name, field in bodies.items() if role and getattr(role, field))


# --- the PDF ----------------------------------------------------------------------------------------------------------


def version_of(journey: SupplierJourney) -> str:
    """Stands for everything on the sheet but its date."""
    folder = Path(settings.BASE_DIR) / "templates"
    looks = "".join((folder / name).read_text() for name in _LOOKS)
    return hashlib.sha256(f"{journey!r}{settings.SITE_URL}{looks}".encode()).hexdigest()


def newest() -> DocumentVersion | None:
    """The version in force that is kept; one query."""
    kept = DocumentVersion.objects.filter(document__slug=SLUG, file__isnull=False, withdrawn_at__isnull=True)
    return kept.select_related("file").order_by("-added_at", "-pk").first()


def make_if_missing(now: datetime) -> DocumentVersion | None:
    """Draw and keep the journey as it is now; None when that is kept already or somebody is drawing it."""
    journey = read()
    wanted = version_of(journey)
    if not journey.steps or _is_newest(wanted):
        return None
    with transaction.atomic():
        if not _locked() or _is_newest(wanted):
            return None
        return _keep(journey, wanted, now)


def _is_newest(wanted: str) -> bool:
    kept = newest()
    return kept is not None and kept.made_from == wanted


def _keep(journey: SupplierJourney, wanted: str, now: datetime) -> DocumentVersion:
    today = local_day(now)
    content = draw(journey, today, wanted)
    said = {
        "number": f"As at {day_words(today)}",
        "issued_on": today,
        "issued_precision": "day",
        "status_words": "Drawn by this portal from the path data",
        "made_from": wanted,
        "added_at": now,
    }
    name = f"mhhs-{SLUG}-{today}.pdf"
    document = _document()
    key = f"{today}-{document.versions.count() + 1}"
    made: DocumentVersion = put_version(document, key, said, content, name, "application/pdf")
    return made


def _document() -> Document:
    facts = {
        "title": "Non-SIT Supplier Journey, drawn by this portal",
        "kind": DocumentKind.GUIDE,
        "theme": "Planning",
        "summary": "What a supplier outside SIT does, step by step, from the same data as the critical paths.",
        "source_title": settings.SITE_NAME,
        "source_url": f"{settings.SITE_URL}{reverse('milestones:supplier_journey')}",
    }
    return Document.objects.get_or_create(slug=SLUG, defaults=facts)[0]


def draw(journey: SupplierJourney, today: date, version: str) -> bytes:
    from mhhs_portal.pdf import render_pdf

    code = " ".join(version[n : n + 4] for n in (0, 4, 8))
    address = f"{settings.SITE_URL}{reverse('milestones:supplier_journey')}"
    context = {"journey": journey, "as_at": day_words(today), "code": code, "address": address}
    return render_pdf(TEMPLATE, context)


def _locked() -> bool:
    """True for one drawer at a time, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
