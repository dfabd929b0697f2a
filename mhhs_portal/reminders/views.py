"""Staff see and set when people are reminded: the Programme's of what it asks, Elexon's of what assurance asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.forms import sent_number
from mhhs_portal.history.panel import events_of
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.reminders import calendar, ladders
from mhhs_portal.reminders.forms import LadderPage
from mhhs_portal.reminders.kinds import Kind, all_kinds, kind_of
from mhhs_portal.reminders.models import Ladder, Reason, Reminder
from mhhs_portal.reminders.rungs import Rung, words_of
from mhhs_portal.web import PortalRequest

STAFF = (Role.OFFICE, Role.ANALYST)
THINGS_ON_A_PAGE = 25


@require_safe
@acting_as(*STAFF)
def overview(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Every kind with its ladder, and the things that have one of their own."""
    kinds = [kind for kind in all_kinds() if kind.desk == acting.organisation.kind]
    own = Ladder.objects.filter(kind__in=[kind.key for kind in kinds], is_in_force=True).select_related("set_by")
    by_kind = {ladder.kind: ladder for ladder in own if not ladder.thing}
    things = [(kind_of(ladder.kind), ladder) for ladder in own if ladder.thing]
    titles = {
        kind.key: kind.titles([ladder.thing for _, ladder in things if ladder.kind == kind.key]) for kind in kinds
    }
    context = {
        "acting": acting,
        "kinds": [(kind, ladders.in_force(kind), by_kind.get(kind.key)) for kind in kinds],
        "apart": [(kind, each, titles[each.kind].get(each.thing, each.thing)) for kind, each in things if kind],
    }
    return render(request, "reminders/overview.html", context)


