"""What is released: to the Programme's staff who serve the QAG, then to participants through the QWG. Never names."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Kind, Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.assurance.models import Finding
from readiness.papers import contents
from readiness.papers.models import Paper, PaperStatus
from readiness.papers.models.papers import SHOWN_TO_QAG

PAGE = 50


def _released(acting: Membership) -> QuerySet[Paper]:
    rows = Paper.objects.select_related("campaign", "author")
    if acting.organisation.kind == Kind.PROGRAMME:
        return rows.filter(status__in=SHOWN_TO_QAG)
    return rows.filter(status=PaperStatus.QWG)


def _list(request: PortalRequest, acting: Membership, page_name: str) -> HttpResponse:
    page = Paginator(_released(acting), PAGE).get_page(request.GET.get("page"))
    context = {"acting": acting, "page": page, "page_name": page_name, "is_qag": page_name == "papers:qag_paper"}
    return render(request, "readiness/papers/released_list.html", context)


def _one(request: PortalRequest, acting: Membership, number: int, **more: Any) -> HttpResponse:
    one = get_object_or_404(_released(acting), number=number)
    version = one.versions.defer("annex").first()
    assert version is not None  # no paper goes to the board without one
    asked = one.recommendations.prefetch_related("decisions")
    context = {
        "acting": acting,
        "paper": one,
        "campaign": one.campaign,
        "version": version,
        "blocks": contents.blocks(version, is_public=True),
        "asked": [(row, next(iter(row.decisions.all()), None)) for row in asked],
    }
    return render(request, "readiness/papers/released.html", context | more)


@require_safe
@acting_as(Role.OFFICE)
def for_qag(request: PortalRequest, acting: Membership) -> HttpResponse:
    return _list(request, acting, "papers:qag_paper")


@require_safe
@acting_as(Role.OFFICE)
def qag_paper(request: PortalRequest, acting: Membership, paper: int) -> HttpResponse:
    return _one(request, acting, paper, back="papers:qag", is_qag=True)


@require_safe
@acting_as(*PARTICIPANTS)
def for_qwg(request: PortalRequest, acting: Membership) -> HttpResponse:
    return _list(request, acting, "papers:qwg_paper")


@require_safe
@acting_as(*PARTICIPANTS)
def qwg_paper(request: PortalRequest, acting: Membership, paper: int) -> HttpResponse:
    """The summary, and beside it the organisation's own findings."""
    ours = Finding.objects.shown_to(acting.organisation).filter(submission__campaign__papers__number=paper)
    return _one(request, acting, paper, back="papers:qwg", ours=ours)
