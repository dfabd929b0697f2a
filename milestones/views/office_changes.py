"""Change requests at the Programme: drafts, lines, assessments, decisions, applying."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones.changes import applying, change_requests, compare, impact_assessments, proposals
from milestones.changes import change_list as listing
from milestones.changes.change_desk import Desk
from milestones.changes.change_forms import ApplyForm, ChangeForm
from milestones.models import ChangeRequest
from milestones.models.change_requests import State

#: Participants and their answers on a page.
PER_PAGE = 100


@require_safe
@acting_as(Role.OFFICE)
def office_list(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    shown = listing.read(ChangeRequest.objects.all(), request.GET.get("state", ""))
    answer = file_of(request, listing.table(shown.rows))
    context = {"shown": shown, "acting": acting, "now": timezone.now()}
    return answer or render(request, "milestones/office_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def raise_change(request: PortalRequest, acting: Membership) -> HttpResponse:
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.run(change_requests.draft_change, by=acting.person):
        messages.success(request, f"{form.result.code} is a draft. Only programme staff see it. Add what it changes.")
        return redirect("milestones:office_change", org=acting.organisation.slug, change=form.result.slug)
    return render(request, "milestones/raise_change.html", {"acting": acting, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def office_change(request: PortalRequest, acting: Membership, change: str) -> HttpResponseBase:
    """One page for the whole life of a request; what it shows follows from the state."""
    desk = Desk(_found(change), acting, timezone.now())
    if request.method == "POST" and desk.press(request.POST.get("do", ""), request.POST):
        messages.success(request, desk.said)
        if desk.change.pk is None or not ChangeRequest.objects.filter(pk=desk.change.pk).exists():
            return redirect("milestones:office_changes", org=acting.organisation.slug)
        return redirect("milestones:office_change", org=acting.organisation.slug, change=change)
    standings = impact_assessments.standings(desk.change) if desk.change.assessment_opened_at else []
    answer = file_of(request, impact_assessments.table(desk.change, standings))
    page = Paginator(standings, PER_PAGE).get_page(request.GET.get("page"))
    context = desk.context() | {"standings": page, "page": page}
    context["constituencies"] = impact_assessments.by_constituency(standings)
    return answer or render(request, "milestones/office_change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def apply_change(request: PortalRequest, acting: Membership, change: str) -> HttpResponse:
    """Shows exactly what will change, for whom; applied only after it was confirmed."""
    one = _found(change)
    if one.state != State.APPROVED:
        return redirect("milestones:office_change", org=acting.organisation.slug, change=change)
    now = timezone.now()
    asks_basis = applying.basis_has_changed(one)
    form = ApplyForm(request.POST if request.method == "POST" else None, code=one.code, asks_basis=asks_basis)
    if request.method == "POST" and form.run(_apply, one, acting=acting):
        messages.success(request, f"Baseline {form.result.name} is the current one. Everybody is told.")
        return redirect("milestones:baseline", baseline=form.result.slug)
    rehearsed = applying.rehearse(one, now=now)
    what = rehearsed.comparison
    context = {
        "acting": acting,
        "change": one,
        "form": form,
        "rehearsed": rehearsed,
        "lines": proposals.of(one),
        "sections": [(kind, label, what.of_kind(kind)) for kind, label in compare.KINDS.items()] if what else [],
        "basis_has_changed": asks_basis,
    }
    return render(request, "milestones/apply_change.html", context)


def _apply(one: ChangeRequest, *, acting: Membership, confirm: str, despite_basis: bool = False) -> object:
    return change_requests.apply(one, by=acting.person, now=timezone.now(), despite_basis=despite_basis)


def _found(slug: str) -> ChangeRequest:
    one = ChangeRequest.objects.select_related("based_on", "source").filter(slug=slug).first()
    if one is None:
        raise Http404(f"There is no change request {slug[:20]}.")
    return one
