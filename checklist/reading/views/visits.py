"""What changed since the last visit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from checklist.reading.visits import happened_since, mark_all_seen, seen_until
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

READERS = (*PARTICIPANTS, Role.OFFICE)


def list_name(acting: Membership) -> str:
    return "checklist:office_list" if acting.role == Role.OFFICE else "checklist:own_list"


@require_safe
@acting_as(*READERS)
def changes(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Looking at it marks nothing as seen: reading the list does, or the button."""
    now = timezone.now()
    news = happened_since(acting, seen_until(acting, now), now)
    item = "checklist:office_item" if acting.role == Role.OFFICE else "checklist:own_item"
    context = {"acting": acting, "news": news, "item_name": item, "list_name": list_name(acting), "now": now}
    return render(request, "checklist/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
def seen(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Everything up to now counts as seen. A reload of this address leads to the list."""
    if request.method == "POST":
        mark_all_seen(acting, timezone.now())
        messages.success(request, "Everything is marked as seen.")
    return redirect(list_name(acting), org=acting.organisation.slug)
