"""What the plan adds to the feed of published changes: baselines, change requests and plan releases; never a draft."""

from __future__ import annotations

from datetime import date, datetime, time

from django.urls import NoReverseMatch, reverse

from mhhs_portal.calendars.atom import Change
from mhhs_portal.deadlines import LONDON, day_words
from milestones.models import Baseline, ChangeRequest, PlanRelease


def changes(limit: int) -> list[Change]:
    return [*_baselines(limit), *_change_requests(limit), *_releases(limit)]


def _baselines(limit: int) -> list[Change]:
    rows = Baseline.objects.published().select_related("change_request").order_by("-number")[:limit]
    return [
        Change(
            key=f"baseline/{baseline.slug}",
            title=f"Baseline {baseline.name} published",
            words=f"{baseline.title}. Decided by {baseline.decided_by} on {day_words(baseline.decided_on)}.".lstrip(
                ". "
            ),
            path=_path("milestones:baseline", "/baselines/", baseline.slug),
            published_at=_baseline_moment(baseline),
            category="Baseline",
        )
        for baseline in rows
    ]


def _baseline_moment(baseline: Baseline) -> datetime:
    """When it was applied in this portal; for what was published before the portal, the day that its source gives."""
    request = baseline.change_request
    if request and request.source_id is None and request.applied_at:
        return request.applied_at
    return _morning(baseline.published_on or baseline.decided_on)


def _change_requests(limit: int) -> list[Change]:
    """Raised in this portal: published, and decided. Those of before stand with the baseline that they made."""
    rows = ChangeRequest.objects.published().filter(source__isnull=True).order_by("-published_at")[:limit]
    found = []
    for request in rows:
        assert request.published_at is not None
        sample = " (sample)" if request.is_sample else ""
        path = _path("milestones:change", "/change-requests/", request.slug)
        found.append(
            Change(
                key=f"change-request/{request.slug}/published",
                title=f"Change request {request.code} published{sample}: {request.title}",
                words=request.summary,
                published_at=request.published_at,
                category="Change request",
                path=path,
            )
        )
        if request.decided_on:
            verb = "rejected" if request.state == ChangeRequest.State.REJECTED else "approved"
            found.append(
                Change(
                    key=f"change-request/{request.slug}/decided",
                    title=f"Change request {request.code} {verb}{sample}: {request.title}",
                    words=f"Decided by {request.decided_by} on {day_words(request.decided_on)}. "
                    f"{request.decision_words}".strip(),
                    published_at=max(request.published_at, _morning(request.decided_on)),
                    category="Change request",
                    path=path,
                )
            )
    return found


def _releases(limit: int) -> list[Change]:
    rows = PlanRelease.objects.filter(published_at__isnull=False).order_by("-published_at")[:limit]
    return [
        Change(
            key=f"plan-release/{release.number}",
            title=f"Plan release {release.number}" + (" (sample)" if release.is_sample else ""),
            words=release.note or f"Forecasts as at {day_words(release.as_at)}.",
            path=_path("milestones:release", "/plan/releases/", release.number),
            published_at=release.published_at,
            category="Plan release",
        )
        for release in rows
        if release.published_at
    ]


def _path(name: str, otherwise: str, value: str) -> str:
    """The thing's own page, or the list where it stands."""
    try:
        return reverse(name, args=[value])
    except NoReverseMatch:
        return otherwise


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)
