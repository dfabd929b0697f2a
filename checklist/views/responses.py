"""Files of responses, responses that everybody who was asked may see, and an organisation's rule for sign-off."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.models import ChecklistItem, Comment, DraftFile, Response, ResponseFile
from checklist.sign_off import rule_of, set_rule
from mhhs_portal.documents.serving import SCAN, served
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

RESPONSES_PER_PAGE = 20
FILES = ResponseFile.objects.select_related("file", f"file__{SCAN}", "response")


@require_safe
@acting_as(*PARTICIPANTS)
def draft_file(request: PortalRequest, acting: Membership, reference: str, drafted: int) -> HttpResponse:
    """A file of the organisation's own draft."""
    items = ChecklistItem.objects.addressed_to(acting.organisation)
    files = DraftFile.objects.select_related("file", f"file__{SCAN}")
    ours = files.filter(draft__item__in=items, draft__organisation=acting.organisation)
    found = get_object_or_404(ours, draft__item__reference=reference, pk=drafted)
    return served(found.file, title=found.title)


@require_safe
@acting_as(*PARTICIPANTS)
def own_response_file(request: PortalRequest, acting: Membership, reference: str, sent_file: int) -> HttpResponse:
    """A file that was sent: for its organisation, and for others where the item shows everybody's responses."""
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    may = Q(response__organisation=acting.organisation)
    if item.shows_responses:
        may |= Q(response__is_current=True, response__revision=item.revision, response__on_behalf_reason="")
    found = get_object_or_404(FILES.filter(may, response__item=item), pk=sent_file)
    is_ours = found.response.organisation_id == acting.organisation_id and not found.response.is_on_behalf
    return served(found.file, title=found.title, from_others=not is_ours)


@require_safe
@acting_as(Role.OFFICE)
def office_response_file(request: PortalRequest, acting: Membership, reference: str, sent_file: int) -> HttpResponse:
    found = get_object_or_404(FILES.filter(response__item__reference=reference), pk=sent_file)
    return served(found.file, title=found.title, from_others=True)


@require_safe
@acting_as(*PARTICIPANTS)
def own_responses(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """Who responded and what, where the Programme shows it to everybody who was asked; else nothing is here."""
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    if not item.shows_responses:
        raise Http404
    sent = Response.objects.current().filter(item=item, revision=item.revision).select_related("organisation")
    open_comments = Comment.objects.filter(is_confidential=False)
    files = ResponseFile.objects.filter(response__on_behalf_reason="").select_related("file", f"file__{SCAN}")
    sent = sent.prefetch_related(Prefetch("comments", open_comments), Prefetch("files", files))
    page = Paginator(sent.order_by("organisation__name"), RESPONSES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"acting": acting, "item": item, "page": page, "now": timezone.now()}
    return render(request, "checklist/own_responses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.LEAD)
def sign_off(request: PortalRequest, acting: Membership) -> HttpResponse:
    if request.method == "POST":
        rule = set_rule(request.POST.get("needs_sign_off") == "yes", acting=acting, now=timezone.now())
        words = (
            "A lead contact now signs off each response." if rule.needs_sign_off else "Sign-off is no longer needed."
        )
        messages.success(request, words)
        return redirect("checklist:sign_off", org=acting.organisation.slug)
    return render(request, "checklist/sign_off.html", {"acting": acting, "rule": rule_of(acting.organisation)})
