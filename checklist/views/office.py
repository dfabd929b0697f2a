"""The Programme office: what was published, who has responded, publishing. The only pages that see everybody."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist import joining, tracking
from checklist.models import ChecklistItem
from checklist.own import dates_of
from checklist.progress import MARKS, TRACKED, phase
from checklist.steps import possible
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part

PER_PAGE = 100


@require_safe
@acting_as(Role.OFFICE)
def office_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    only_open = request.GET.get("show") == "open"
    context = {
        "acting": acting,
        "rows": tracking.summaries(now, only_open=only_open),
        "counts": tracking.counts(now),
        "only_open": only_open,
        "now": now,
    }
    return page_or_part(request, "checklist/office_list.html", "rows", context)


@require_safe
@acting_as(Role.OFFICE)
def office_item(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    now = timezone.now()
    item = get_object_or_404(ChecklistItem.objects.for_staff(), reference=reference)
    rows = tracking.standings(item, now)
    totals = tracking.totals(rows)
    show = request.GET.get("show", "")
    shown = [row for row in rows if row.state == show] if show in TRACKED else rows
    context = {
        "acting": acting,
        "item": item,
        "phase": phase(dates_of(item), now),
        "totals": [(state, TRACKED[state], MARKS[state], count) for state, count in totals.items()],
        "marks": MARKS,
        "asked": len(rows),
        "answered": tracking.answered_of(totals),
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "show": show if show in TRACKED else "",
        "now": now,
        "newcomers": joining.newcomers(item, [row.addressee.organisation_id for row in rows], now),
        **possible(item, phase(dates_of(item), now)),
    }
    return page_or_part(request, "checklist/office_item.html", "rows", context)
