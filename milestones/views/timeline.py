from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest, page_or_part
from milestones import charting, register, timeline
from milestones.as_at import AsAt
from milestones.models import CriticalPath, Stage
from milestones.register import Entry, Register, kept
from milestones.sheets import plan_on_a_page
from milestones.sheets.picture import picture


@require_safe
@public("the plan of a public programme")
def home(request: PortalRequest) -> HttpResponse:
    """The implementation timeline: Plan on a Page as chart and as table, today's or as known on a past day."""
    now = timezone.now()
    as_at = AsAt.of(request.GET.get("as_at", ""), local_day(now))
    today = as_at.day or local_day(now)
    read, paths, stages = _read(today, as_at), charting.paths(), charting.stages()
    choice = timeline.Choice.of(request.GET, read, paths, as_at.day)
    options, rows = timeline.options(choice, read, paths), timeline.paged(read, request.GET.get("page"))
    context = {
        "now": now,
        "today": today,
        "as_at": as_at,
        "register": read,
        "choice": choice,
        "options": options,
        "paths": paths,
        "path": next((path for path in paths if path.slug == choice.path), None),
        "compared": read.baseline(choice.compare),
        "selected": timeline.selected_facts(read.entry(choice.sel), read),
        "page": rows,
        "years": timeline.dated_list(rows),
        "stages": stages,
    }
    context |= _plan(choice, read, paths, stages, options, rows)
    if not request.htmx:
        context |= _around_the_plan(read, paths, stages, now, as_at)
    return page_or_part(request, "milestones/home.html", "plan", context)


def _read(today: date, as_at: AsAt) -> Register:
    return register.read(today, as_at=as_at.day) if as_at.day else kept.read(today)


def _plan(
    choice: timeline.Choice,
    read: Register,
    paths: list[CriticalPath],
    stages: list[Stage],
    options: timeline.Options,
    rows: Page[Entry],
) -> dict[str, Any]:
    """The chart or the table; neither before the first baseline."""
    if read.current is None:
        return {"is_before_the_first": True}
    if choice.view == "table":
        return {"groups": timeline.table(read, rows, choice.path)}
    plan = charting.plan(read, paths, stages, choice.drawn, today=read.today, url_of=options.marks)
    return {"picture": picture(plan, choice.zoom)}


def _around_the_plan(
    read: Register, paths: list[CriticalPath], stages: list[Stage], now: datetime, as_at: AsAt
) -> dict[str, Any]:
    """What the page shows beside the plan, which alone is swapped."""
    paper, release = plan_on_a_page.newest_with_release()
    wanted = None
    if as_at.day is None:
        wanted = plan_on_a_page.content(read, paths, stages, local_day(now), release=release)
    return {
        "release": release if as_at.day is None else None,
        "paper": paper,
        "paper_is_old": bool(paper and wanted and paper.version != wanted.version),
        "changes": read.changes(read.previous, read.current) if read.previous and read.current else [],
        "review": timeline.open_for_review(now),
    }
