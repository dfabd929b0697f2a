""" "You said, we did": for everybody, for those who were asked, and for staff who put it together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.closing.outcome_editor import OutcomeEditor
from checklist.closing.outcomes import OutcomePage
from checklist.models import ChecklistItem
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

OUTCOME = "checklist/closing/outcome.html"


@require_safe
@public("what came of a public request")
def public_outcome(request: PortalRequest, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.public(), reference=reference)
    return render(request, OUTCOME, OutcomePage(item).context())


@require_safe
@acting_as(*PARTICIPANTS)
def own_outcome(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    return render(request, OUTCOME, OutcomePage(item, acting.organisation).context() | {"acting": acting})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def put_together(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    editor = OutcomeEditor(item, acting, timezone.now())
    if request.method == "POST" and editor.press(request.POST):
        words = "Readers see it." if item.outcome else "Readers see it once the outcome is published."
        messages.success(request, f"The outcome page is saved. {words}")
        return redirect("closing:outcome_page", org=acting.organisation.slug, reference=reference)
    return render(request, "checklist/closing/outcome_page.html", editor.context())
