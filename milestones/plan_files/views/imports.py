"""Programme staff import a plan: upload, see what it would change, apply, undo."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones.plan_files import columns, import_page, importing, rows, serving
from milestones.plan_files.forms import UploadForm
from milestones.plan_files.models import DetailedPlan, PlanImport
from milestones.plan_files.sheet_write import template

PER_PAGE = 200


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def import_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Send a file, and what became of earlier ones."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.run(importing.upload, by=acting.person, now=timezone.now()):
        return redirect("plan_files:run", org=acting.organisation.slug, run=form.result.pk)
    runs = PlanImport.objects.select_related("file", "uploaded_by", "plan")
    context = {
        "acting": acting,
        "form": form,
        "page": Paginator(runs, 25).get_page(request.GET.get("page")),
        "draft": DetailedPlan.objects.draft(),
        "published": DetailedPlan.objects.published(),
        "columns": columns.COLUMNS,
    }
    return render(request, "plan_files/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def import_run(request: PortalRequest, acting: Membership, run: int) -> HttpResponse:
    """One file: how far the worker is, or what applying would do, with the buttons that do it."""
    one = _run(run)
    page = import_page.ImportPage(one, request.GET.get("show", ""))
    if request.method == "POST":
        said = page.press(request.POST, acting.person, timezone.now())
        if said:
            messages.success(request, said)
            return redirect("plan_files:run", org=acting.organisation.slug, run=one.pk)
    if request.htmx and not request.htmx.history_restore_request:
        if not one.is_at_work:
            return HttpResponseClientRefresh()
        return render(request, "plan_files/run.html#progress", {"run": one, "acting": acting})
    return render(request, "plan_files/run.html", {"acting": acting, **page.context()})


@require_safe
@acting_as(Role.OFFICE)
def import_changes(request: PortalRequest, acting: Membership, run: int) -> HttpResponse:
    """All that applying would change, or did, and as a file."""
    one = _run(run)
    kind = request.GET.get("show", "")
    kind = kind if kind in import_page.KINDS else ""
    found = file_of(request, rows.changes_table(one, kind))
    if found:
        return found
    page = Paginator(rows.changes_of(one, kind), PER_PAGE).get_page(request.GET.get("page"))
    context = {"acting": acting, "run": one, "page": page, "kind": kind}
    return render(request, "plan_files/changes.html", context)


@require_safe
@acting_as(Role.OFFICE)
def import_problems(request: PortalRequest, acting: Membership, run: int) -> HttpResponse:
    """Every row that is left out, and as a file."""
    one = _run(run)
    found = file_of(request, rows.problems_table(one))
    if found:
        return found
    page = Paginator(rows.problems_of(one), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "plan_files/problems.html", {"acting": acting, "run": one, "page": page})


@require_safe
@acting_as(Role.OFFICE)
def import_file(request: PortalRequest, acting: Membership, run: int) -> HttpResponseBase:
    """The file as it was sent."""
    return serving.stored(_run(run).file)


@require_safe
@acting_as(Role.OFFICE)
def import_template(request: PortalRequest, acting: Membership) -> HttpResponse:
    return serving.download(template(), "plan-template.xlsx", serving.TYPES["xlsx"])


def _run(pk: int) -> PlanImport:
    wanted = PlanImport.objects.select_related(
        "file", "uploaded_by", "applied_by", "undone_by", "plan", "compared_with"
    )
    return get_object_or_404(wanted, pk=pk)
