from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as, public
from mhhs_portal.organisations.models import Role


@require_safe
@acting_as(Role.OFFICE)
def plan_overview(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")


@require_safe
@acting_as(Role.OFFICE)
def draft_release(request, *args, **kwargs) -> HttpResponse:
    return HttpResponse("")
