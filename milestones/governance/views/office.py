"""Programme staff keep groups, meetings and decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.calendars.sources import address
from mhhs_portal.deadlines import local_day
from mhhs_portal.forms import ActionForm
from mhhs_portal.history.panel import events_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones.governance import calendar_page, office
from milestones.governance.forms import CancelForm, DecisionForm, GroupForm, MeetingForm
from milestones.governance.models import Decision, GovernanceGroup, Meeting
from milestones.governance.standing import shown, shown_group

WRITES = ["GET", "HEAD", "POST"]


def _page(request: PortalRequest, acting: Membership, form: ActionForm, **words: Any) -> HttpResponse:
    return render(request, "governance/office_form.html", {"acting": acting, "form": form, **words})


def _sent(request: PortalRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_safe
@acting_as(Role.OFFICE)
def overview(request: PortalRequest, acting: Membership) -> HttpResponse:
    today = local_day(timezone.now())
    ahead, past = calendar_page.split(calendar_page.meetings(), today)
    context = {
        "acting": acting,
        "groups": [shown_group(group) for group in calendar_page.groups()],
        "ahead": [shown(meeting, today) for meeting in ahead],
        "past": [shown(meeting, today) for meeting in past],
    }
    return render(request, "governance/office.html", context)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def edit_group(request: PortalRequest, acting: Membership, group: str = "") -> HttpResponse:
    found = get_object_or_404(GovernanceGroup, slug=group) if group else None
    names = ("short_name", "name", "purpose", "level", "level_words", "cadence", "standing", "note")
    initial = {name: getattr(found, name) for name in names} if found else {"standing": "live"}
    if found:
        initial |= {
            "since": found.since.words if found.since else "",
            "until": found.until.words if found.until else "",
            "successors": found.successors.all(),
        }
    form = GroupForm(_sent(request), initial=initial, group=found)
    url = address(reverse("governance:governance"))
    if request.method == "POST" and form.run(office.save_group, acting=acting, group=found, url=url):
        messages.success(request, f"Saved {form.result.short_name}.")
        return redirect("governance:office", org=acting.organisation.slug)
    title = f"Change {found.short_name}" if found else "Add a group"
    return _page(request, acting, form, title=title, history=events_of(found) if found else [])


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def edit_meeting(request: PortalRequest, acting: Membership, meeting: str = "") -> HttpResponse:
    found = get_object_or_404(Meeting.objects.select_related("group"), key=meeting) if meeting else None
    initial = {name: getattr(found, name) for name in MeetingForm.base_fields} if found else {"state": "planned"}
    form = MeetingForm(_sent(request), initial=initial)
    now = timezone.now()
    if request.method == "POST" and form.run(office.save_meeting, acting=acting, now=now, meeting=found):
        messages.success(request, f"Saved {form.result.words}, {form.result.when_words}.")
        return redirect("governance:office_meeting", org=acting.organisation.slug, meeting=form.result.key)
    context: dict[str, Any] = {"meeting": found, "history": events_of(found) if found else []}
    if found:
        context |= {"cancel_form": CancelForm(), "decisions": calendar_page.decisions().filter(meeting=found)}
    return _page(request, acting, form, title=f"Change {found.words}" if found else "Announce a meeting", **context)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def cancel_meeting(request: PortalRequest, acting: Membership, meeting: str) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.select_related("group"), key=meeting)
    form = CancelForm(_sent(request))
    now = timezone.now()
    if request.method == "POST" and form.run(office.cancel_meeting, found, acting=acting, now=now):
        messages.success(request, f"{found.words} is cancelled. Calendars show it as cancelled.")
        return redirect("governance:office", org=acting.organisation.slug)
    title = f"Cancel {found.words}, {found.when_words}"
    return _page(request, acting, form, title=title, button="Cancel the meeting", is_danger=True)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def edit_decision(request: PortalRequest, acting: Membership, meeting: str, decision: int = 0) -> HttpResponse:
    of = get_object_or_404(Meeting.objects.select_related("group"), key=meeting)
    found = get_object_or_404(Decision, meeting=of, pk=decision) if decision else None
    names = ("kind", "words", "change_request")
    initial: dict[str, Any] = {name: getattr(found, name) for name in names} if found else {"kind": "decided"}
    if found:
        initial["milestones"] = found.milestones.all()
    form = DecisionForm(_sent(request), initial=initial)
    saves = {"acting": acting, "meeting": of, "now": timezone.now(), "decision": found}
    if request.method == "POST" and form.run(office.save_decision, **saves):
        messages.success(request, f"Saved the decision of {of.words}.")
        return redirect("governance:office_meeting", org=acting.organisation.slug, meeting=of.key)
    title = f"{'Change a' if found else 'Add a'} decision of {of.words}, {of.when_words}"
    return _page(request, acting, form, title=title, history=events_of(found) if found else [])
