from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import public


@require_safe
@public("what the request is and how it works is published")
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "readiness/about.html")
