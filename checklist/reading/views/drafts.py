"""The drafts of items: only the Programme office ever sees one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.models import ChecklistItem
from checklist.reading.searching import matching, query_of, typed
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part

PER_PAGE = 25


@require_safe
@acting_as(Role.OFFICE)
def drafts(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Last saved first; words are looked for as on the lists."""
    q = typed(request.GET.get("q", ""))
    found = ChecklistItem.objects.drafts()
    total = found.count()
    if q:
        query = query_of(q)
        found = matching(found, query) if query else found.none()
    found = found.select_related("edited_by").order_by("-edited_at", "reference")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"acting": acting, "page": page, "total": total, "q": q, "now": timezone.now()}
    return page_or_part(request, "checklist/drafts.html", "rows", context)
