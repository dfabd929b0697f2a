from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest, page_or_part
from milestones import charting, plan_on_a_page, register, timeline
from milestones.poap_draw import SCREEN, draw
from milestones.poap_key import key
from milestones.register import Register


@require_safe
@public("the plan of a public programme")
def home(request: PortalRequest) -> HttpResponse:
    """The implementation timeline: Plan on a Page as chart and as table."""
    now = timezone.now()
    today = local_day(now)
    read, paths, stages = register.read(today), charting.paths(), charting.stages()
    choice = timeline.Choice.of(request.GET, read, paths)
    options = timeline.options(choice, read, paths)
    context = {
        "now": now,
        "today": today,
        "register": read,
        "choice": choice,
        "options": options,
        "paths": paths,
        "path": next((path for path in paths if path.slug == choice.path), None),
        "compared": read.baseline(choice.compare),
        "selected": timeline.selected_facts(read.entry(choice.sel), read),
        "years": timeline.dated_list(read),
        "stages": stages,
    }
    if choice.view == "table":
        context["groups"] = timeline.table(read, choice.path)
    else:
        plan = charting.plan(read, paths, stages, choice.drawn, today=today, url_of=options.marks)
        context["drawing"] = drawing = draw(plan, SCREEN)
        context["key"] = key(plan, drawing)
    if not request.htmx:
        context |= _around_the_plan(read, plan_on_a_page.content(read, paths, stages, today), now)
    return page_or_part(request, "milestones/home.html", "plan", context)


def _around_the_plan(read: Register, wanted: plan_on_a_page.Content | None, now: datetime) -> dict[str, Any]:
    """What the page shows beside the plan, which alone is swapped."""
    return {
        "paper": plan_on_a_page.newest(),
        "paper_version": wanted.version if wanted else "",
        "changes": read.changes(read.previous, read.current) if read.previous and read.current else [],
        "review": timeline.open_for_review(now),
    }


@require_safe
@public("the plan of a public programme")
def plan_pdf(request: PortalRequest) -> HttpResponseBase:
    """The newest Plan on a Page that is kept. While a newer one is being drawn, the headers say which this is."""
    kept = plan_on_a_page.newest()
    if kept is None or not kept.file.is_there:
        response = render(request, "milestones/plan_not_drawn.html", status=503)
        response["Retry-After"] = "60"
        return response
    etag = f'"{kept.file.sha256}"'
    last_modified = int(kept.made_at.timestamp())
    unchanged = get_conditional_response(request, etag=etag, last_modified=last_modified)
    response = unchanged or HttpResponse(kept.file.read(), content_type=kept.file.content_type)
    wanted = plan_on_a_page.content_of(local_day(timezone.now()))
    is_current = wanted is not None and wanted.version == kept.version
    for name, value in {
        "ETag": etag,
        "Last-Modified": http_date(last_modified),
        "Cache-Control": "public, no-cache",
        "Content-Disposition": f'inline; filename="{kept.file.name}"',
        "Plan-As-At": kept.as_at.isoformat(),
        "Plan-Version": kept.version[:12],
        "Plan-Is-Current": "yes" if is_current else "no, a newer one is being drawn",
    }.items():
        response[name] = value
    return response
