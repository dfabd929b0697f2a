"""Changes to a published item: staff make them, everybody who may read the item sees what is different."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklist.carrying_over import carry_over as carry
from checklist.models import ChecklistItem
from checklist.revise_page import RevisePage
from checklist.versions_page import file_lines, steps_of
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def revise(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    items = ChecklistItem.objects.issued().prefetch_related("links", "attachments__file")
    page = RevisePage(acting, get_object_or_404(items, reference=reference), timezone.now())
    if request.method == "POST" and page.press(request.POST.get("do", ""), request.POST, request.FILES):
        assert page.raised is not None
        if page.raised.correction:
            messages.success(request, f"{reference} is corrected. Nobody is asked again.")
        else:
            messages.success(request, f"Revision {page.raised.number} of {reference} asks everybody again.")
        return redirect("checklist:office_item", org=acting.organisation.slug, reference=reference)
    return render(request, "checklist/revise.html", page.context())


def _versions(request: PortalRequest, item: ChecklistItem, **more: Any) -> HttpResponse:
    context = {"item": item, "steps": steps_of(item), "lines": file_lines(item), **more}
    return render(request, "checklist/versions.html", context)


@require_safe
@public("what changed in items that everybody may read")
def public_versions(request: PortalRequest, reference: str) -> HttpResponse:
    return _versions(request, get_object_or_404(ChecklistItem.objects.public(), reference=reference))


@require_safe
@acting_as(*PARTICIPANTS)
def own_versions(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    return _versions(request, item, acting=acting, is_own=True)


@require_safe
@acting_as(Role.OFFICE)
def office_versions(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    return _versions(request, item, acting=acting, is_office=True)


@require_POST
@acting_as(*RESPONDERS)
def carry_over(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """The answer to the earlier wording, taken into the draft in one click."""
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    try:
        carry(item, acting=acting, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Your earlier response is in the draft. It has not been sent.")
    return redirect("checklist:own_item", org=acting.organisation.slug, reference=reference)