@require_safe
@acting_as(*PARTICIPANTS)
def own(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Who in the organisation will be reminded of what: as planned now, for as long as it is not done."""
    ahead = Reminder.objects.planned().filter(organisation=acting.organisation, to_staff=False)
    page = Paginator(ahead.select_related("person").order_by("send_at", "pk"), THINGS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    wanted: dict[str, set[str]] = {}
    for reminder in page:
        wanted.setdefault(reminder.kind, set()).add(reminder.thing)
    titles = {kind.key: kind.titles(sorted(wanted[kind.key])) for kind in all_kinds() if kind.key in wanted}
    rows = [(each, titles.get(each.kind, {}).get(each.thing, each.thing), words_of(each.rung)) for each in page]
    return render(request, "reminders/own.html", {"acting": acting, "page": page, "rows": rows})


@require_safe
@acting_as(Role.OFFICE)
def things(request: PortalRequest, acting: Membership, kind_asked: Kind) -> HttpResponse:
    """Everything of a kind of which somebody will be reminded, the soonest first."""
    return _things(request, acting, kind_asked)


@require_safe
@acting_as(Role.ANALYST)
def assurance_things(request: PortalRequest, acting: Membership, kind_assured: Kind) -> HttpResponse:
    """The same of what assurance asks, which the Programme does not see."""
    return _things(request, acting, kind_assured)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def ladder(request: PortalRequest, acting: Membership, kind_asked: Kind, thing: str = "") -> HttpResponse:
    """The ladder of a kind, or of one thing; tried and seen before it is saved."""
    return _ladder(request, acting, kind_asked, thing)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.ANALYST)
def assurance_ladder(
    request: PortalRequest, acting: Membership, kind_assured: Kind, campaign: str = ""
) -> HttpResponse:
    """The same of what assurance asks."""
    return _ladder(request, acting, kind_assured, campaign)


def _things(request: PortalRequest, acting: Membership, kind: Kind) -> HttpResponse:
    page = Paginator(calendar.things_ahead(kind).order_by("next_at", "thing"), THINGS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    titles = kind.titles([row["thing"] for row in page])
    rows = [row | {"title": titles.get(row["thing"], row["thing"])} for row in page]
    return render(request, "reminders/things.html", {"acting": acting, "kind": kind, "page": page, "rows": rows})


def _ladder(request: PortalRequest, acting: Membership, kind: Kind, thing: str) -> HttpResponse:
    title = _title(kind, thing)
    held, rungs = ladders.ladder_of(kind, thing), ladders.in_force(kind, thing)
    if (file := file_of(request, _table(kind, thing))) is not None:
        return file
    form = LadderPage(kind, rungs, held, request.POST if request.method == "POST" else None)
    tried = form.rungs() if request.method == "POST" else None
    if request.method == "POST" and _done(request, acting, kind, thing, form, tried):
        return redirect(request.path)
    context = _shown(kind, thing, held, rungs, tried)
    page = kind.page(thing, acting.organisation.slug) if thing and kind.page else ""
    context |= {"acting": acting, "kind": kind, "thing": thing, "title": title, "form": form, "page_url": page}
    return render(request, "reminders/ladder.html", context)


def _title(kind: Kind, thing: str) -> str:
    if not thing:
        return kind.label
    found = kind.titles([thing])
    if thing not in found:
        raise Http404
    return found[thing]


def _done(
    request: PortalRequest,
    acting: Membership,
    kind: Kind,
    thing: str,
    form: LadderPage,
    tried: Sequence[Rung] | None,
) -> bool:
    """Whether something was saved; a preview saves nothing, a refusal is shown on the form."""
    do, by, now = request.POST.get("do"), acting.person, timezone.now()
    if do == "standard":
        try:
            seen = sent_number(request.POST.get("seen_version", ""))
            ladders.take_back(kind, thing, seen_version=seen, by=by, now=now)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, "The standard ladder holds again. What was planned has followed it.")
        return True
    if do != "save" or tried is None or not form.form.run(ladders.set_ladder, kind, thing, rungs=tried, by=by, now=now):
        return False
    messages.success(request, "The ladder is saved. What was planned has followed it; nobody hears a rung twice.")
    return True


def _shown(
    kind: Kind, thing: str, held: Ladder | None, rungs: Sequence[Rung], tried: Sequence[Rung] | None
) -> dict[str, Any]:
    now = timezone.now()
    entries = calendar.coming(kind, thing, now, tried)
    lines, count = calendar.names(kind, thing, now, tried)
    titles = (
        kind.titles(sorted({entry.thing for entry in entries} | {line.thing for line in lines})) if not thing else {}
    )
    return {
        "ladder": held if held and held.is_in_force else None,
        "rungs": rungs,
        "is_tried": tried is not None,
        "weeks": calendar.weeks(entries, now),
        "entries": entries,
        "lines": lines,
        "count": count,
        "titles": titles,
        "due": sorted({entry.due_at for entry in entries}) if thing else [],
        "nobody": calendar.nobody_there(kind, thing, now),
        "happened": [
            row | {"words": words_of(row["rung"]), "why": Reason(row["reason"] or "").label}
            for row in (calendar.happened(kind, thing) if thing else [])
        ],
        "history": events_of(held, limit=20) if held else [],
    }


_COLUMNS = [
    Column("at", "When"),
    Column("what", "What"),
    Column("rung", "Rung"),
    Column("person", "Person"),
    Column("organisation", "Organisation"),
    Column("escalation", "Escalation to staff"),
    Column("due_at", "Due"),
]


def _table(kind: Kind, thing: str) -> Table:
    """What is planned, as a file; its rows are asked for only when the address asks for one."""

    def rows() -> Any:
        for line in calendar.names(kind, thing, timezone.now(), most=None)[0]:
            yield {
                "at": line.at,
                "what": line.thing,
                "rung": words_of(line.rung),
                "person": line.person,
                "organisation": line.organisation,
                "escalation": line.to_staff,
                "due_at": line.due_at,
            }

    return Table(f"reminders-{kind.key}", _COLUMNS, rows())
