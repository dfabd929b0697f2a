"""A response that reached the Programme by another way."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checklist.chasing.entering_page import EnteringPage
from checklist.models import ChecklistItem
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Organisation, Role
from mhhs_portal.web import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def on_behalf(request: PortalRequest, acting: Membership, reference: str, asked: str) -> HttpResponse:
    addressed = Organisation.objects.filter(addressed__item__reference=reference)
    organisation = get_object_or_404(addressed, slug=asked)
    items = ChecklistItem.objects.issued().with_deadline_of(organisation)
    page = EnteringPage(get_object_or_404(items, reference=reference), organisation, acting, timezone.now())
    if request.method == "POST" and page.press(request.POST.get("do", ""), request.POST, request.FILES):
        messages.success(request, f"Response of {organisation.name} entered. Its lead contacts are told.")
        return redirect("checklist:office_item", org=acting.organisation.slug, reference=reference)
    return render(request, "checklist/chasing/on_behalf.html", page.context())
