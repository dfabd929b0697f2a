from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as, public
from mhhs_portal.organisations.models import Role


@require_safe
@public("the plan of a public programme")
def change_list(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@public("the plan of a public programme")
def change_detail(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@acting_as(*PARTICIPANTS)
def own_changes(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@acting_as(*PARTICIPANTS)
def own_change(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@acting_as(*RESPONDERS)
def assess(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")
