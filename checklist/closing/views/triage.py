"""The Programme office answers comments. Nobody else reads these pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.closing import own_queue
from checklist.closing.forms import NamesForm
from checklist.closing.many import Chosen
from checklist.closing.naming import set_naming_rule
from checklist.closing.past import happenings
from checklist.closing.triage_page import TriagePage
from checklist.models import ChecklistItem, Comment
from checklist.views.posted import sent
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part

TRIAGE = "checklist/closing/triage.html"
BUTTONS = {"next", "save", "draft", "unlink", "note"}


@require_safe
@acting_as(Role.OFFICE)
def comments(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    page = TriagePage(acting, reference, request.GET, timezone.now())
    if request.GET.get("format") and (file := file_of(request, page.table())):
        return file
    return page_or_part(request, TRIAGE, "triage", page.context())


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def comment(request: PortalRequest, acting: Membership, reference: str, comment: int) -> HttpResponse:
    """One comment beside the list. Its form saves it alone; the filters stay in the address."""
    page = TriagePage(acting, reference, request.GET, timezone.now(), comment)
    button = request.POST.get("do", "")
    if request.method != "POST" or button not in BUTTONS:
        return page_or_part(request, TRIAGE, "triage", page.context())
    if not page.press(button, request.POST):
        page.read(comment)
        return page_or_part(request, TRIAGE, "triage", page.context())
    following = page.queue.after(comment) if button == "next" else None
    shown = following.pk if following else comment
    if not request.htmx:
        messages.success(request, f"{page.said}.")
        return HttpResponseRedirect(_address(acting, reference, shown, page.choice.query))
    page.form, page.asked_page = None, None
    page.read(shown)
    answer = render(request, f"{TRIAGE}#triage", page.context())
    answer["HX-Push-Url"] = _address(acting, reference, shown, page.choice.query)
    return answer


def _address(acting: Membership, reference: str, comment: int, query: str) -> str:
    path = reverse("closing:comment", args=[acting.organisation.slug, reference, comment])
    return f"{path}{'?' + query if query else ''}#desk"


@require_http_methods(["POST"])
@acting_as(Role.OFFICE)
def many(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """One decision, one owner or one original for all chosen rows."""
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    chosen = Chosen(item, request.POST, acting, timezone.now())
    try:
        for words, is_done in chosen.press(request.POST.get("do", "")):
            (messages.success if is_done else messages.warning)(request, words)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    path = reverse("closing:comments", args=[acting.organisation.slug, reference])
    query = request.POST.get("filters", "")[:1_000]
    return HttpResponseRedirect(f"{path}?{query}" if query else path)


@require_safe
@acting_as(Role.OFFICE)
def history(request: PortalRequest, acting: Membership, reference: str, comment: int) -> HttpResponse:
    rows = Comment.objects.select_related("response__item", "disposition")
    found = get_object_or_404(rows, response__item__reference=reference, pk=comment)
    context = {"acting": acting, "item": found.response.item, "comment": found, "happenings": happenings(found)}
    return render(request, "checklist/closing/history.html", context)


@require_safe
@acting_as(Role.OFFICE)
def all_comments(request: PortalRequest, acting: Membership) -> HttpResponse:
    """What I own over all items, and the items whose comments wait for their log."""
    page = own_queue.OwnQueue(acting, request.GET, timezone.now())
    if request.GET.get("format") and (file := file_of(request, page.table())):
        return file
    return page_or_part(request, "checklist/closing/all.html", "rows", page.context())


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def names(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """Whether the log will name organisations; it stands once the first response has arrived."""
    item = get_object_or_404(ChecklistItem.objects.select_related("naming_rule"), reference=reference)
    rule = getattr(item, "naming_rule", None)
    form = NamesForm(sent(request), initial={"names_organisations": bool(rule and rule.names_organisations)})
    if request.method == "POST" and form.run(set_naming_rule, item, acting=acting, now=timezone.now()):
        messages.success(request, "Kept. The item’s page tells everybody who responds.")
        return redirect("closing:comments", org=acting.organisation.slug, reference=reference)
    context = {
        "acting": acting,
        "item": item,
        "form": form,
        "title": "Names in the published log",
        "button": "Keep",
    }
    return render(request, "checklist/step.html", context)
