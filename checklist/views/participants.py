"""The checklist of one organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.own import SHOWN, by_period, counts, own_items, shown
from checklist.response_page import ResponsePage
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest, page_or_part

LIST, ITEM = "checklist/own_list.html", "checklist/own_item.html"


@require_safe
@acting_as(*PARTICIPANTS)
def own_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "awaiting"
    items = own_items(acting, now)
    numbers = counts(items)
    context = {
        "acting": acting,
        "periods": by_period(shown(items, show), now),
        "tabs": [(key, label, numbers[key]) for key, label in SHOWN.items()],
        "show": show,
        "total": numbers[show],
        "upcoming": next((own.item for own in items if own.state == "upcoming"), None),
        "now": now,
    }
    return page_or_part(request, LIST, "rows", context)


@require_safe
@acting_as(*PARTICIPANTS)
def own_item(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    page = ResponsePage(acting, reference, timezone.now())
    return render(request, ITEM, page.context())


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*RESPONDERS)
def respond(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """Save, send, or add and remove rows. Reading this address leads to the item, so that a reload asks nothing odd."""
    address = redirect("checklist:own_item", org=acting.organisation.slug, reference=reference)
    if request.method != "POST":
        return address
    page = ResponsePage(acting, reference, timezone.now())
    done = page.press(request.POST.get("do", ""), request.POST)
    if request.POST.get("from") == "list":
        return _answer_from_list(request, page, done)
    if request.htmx:
        return render(request, f"{ITEM}#item", page.context())
    if not done:
        return render(request, ITEM, page.context())
    messages.success(request, "Draft saved. It has not been sent." if page.just_saved else "Response sent.")
    return address


def _answer_from_list(request: PortalRequest, page: ResponsePage, done: bool) -> HttpResponse:
    if request.htmx:
        numbers = counts(own_items(page.acting, page.now))
        context = {"refusal": page.form.refusal, "is_fresh": True, "numbers": numbers}
        return render(request, f"{LIST}#answered_row", page.context() | context)
    if done:
        messages.success(request, f"Response sent: {page.item.title}")
    else:
        messages.error(request, page.form.refusal)
    return redirect("checklist:own_list", org=page.acting.organisation.slug)
