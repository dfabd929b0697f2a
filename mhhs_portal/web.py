"""One address, two bodies: the page, and the part of it that htmx swaps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from mhhs_portal.organisations.models import Membership, Person


class PortalRequest(HttpRequest):
    """What every view receives after our middleware; only the type checker sees this class."""

    user: Person  # type: ignore[assignment]
    htmx: HtmxDetails
    acting: Membership


def page_or_part(request: PortalRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """Render the whole page, or for an htmx swap just the named partial inside it."""
    htmx = request.htmx
    swap = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{part}" if swap else template, context)
    patch_vary_headers(response, ["HX-Request"])  # one URL, two bodies: caches must know
    return response
