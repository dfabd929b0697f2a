"""The library for everybody: documents, their versions, and the files that are kept here."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mhhs_portal.documents.serving import served
from mhhs_portal.exports import file_of
from mhhs_portal.library import shelves
from mhhs_portal.library.models import Document, DocumentKind, DocumentVersion
from mhhs_portal.organisations.access import memberships_of, public
from mhhs_portal.organisations.models import Role
from mhhs_portal.web import PortalRequest, page_or_part


@require_safe
@public("the documents of a public programme")
def documents(request: PortalRequest) -> HttpResponse:
    choice = shelves.Choice.of(request.GET.dict())
    found = shelves.shelves(choice)
    if file := file_of(request, shelves.table(found)):
        return file
    context = {"shelves": found, "choice": choice, "themes": shelves.themes(), "kinds": DocumentKind.choices}
    return page_or_part(request, "library/documents.html", "found", context)


@require_safe
@public("the documents of a public programme")
def document(request: PortalRequest, document: str) -> HttpResponse:
    found = get_object_or_404(Document, slug=document.lower())
    shelf = shelves.shelf(found)
    if file := file_of(request, shelves.table([shelf])):
        return file
    return render(request, "library/document.html", {"shelf": shelf, "document": found})


@require_safe
@public("the documents of a public programme")
def download(request: PortalRequest, document: str, document_version: str) -> HttpResponseBase:
    """The kept bytes, always as a download: a browser shows nothing of it inside the portal. Older ones stay."""
    versions = DocumentVersion.objects.select_related("file__scan")
    found = get_object_or_404(versions, document__slug=document.lower(), key=document_version.lower())
    if found.file is None or not found.file.is_there:
        raise Http404("The portal keeps no file of this version.")
    is_office = any(held.role == Role.OFFICE for held in memberships_of(request))
    response = served(found.file, from_others=not is_office)
    response["ETag"] = f'"{found.file.sha256}"'
    response["Cache-Control"] = "public, no-cache"
    return response
