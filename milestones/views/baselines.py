from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import memberships_of, public
from mhhs_portal.organisations.models import Kind, Organisation
from mhhs_portal.web import PortalRequest
from milestones.changes import compare, compare_chart, ladder, release_notes
from milestones.changes.compare import FORECAST, Comparison
from milestones.models import Baseline, CriticalPath, PlanRelease
from milestones.register import Register, kept

MINE, PER_PAGE = "mine", 50


@require_safe
@public("the plan of a public programme")
def baseline_list(request: PortalRequest) -> HttpResponseBase:
    """Every baseline as a ladder, the current one on top, with what each changed."""
    read = kept.read(timezone.localdate())
    rungs = ladder.rungs(read)
    answer = file_of(request, ladder.table(rungs))
    if answer:
        return answer
    releases = PlanRelease.objects.exclude(published_at=None)[:3]
    return render(request, "milestones/baselines.html", {"rungs": rungs, "register": read, "releases": releases})


@require_safe
@public("the plan of a public programme")
def baseline_detail(request: PortalRequest, baseline: str) -> HttpResponseBase:
    """One baseline: its dates, its note, the decision behind it."""
    found = Baseline.objects.published().select_related("change_request", "source", "replaces").filter(slug=baseline)
    one = found.first()
    if one is None:
        raise Http404(f"There is no baseline {baseline[:20]}.")
    read = kept.read(timezone.localdate())
    before = read.baseline(one.replaces_id)
    changed = compare.compare(read, before, one) if before else None
    rows = [(entry, entry.dates[one.slug]) for entry in read.entries if one.slug in entry.dates]
    answer = file_of(request, release_notes.dates_table(one, rows, changed))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if answer:
        return answer
    moves = {change.milestone.pk: change for change in (changed.of_kind("moved") if changed else ())}
    context = {
        "baseline": one,
        "before": before,
        "changed": changed,
        "page": page,
        "rows": [(entry, row, moves.get(entry.milestone.pk)) for entry, row in page],
        "unchanged": {milestone.pk for milestone in changed.unchanged} if changed else set(),
        "note": release_notes.note_of(one, changed),
        "own": _own_note(request, changed, read),
        "register": read,
    }
    return render(request, "milestones/baseline.html", context)


@require_safe
@public("leads to the comparison that was chosen")
def compare_chosen(request: PortalRequest) -> HttpResponse:
    """The chooser's address, so that it works without JavaScript; every comparison has an address of its own."""
    before, after = (request.GET.get(name, "")[:50] for name in ("from", "to"))
    if not before or not after:
        return redirect("milestones:baselines")
    path = request.GET.get("path", "")
    query = f"?{urlencode({'path': path})}" if path else ""
    known = {baseline.slug for baseline in Baseline.objects.published()}
    if before not in known or after not in known | {FORECAST}:
        raise Http404("One of these baselines does not exist.")
    return redirect(reverse("milestones:compare", args=[before, after]) + query)


@require_safe
@public("the plan of a public programme")
def compare_two(request: PortalRequest, before: str, after: str) -> HttpResponseBase:
    """What changed from one baseline to another, or to the forecast."""
    read = kept.read(timezone.localdate())
    first, second = read.baseline(before), FORECAST if after == FORECAST else read.baseline(after)
    if first is None or second is None:
        raise Http404("One of these baselines does not exist.")
    whole = compare.compare(read, first, second)  # type: ignore[arg-type]
    path, slugs = _chosen_path(request)
    shown = whole.on(slugs) if path else whole
    answer = file_of(request, compare.table(shown))
    if answer:
        return answer
    everything: list[compare.Change | compare.NotComparable] = [*shown.changes, *shown.not_comparable]
    page = Paginator(everything, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "comparison": shown,
        "page": page,
        "sections": [(kind, label, compare.of_kind(page, kind)) for kind, label in compare.KINDS.items()],
        "apart": [row for row in page if isinstance(row, compare.NotComparable)],
        "said": [row for row in page if isinstance(row, compare.Change)],
        "later": sum(change.is_later for change in shown.of_kind("moved")),
        "chart": compare_chart.chart(_drawn(shown), timezone.localdate()),
        "path": path,
        "paths": CriticalPath.objects.all(),
        "has_own": _organisation(request) is not None,
        "register": read,
        "before": first,
        "after": after,
    }
    return render(request, "milestones/compare.html", context)


def _chosen_path(request: PortalRequest) -> tuple[str, set[str]]:
    """The filter as the address has it, and the slugs of the paths that it means."""
    chosen = request.GET.get("path", "")[:40]
    organisation = _organisation(request)
    if chosen == MINE and organisation:
        return MINE, release_notes.paths_of(organisation)
    return (chosen, {chosen}) if chosen and chosen != MINE else ("", set())


def _organisation(request: PortalRequest) -> Organisation | None:
    """The participant that the reader works for, if any."""
    held = [m.organisation for m in memberships_of(request) if m.organisation.kind == Kind.PARTICIPANT]
    return held[0] if held else None


def _own_note(
    request: PortalRequest, changed: Comparison | None, read: Register
) -> tuple[Organisation, release_notes.OwnNote] | None:
    organisation = _organisation(request)
    if organisation is None or changed is None:
        return None
    return organisation, release_notes.for_paths(changed, read, release_notes.paths_of(organisation))


def _drawn(shown: Comparison) -> list[compare_chart.Given]:
    rows: list[tuple[int, compare_chart.Given]] = []
    labels: dict[str, str] = {"added": "Added", "removed": "Removed"}
    for change in shown.changes:
        if change.kind in ("moved", "added", "removed"):
            said = labels.get(change.kind) or change.movement or "Two dates were approved"
            if change.kind == "moved" and not (change.before and change.after):
                said = "First date" if change.after else "No date any more"
            rows.append((change.milestone.position, _given(change, said, change.is_later)))
    for row in shown.not_comparable:
        if shown.after != FORECAST:
            said = "First published" if row.after else "No published date"
            rows.append((row.milestone.position, _given(row, said, False)))
    return [given for _, given in sorted(rows, key=lambda pair: (pair[0], pair[1].code))]


def _given(row: Any, said: str, is_later: bool) -> compare_chart.Given:
    milestone = row.milestone
    is_moved = getattr(row, "kind", "") == "moved"
    return compare_chart.Given(milestone.code, milestone.brief, row.before, row.after, said, is_later, is_moved)
