from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import public
from mhhs_portal.organisations.models import MarketRole
from mhhs_portal.web import PortalRequest
from milestones import charting, journeys, register
from milestones.models import CriticalPath, PathStep
from milestones.network import computing, drawing, path_labels, reading, tables
from milestones.register import kept

#: Rows of the network on a page, and milestones in the list beside it. Our own numbers.
PER_PAGE, MOST_WATCHED = 100, 40


@require_safe
@public("the plan of a public programme")
def path_list(request: PortalRequest) -> HttpResponse:
    """All paths: who is on each, its steps, its gate and what comes next."""
    paths, steps = charting.paths(), list(PathStep.objects.whole())
    rows = [(path, [step for step in steps if step.path_id == path.pk]) for path in paths]
    if file := file_of(request, tables.steps_table(rows)):
        return file
    read = kept.read(timezone.localdate())
    context = {
        "paths": paths,
        "rows": [(path, own, _next_milestone(read, path)) for path, own in rows],
        "approvers": _approvers(),
        "today": read.today,
    }
    return render(request, "milestones/paths.html", context)


@require_safe
@public("the plan of a public programme")
def path_detail(request: PortalRequest, slug: str) -> HttpResponseBase:
    """One path: who is on it, its steps in order, who approves, what drives its dates, what it was called and when."""
    if slug != slug.lower():
        return HttpResponsePermanentRedirect(request.path.replace(slug, slug.lower()))
    known = CriticalPath.objects.select_related("source", "gate__source").annotate(plan_stamp=kept.stamp())
    paths = list(path_labels.annotated(known))
    path = next((path for path in paths if path.slug == slug), None)
    if path is None:
        raise Http404(f"There is no critical path {slug[:20]}. They are CP1, CP2, CP3 and Later.")
    steps = list(journeys.steps_with_duties().filter(path=path))
    read = kept.read(timezone.localdate(), path.plan_stamp)  # type: ignore[attr-defined]
    picture = computing.compute(reading.read(read, [path], steps))
    if file := file_of(request, tables.network_table(f"critical-path-{path.slug}", picture)):
        return file
    context = {"paths": paths} | _shown(path, steps, picture, read, request.GET)
    return render(request, "milestones/path.html", context)


def _shown(
    path: CriticalPath, steps: list[PathStep], picture: computing.Picture, read: register.Register, asked_for: QueryDict
) -> dict[str, Any]:
    """Everything about one path; asked for are a page, and "why" of what: else the path's end."""
    asked, page = picture.get(asked_for.get("why", "")) or picture.anchor, asked_for.get("page")
    return {
        "path": path,
        "gate": getattr(path, "gate", None),
        "steps": [(step, picture.get(f"s{step.pk}")) for step in steps],
        "labels": path_labels.of(path),
        "milestones": _watched(picture)[:MOST_WATCHED],
        "unwatched": max(len(_watched(picture)) - MOST_WATCHED, 0),
        "page": Paginator(picture.rows, PER_PAGE).get_page(page),
        "approvers": _approvers(),
        "next": _next_milestone(read, path),
        "picture": picture,
        "diagram": drawing.draw(picture),
        "asked": asked,
        "why": picture.why(asked.key) if asked else [],
        "bars": computing.bars(picture),
        "today": read.today,
    }


def _watched(picture: computing.Picture) -> list[computing.Computed]:
    """The Programme's milestones that matter here, soonest first."""
    rows = [row for row in picture.rows if row.item.kind == "milestone"]
    return sorted(rows, key=lambda row: row.item.when.first if row.item.when else date.max)


def _next_milestone(read: register.Register, path: CriticalPath) -> register.Entry | None:
    ahead: Iterable[register.Entry] = (e for e in read.entries if e.is_ahead and path.slug in e.path_slugs)
    return min(ahead, key=lambda entry: entry.now.last if entry.now else date.max, default=None)


def _approvers() -> list[MarketRole]:
    """Market roles that qualify, with who approves each; empty means not published."""
    return list(MarketRole.objects.filter(is_legacy=False))
