"""Filters that somebody keeps: seen, saved, renamed, shared and deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checklist.reading.forms import FilterForm
from checklist.reading.lists import ItemList, office_items, own_items
from checklist.reading.models import MOST_FILTERS, SavedFilter
from checklist.reading.saving import filters_of, forget, keep_filter, may_change, rename
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

READERS = (*PARTICIPANTS, Role.OFFICE)
PAGE = "checklist/filters.html"


def _list_of(acting: Membership, query: str) -> ItemList:
    """Reads the part of an address as the list itself would: whatever else stands in it is left behind."""
    of = office_items if acting.role == Role.OFFICE else own_items
    return of(QueryDict(query[:2000]), acting, timezone.now())


def _list_name(acting: Membership) -> str:
    return "checklist:office_list" if acting.role == Role.OFFICE else "checklist:own_list"


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
def filters(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Reading lists them; posting keeps the filter of the list that was on the screen."""
    if request.method != "POST":
        return _page(request, acting)
    choice = _list_of(acting, request.POST.get("query", "")).choice
    form = FilterForm(request.POST)
    if form.run(keep_filter, query=choice.address(), acting=acting, now=timezone.now()):
        messages.success(request, f"The filter “{form.result.name}” is saved. It stands above the list.")
        to = redirect(_list_name(acting), org=acting.organisation.slug)
        to["Location"] += f"?{choice.address()}" if choice.address() else ""
        return to
    return _page(request, acting, form, choice.address())


@require_POST
@acting_as(*READERS)
def change(request: PortalRequest, acting: Membership, saved_filter: int) -> HttpResponse:
    """Rename, share or delete; what belongs to somebody else does not exist here."""
    kept = filters_of(acting).filter(pk=saved_filter).first()
    if kept is None or not may_change(kept, acting):
        raise Http404
    if request.POST.get("do") == "delete":
        forget(kept, by=acting.person)
        messages.success(request, f"The filter “{kept.name}” is deleted.")
        return redirect("reading:filters", org=acting.organisation.slug)
    was, form = kept.name, FilterForm(request.POST)
    if form.run(rename, kept, by=acting.person):
        messages.success(request, f"The filter “{kept.name}” is saved.")
    else:
        messages.error(request, f"The filter “{was}” stays as it was. {form.refusal}")
    return redirect("reading:filters", org=acting.organisation.slug)


def _page(request: PortalRequest, acting: Membership, form: FilterForm | None = None, query: str = "") -> HttpResponse:
    rows = [_row(kept, acting) for kept in filters_of(acting)]
    context = {"acting": acting, "rows": rows, "most": MOST_FILTERS, "form": form, "query": query}
    return render(request, PAGE, context | {"list_name": _list_name(acting)}, status=200)


def _row(kept: SavedFilter, acting: Membership) -> dict[str, object]:
    return {"kept": kept, "is_own": kept.owner_id == acting.person_id, "may_change": may_change(kept, acting)}
