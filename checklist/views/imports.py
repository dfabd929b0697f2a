"""The Programme office brings many items at once: a dry run first, drafts when confirmed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checklist.import_reading import COLUMNS
from checklist.importing import check, dry_run, take_over
from checklist.models import ItemImport
from checklist.staff_forms import ImportForm
from checklist.views.posted import sent
from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

SHOWN = 200
EXAMPLE = {
    "title": "Migration thresholds v2.1: review",
    "kind": "Consultation",
    "workstream": "Migration",
    "governance_group": "MCAG",
    "summary": "Say whether the limits work for your roles.",
    "document_number": "DEL2428",
    "document_version": "2.1",
    "due_on": "30 May 2027",
    "due_time": "17:00",
    "accepts_late": "yes",
    "is_public": "no",
    "audience": "Supplier + CP3; LDSO",
}


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def imports(request: PortalRequest, acting: Membership) -> HttpResponse:
    columns = [Column(key, heading) for key, heading in COLUMNS.items()]
    if file := file_of(request, Table("checklist-items", columns, [EXAMPLE])):
        return file
    form = ImportForm(sent(request), request.FILES)
    if request.method == "POST" and form.run(check, acting=acting, now=timezone.now()):
        return redirect("checklist:import", org=acting.organisation.slug, upload=form.result.pk)
    runs = ItemImport.objects.select_related("file", "checked_by")[:20]
    context = {"acting": acting, "form": form, "runs": runs, "columns": COLUMNS.values()}
    return render(request, "checklist/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def upload(request: PortalRequest, acting: Membership, upload: int) -> HttpResponse:
    run = get_object_or_404(ItemImport.objects.select_related("file", "checked_by"), pk=upload)
    if request.method == "POST" and request.POST.get("do") == "import":
        try:
            run = take_over(run, acting=acting, now=timezone.now())
            messages.success(request, f"{run.made} draft{'s' * (run.made != 1)} made. Nobody is asked yet.")
            return redirect("checklist:drafts", org=acting.organisation.slug)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    judged = None if run.imported_at else dry_run(run)
    context = {"acting": acting, "run": run, "judged": judged, "shown": SHOWN}
    return render(request, "checklist/import.html", context)
