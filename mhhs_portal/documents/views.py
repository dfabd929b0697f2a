"""Programme staff see what the virus scanner said of each file, ask again, and release files of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mhhs_portal.documents import scanning
from mhhs_portal.documents.models import FileScan, FileScanQuerySet, ScanState
from mhhs_portal.export_streams import streamed
from mhhs_portal.exports import Column, Table
from mhhs_portal.forms import ActionForm
from mhhs_portal.history.panel import events_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Kind, Membership, Role
from mhhs_portal.web import PortalRequest

ON_A_PAGE = 25
COLUMNS = [
    Column("name", "File"),
    Column("size", "Bytes"),
    Column("sha256", "SHA-256"),
    Column("state", "State"),
    Column("found", "What was found"),
    Column("engine", "Scanner"),
    Column("scanned_at", "Scanned"),
    Column("kept_at", "Uploaded"),
    Column("uploaded_by", "By"),
    Column("released", "Released because"),
]
VERBS = {
    "documents.scanned": "Scanned",
    "documents.found_infected": "Found infected",
    "documents.not_scanned": "Could not be scanned",
    "documents.released": "Released",
}


class ReleaseForm(ActionForm):
    reason = forms.CharField(
        label="Why you answer for this file",
        help_text="Kept with your name and the time. Everybody who may see the file can then open it unscanned.",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )


def _uploads(acting: Membership) -> FileScanQuerySet:
    """What people sent; only the Programme's own office looks after it."""
    if acting.organisation.kind != Kind.PROGRAMME:
        raise Http404
    found = FileScan.objects.exclude(state=ScanState.MADE_HERE)
    return found.select_related("file", "uploaded_by", "released_by")


@require_safe
@acting_as(Role.OFFICE)
def files(request: PortalRequest, acting: Membership) -> HttpResponse | StreamingHttpResponse:
    """Every file that somebody sent, newest first."""
    wanted = request.GET.get("state", "")
    found = _uploads(acting).filter(state=wanted) if wanted in ScanState.values else _uploads(acting)
    pages = Paginator(found, ON_A_PAGE)
    table = Table("files", COLUMNS, (_row(scan) for scan in found.iterator()))
    if file := streamed(request, table, count=pages.count):
        return file
    counts: dict[str, int] = dict(_uploads(acting).order_by().values_list("state").annotate(n=Count("pk")))
    states = [state for state in ScanState if state != ScanState.MADE_HERE]
    context = {
        "acting": acting,
        "page": pages.get_page(request.GET.get("page")),
        "tabs": [("", "All", sum(counts.values())), *((s.value, s.label, counts.get(s, 0)) for s in states)],
        "wanted": wanted,
        "scanner": settings.CLAMD_URL,
        "holds_back": settings.HOLD_BACK_UNSCANNED,
    }
    return render(request, "documents/files.html", context)


def _row(scan: FileScan) -> dict[str, Any]:
    return {
        "name": scan.file.name,
        "size": scan.file.size,
        "sha256": scan.file.sha256,
        "state": scan.get_state_display(),
        "found": scan.signature or None,
        "engine": scan.engine or None,
        "scanned_at": scan.scanned_at,
        "kept_at": scan.file.made_at,
        "uploaded_by": scan.uploaded_by.name if scan.uploaded_by else None,
        "released": scan.released_reason or None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def file(request: PortalRequest, acting: Membership, scan: int) -> HttpResponse:
    """What is known about one file, its history, and for staff's own files the release."""
    found = get_object_or_404(_uploads(acting), pk=scan)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.run(scanning.release, found, acting=acting, now=timezone.now()):
        messages.success(request, f"{found.file.name} is released: others can open it now.")
        return redirect("files:file", org=acting.organisation.slug, scan=found.pk)
    history = [(event, VERBS.get(event.verb, "Uploaded")) for event in events_of(found)]
    can_release = found.is_from_staff and found.is_open and not found.is_released
    context = {"acting": acting, "scan": found, "form": form, "history": history, "can_release": can_release}
    return render(request, "documents/file.html", context)


@require_POST
@acting_as(Role.OFFICE)
def again(request: PortalRequest, acting: Membership, scan: int) -> HttpResponse:
    found = get_object_or_404(_uploads(acting), pk=scan)
    form = ActionForm(request.POST)
    if form.run(scanning.scan_again, found, acting=acting, now=timezone.now()):
        messages.success(request, "The file will be scanned again within seconds, if a scanner is set.")
    else:
        messages.error(request, form.refusal)
    return redirect("files:file", org=acting.organisation.slug, scan=found.pk)
