"""The consolidated comments log: the office's preview and publication, and what everybody reads."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.closing.forms import PublishLogForm
from checklist.closing.log import draft_of, publish_log
from checklist.closing.published import PER_PAGE, PublishedLog
from checklist.models import ChecklistItem
from checklist.views.posted import sent
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part

LOG = "checklist/closing/log.html"


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def preview(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """Every row as it would be published; the button publishes exactly these."""
    now = timezone.now()
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    draft = draft_of(item)
    initial = {"seen": draft.fingerprint, "with_names": True}
    form = PublishLogForm(sent(request), initial=initial, may_name=draft.names, is_first=draft.before is None)
    if request.method == "POST" and form.run(publish_log, item, acting=acting, now=now):
        messages.success(request, f"Version {form.result.number} of the log is published, and the commenters are told.")
        return redirect("closing:office_log", org=acting.organisation.slug, reference=reference)
    context = {
        "acting": acting,
        "item": item,
        "draft": draft,
        "refusals": draft.refusals(now),
        "form": form,
        "page": Paginator(draft.rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "checklist/closing/preview.html", context)


@require_safe
@public("the answers of a public programme")
def public_log(request: PortalRequest, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.public(), reference=reference)
    return _read(request, PublishedLog(item, request.GET))


@require_safe
@acting_as(*PARTICIPANTS)
def own_log(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """For those who were asked, with their own comments first."""
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    return _read(request, PublishedLog(item, request.GET, acting.organisation), acting)


@require_safe
@acting_as(Role.OFFICE)
def office_log(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    return _read(request, PublishedLog(item, request.GET), acting)


def _read(request: PortalRequest, view: PublishedLog, acting: Membership | None = None) -> HttpResponse:
    if request.GET.get("format") and (file := file_of(request, view.table())):
        return file
    extra = {"acting": acting, "is_office": bool(acting and acting.role == Role.OFFICE)} if acting else {}
    return page_or_part(request, LOG, "rows", view.context() | extra)
