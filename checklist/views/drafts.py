"""The Programme office puts items together: publish page, drafts, copies, templates."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist import drafting
from checklist.models import ChecklistItem, ItemTemplate
from checklist.publish_page import PublishPage
from checklist.staff_forms import TemplateForm
from checklist.views.posted import sent
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def publish(request: PortalRequest, acting: Membership) -> HttpResponse:
    """One form; every button posts all of it. Only the publish, save and attach buttons write."""
    return _put_together(request, acting, None)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def edit(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.select_related("parent", "milestone", "path"), reference=reference)
    if not item.is_draft:
        return redirect("checklist:office_item", org=acting.organisation.slug, reference=reference)
    return _put_together(request, acting, item)


def _put_together(request: PortalRequest, acting: Membership, draft: ChecklistItem | None) -> HttpResponse:
    page = PublishPage(timezone.now(), request.POST if request.method == "POST" else None, draft)
    button = request.POST.get("do", "")
    try:
        item = page.press(button, acting, request.FILES.get("upload")) if button else None
    except ValidationError as refusal:
        item, page.file_error = None, " ".join(refusal.messages)
    if item:
        asked = item.addressees.count()
        messages.success(request, f"Published {item.reference} to {asked} organisation{'s' * (asked != 1)}.")
        return redirect("checklist:office_item", org=acting.organisation.slug, reference=item.reference)
    if page.saved:
        messages.success(request, f"Draft {page.saved.reference} saved. Nobody outside the Programme office sees it.")
        return redirect("checklist:edit", org=acting.organisation.slug, reference=page.saved.reference)
    is_part = bool(request.htmx) and button == "count"
    part = "#live" if is_part else ""
    context = {"page": page} if is_part else page.context()
    return render(request, f"checklist/publish.html{part}", context | {"acting": acting, "is_part": is_part})


@require_http_methods(["POST"])
@acting_as(Role.OFFICE)
def discard(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem, reference=reference)
    try:
        drafting.discard(item, acting=acting)
        messages.success(request, f"Draft {reference} discarded.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("checklist:drafts", org=acting.organisation.slug)


@require_http_methods(["POST"])
@acting_as(Role.OFFICE)
def duplicate(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem, reference=reference)
    made = drafting.duplicate(item, acting=acting, now=timezone.now())
    messages.success(request, f"Draft {made.reference} has the words, rules and links of {reference}. Give it dates.")
    return redirect("checklist:edit", org=acting.organisation.slug, reference=made.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def keep_template(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem, reference=reference)
    form = TemplateForm(sent(request), initial={"name": item.title[:80]})
    if request.method == "POST" and form.run(drafting.keep_as_template, item, acting=acting, now=timezone.now()):
        messages.success(request, f"Template “{form.result.name}” kept.")
        return redirect("checklist:templates", org=acting.organisation.slug)
    context = {
        "acting": acting,
        "item": item,
        "form": form,
        "title": "Keep as a template",
        "lead": "Keeps the words, rules and links for items that come again, without dates, files and exceptions.",
        "button": "Keep the template",
    }
    return render(request, "checklist/step.html", context)


@require_safe
@acting_as(Role.OFFICE)
def templates(request: PortalRequest, acting: Membership) -> HttpResponse:
    found = ItemTemplate.objects.select_related("kept_by")
    return render(request, "checklist/templates.html", {"acting": acting, "templates": found})


@require_http_methods(["POST"])
@acting_as(Role.OFFICE)
def template(request: PortalRequest, acting: Membership, template: int) -> HttpResponse:
    """Make a draft from a template, or remove the template."""
    found = get_object_or_404(ItemTemplate, pk=template)
    if request.POST.get("do") == "use":
        made = drafting.use_template(found, acting=acting, now=timezone.now())
        messages.success(request, f"Draft {made.reference} made from “{found.name}”.")
        return redirect("checklist:edit", org=acting.organisation.slug, reference=made.reference)
    if request.POST.get("do") == "remove":
        drafting.forget_template(found, acting=acting)
        messages.success(request, f"Template “{found.name}” removed. Items made from it stay.")
    return redirect("checklist:templates", org=acting.organisation.slug)
