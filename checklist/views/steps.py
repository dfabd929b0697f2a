"""What the Programme office does with a published item: more time, withdraw, close, outcome, newcomers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist import joining, steps
from checklist.history import happenings
from checklist.models import ChecklistItem
from checklist.staff_forms import CloseForm, ExtendForm, OutcomeForm, ReasonForm
from checklist.views.posted import sent
from mhhs_portal.forms import ActionForm, sent_number
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest


def _issued(reference: str) -> ChecklistItem:
    return get_object_or_404(ChecklistItem.objects.issued(), reference=reference)


def _step(
    request: PortalRequest,
    acting: Membership,
    item: ChecklistItem,
    form: ActionForm,
    verb: Callable[..., Any],
    done: str,
    **words: Any,
) -> HttpResponse:
    if request.method == "POST" and form.run(verb, item, by=acting.person, now=timezone.now()):
        messages.success(request, done)
        return redirect("checklist:office_item", org=acting.organisation.slug, reference=item.reference)
    return render(request, "checklist/step.html", {"acting": acting, "item": item, "form": form} | words)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def extend(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = _issued(reference)
    words = {"title": "Give more time", "button": "Give more time", "is_extension": True}
    done = f"More time given for {reference}. Those who have not responded are told, and reminders follow the new date."
    form = ExtendForm(sent(request), item=item, initial={"organisation": request.GET.get("organisation", "")[:200]})
    return _step(request, acting, item, form, steps.extend, done, **words)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def withdraw(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    words = {
        "title": "Withdraw the item",
        "lead": "It stays in view as withdrawn, with the reason. Nobody is asked or reminded any more.",
        "button": "Withdraw the item",
        "is_danger": True,
    }
    form = ReasonForm(sent(request))
    return _step(request, acting, _issued(reference), form, steps.withdraw, f"{reference} is withdrawn.", **words)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def close(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    words = {
        "title": "Close the item",
        "lead": "No response is taken any more, late ones neither.",
        "button": "Close the item",
        "is_danger": True,
    }
    form = CloseForm(sent(request))
    return _step(request, acting, _issued(reference), form, steps.close, f"{reference} is closed.", **words)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def outcome(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    words = {
        "title": "Publish the outcome",
        "lead": "Everybody who was asked is told. A public item shows it to everybody.",
        "button": "Publish the outcome",
    }
    form = OutcomeForm(sent(request))
    done = f"The outcome of {reference} is published."
    return _step(request, acting, _issued(reference), form, steps.publish_outcome, done, **words)


@require_http_methods(["POST"])
@acting_as(Role.OFFICE)
def newcomer(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    """Ask an organisation that joined later, or leave it out with a reason."""
    item = _issued(reference)
    button, _, number = request.POST.get("do", "").partition("-")
    try:
        if button == "add":
            row = joining.add(item, organisation=sent_number(number), acting=acting, now=timezone.now())
            messages.success(request, f"{row.organisation.name} is asked as well.")
        elif button == "leave":
            reason = request.POST.get(f"reason-{number}", "")[:200]
            left = joining.leave_out(
                item, organisation=sent_number(number), reason=reason, acting=acting, now=timezone.now()
            )
            messages.success(request, f"{left.organisation.name} is left out.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("checklist:office_item", org=acting.organisation.slug, reference=reference)


@require_safe
@acting_as(Role.OFFICE)
def history(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem, reference=reference)
    context = {"acting": acting, "item": item, "happenings": happenings(item)}
    return render(request, "checklist/history.html", context)
