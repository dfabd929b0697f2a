"""Calendars to subscribe to: the public ones, and each person's own behind a secret address."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mhhs_portal.calendars import atom, secrets, sources
from mhhs_portal.calendars.models import PersonalFeed
from mhhs_portal.organisations.access import acting_as, memberships_of, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

ICS = "text/calendar; charset=utf-8"


@require_safe
@public("how to subscribe, and the calendars of a public programme")
def calendars(request: PortalRequest) -> HttpResponse:
    return render(request, "calendars/calendars.html", _page(request, timezone.now()))


@require_safe
@public("dates that are published anyway")
def feed(request: PortalRequest, feed: str) -> HttpResponse:
    """A public calendar. The ETag is the content's, so that a reader who has it gets 304 (ConditionalGetMiddleware)."""
    now = timezone.now()
    found = sources.public_feed(feed.lower(), now)
    if found is None:
        raise Http404("There is no calendar at this address.")
    response = HttpResponse(sources.text_of(found, now), content_type=ICS)
    response["Content-Disposition"] = f'inline; filename="mhhs-{found.slug}.ics"'
    response["Cache-Control"] = "public, max-age=900"
    return response


@require_safe
@public("calendar programs cannot sign in: the secret in the address is the key")
def own_feed(request: PortalRequest, secret: str) -> HttpResponse:
    """Unknown, revoked, or its owner has left: the same "not found"."""
    now = timezone.now()
    found = secrets.feed_behind(secret, now)
    if found is None:
        raise Http404
    response = HttpResponse(sources.own_text(found, now), content_type=ICS)
    response["Content-Disposition"] = f'inline; filename="mhhs-{found.kind}.ics"'
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@public("what the Programme has published")
def changes(request: PortalRequest) -> HttpResponse:
    path = reverse("calendars:changes")
    response = HttpResponse(atom.feed(atom.newest_changes(), path=path), content_type="application/atom+xml")
    response["Cache-Control"] = "public, max-age=900"
    return response


@require_POST
@acting_as(*Role)
def new_address(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    """Makes the address and shows it, this once: the answer is not kept anywhere."""
    now, kind = timezone.now(), request.POST.get("kind", "")
    if kind not in PersonalFeed.Kind.values:
        messages.error(request, "Choose which calendar the address is for.")
        return redirect("calendars:calendars")
    secret = secrets.new_address(acting=acting, kind=kind, now=now)
    made = sources.address(reverse("calendars:own_feed", args=[secret]))
    shown = {"made": made, "made_kind": PersonalFeed.Kind(kind).label, "made_for": acting.organisation}
    response = render(request, "calendars/calendars.html", _page(request, now) | shown)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@acting_as(*Role)
def revoke(request: PortalRequest, acting: Membership, feed_number: int) -> HttpResponseBase:
    """Only one's own. What is revoked already, or another's, is answered alike: it does not work for you."""
    found = PersonalFeed.objects.filter(pk=feed_number, membership=acting, revoked_at__isnull=True).first()
    if found:
        secrets.revoke(found, acting=acting, now=timezone.now())
        messages.success(request, f"The address of “{found.get_kind_display()}” no longer works.")
    else:
        messages.info(request, "You have no such address: nothing was changed.")
    return redirect("calendars:calendars")


def _page(request: PortalRequest, now: datetime) -> dict[str, object]:
    """Public calendars, and for each membership of whoever is signed in its two own ones."""
    memberships = memberships_of(request)
    feeds = PersonalFeed.objects.filter(membership__in=memberships, revoked_at__isnull=True) if memberships else []
    by_kind = {(feed.membership_id, feed.kind): feed for feed in feeds}
    own = [
        (membership, [(kind, kind.label, by_kind.get((membership.pk, kind.value))) for kind in PersonalFeed.Kind])
        for membership in memberships
    ]
    public_ones = [(feed, sources.feed_address(feed.slug)) for feed in sources.public_feeds(now)]
    return {"feeds": public_ones, "own": own, "atom": sources.address(reverse("calendars:changes")), "now": now}
