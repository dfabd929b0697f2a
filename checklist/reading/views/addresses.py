"""The addresses at which somebody reads a filtered list in a calendar or a feed reader: made, shown once, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checklist.reading.addresses import READERS, feeds_of, list_of, new_feed, revoke
from checklist.reading.list_files import list_path
from checklist.reading.models import MOST_FEEDS
from mhhs_portal.calendars.sources import address
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest

PAGE = "checklist/list_feeds.html"


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
def list_feeds(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Reading shows the list that the address names, and what was made; posting makes its addresses, shown once."""
    now, is_press = timezone.now(), request.method == "POST"
    shown = list_of(acting, request.POST.get("query", "") if is_press else request.GET.urlencode(), now)
    context = {"acting": acting, "list": shown, "list_path": list_path(shown), "most": MOST_FEEDS}
    if is_press:
        try:
            feed, secret = new_feed(query=shown.choice.address(), acting=acting, now=now)
        except ValidationError as refusal:
            context["refusal"] = " ".join(refusal.messages)
        else:
            names = {"ics": "reading:own_calendar", "atom": "reading:own_feed"}
            context["made"] = {key: address(reverse(name, args=[secret])) for key, name in names.items()}
            context["made_feed"] = feed
    response = render(request, PAGE, context | {"feeds": feeds_of(acting)})
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@acting_as(*READERS)
def revoke_list_feed(request: PortalRequest, acting: Membership, list_feed: int) -> HttpResponse:
    """Only one's own. What is revoked already, or another's, is answered alike: it does not work for you."""
    found = feeds_of(acting).filter(pk=list_feed).first()
    if found:
        revoke(found, acting=acting, now=timezone.now())
        messages.success(request, f"The addresses of “{found.words}” no longer work.")
    else:
        messages.info(request, "You have no such addresses: nothing was changed.")
    return redirect("reading:list_feeds", org=acting.organisation.slug)
