from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import public
from mhhs_portal.organisations.models import MarketRole
from mhhs_portal.web import PortalRequest
from milestones import charting, journeys
from milestones.models import PathLabel, PathStep


@require_safe
@public("the plan of a public programme")
def path_list(request: PortalRequest) -> HttpResponse:
    paths = charting.paths()
    steps: dict[int, list[PathStep]] = {}
    for step in PathStep.objects.whole():
        steps.setdefault(step.path_id, []).append(step)
    rows = [(path, steps.get(path.pk, [])) for path in paths]
    return render(request, "milestones/paths.html", {"paths": paths, "rows": rows, "approvers": _approvers()})


@require_safe
@public("the plan of a public programme")
def path_detail(request: PortalRequest, slug: str) -> HttpResponseBase:
    """One path: who is on it, its steps in order, who approves, what it was called and when."""
    if slug != slug.lower():
        return HttpResponsePermanentRedirect(request.path.replace(slug, slug.lower()))
    paths = charting.paths()
    path = next((path for path in paths if path.slug == slug), None)
    if path is None:
        raise Http404(f"There is no critical path {slug[:20]}. They are CP1, CP2, CP3 and Later.")
    context = {
        "paths": paths,
        "path": path,
        "gate": getattr(path, "gate", None),
        "steps": journeys.steps_with_duties().filter(path=path),
        "labels": PathLabel.objects.filter(path=path).select_related("source"),
        "milestones": journeys.milestones_on([path]),
        "approvers": _approvers(),
    }
    return render(request, "milestones/path.html", context)


def _approvers() -> list[MarketRole]:
    """Market roles that qualify, with who approves each; empty means not published."""
    return list(MarketRole.objects.filter(is_legacy=False))
