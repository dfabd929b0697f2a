"""What the Programme office keeps about a milestone: criteria, its own colour, the owner, and the tolerances."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.history.panel import events_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones import register
from milestones.models import Criterion, Milestone, Tolerance
from milestones.register import Entry, criteria, kept, rag, register_choice
from milestones.register.criteria_forms import CriterionForm, OverrideForm, OwnerForm, ToleranceForm
from milestones.register.milestone_history import history_of, line_of

FORM = ["GET", "HEAD", "POST"]
PER_PAGE = 100


@require_safe
@acting_as(Role.OFFICE)
def office_milestones(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    """Every milestone with its colour, whose it is and how many criteria are met."""
    read = kept.read(timezone.localdate())
    counts = criteria.counts()
    shown = sorted(
        (entry for entry in read.entries if not entry.milestone.is_removed),
        key=lambda entry: register_choice.natural(entry.milestone.code),
    )
    rows = [{"entry": entry, "counts": counts.get(entry.milestone.pk, (0, 0))} for entry in shown]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if answer := file_of(request, _table(rows)):
        return answer
    return render(request, "milestones/office_milestones.html", {"acting": acting, "page": page, "rows": list(page)})


def _table(rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("code", "Milestone"),
        Column("name", "Name"),
        Column("owner", "Owner"),
        Column("rag", "RAG"),
        Column("rag_reason", "Why this RAG"),
        Column("criteria", "Criteria that count"),
        Column("met", "Criteria met"),
    ]
    made = (
        {
            "code": row["entry"].milestone.code,
            "name": row["entry"].milestone.name,
            "owner": row["entry"].milestone.owner,
            "rag": row["entry"].rag.label,
            "rag_reason": row["entry"].rag.words,
            "met": row["counts"][0],
            "criteria": row["counts"][1],
        }
        for row in rows
    )
    return Table("milestones-office", columns, made)


@require_http_methods(FORM)
@acting_as(Role.OFFICE)
def office_milestone(request: PortalRequest, acting: Membership, code: str) -> HttpResponseBase:
    """Two short forms, each with a button of its own, and the list of criteria."""
    entry = _entry(code)
    milestone, do = entry.milestone, request.POST.get("do", "")
    sent = request.POST if request.method == "POST" else None
    override = OverrideForm(sent if do == "rag" else None)
    owner = OwnerForm(sent if do == "owner" else None, initial={"owner": milestone.owner})
    now = timezone.now()
    if do == "rag" and override.run(rag.override_rag, milestone, by=acting.person, now=now):
        words = "is set" if override.cleaned_data["rag"] else "follows the rule again"
        messages.success(request, f"The colour of {milestone.code} {words}.")
        return redirect("milestones:office_milestone", org=acting.organisation.slug, code=milestone.slug)
    if do == "owner" and owner.run(criteria.name_owner, milestone, by=acting.person):
        messages.success(request, f"The owner of {milestone.code} is saved.")
        return redirect("milestones:office_milestone", org=acting.organisation.slug, code=milestone.slug)
    standing = criteria.standing_of(milestone)
    context = {
        "acting": acting,
        "entry": entry,
        "milestone": milestone,
        "criteria": standing,
        "override": override,
        "owner": owner,
        "shown_form": override if do == "rag" else owner,
        "history": history_of(milestone, standing.rows),
    }
    return render(request, "milestones/office_milestone.html", context)


def _entry(code: str) -> Entry:
    entry = register.read(timezone.localdate()).entry(code)
    if entry is None:
        raise Http404(f"There is no milestone {code.upper()[:20]}.")
    return entry


@require_http_methods(FORM)
@acting_as(Role.OFFICE)
def new_criterion(request: PortalRequest, acting: Membership, code: str) -> HttpResponseBase:
    milestone = get_object_or_404(Milestone, slug=code)
    form = CriterionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.run(_add, milestone, by=acting.person):
        messages.success(request, f"Added a criterion to {milestone.code}.")
        return redirect("milestones:office_milestone", org=acting.organisation.slug, code=milestone.slug)
    return render(request, "milestones/office_criterion.html", {"acting": acting, "milestone": milestone, "form": form})


def _add(milestone: Milestone, *, by: Any, seen_version: str = "", **facts: str) -> Criterion:
    return criteria.add(milestone, by=by, **facts)


@require_http_methods(FORM)
@acting_as(Role.OFFICE)
def office_criterion(request: PortalRequest, acting: Membership, code: str, criterion: str) -> HttpResponseBase:
    row = get_object_or_404(Criterion.objects.select_related("milestone"), milestone__slug=code, pk=int(criterion))
    names = ("words", "state", "document", "evidence_title", "evidence_url", "approved_at_words")
    known = {name: getattr(row, name) for name in names} | {"seen_version": criteria.version_of(row)}
    form = CriterionForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.run(criteria.change, row, by=acting.person):
        messages.success(request, f"The criterion of {row.milestone.code} is saved.")
        return redirect("milestones:office_milestone", org=acting.organisation.slug, code=row.milestone.slug)
    history = [line_of(one) for one in events_of(row, limit=30)]
    context = {"acting": acting, "milestone": row.milestone, "form": form, "row": row, "history": history}
    return render(request, "milestones/office_criterion.html", context)


@require_http_methods(FORM)
@acting_as(Role.OFFICE)
def tolerances(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    """By how many working days a forecast may be later, one small form for each tier."""
    rows = list(Tolerance.objects.all())
    wanted = request.POST.get("tolerance", "")
    forms = [(row, _form_for(row, request, wanted)) for row in rows]
    for row, form in forms:
        if form.is_bound and form.run(rag.set_tolerance, row, by=acting.person):
            messages.success(request, f"The tolerance for {_tier(row)} is saved. Every page goes by it from now on.")
            return redirect("milestones:office_tolerances", org=acting.organisation.slug)
    history = [line_of(one) for one in events_of(*rows, limit=30)] if rows else []
    sent = next((form for _, form in forms if form.is_bound), None)
    shown = [{"row": row, "form": form, "tier": _tier(row)} for row, form in forms]
    context = {"acting": acting, "rows": shown, "history": history, "sent": sent}
    return render(request, "milestones/office_tolerances.html", context)


def _form_for(row: Tolerance, request: PortalRequest, wanted: str) -> ToleranceForm:
    known = {"amber_over": row.amber_over, "red_over": row.red_over}
    bound = request.POST if request.method == "POST" and wanted == str(row.pk) else None
    return ToleranceForm(bound, initial=known, auto_id=f"id_{row.pk}_%s")


def _tier(row: Tolerance) -> str:
    return f"tier {row.tier}" if row.tier else "milestones without a published tier"
