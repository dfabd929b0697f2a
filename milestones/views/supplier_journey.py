"""The Non-SIT Supplier Journey for everybody: a page, and the newest PDF that a worker drew of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest
from milestones import non_sit_journey


@require_safe
@public("what a supplier must do in a public programme")
def supplier_journey(request: PortalRequest) -> HttpResponse:
    journey = non_sit_journey.read()
    context = {"journey": journey, "paper": non_sit_journey.newest()}
    return render(request, "milestones/supplier_journey.html", context)


@require_safe
@public("what a supplier must do in a public programme")
def supplier_journey_pdf(request: PortalRequest) -> HttpResponseBase:
    kept = non_sit_journey.newest()
    if kept is None or kept.file is None or not kept.file.is_there:
        response = render(request, "milestones/supplier_journey_not_drawn.html", status=503)
        response["Retry-After"] = "60"
        return response
    etag = f'"{kept.file.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    made = unchanged or HttpResponse(kept.file.read(), content_type=kept.file.content_type)
    made["ETag"] = etag
    made["Cache-Control"] = "public, no-cache"
    made["Content-Disposition"] = f'inline; filename="{kept.file.name}"'
    return made
