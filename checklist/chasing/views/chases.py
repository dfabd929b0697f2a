"""Chasing: the preview that names everybody, the button, and what was sent."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.chasing.asked import Choice
from checklist.chasing.chase import MOST_ITEMS
from checklist.chasing.chase_page import ChasePage
from checklist.chasing.models import Chase
from checklist.models import ChecklistItem
from checklist.progress import MARKS, TRACKED
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest


def _chosen(request: PortalRequest) -> list[ChecklistItem]:
    references = request.GET.getlist("item")
    if len(references) > MOST_ITEMS:
        raise BadRequest(f"At most {MOST_ITEMS} items fit into one chase; these are {len(references)}.")
    references = [reference.replace("\x00", "") for reference in references]
    return list(ChecklistItem.objects.issued().filter(reference__in=references).order_by("due_at", "reference"))


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def chase(request: PortalRequest, acting: Membership) -> HttpResponse:
    """The address says which items and organisations; the form has only the words."""
    items = _chosen(request)
    if not items:
        return render(request, "checklist/chasing/chase.html", {"acting": acting, "page": None})
    data = request.POST if request.method == "POST" else None
    without_drafts = request.GET.get("drafts") == "no"
    page = ChasePage(items, Choice.of(request.GET), timezone.now(), data, uuid4(), without_drafts=without_drafts)
    if data is not None and data.get("do") == "send" and (made := page.send(acting)):
        done = made.lines.order_by().values("organisation").distinct().count()
        count = f"{done} organisation{'s' * (done != 1)}"
        messages.success(request, f"Chased {count}: {made.people} message{'s' * (made.people != 1)} on the way.")
        return redirect("chasing:chased", org=acting.organisation.slug, chase=made.pk)
    context = {"acting": acting, "page": page, "form": page.form, "marks": MARKS, "words": TRACKED}
    return render(request, "checklist/chasing/chase.html", context)


@require_safe
@acting_as(Role.OFFICE)
def chased(request: PortalRequest, acting: Membership, chase: int) -> HttpResponse:
    made = get_object_or_404(Chase.objects.select_related("by"), pk=chase)
    lines = list(made.lines.select_related("item", "organisation").order_by("organisation__name", "item__due_at"))
    if not lines:
        raise Http404
    context = {
        "acting": acting,
        "chase": made,
        "lines": [(line, TRACKED[line.state], MARKS[line.state]) for line in lines],
        "items": list({line.item_id: line.item for line in lines}.values()),
        "asked": len({line.organisation_id for line in lines}),
    }
    return render(request, "checklist/chasing/chased.html", context)
