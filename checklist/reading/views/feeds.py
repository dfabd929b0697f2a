"""Lists for feed readers and calendars: the public one filtered by its address, others behind a secret address."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.reading.addresses import list_behind
from checklist.reading.feeds import changes, entries
from checklist.reading.list_files import list_path
from checklist.reading.lists import ItemList, public_items
from mhhs_portal.calendars import atom
from mhhs_portal.calendars.ics import calendar as ics
from mhhs_portal.calendars.sources import domain
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest

QUARTER_OF_AN_HOUR = "public, max-age=900"


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


@require_safe
@public("the Programme publishes its requests for review")
def atom_feed(request: PortalRequest) -> HttpResponse:
    shown = public_items(request.GET, timezone.now())
    query = shown.choice.address()
    about = atom.About(
        "Participant Checklist",
        f"Public items: {shown.choice.words}",
        _with("checklist", query),
        _with(reverse("checklist:list"), query),
    )
    content = atom.feed(changes(shown), path=_with(reverse("reading:feed"), query), about=about)
    response = HttpResponse(content, content_type="application/atom+xml")
    response["Cache-Control"] = QUARTER_OF_AN_HOUR
    return response


@require_safe
@public("dates that are published anyway")
def calendar(request: PortalRequest) -> HttpResponse:
    shown = public_items(request.GET, timezone.now())
    words = f"When public items of the Participant Checklist close. {shown.choice.words}."
    content = ics("MHHS: Checklist deadlines", entries(shown), domain=domain(), words=words)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="mhhs-checklist.ics"'
    response["Cache-Control"] = QUARTER_OF_AN_HOUR
    return response


@require_safe
@public("feed readers cannot sign in: the secret in the address is the key")
def own_atom_feed(request: PortalRequest, list_secret: str) -> HttpResponse:
    """What its owner would see. Unknown, revoked, or its owner has left: the same "not found"."""
    shown = _behind(list_secret)
    query = shown.choice.address()
    about = atom.About(
        f"Participant Checklist of {shown.acting.organisation.name}",  # type: ignore[union-attr]
        shown.choice.words,
        _with(f"checklist/{shown.acting.organisation.slug}", query),  # type: ignore[union-attr]
        _with(list_path(shown), query),
    )
    content = atom.feed(changes(shown), path=reverse("reading:own_feed", args=[list_secret]), about=about)
    return _private(HttpResponse(content, content_type="application/atom+xml"))


@require_safe
@public("calendar programs cannot sign in: the secret in the address is the key")
def own_calendar(request: PortalRequest, list_secret: str) -> HttpResponse:
    shown = _behind(list_secret)
    whose = shown.acting.organisation  # type: ignore[union-attr]
    words = f"When items of the Participant Checklist close, for {whose.name}. {shown.choice.words}."
    content = ics(f"MHHS: Checklist, {whose.short_name}", entries(shown), domain=domain(), words=words)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="mhhs-checklist.ics"'
    return _private(response)


def _behind(list_secret: str) -> ItemList:
    shown = list_behind(list_secret, timezone.now())
    if shown is None:
        raise Http404
    return shown


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
