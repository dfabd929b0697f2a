"""The public list for feed readers and calendars, filtered by its address."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.reading.feeds import changes, entries
from checklist.reading.lists import public_items
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
