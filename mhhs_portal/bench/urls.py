"""The portal's addresses and one more, which the other pages are compared with. Only the bench serves this."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from mhhs_portal import urls as portal
from mhhs_portal.organisations.access import public
from mhhs_portal.organisations.models import Organisation

BARE = "/bench/bare/"


@public("one query and three words, to compare the pages with")
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{Organisation.objects.values_list('name', flat=True)[0]} takes part")


handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500
urlpatterns = [path(BARE[1:], bare), *portal.urlpatterns]
