"""The three lists: everybody's, an organisation's own, the Programme's. Each is a page, a part of it, or a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.reading.list_files import table
from checklist.reading.list_page import page_of
from checklist.reading.lists import ItemList, office_items, own_items, public_items
from checklist.reading.saving import filters_of
from checklist.reading.visits import happened_since, visit
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part


@require_safe
@public("the Programme publishes its requests for review")
def public_list(request: PortalRequest) -> HttpResponse:
    shown = public_items(request.GET, timezone.now())
    return _answer(request, shown, "checklist/public_list.html", {})


@require_safe
@acting_as(*PARTICIPANTS)
def own_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    return _answer(request, own_items(request.GET, acting, now), "checklist/own_list.html", _about(acting))


@require_safe
@acting_as(Role.OFFICE)
def office_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    return _answer(request, office_items(request.GET, acting, now), "checklist/office_list.html", _about(acting))


def _about(acting: Membership) -> dict[str, Any]:
    return {"acting": acting, "saved": filters_of(acting)}


def _answer(request: PortalRequest, shown: ItemList, template: str, context: dict[str, Any]) -> HttpResponse:
    if request.GET.get("format"):
        file = file_of(request, table(shown))
        assert file is not None
        return file
    if shown.acting:
        since = visit(shown.acting, shown.now)
        context["news"] = happened_since(shown.acting, since, shown.now)
    context |= page_of(shown, pressed=request.htmx.trigger or "")
    return page_or_part(request, template, "rows", context)
