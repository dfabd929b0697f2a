from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest
from milestones import register, timeline
from milestones.models import MilestoneNote


@require_safe
@public("the plan of a public programme")
def milestone_list(request: PortalRequest) -> HttpResponse:
    read = register.read(timezone.localdate())
    return render(request, "milestones/list.html", {"register": read, "groups": timeline.table(read)})


@require_safe
@public("the plan of a public programme")
def milestone_detail(request: PortalRequest, code: str) -> HttpResponseBase:
    """One milestone: every baseline's date with its source, what was reached, what it waits for."""
    if code != code.lower():
        return HttpResponsePermanentRedirect(request.path.replace(code, code.lower()))
    read = register.read(timezone.localdate())
    entry = read.entry(code)
    if entry is None:
        raise Http404(
            f"There is no milestone {code.upper()[:20]}. The register lists M1 to M16 and every other milestone."
        )
    notes = list(MilestoneNote.objects.filter(milestone=entry.milestone).select_related("source", "other_source"))
    context = {
        "register": read,
        "entry": entry,
        "milestone": entry.milestone,
        "steps": register.history(entry, read.baselines),
        "notes": [note for note in notes if note.kind != MilestoneNote.Kind.CONFLICT],
        "conflicts": [note for note in notes if note.kind == MilestoneNote.Kind.CONFLICT],
        "reports": register.reports_of(entry.milestone),
        "paths": entry.paths,
        **timeline.selected_facts(entry, read),
    }
    return render(request, "milestones/detail.html", context)
