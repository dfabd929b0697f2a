from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mhhs_portal.deadlines import local_day
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part
from milestones.network import effects, scenarios
from milestones.network.forms import DraftForm, MoveForm, NameForm
from milestones.network.models import Scenario

EVERYBODY = tuple(Role)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*EVERYBODY)
def scenario_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    """The person's own scenarios, and a new one."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.run(scenarios.start, acting=acting, now=timezone.now()):
        return redirect("network:scenario", acting.organisation.slug, form.result.pk)
    own = Scenario.objects.of(acting).select_related("baseline").annotate(moved=Count("moves"))
    return render(request, "network/scenarios.html", {"acting": acting, "form": form, "scenarios": own})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*EVERYBODY)
def scenario(request: PortalRequest, acting: Membership, scenario: int) -> HttpResponse:
    """One scenario: what is moved, and what that does. Nobody but the person who made it sees it."""
    found = get_object_or_404(Scenario.objects.of(acting).select_related("baseline"), pk=scenario)
    plan = effects.plan_for(acting, local_day(timezone.now()))
    forms: dict[str, Any] = {"form": MoveForm(plan), "name_form": NameForm(initial={"name": found.name})}
    if request.method == "POST":
        done = _do(request, found, plan, forms)
        if done is not None and not (request.htmx and done == "moved"):
            return _away(acting, found, done)
    return _show(request, acting, found, plan, forms)


@require_http_methods(["POST"])
@acting_as(Role.OFFICE)
def draft(request: PortalRequest, acting: Membership, scenario: str) -> HttpResponse:
    """A draft change request with the milestones that move."""
    found = get_object_or_404(Scenario.objects.of(acting).select_related("baseline"), pk=scenario)
    plan = effects.plan_for(acting, local_day(timezone.now()))
    form = DraftForm(request.POST)
    dates = effects.outcome(found, plan, acting).milestones
    if form.run(scenarios.draft_request, found, dates=dates, by=request.user):
        messages.success(request, f"{form.result.code} is drafted. Nobody but programme staff sees it.")
        return redirect("milestones:office_change", acting.organisation.slug, form.result.slug)
    return _show(request, acting, found, plan, {"form": MoveForm(plan), "draft_form": form})


def _do(request: PortalRequest, found: Scenario, plan: effects.Plan, forms: dict[str, Any]) -> str | None:
    """What the button asks for; what was done, or None with the form that says why not."""
    asked, by = request.POST.get("do", ""), request.user
    if asked == "move":
        forms["form"] = form = MoveForm(plan, request.POST)
        if form.run(lambda what, **to: scenarios.move(found, plan.network.items[what], by=by, **to)):
            forms["form"] = MoveForm(plan)
            return "moved"
    elif asked == "back":
        scenarios.put_back(found, move=sent_number(request.POST.get("move", "")), by=by)
        return "moved"
    elif asked == "reset":
        scenarios.reset(found, by=by, now=timezone.now())
        return "reset"
    elif asked == "rename":
        forms["name_form"] = name_form = NameForm(request.POST)
        return "renamed" if name_form.run(scenarios.rename, found, by=by) else None
    elif asked == "delete":
        scenarios.delete(found, by=by)
        return "deleted"
    else:
        raise BadRequest("The page did not say what to do. Go back and press one of its buttons.")
    return None


def _away(acting: Membership, found: Scenario, done: str) -> HttpResponse:
    if done == "deleted":
        return redirect("network:scenarios", acting.organisation.slug)
    return redirect("network:scenario", acting.organisation.slug, found.pk)


def _show(
    request: PortalRequest, acting: Membership, found: Scenario, plan: effects.Plan, forms: dict[str, Any]
) -> HttpResponse:
    is_staff = acting.role == Role.OFFICE
    defaults = {"name_form": NameForm(initial={"name": found.name}), "draft_form": DraftForm() if is_staff else None}
    context = {
        "acting": acting,
        "scenario": found,
        "outcome": effects.outcome(found, plan, acting),
        "news": scenarios.news(found),
        "is_staff": is_staff,
        **defaults,
        **forms,
    }
    return page_or_part(request, "network/scenario.html", "result", context)
