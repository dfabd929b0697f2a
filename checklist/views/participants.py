"""The checklist of one organisation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_safe

from checklist.models import ChecklistItem
from checklist.own import counts
from checklist.own_history import own_happenings
from checklist.own_history import table as history_table
from checklist.response_page import DONE, ResponsePage
from mhhs_portal.exports import file_of
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest

LIST, ITEM = "checklist/own_list.html", "checklist/own_item.html"
LINES_PER_PAGE = 50


@require_safe
@acting_as(*PARTICIPANTS)
def own_item(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    now = timezone.now()
    page = ResponsePage(acting, reference, now, sent_number(request.GET.get("page", "")))
    if opened := getattr(settings, "ITEM_OPENED", ""):
        import_string(opened)(page.item, acting, now)
    return render(request, ITEM, page.context())


@require_safe
@acting_as(*PARTICIPANTS)
def own_history(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """What the organisation's people did with the item: a page, or a file of it."""
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    lines = own_happenings(item, acting.organisation)
    if file := file_of(request, history_table(item, lines)):
        return file
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "checklist/own_history.html", {"acting": acting, "item": item, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*RESPONDERS)
def respond(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """Save, send, add and remove rows. Reading this address leads to the item, so that a reload asks nothing odd."""
    address = reverse("checklist:own_item", args=[acting.organisation.slug, reference])
    if request.method != "POST":
        return redirect(address)
    page = ResponsePage(acting, reference, timezone.now(), sent_number(request.POST.get("page", "")))
    button = request.POST.get("do", "")
    if request.POST.get("from") == "list":
        return _answer_from_list(request, page, page.press("nil", request.POST, []))
    if button.startswith("part_") and request.htmx:
        page.keep_part(button.removeprefix("part_"), request.POST)
        return render(request, f"{ITEM}#{'answer_part' if button == 'part_answer' else 'row_part'}", page.context())
    done = page.press(button, request.POST, request.FILES.getlist("files"))
    if request.htmx:
        return render(request, f"{ITEM}#item", page.context())
    if not done:
        return render(request, ITEM, page.context())
    if words := DONE.get(button.partition("_")[0]):
        messages.success(request, words)
    return redirect(f"{address}?page={page.place}" if page.place > 1 else address)


def _answer_from_list(request: PortalRequest, page: ResponsePage, done: bool) -> HttpResponse:
    if request.htmx:
        numbers = counts(page.acting, page.now)
        context = {"refusal": page.refusal, "is_fresh": True, "numbers": numbers}
        return render(request, f"{LIST}#answered_row", page.context() | context)
    if done:
        messages.success(request, f"Response sent: {page.item.title}")
    else:
        messages.error(request, page.refusal)
    return redirect("checklist:own_list", org=page.acting.organisation.slug)
