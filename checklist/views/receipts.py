"""The receipt of a response: for the organisation that sent it and for the office, as a page and as a PDF."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from checklist.models import ChecklistItem, Response
from checklist.receipt_sheets import content, kept
from checklist.receipts import address, part, read, recomputed
from checklist.response_reading import files_of, versions_of
from mhhs_portal.documents.serving import served
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Organisation, Role
from mhhs_portal.web import PortalRequest


@require_safe
@acting_as(*PARTICIPANTS)
def receipt(request: PortalRequest, acting: Membership, reference: str, sent: str) -> HttpResponse:
    return _page(request, acting, _ours(acting, reference, sent))


@require_safe
@acting_as(*PARTICIPANTS)
def receipt_pdf(request: PortalRequest, acting: Membership, reference: str, sent: str) -> HttpResponseBase:
    return _sheet(request, acting, _ours(acting, reference, sent))


@require_safe
@acting_as(Role.OFFICE)
def office_receipt(
    request: PortalRequest, acting: Membership, reference: str, responder: str, sent: str
) -> HttpResponse:
    return _page(request, acting, _theirs(reference, responder, sent))


@require_safe
@acting_as(Role.OFFICE)
def office_receipt_pdf(
    request: PortalRequest, acting: Membership, reference: str, responder: str, sent: str
) -> HttpResponseBase:
    return _sheet(request, acting, _theirs(reference, responder, sent))


def _ours(acting: Membership, reference: str, sent: str) -> Response:
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    return _found(item, acting.organisation, sent)


def _theirs(reference: str, organisation: str, sent: str) -> Response:
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    return _found(item, get_object_or_404(Organisation, slug=organisation), sent)


def _found(item: ChecklistItem, organisation: Organisation, sent: str) -> Response:
    response = read(item, organisation, sent)
    if response is None:
        raise Http404("There is no receipt of this number.")
    return response


def _page(request: PortalRequest, acting: Membership, response: Response) -> HttpResponse:
    again, is_office = recomputed(response), acting.role == Role.OFFICE
    versions = list(versions_of(response.item, response.organisation))
    for one in versions:
        one.page = _address(one, acting)  # type: ignore[attr-defined]
    context = {
        **content(response),
        "acting": acting,
        "item": response.item,
        "part": part(response),
        "recomputed": again,
        "is_as_kept": again == response.digest,
        "is_office": is_office,
        "versions": versions,
        "sent_files": files_of(response),
        "has_sheet": hasattr(response, "sheet") and response.sheet.file is not None,
    }
    return render(request, "checklist/receipt_page.html", context)


def _address(response: Response, acting: Membership) -> str:
    if acting.role != Role.OFFICE:
        return address(response)
    about = [acting.organisation.slug, response.item.reference, response.organisation.slug, part(response)]
    return reverse("checklist:office_receipt", args=about)


def _sheet(request: PortalRequest, acting: Membership, response: Response) -> HttpResponseBase:
    file = kept(response, timezone.now())
    if file is None:
        context = {"acting": acting, "response": response, "item": response.item, "part": part(response)}
        waits = render(
            request, "checklist/receipt_waits.html", context | {"is_office": acting.role == Role.OFFICE}, status=202
        )
        waits["Retry-After"] = waits["Refresh"] = "5"
        patch_cache_control(waits, private=True, no_store=True)
        return waits
    return served(file)
