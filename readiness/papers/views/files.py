"""A paper as PDF or Word: asked for here, made by a worker; the page says how far it is."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from mhhs_portal.documents.serving import served
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest
from readiness.papers import drawing, writing
from readiness.papers.models import AnnexOpening, Paper, PaperFile
from readiness.papers.views.papers import NEEDS_PERMISSION, READERS, papers_of


@require_safe
@acting_as(*READERS)
def paper_file(request: PortalRequest, acting: Membership, paper: int, form: str) -> HttpResponseBase:
    one = get_object_or_404(papers_of(acting), number=paper)
    return _file(request, acting, one, form, has_annex=False)


@require_safe
@acting_as(*READERS)
def annex_file(request: PortalRequest, acting: Membership, paper: int, form: str) -> HttpResponseBase:
    """The paper with its names; each taking is recorded."""
    one = get_object_or_404(papers_of(acting), number=paper)
    if not writing.may_open_annex(acting.person):
        raise PermissionDenied(NEEDS_PERMISSION)
    return _file(request, acting, one, form, has_annex=True)


def _file(request: PortalRequest, acting: Membership, one: Paper, form: str, *, has_annex: bool) -> HttpResponseBase:
    now = timezone.now()
    version = one.versions.defer("annex", "figures").first()
    if form not in PaperFile.Form.values or version is None:
        raise Http404("There is no such file. Freeze the figures of the paper first.")
    file = drawing.asked(version, form, has_annex=has_annex, now=now)
    if file.file is None:
        return _waits(request, acting, one, file)
    if has_annex:
        AnnexOpening.objects.create(paper=one, person=acting.person, form=form, at=now)
    return served(file.file)


def _waits(request: PortalRequest, acting: Membership, one: Paper, file: PaperFile) -> HttpResponse:
    context = {
        "acting": acting,
        "paper": one,
        "file": file,
        "before": drawing.waiting_before(file),
        "campaign": one.campaign,
    }
    page = render(request, "readiness/papers/waits.html", context, status=202)
    page["Retry-After"] = page["Refresh"] = "3"
    patch_cache_control(page, private=True, no_store=True)
    return page
