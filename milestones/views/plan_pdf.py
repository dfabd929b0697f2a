"""The Plan on a Page as files: the newest, every version that was published, and an organisation's own."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as, public
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest
from milestones.models import PlanOnAPage
from milestones.poap.sizes import PAPERS
from milestones.sheets import editions, own_sheet, plan_on_a_page

PER_PAGE = 50


def _size(request: PortalRequest) -> str:
    size = request.GET.get("size", "A3").upper()
    if size not in PAPERS:
        raise BadRequest(f"There is no size “{size[:10]}”. Use A3 or A4.")
    return size


@require_safe
@public("the plan of a public programme")
def plan_pdf(request: PortalRequest) -> HttpResponseBase:
    """The newest Plan on a Page that is kept. While a newer one is being drawn, the headers say which this is."""
    size = _size(request)
    kept = plan_on_a_page.newest(size)
    if kept is None or not kept.file.is_there:
        return _not_drawn(request)
    wanted = plan_on_a_page.content_of(local_day(timezone.now()), size)
    is_current = wanted is not None and wanted.version == kept.version
    response = _file(request, kept, public=True, no_cache=True)
    response["Plan-Is-Current"] = "yes" if is_current else "no, a newer one is being drawn"
    return response


def _not_drawn(request: PortalRequest) -> HttpResponse:
    response = render(request, "milestones/plan_not_drawn.html", status=503)
    response["Retry-After"] = "60"
    return response


def _file(request: PortalRequest, kept: PlanOnAPage, **cached: bool | int) -> HttpResponseBase:
    etag = f'"{kept.file.sha256}"'
    last_modified = int(kept.made_at.timestamp())
    unchanged = get_conditional_response(request, etag=etag, last_modified=last_modified)
    response = unchanged or HttpResponse(kept.file.read(), content_type=kept.file.content_type)
    for name, value in {
        "ETag": etag,
        "Last-Modified": http_date(last_modified),
        "Content-Disposition": f'inline; filename="{kept.file.name}"',
        "Plan-As-At": kept.as_at.isoformat(),
        "Plan-Version": kept.code,
        "Plan-SHA256": kept.file.sha256,
    }.items():
        response[name] = value
    patch_cache_control(response, **cached)
    return response


@require_safe
@public("the plan of a public programme, as it was published")
def version_list(request: PortalRequest) -> HttpResponse:
    """Every published version with what it changed; a day's redraw is not one."""
    if exported := file_of(request, editions.table(editions.editions() if "format" in request.GET else [])):
        return exported
    pages = Paginator(range(editions.latest(), 0, -1), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    numbers = list(page.object_list)
    found = editions.editions(numbers[-1] - 1, numbers[0]) if numbers else []
    newest = [sheet for size in PAPERS if (sheet := plan_on_a_page.newest(size))]
    return render(request, "milestones/versions.html", {"editions": found, "newest": newest, "page": page})


@require_safe
@public("the plan of a public programme, as it was published")
def version_pdf(request: PortalRequest, sheet: str) -> HttpResponseBase:
    """One drawing by the check code that stands on it. It never changes."""
    drawn = PlanOnAPage.objects.filter(organisation=None, version__startswith=sheet)
    kept = drawn.select_related("file").defer("facts").first()
    if kept is None:
        raise Http404("No Plan on a Page has this check code. Every published version is listed under Versions.")
    if not kept.file.is_there:
        return _not_drawn(request)
    return _file(request, kept, public=True, max_age=31_536_000, immutable=True)


@require_safe
@acting_as(*PARTICIPANTS)
def own_pdf(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    """The organisation's own sheet: drawn by a worker when it is first asked for, then kept for its members."""
    size = _size(request)
    wanted = own_sheet.content(acting, timezone.now(), size)
    if wanted is None:
        return _not_drawn(request)
    kept = own_sheet.kept(wanted)
    if kept is not None and kept.file.is_there:
        return _file(request, kept, private=True, no_cache=True)
    asked = own_sheet.ask(acting, size)
    waits = (timezone.now() - asked.asked_at).total_seconds()
    context = {"acting": acting, "size": size, "asked": asked, "is_slow": waits > 60}
    response = render(request, "milestones/own_plan_waits.html", context, status=202)
    response["Retry-After"] = response["Refresh"] = "3"
    patch_cache_control(response, private=True, no_store=True)
    return response
