"""Programme staff put roles on paths and routes."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.exports import Column, Table, Value, file_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Kind, Membership, Role, RoleHeld
from mhhs_portal.web import PortalRequest
from milestones.models import Placement, StepPlan
from milestones.own_plans.placing import keep_on_legacy, place
from milestones.own_plans.programme_forms import LegacyForm, PlacementForm

ROLES_ON_A_PAGE = 50
SHOW = {"": "Every role", "no-path": "On no path yet", "on-path": "On a path", "legacy": "Legacy, not qualifying"}


@require_safe
@acting_as(Role.OFFICE)
def placement_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Every role that participants hold, with the path and route that it is on."""
    show, words = request.GET.get("show", ""), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    current = Placement.objects.current().select_related("path")
    held = RoleHeld.objects.filter(organisation__kind=Kind.PARTICIPANT).select_related("organisation", "market_role")
    held = held.prefetch_related(Prefetch("placements", current, "now_on"))
    roles = _shown(held, show, words).order_by("organisation__name", "mpid", "pk")
    file = file_of(request, _table(list(roles))) if "format" in request.GET else None
    if file:
        return file
    page = Paginator(roles, ROLES_ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"acting": acting, "page": page, "show": show, "q": words, "choices": SHOW.items(), "query": query}
    return render(request, "milestones/placements.html", context)


def _shown(held: QuerySet[RoleHeld], show: str, words: str) -> QuerySet[RoleHeld]:
    if words:
        held = held.filter(Q(organisation__name__icontains=words) | Q(mpid__icontains=words))
    if show == "legacy":
        return held.filter(is_qualifying=False)
    on_path = RoleHeld.objects.filter(placements__until_on__isnull=True, placements__isnull=False, is_qualifying=True)
    if show == "on-path":
        return held.filter(pk__in=on_path.values("pk"))
    return held.filter(is_qualifying=True).exclude(pk__in=on_path.values("pk")) if show == "no-path" else held


def _table(roles: list[RoleHeld]) -> Table:
    columns = [
        Column("organisation", "Organisation"), Column("mpid", "MPID"), Column("market_role", "Market role"),
        Column("is_qualifying", "Qualifying"), Column("path", "Critical path"), Column("route", "Route"),
        Column("since_on", "Since"), Column("reason", "Reason"),
    ]  # fmt: skip
    return Table("placements", columns, [_row(role) for role in roles])


def _row(role: RoleHeld) -> dict[str, Value]:
    on = next(iter(role.now_on), None)  # type: ignore[attr-defined]
    return {
        "organisation": role.organisation.name,
        "mpid": role.mpid,
        "market_role": role.market_role.name,
        "is_qualifying": role.is_qualifying,
        "path": on.path.code if on else None,
        "route": (on.get_route_display() or None) if on else None,
        "since_on": on.since_on if on else None,
        "reason": (on.reason or None) if on else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def placement(request: PortalRequest, acting: Membership, role: int) -> HttpResponse:
    """Put one role on a path, move it, or say that it stays on legacy arrangements."""
    held = RoleHeld.objects.filter(organisation__kind=Kind.PARTICIPANT).select_related("organisation", "market_role")
    whose = get_object_or_404(held, pk=role)
    placements = list(whose.placements.select_related("path").order_by("-since_on", "-pk"))
    on = next((one for one in placements if one.until_on is None), None)
    is_legacy_form = request.POST.get("do") == "legacy"
    start = {"path": on.path.slug, "route": on.route} if on else None
    sent = request.POST if request.method == "POST" else None
    form = PlacementForm(None if is_legacy_form else sent, initial=start)
    legacy = LegacyForm(sent if is_legacy_form else None, auto_id="legacy_%s")
    if sent is not None and _run(whose, form, legacy, is_legacy_form, acting):
        messages.success(request, f"{whose.mpid} is updated. The lead contacts of {whose.organisation} are told.")
        return redirect("milestones:placement", org=acting.organisation.slug, role=whose.pk)
    context = {
        "acting": acting,
        "role": whose,
        "on": on,
        "placements": placements,
        "planned": StepPlan.objects.filter(placement=on).count() if on else 0,
        "form": form,
        "legacy": legacy,
        "wrong": legacy if is_legacy_form else form,
    }
    return render(request, "milestones/placement.html", context)


def _run(whose: RoleHeld, form: PlacementForm, legacy: LegacyForm, is_legacy: bool, acting: Membership) -> bool:
    today = timezone.localdate()
    if is_legacy:
        return legacy.run(keep_on_legacy, whose, by=acting.person, today=today)
    return form.run(place, whose, by=acting.person, today=today)
