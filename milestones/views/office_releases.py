"""The plan at the Programme: where everything stands, and the draft release with its forecasts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones import overview
from milestones.changes import releases
from milestones.changes.change_forms import ForecastForm, ReleaseForm
from milestones.models import Baseline, Milestone, PlanRelease


@require_safe
@acting_as(Role.OFFICE)
def plan_overview(request: PortalRequest, acting: Membership) -> HttpResponse:
    """What is being changed in the plan, part by part, with its state."""
    context = {"acting": acting, "parts": overview.parts(acting.organisation.slug, timezone.now())}
    return render(request, "milestones/plan_overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def draft_release(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Forecasts that wait for the next release, what they would change, and the button that publishes them."""
    release = PlanRelease.objects.filter(published_at=None).select_related("baseline").first()
    forms: dict[str, Any] = {}
    if request.method == "POST":
        said, forms = _press(request, acting, release)
        if said:
            messages.success(request, said)
            return redirect("milestones:office_releases", org=acting.organisation.slug)
    rows = releases.previews(release) if release else []
    note = (release.note if release else "") or releases.generated_note(rows)
    context = {
        "acting": acting,
        "release": release,
        "rows": rows,
        "form": forms.get("forecast") or ForecastForm(),
        "release_form": forms.get("release") or ReleaseForm(initial={"as_at": release and release.as_at, "note": note}),
        "problem": forms.get("problem", ""),
        "published": releases.published()[:5],
        "current": Baseline.objects.current(),
        "milestones": Milestone.objects.filter(is_removed=False, achievements=None).values_list("code", "name"),
    }
    return render(request, "milestones/office_releases.html", context)


def _press(request: PortalRequest, acting: Membership, release: PlanRelease | None) -> tuple[str, dict[str, Any]]:
    """What was done in words, or the forms with their problems."""
    button, now, by = request.POST.get("do", ""), timezone.now(), acting.person
    if button in ("forecast", "report"):
        form = ForecastForm(request.POST)
        facts = {"today": local_day(now)} if button == "forecast" else {"now": now}
        if form.run(releases.draft if button == "forecast" else releases.report, by=by, **facts):
            code = form.cleaned_data["milestone"].code
            where = "waits for the release" if button == "forecast" else "is published, outside a release"
            return f"The forecast of {code} {where}.", {}
        return "", {"forecast": form}
    if release is None:
        return "", {"problem": "There is no draft release: add a forecast first."}
    if button in ("save", "publish"):
        return _release(request, release, acting, publish=button == "publish")
    try:
        if button == "discard":
            releases.discard(release, by=by)
            return "The draft release is discarded.", {}
        row = release.drafts.filter(milestone__slug=button.removeprefix("drop-")).first()
        if row is not None:
            releases.remove_draft(row, by=by)
            return "The draft forecast is removed.", {}
    except ValidationError as refusal:
        return "", {"problem": " ".join(refusal.messages)}
    return "", {"problem": "This page has no such button."}


def _release(
    request: PortalRequest, release: PlanRelease, acting: Membership, *, publish: bool
) -> tuple[str, dict[str, Any]]:
    form = ReleaseForm(request.POST)
    if not form.run(releases.edit, release, by=acting.person):
        return "", {"release": form}
    if not publish:
        return "The release is saved as a draft.", {}
    try:
        releases.publish(release, by=acting.person, now=timezone.now())
    except ValidationError as refusal:
        form._refuse(refusal)
        return "", {"release": form}
    return f"Plan release {release.number} is published. Leads are told.", {}
