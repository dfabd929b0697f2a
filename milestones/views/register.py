from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import memberships_of, public
from mhhs_portal.organisations.models import Role
from mhhs_portal.web import PortalRequest, page_or_part
from milestones import register, timeline
from milestones.models import MilestoneNote
from milestones.register import Register, criteria, date_chart, kept, register_choice

PER_PAGE = 50


@require_safe
@public("the plan of a public programme")
def milestone_list(request: PortalRequest) -> HttpResponseBase:
    """The register: searched, filtered and sorted as the address says; as a file with `?format=`."""
    read = kept.read(timezone.localdate())
    choice = register_choice.Choice.of(request.GET, read)
    found, against = choice.found(read), read.baseline(choice.against)
    if answer := file_of(request, register.table(found, read, against)):
        return answer
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    slug = against.slug if against else ""
    context = {
        "register": read,
        "choice": choice,
        "options": register_choice.options(read),
        "against": against,
        "page": page,
        "shown": [{"entry": row, "compared": row.dates.get(slug), "slip": row.slip(slug)} for row in page],
        "all": sum(not entry.milestone.is_removed for entry in read.entries),
    }
    return page_or_part(request, "milestones/list.html", "rows", context)


@require_safe
@public("the plan of a public programme")
def milestone_detail(request: PortalRequest, code: str) -> HttpResponseBase:
    """One milestone: every baseline's date with its source, what was reached, what it waits for."""
    if code != code.lower():
        return HttpResponsePermanentRedirect(request.path.replace(code, code.lower()))
    read = kept.read(timezone.localdate())
    entry = read.entry(code)
    if entry is None:
        raise Http404(
            f"There is no milestone {code.upper()[:20]}. The register lists M1 to M16 and every other milestone."
        )
    if answer := file_of(request, register.table([entry], read)):
        return answer
    standing = criteria.standing_of(entry.milestone)
    context = _facts(read, entry) | {"criteria": standing, "sample": any(row.is_sample for row in standing.rows)}
    office = next((held for held in memberships_of(request) if held.role == Role.OFFICE), None)
    return render(request, "milestones/detail.html", context | {"office": office})


def _facts(read: Register, entry: register.Entry) -> dict[str, object]:
    notes = list(MilestoneNote.objects.filter(milestone=entry.milestone).select_related("source", "other_source"))
    reports = register.reports_of(entry.milestone)
    remarks = [note for note in notes if note.kind != MilestoneNote.Kind.CONFLICT]
    return {
        "register": read,
        "entry": entry,
        "milestone": entry.milestone,
        "steps": register.history(entry, read.baselines),
        "notes": [note for note in remarks if note.key != criteria.DOCUMENT_NOTE],
        "criteria_notes": [note for note in remarks if note.key == criteria.DOCUMENT_NOTE],
        "conflicts": [note for note in notes if note.kind == MilestoneNote.Kind.CONFLICT],
        "reports": reports,
        "moved": date_chart.chart(_set(entry, reports), read.today),
        "paths": entry.paths,
        **timeline.selected_facts(entry, read),
    }


def _set(entry: register.Entry, reports: register.Reports) -> list[date_chart.Given]:
    """Every date that was ever given to the milestone, and when."""
    agreed = [
        date_chart.Given(row.baseline.name, row.baseline.published_on or row.baseline.decided_on, row.when)
        for row in entry.dates.values()
    ]
    return agreed + [date_chart.Given("Forecast", row.as_at, row.when, True) for row in reports.forecasts]
