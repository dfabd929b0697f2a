"""An organisation's own path and plan: read it, edit all of it on one page, confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mhhs_portal.deadlines import LONDON, local_day
from mhhs_portal.exports import file_of
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as
from mhhs_portal.organisations.models import Membership, Role, RoleHeld
from mhhs_portal.web import PortalRequest, page_or_part
from milestones.journeys import Journey, RolePath, journeys_of
from milestones.models import Likelihood, Placement, ReportingPeriod, StepPlan
from milestones.own_plans import confirming
from milestones.own_plans.own_plan import Saved, history_of, save_step
from milestones.own_plans.own_plan_form import STEPS_ON_A_PAGE, Sent, leave_stale, put_back, row_of, rows_of, sent_for
from milestones.own_plans.own_plan_table import table
from milestones.own_plans.role_plans import RolePlan, warnings


@require_safe
@acting_as(*PARTICIPANTS)
def own_path(request: PortalRequest, acting: Membership) -> HttpResponse:
    """The organisation's own journey, with where it is and what it must reach next."""
    now = timezone.now()
    journeys = journeys_of(acting.organisation, local_day(now))
    file = file_of(request, table(f"{acting.organisation.slug}-plan", journeys, comments=True))
    if file:
        return file
    plan = confirming.snapshot(journeys)
    placed = {placement.role_held_id for journey in journeys for placement in journey.placements}
    held = [role for role in _roles(acting) if role.pk not in placed]
    context = {
        "acting": acting,
        "today": local_day(now),
        "now": now,
        "journeys": journeys,
        "confirmations": confirming.standings(acting.organisation, plan, now),
        "fingerprint": confirming.fingerprint(plan),
        "may_confirm": acting.role == Role.LEAD,
        "unplaced": [role for role in held if role.is_qualifying],
        "legacy": [role for role in held if not role.is_qualifying],
    }
    return render(request, "milestones/own_path.html", context)


def _roles(acting: Membership) -> list[RoleHeld]:
    return list(RoleHeld.objects.filter(organisation=acting.organisation).select_related("market_role"))


@require_POST
@acting_as(Role.LEAD)
def confirm_plan(request: PortalRequest, acting: Membership, period: int) -> HttpResponse:
    """One click: the plan as it stands is confirmed for the period."""
    now = timezone.now()
    asked = get_object_or_404(ReportingPeriod, pk=period)
    try:
        made = confirming.confirm(asked, seen=request.POST.get("seen", ""), acting=acting, now=now)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        said_at = made.confirmed_at.astimezone(LONDON)
        messages.success(request, f"The plan is confirmed for {asked}, at {said_at:%H:%M} by {made.confirmed_by}.")
    return redirect("milestones:own_path", org=acting.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*PARTICIPANTS)
def own_plan(request: PortalRequest, acting: Membership) -> HttpResponse:
    """All steps of all roles on one page, to be changed together."""
    now = timezone.now()
    if request.method == "POST":
        return _save_all(request, acting, now)
    roles, page, pages = _page_of_roles(acting, now, request.GET.get("page", ""))
    return _plan_page(request, acting, rows_of(roles), page, pages)


def _page_of_roles(acting: Membership, now: datetime, wanted: str) -> tuple[list[RolePath], int, int]:
    """The roles of one page, and which page of how many: a request can carry only so many fields."""
    roles = [
        role
        for journey in journeys_of(acting.organisation, local_day(now), duties=False)
        for role in journey.role_paths
    ]
    pages: list[list[RolePath]] = [[]]
    count = 0
    for role in roles:
        steps = len(role.plans) + len(role.parts)
        if pages[-1] and count + steps > STEPS_ON_A_PAGE:
            pages.append([])
            count = 0
        pages[-1].append(role)
        count += steps
    page = min(max(sent_number(wanted), 1), len(pages))
    return pages[page - 1], page, len(pages)


def _plan_page(request: PortalRequest, acting: Membership, roles: list[Any], page: int, pages: int) -> HttpResponse:
    rows = [row for role in roles for row in (*role.rows, *role.parts)]
    context = {
        "acting": acting,
        "roles": roles,
        "page": page,
        "pages": pages,
        "page_numbers": range(1, pages + 1),
        "errors": [cell for row in rows for cell in row.errors],
        "refused": [row for row in rows if row.problem],
        "clashes": [cell for row in rows for cell in row.clashes],
        "likelihoods": Likelihood.choices,
        "may_edit": acting.role in RESPONDERS,
        "last": max((row.plan for row in rows if row.plan.changed_at), key=lambda plan: plan.changed_at, default=None),
    }
    return render(request, "milestones/own_plan.html", context)


