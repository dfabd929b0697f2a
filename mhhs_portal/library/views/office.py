"""Programme staff keep the library."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.forms import ActionForm
from mhhs_portal.history.panel import events_of
from mhhs_portal.library import office, shelves
from mhhs_portal.library.forms import DocumentForm, VersionForm, WithdrawForm
from mhhs_portal.library.models import Document, DocumentVersion
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

WRITES = ["GET", "HEAD", "POST"]


def _page(request: PortalRequest, acting: Membership, form: ActionForm, **words: Any) -> HttpResponse:
    return render(request, "library/office_form.html", {"acting": acting, "form": form, **words})


@require_safe
@acting_as(Role.OFFICE)
def overview(request: PortalRequest, acting: Membership) -> HttpResponse:
    context = {"acting": acting, "shelves": shelves.shelves(shelves.Choice())}
    return render(request, "library/office.html", context)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def edit_document(request: PortalRequest, acting: Membership, document: str = "") -> HttpResponse:
    found = get_object_or_404(Document, slug=document) if document else None
    initial = {name: getattr(found, name) for name in DocumentForm.base_fields} if found else {}
    form = DocumentForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.run(office.save_document, acting=acting, document=found):
        messages.success(request, f"Saved {form.result.title}.")
        return redirect("library:office_document", org=acting.organisation.slug, document=form.result.slug)
    title = f"Change {found.title}" if found else "Add a document"
    context = {"shelf": shelves.shelf(found), "history": events_of(found)} if found else {}
    return _page(request, acting, form, title=title, **context)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def add_version(request: PortalRequest, acting: Membership, document: str) -> HttpResponse:
    found = get_object_or_404(Document, slug=document)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = VersionForm(*sent)
    now = timezone.now()
    if request.method == "POST" and form.run(office.add_version, acting=acting, document=found, now=now):
        messages.success(request, f"Added a version of {found.title}.")
        return redirect("library:office_document", org=acting.organisation.slug, document=found.slug)
    return _page(
        request, acting, form, title=f"Add a version of {found.title}", button="Add the version", has_file=True
    )


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def withdraw(request: PortalRequest, acting: Membership, document: str, document_version: str) -> HttpResponse:
    versions = DocumentVersion.objects.select_related("document")
    found = get_object_or_404(versions, document__slug=document, key=document_version)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    if request.method == "POST" and form.run(office.withdraw, found, acting=acting, now=now):
        messages.success(request, f"{found.words} of {found.document.title} is withdrawn.")
        return redirect("library:office_document", org=acting.organisation.slug, document=document)
    title = f"Withdraw {found.words} of {found.document.title}"
    return _page(request, acting, form, title=title, button="Withdraw the version", is_danger=True)
