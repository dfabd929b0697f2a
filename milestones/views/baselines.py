from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as, public
from mhhs_portal.organisations.models import Role


@require_safe
@public("the plan of a public programme")
def baseline_list(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@public("the plan of a public programme")
def compare_chosen(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@public("the plan of a public programme")
def compare_two(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@public("the plan of a public programme")
def baseline_detail(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")