def _save_all(request: PortalRequest, acting: Membership, now: datetime) -> HttpResponse:
    """Save every good field, then show what is wrong: in that order, so that nothing typed is lost."""
    _only_editors(acting)
    wanted = request.POST.get("page", "")
    roles, page, pages = _page_of_roles(acting, now, wanted)
    sent = [
        one
        for role in roles
        for plan in (*role.plans, *role.parts)
        if (one := sent_for(plan, request.POST)) is not None
    ]
    outcomes = {one.plan.key: _save(one, acting, now) for one in sent if one.is_new}
    written = sum(len(saved.written) for saved, _ in outcomes.values())
    if written:
        roles, page, pages = _page_of_roles(acting, now, wanted)
    shown = rows_of(roles)
    _put_back_all(shown, sent, outcomes)
    if any(row.errors or row.clashes or row.problem for role in shown for row in (*role.rows, *role.parts)):
        return _plan_page(request, acting, shown, page, pages)
    at = f"{now.astimezone(LONDON):%H:%M}"
    changed = f"Saved at {at}: {written} change{'s' * (written != 1)}." if written else "Nothing was changed."
    messages.success(request, changed)
    here = redirect("milestones:own_plan", org=acting.organisation.slug)
    if page > 1:
        here["Location"] += f"?page={page}"
    return here


def _put_back_all(shown: list[Any], sent: list[Sent], outcomes: Mapping[str, tuple[Saved, str]]) -> None:
    rows = {row.key: row for role in shown for row in (*role.rows, *role.parts)}
    for one in sent:
        saved, problem = outcomes.get(one.plan.key, (Saved(None), ""))
        if one.plan.key in rows:
            put_back(rows[one.plan.key], one, saved.clashes, problem)


def _only_editors(acting: Membership) -> None:
    if acting.role not in RESPONDERS:
        raise PermissionDenied("Only a lead contact or a contributor changes the plan. You can read it.")


def _save(one: Sent, acting: Membership, now: datetime) -> tuple[Saved, str]:
    """What was written and what clashes, or why the step was refused as a whole."""
    plan = one.plan
    try:
        saved = save_step(
            plan.placement, plan.step, one.values, seen=one.seen, older=one.older, keep=one.keep, acting=acting, now=now
        )
    except ValidationError as refusal:
        return Saved(None), refusal.messages[0]
    return saved, ""


@require_POST
@acting_as(*RESPONDERS)
def own_step(request: PortalRequest, acting: Membership, placement: int, step: int) -> HttpResponseBase:
    """Save one step as somebody leaves a field; the part says when, or what is wrong, or shows both of a clash."""
    now = timezone.now()
    before = _find(acting, placement, step, now)
    sent = sent_for(before, request.POST)
    if sent is None:
        return redirect("milestones:own_plan", org=acting.organisation.slug)
    saved, problem = _save(sent, acting, now) if sent.is_new else (Saved(None), "")
    role, plan = _role_of(acting, placement, step, now)
    row = row_of(plan, warnings(role.plans) | warnings(role.parts))
    leave_stale(row, sent, saved.clashes)
    put_back(row, sent, saved.clashes, problem)
    if not request.htmx:
        return redirect("milestones:own_plan", org=acting.organisation.slug)
    context = {"acting": acting, "row": row, "role": role, "saved_at": now, "swapped": True, "may_edit": True}
    return render(request, "milestones/own_plan.html#said", context)


def _find(acting: Membership, placement: int, step: int, now: datetime) -> RolePlan:
    return _role_of(acting, placement, step, now)[1]


def _role_of(acting: Membership, placement: int, step: int, now: datetime) -> tuple[RolePath, RolePlan]:
    """The step of one of the organisation's own roles; anything else does not exist for it."""
    journeys: list[Journey] = journeys_of(acting.organisation, local_day(now), duties=False)
    for journey in journeys:
        for role in journey.role_paths:
            for plan in (*role.plans, *role.parts):
                if (role.placement.pk, plan.step.pk) == (placement, step):
                    return role, plan
    raise Http404("This role is on another path now, or the step is not one of its steps.")


@require_safe
@acting_as(*PARTICIPANTS)
def step_history(request: PortalRequest, acting: Membership, placement: int, step: int) -> HttpResponse:
    """Who changed what in one step, and when."""
    ours = Placement.objects.filter(role_held__organisation=acting.organisation)
    placed = get_object_or_404(ours.select_related("role_held__market_role", "path"), pk=placement)
    planned = get_object_or_404(placed.path.steps, pk=step)
    plan = StepPlan.objects.filter(placement=placed, step=planned).first()
    context = {"acting": acting, "placement": placed, "step": planned, "changes": history_of(plan)}
    return page_or_part(request, "milestones/own_plan_history.html", "changes", context)
