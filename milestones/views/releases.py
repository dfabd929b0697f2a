"""Plan releases as everybody reads them."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest
from milestones.changes import releases
from milestones.models import PlanRelease


@require_safe
@public("the plan of a public programme")
def release_list(request: PortalRequest) -> HttpResponseBase:
    rows = releases.published()
    columns = [
        Column("number", "Release"),
        Column("as_at", "As at"),
        Column("baseline", "Baseline"),
        Column("published_at", "Published"),
        Column("forecasts", "Forecasts"),
        Column("note", "Note"),
    ]
    made = [
        {name: getattr(row, name) for name in ("number", "as_at", "published_at", "note")}
        | {"baseline": row.baseline.name, "forecasts": row.count}
        for row in rows
    ]
    answer = file_of(request, Table("plan-releases", columns, made))
    return answer or render(request, "milestones/releases.html", {"releases": rows})


@require_safe
@public("the plan of a public programme")
def release_detail(request: PortalRequest, release: str) -> HttpResponseBase:
    one = PlanRelease.objects.exclude(published_at=None).select_related("baseline").filter(number=release).first()
    if one is None:
        raise Http404(f"There is no plan release {release[:20]}.")
    rows = releases.contents(one)
    answer = file_of(request, releases.table(one, rows))
    return answer or render(request, "milestones/release.html", {"release": one, "rows": rows})
