"""The governance calendar for everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest, page_or_part
from milestones.governance import calendar_page
from milestones.governance.standing import shown, shown_group


@require_safe
@public("who decides in a public programme, and when")
def governance(request: PortalRequest) -> HttpResponse:
    """Groups by level, meetings ahead and past. `?list=groups&format=csv` gives the groups instead of the meetings."""
    today = local_day(timezone.now())
    groups = list(calendar_page.groups())
    if request.GET.get("list") == "groups" and (file := file_of(request, calendar_page.group_table(groups))):
        return file
    years = calendar_page.years()
    choice = calendar_page.Choice.of(request.GET.dict(), years)
    found = list(calendar_page.chosen(choice))
    ahead, past = calendar_page.split(found, today)
    if file := file_of(request, calendar_page.meeting_table([*ahead, *past], today)):
        return file
    context = {
        "levels": [
            (level.words, [shown_group(group) for group in level.groups]) for level in calendar_page.by_level(groups)
        ],
        "groups": groups,
        "count": len(found),
        "years": years,
        "choice": choice,
        "ahead": [shown(meeting, today) for meeting in ahead],
        "past": [shown(meeting, today) for meeting in past],
    }
    return page_or_part(request, "governance/calendar.html", "meetings", context)


@require_safe
@public("what a group is for")
def group(request: PortalRequest, group: str) -> HttpResponse:
    today = local_day(timezone.now())
    found = get_object_or_404(calendar_page.groups(), slug=group.lower())
    ahead, past = calendar_page.split(calendar_page.meetings().filter(group=found), today)
    if file := file_of(request, calendar_page.meeting_table([*ahead, *past], today)):
        return file
    context = {
        "group": found,
        "standing": shown_group(found),
        "ahead": [shown(meeting, today) for meeting in ahead],
        "past": [shown(meeting, today) for meeting in past],
    }
    return render(request, "governance/group.html", context)


@require_safe
@public("what a meeting decided")
def meeting(request: PortalRequest, meeting: str) -> HttpResponse:
    found = get_object_or_404(calendar_page.meetings(), key=meeting.lower())
    today = local_day(timezone.now())
    return render(request, "governance/meeting.html", {"meeting": found, "row": shown(found, today)})
