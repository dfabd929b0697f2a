"""Change requests as everybody reads them, and as a participant assesses them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.deadlines import spoken
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as, memberships_of, public
from mhhs_portal.organisations.models import Kind, Membership, Organisation
from mhhs_portal.web import PortalRequest
from milestones.changes import change_list as listing
from milestones.changes import change_requests, compare, impact_assessments, proposals, release_notes
from milestones.changes.change_forms import AssessmentForm
from milestones.models import Baseline, ChangeRequest, ImpactAssessment
from milestones.register import kept

PER_PAGE = 100


@require_safe
@public("the plan of a public programme")
def change_list(request: PortalRequest) -> HttpResponseBase:
    """Every published change request; drafts are nobody's business here."""
    shown = listing.read(ChangeRequest.objects.published(), request.GET.get("state", ""))
    answer = file_of(request, listing.table(shown.rows))
    return answer or render(request, "milestones/changes.html", {"shown": shown, "now": timezone.now()})


@require_safe
@public("the plan of a public programme")
def change_detail(request: PortalRequest, change: str) -> HttpResponseBase:
    """One change request: what it proposes, what was said to it in counts, what was decided."""
    one = _published(change)
    lines = proposals.of(one)
    answer = file_of(request, proposals.table(one, lines))
    if answer:
        return answer
    context = _facts(request, one, lines)
    held = [m for m in memberships_of(request) if m.organisation.kind == Kind.PARTICIPANT]
    if held:
        context |= {"held": held[0], "own": _own_note(one, context["baseline"], held[0].organisation)}
    return render(request, "milestones/change.html", context)


@require_safe
@acting_as(*PARTICIPANTS)
def own_changes(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    """The organisation's change requests: what waits for an answer, what it said, what changed for it."""
    rows = listing.own(acting.organisation, timezone.now())
    answer = file_of(request, listing.own_table(rows))
    if answer:
        return answer
    context = {
        "acting": acting,
        "rows": rows,
        "waiting": [row for row in rows if row.is_waiting],
        "latest": listing.latest_for(acting.organisation),
        "now": timezone.now(),
        "can_answer": acting.role in RESPONDERS,
    }
    return render(request, "milestones/own_changes.html", context)


@require_safe
@acting_as(*PARTICIPANTS)
def own_change(request: PortalRequest, acting: Membership, change: str) -> HttpResponse:
    return _own_page(request, acting, _published(change), None)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*RESPONDERS)
def assess(request: PortalRequest, acting: Membership, change: str) -> HttpResponse:
    """Send the organisation's answer. Reading this address leads to the request."""
    one = _published(change)
    address = redirect("milestones:own_change", org=acting.organisation.slug, change=change)
    if request.method != "POST":
        return address
    form = AssessmentForm(request.POST)
    if not form.run(change_requests.assess, one, acting=acting, now=timezone.now()):
        return _own_page(request, acting, one, form)
    messages.success(request, f"Sent. Your receipt is {form.result.reference}.")
    return address


def _published(slug: str) -> ChangeRequest:
    known = ChangeRequest.objects.published().select_related("based_on", "source", "baseline__replaces")
    known = known.annotate(plan_stamp=kept.stamp())
    one = known.filter(slug=slug).first()
    if one is None:
        raise Http404(f"There is no change request {slug[:20]}.")
    return one


def _facts(request: PortalRequest, one: ChangeRequest, lines: list[proposals.Proposal]) -> dict[str, Any]:
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    moved = len(proposals.moves(lines))
    baseline = getattr(one, "baseline", None)
    return {
        "change": one,
        "page": page,
        "moved": moved,
        "otherwise": len(lines) - moved,
        "moves": proposals.moves(page),
        "others": [line for line in page if line.row.kind != "move"],
        "baseline": baseline,
        "counts": impact_assessments.counts(one) if one.assessment_opened_at else None,
        "is_open": impact_assessments.is_open(one, timezone.now()),
        "now": timezone.now(),
    }


def _own_page(
    request: PortalRequest, acting: Membership, one: ChangeRequest, form: AssessmentForm | None
) -> HttpResponse:
    context = _facts(request, one, proposals.of(one))
    answers = list(
        ImpactAssessment.objects.filter(change_request=one, organisation=acting.organisation).select_related(
            "submitted_by"
        )
    )
    can_answer = context["is_open"] and acting.role in RESPONDERS
    if can_answer and form is None:
        initial = {name: getattr(answers[0], name) for name in AssessmentForm.base_fields} if answers else {}
        form = AssessmentForm(initial=initial)
    context |= {
        "acting": acting,
        "answers": answers,
        "form": form if can_answer or (form and form.errors) else None,
        "can_answer": can_answer,
        "due_words": spoken(one.assessment_due_at) if one.assessment_due_at else "",
        "own": _own_note(one, context["baseline"], acting.organisation),
    }
    return render(request, "milestones/own_change.html", context)


def _own_note(
    one: ChangeRequest, baseline: Baseline | None, organisation: Organisation
) -> release_notes.OwnNote | None:
    """What the baseline that the request made changes for the organisation."""
    if baseline is None or baseline.replaces is None:
        return None
    read = kept.read(timezone.localdate(), one.plan_stamp)  # type: ignore[attr-defined]
    changed = compare.compare(read, baseline.replaces, baseline)
    return release_notes.for_paths(changed, read, release_notes.paths_of(organisation))
