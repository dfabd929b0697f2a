"""The Programme's overview of the plan: each part that staff change, with how it stands and where to change it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from milestones.changes import impact_assessments
from milestones.models import Baseline, ChangeRequest, PlanDraft, PlanRelease, Tolerance
from milestones.models.change_requests import State


@dataclass(frozen=True)
class Part:
    title: str
    words: str
    #: A key of the status table, or nothing.
    status: str
    status_words: str
    url: str
    action: str


def parts(org: str, now: datetime) -> list[Part]:
    """Only parts that have a page in this release."""
    found = [
        _baseline(),
        _release(org),
        _requests(org, now),
        _drafts(org),
        _at("Import and export", "Microsoft Project and Excel plans.", ("plan_files:imports",), org, "Open imports"),
        _at(
            "Criteria, RAG and owners",
            "What must be met for each milestone, its colour and who answers for it.",
            ("milestones:office_milestones",),
            org,
            "Open criteria",
        ),
        _tolerances(org),
        _links(org),
        _at(
            "What if",
            "Move a date on a copy of your own; make a draft request of it.",
            ("network:scenarios",),
            org,
            "Try a move",
        ),
        _at("Governance", "Groups, meetings and what they decided.", ("governance:office",), org, "Open governance"),
        _at("Documents", "The library: documents and their versions.", ("library:office",), org, "Open documents"),
    ]
    return [part for part in found if part is not None]


def _address(names: tuple[str, ...], org: str) -> str:
    for name in names:
        for arguments in ([org], []):
            try:
                return reverse(name, args=arguments)
            except NoReverseMatch:
                continue
    return ""


def _at(title: str, words: str, names: tuple[str, ...], org: str, action: str) -> Part | None:
    url = _address(names, org)
    return Part(title, words, "", "", url, action) if url else None


def _baseline() -> Part:
    current = Baseline.objects.current()
    words = f"{current.name} is current, decided by {current.decided_by}." if current else "No baseline yet."
    return Part("Baseline", words, "", "", reverse("milestones:baselines"), "See all baselines")


def _release(org: str) -> Part:
    draft = PlanRelease.objects.filter(published_at=None).first()
    last = PlanRelease.objects.exclude(published_at=None).order_by("-published_at").first()
    waiting = draft.drafts.count() if draft else 0
    said = f"Release {last.number} was the last." if last else "No release is published yet."
    words = f"{waiting} forecast{'s' * (waiting != 1)} in the draft. {said}" if draft else f"No draft. {said}"
    status = ("draft", f"Draft {draft.number}") if draft else ("", "")
    return Part("Plan release", words, *status, reverse("milestones:office_releases", args=[org]), "Open the release")


def _requests(org: str, now: datetime) -> Part:
    rows = list(ChangeRequest.objects.exclude(state__in=[State.APPLIED, State.REJECTED, State.WITHDRAWN]))
    counts = Counter(State(row.state) for row in rows)
    said = [f"{count} {State(state).label.lower()}" for state, count in counts.items()]
    is_open = any(impact_assessments.is_open(row, now) for row in rows)
    status = ("open", "Impact assessment open") if is_open else ("", "")
    url = reverse("milestones:office_changes", args=[org])
    return Part("Change requests", f"{', '.join(said) or 'None is open'}.", *status, url, "Open change requests")


def _drafts(org: str) -> Part | None:
    url = _address(("milestones:plan_draft", "milestones:office_draft", "milestones:draft"), org)
    if not url:
        return None
    is_open = PlanDraft.objects.filter(published_at=None, discarded_at=None).exists()
    words = "A draft of lanes and stages is open." if is_open else "No draft of lanes and stages is open."
    return Part("Lanes and stages", words, "draft" if is_open else "", "", url, "Edit lanes and stages")


def _links(org: str) -> Part | None:
    url = _address(("network:links",), org)
    words = "What each step of a critical path waits for, and what others must do first."
    return Part("Links of steps", words, "", "", url, "Edit links of steps") if url else None


def _tolerances(org: str) -> Part | None:
    url = _address(("milestones:tolerances", "milestones:office_tolerances"), org)
    count = Tolerance.objects.count()
    words = f"{count} tolerance{'s' * (count != 1)} set for the RAG rule."
    return Part("Tolerances", words, "", "", url, "Open tolerances") if url else None
