"""Programme staff see where every role is on its path, who is late, and who has not confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.exports import file_of
from mhhs_portal.forms import sent_number
from mhhs_portal.notifications.outbox import log_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Organisation, Role, RoleHeld
from mhhs_portal.web import PortalRequest
from milestones.journeys import READY_STEP, journeys_of
from milestones.models import PlanConfirmation, ReportingPeriod, Route
from milestones.own_plans import histogram, own_plan_table, population, programme_view
from milestones.own_plans.own_plan_form import rows_of
from milestones.own_plans.plan_reminders import about, chase, leads_to_ask, words_of
from milestones.own_plans.programme_forms import DueDayForm, PeriodForm
from milestones.own_plans.reporting_periods import add_period, is_open, move_due_day

ROLES_ON_A_PAGE = 50
FILTERS = ("path", "route", "step", "state", "q")


@require_safe
@acting_as(Role.OFFICE)
def progress(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Counts for everybody, and the list, forecasts and confidence of those that the filter leaves."""
    now = timezone.now()
    people = programme_view.read(now)
    wanted = {name: value for name in FILTERS if (value := request.GET.get(name, "").strip())}
    roles = programme_view.chosen(people.roles, wanted)
    file = file_of(request, programme_view.table("progress", roles))
    if file:
        return file
    context = _chosen(people, roles, wanted) | {
        "acting": acting,
        "now": now,
        "people": people,
        "map": people.heat_map,
        "page": Paginator(roles, ROLES_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": request.GET.copy(),
    }
    context["query"].pop("page", None)
    return render(request, "milestones/progress.html", context)


def _chosen(
    people: programme_view.Population, roles: Sequence[population.HeldRole], wanted: dict[str, str]
) -> dict[str, Any]:
    """What the page says about the roles that the filter leaves."""
    step = wanted.get("step") or READY_STEP
    name = next((one.name for one in people.steps if one.key == step), "")
    forecasts = population.forecasts(roles, step, local_day(people.now))
    return {
        "wanted": wanted,
        "found": len(roles),
        "late": sum(role.is_late for role in roles),
        "step_name": name,
        "forecasts": forecasts,
        "chart": histogram.draw(forecasts.months),
        "confidence": programme_view.confidence(roles),
        "states": programme_view.STATES.items(),
        "routes": [(route.value, route.label) for route in Route if route != Route.LEGACY],
    }


@require_safe
@acting_as(Role.OFFICE)
def organisation_plan(request: PortalRequest, acting: Membership, organisation: str) -> HttpResponse:
    """One organisation's plan, to be read; its comments stay its own."""
    now = timezone.now()
    whose = get_object_or_404(Organisation.objects.participants(), slug=organisation)
    journeys = journeys_of(whose, local_day(now), duties=False)
    file = file_of(request, own_plan_table.table(f"{whose.slug}-plan", journeys, comments=False))
    if file:
        return file
    placed = {placement.role_held_id for journey in journeys for placement in journey.placements}
    held = RoleHeld.objects.filter(organisation=whose).select_related("market_role")
    given = PlanConfirmation.objects.filter(organisation=whose).select_related("period", "confirmed_by")
    context = {
        "acting": acting,
        "whose": whose,
        "roles": rows_of(role for journey in journeys for role in journey.role_paths),
        "others": [role for role in held if role.pk not in placed],
        "confirmations": given[:12],
    }
    return render(request, "milestones/progress_organisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def periods(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Reporting periods with how many confirmed; staff add one here."""
    now = timezone.now()
    form = PeriodForm(request.POST or None)
    if request.method == "POST" and form.run(add_period, by=acting.person, now=now):
        messages.success(request, f"The period {form.result} is added.")
        return redirect("milestones:periods", org=acting.organisation.slug)
    every = ReportingPeriod.objects.annotate(confirmed=Count("confirmations__organisation", distinct=True))
    rows = [(period, is_open(period, now)) for period in every]
    context = {"acting": acting, "rows": rows, "form": form, "now": now, "today": local_day(now)}
    return render(request, "milestones/periods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def period_due(request: PortalRequest, acting: Membership, period: int) -> HttpResponse:
    """Move the day by which plans are to be confirmed."""
    now = timezone.now()
    asked = get_object_or_404(ReportingPeriod, pk=period)
    form = DueDayForm(request.POST or None, initial={"due_on": local_day(asked.due_at)})
    if request.method == "POST" and form.run(move_due_day, asked, by=acting.person, now=now):
        messages.success(request, f"{asked} is now due on another day. Reminders follow it.")
        return redirect("milestones:periods", org=acting.organisation.slug)
    return render(request, "milestones/period_due.html", {"acting": acting, "period": asked, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def chase_period(request: PortalRequest, acting: Membership, period: int) -> HttpResponse:
    """Show how many would be written to and what they would read; send when told to."""
    now = timezone.now()
    asked = get_object_or_404(ReportingPeriod, pk=period)
    leads = leads_to_ask(asked, now) if is_open(asked, now) else []
    if request.method == "POST":
        if sent_number(request.POST.get("count", "")) != len(leads):
            messages.error(request, "The list has changed since you looked at it. Look again, then send.")
            return redirect("milestones:chase_period", org=acting.organisation.slug, period=asked.pk)
        sent = chase(asked, leads, by=acting.person, now=now)
        told = f"{sent} message{'s' * (sent != 1)} will be sent." if sent else "Everybody has been written to today."
        messages.success(request, told)
        return redirect("milestones:chase_period", org=acting.organisation.slug, period=asked.pk)
    first = leads[0].organisation.short_name if leads else "your organisation"
    context = {
        "acting": acting,
        "period": asked,
        "is_open": is_open(asked, now),
        "leads": leads,
        "asked": len({lead.organisation_id for lead in leads}),
        "words": words_of(asked, first, now),
        "sent": log_of(about(asked))[:50],
    }
    return render(request, "milestones/chase.html", context)
