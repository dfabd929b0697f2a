"""The published detailed plan: a page to read and files to take away."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import acting_as, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part
from milestones.plan_files import rows
from milestones.plan_files.models import DetailedPlan
from milestones.plan_files.serving import as_file

PER_PAGE = 200


@require_safe
@public("the plan of a public programme")
def plan_page(request: PortalRequest) -> HttpResponse:
    """Only what is published; a draft is on a page of its own for programme staff."""
    return _page(request, DetailedPlan.objects.published(), None)


@require_safe
@public("the plan of a public programme")
def plan_file(request: PortalRequest, kind: str) -> HttpResponse:
    return as_file(DetailedPlan.objects.published(), kind, "mhhs-plan", timezone.now())


@require_safe
@acting_as(Role.OFFICE)
def draft_page(request: PortalRequest, acting: Membership) -> HttpResponse:
    return _page(request, DetailedPlan.objects.draft(), acting)


@require_safe
@acting_as(Role.OFFICE)
def draft_file(request: PortalRequest, acting: Membership, kind: str) -> HttpResponse:
    return as_file(DetailedPlan.objects.draft(), kind, "mhhs-plan-draft", timezone.now())


def _page(request: PortalRequest, version: DetailedPlan | None, acting: Membership | None) -> HttpResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = rows.tasks_of(version, query)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "acting": acting,
        "version": version,
        "query": query,
        "page": page,
        "rows": rows.with_links(version, list(page)) if version else [],
    }
    return page_or_part(request, "plan_files/plan.html", "rows", context)
