"""Where programme staff edit the links of steps, and what others must do first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones.models import Milestone, PathStep
from milestones.network import links as verbs
from milestones.network.forms import LagForm, LinkForm, OutsideForm
from milestones.network.models import OutsideDependency, StepLink


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def links(request: PortalRequest, acting: Membership) -> HttpResponse:
    """All links of steps; one is added, its lag changed, or taken away."""
    ends = _ends()
    forms: dict[str, Any] = {"form": LinkForm(_choices(ends)), "outside_form": OutsideForm()}
    if request.method == "POST" and _do(request, ends, forms):
        return redirect("network:links", acting.organisation.slug)
    rows = list(_rows())
    if file := file_of(request, _table(rows)):
        return file
    context = {"acting": acting, "links": rows, "outside": OutsideDependency.objects.select_related("source"), **forms}
    return render(request, "network/links.html", context)


Ends = dict[str, Milestone | PathStep | OutsideDependency]


def _ends() -> Ends:
    steps = PathStep.objects.whole().select_related("path")
    things: list[Milestone | PathStep | OutsideDependency] = [
        *Milestone.objects.filter(is_removed=False),
        *steps,
        *OutsideDependency.objects.all(),
    ]
    return {verbs.key_of(thing): thing for thing in things}


def _choices(ends: Ends) -> tuple[Any, Any]:
    """What may come first, and what may wait, by kind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, thing in ends.items():
        kind = {"m": "Milestones", "s": "Steps", "x": "Others must do"}[key[0]]
        name = f"{thing.code} {thing.brief}" if isinstance(thing, Milestone) else verbs.name_of(thing)
        groups.setdefault(kind, []).append((key, name))
    return list(groups.items()), [group for group in groups.items() if group[0] != "Others must do"]


def _do(request: PortalRequest, ends: Ends, forms: dict[str, Any]) -> bool:
    """Whether what the button asks for was done; else the form says why not."""
    asked, by = request.POST.get("do", ""), request.user
    if asked == "add":
        forms["form"] = form = LinkForm(_choices(ends), request.POST)
        return form.run(
            lambda before, after, **facts: verbs.add_link(ends[before], _later(ends[after]), by=by, **facts)
        )
    if asked == "outside":
        forms["outside_form"] = outside = OutsideForm(request.POST)
        return outside.run(verbs.add_outside, by=by)
    if asked not in ("change", "remove"):
        raise BadRequest("The page did not say what to do. Go back and press one of its buttons.")
    link = get_object_or_404(_rows(), pk=sent_number(request.POST.get("link", "")))
    if asked == "remove":
        verbs.remove_link(link, by=by)
        messages.success(request, f"{_said(link)} is removed.")
        return True
    change = LagForm(request.POST)
    if not change.run(verbs.change_link, link, by=by):
        messages.error(request, f"{_said(link)}: {change.refusal}")
    return True


def _later(thing: Milestone | PathStep | OutsideDependency) -> Milestone | PathStep:
    assert not isinstance(thing, OutsideDependency), "the form offers none"
    return thing


def _rows() -> Any:
    names = ("before_milestone", "before_step__path", "before_outside", "after_milestone", "after_step__path", "source")
    return StepLink.objects.filter(is_removed=False).select_related(*names)


def _said(link: StepLink) -> str:
    return f"The link from {verbs.name_of(link.before)} to {verbs.name_of(link.after)}"


def _table(rows: list[StepLink]) -> Table:
    columns = {"before": "First", "after": "Waits", "lag": "Lag in working days", "confidence": "Confidence"}
    columns |= {"source": "Source", "note": "How this is known"}
    return Table(
        "step-links",
        [Column(key, label) for key, label in columns.items()],
        [
            {
                "before": verbs.name_of(row.before),
                "after": verbs.name_of(row.after),
                "lag": row.lag_working_days,
                "confidence": row.get_confidence_display(),
                "source": row.source.title,
                "note": row.note or None,
            }
            for row in rows
        ],
    )
