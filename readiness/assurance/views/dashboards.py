"""How a campaign, an organisation and the whole Programme stand: numbers first, pictures with the same in words."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.assurance import chasing, numbers
from readiness.views.analysts import campaigns_of


@require_safe
@acting_as(Role.ANALYST)
def campaign(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    one = get_object_or_404(campaigns_of(acting).opened(), slug=campaign)
    return render(
        request,
        "readiness/assurance/dashboard.html",
        {"acting": acting, "campaign": one, "now": now} | numbers.of_campaign(one, now),
    )


@require_POST
@acting_as(Role.ANALYST)
def chase_rest(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    """One press: everybody who has not submitted is reminded, once a day."""
    one = get_object_or_404(campaigns_of(acting).opened(), slug=campaign)
    sent = chasing.chase(one, acting=acting, now=timezone.now())
    messages.success(request, f"{sent} reminders are on their way." if sent else "They were reminded today already.")
    return redirect("assurance:dashboard", org=acting.organisation.slug, campaign=one.slug)


@require_safe
@acting_as(*PARTICIPANTS)
def organisation(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    context = {"acting": acting, "now": now} | numbers.of_organisation(acting.organisation, now)
    return render(request, "readiness/assurance/own_standing.html", context)


@require_safe
@acting_as(Role.OFFICE)
def programme(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    context = {"acting": acting, "now": now} | numbers.of_programme(now)
    return render(request, "readiness/assurance/programme.html", context)
