"""The Programme office: what was published, who has responded, publishing. The only pages that see everybody."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist import tracking
from checklist.models import ChecklistItem
from checklist.own import dates_of
from checklist.progress import MARKS, TRACKED, phase
from checklist.publish_page import PublishPage
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
    items = ChecklistItem.objects.issued().select_related("issued_by").prefetch_related("links", "extensions")
    item = get_object_or_404(items, reference=reference)
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
    }
    return page_or_part(request, "checklist/office_item.html", "rows", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def publish(request: PortalRequest, acting: Membership) -> HttpResponse:
    """One form; every button posts all of it. Only the publish button writes."""
    page = PublishPage(timezone.now(), request.POST if request.method == "POST" else None)
    button = request.POST.get("do", "")
    item = page.press(button, acting) if button else None
    if item:
        asked = item.addressees.count()
        messages.success(request, f"Published {item.reference} to {asked} organisation{'s' * (asked != 1)}.")
        return redirect("checklist:office_item", org=acting.organisation.slug, reference=item.reference)
    is_part = bool(request.htmx) and button == "count"
    part = "#live" if is_part else ""
    context = {"page": page} if is_part else page.context()
    return render(request, f"checklist/publish.html{part}", context | {"acting": acting, "is_part": is_part})
