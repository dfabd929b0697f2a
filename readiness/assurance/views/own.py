"""What a participant sees and answers: questions from Elexon, its findings, its plans. Default deny."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mhhs_portal.forms import ActionForm
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest
from readiness.assurance import asking, plans
from readiness.assurance import findings as verbs
from readiness.assurance.forms import (
    AccuracyForm,
    FileForm,
    PlainForm,
    ReplyForm,
    SignOffForm,
    SlipForm,
    StepForm,
)
from readiness.assurance.models import Finding, FindingStatus, PlanStep, Query
from readiness.views.participants import our_submission

PAGE = 50
GET_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_POST)
@acting_as(*PARTICIPANTS)
def own_queries(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    submission = our_submission(acting, campaign, now)
    rows = Query.objects.filter(submission=submission).prefetch_related("about__question", "replies__replied_by")
    queries = list(rows.select_related("asked_by", "submission__campaign", "submission__organisation"))
    wrong: dict[int, ReplyForm] = {}
    if request.method == "POST":
        if acting.role not in RESPONDERS:
            raise PermissionDenied("Only a lead contact or a contributor can reply. You can read.")
        query = next((one for one in queries if str(one.pk) == request.POST.get("query")), None)
        form = ReplyForm(request.POST, auto_id=f"id_{query.pk if query else 0}_%s")
        if query and form.run(asking.reply, query, acting=acting, now=now):
            messages.success(request, "Your reply is sent to Elexon.")
            return redirect(request.path)
        wrong = {query.pk: form} if query else {}
    listed = [(one, wrong.get(one.pk) or ReplyForm(auto_id=f"id_{one.pk}_%s")) for one in queries]
    context = {
        "acting": acting,
        "submission": submission,
        "campaign": submission.campaign,
        "queries": listed,
        "texts": _answers(submission),
        "wrong": next(iter(wrong.values()), None),
        "may_reply": acting.role in RESPONDERS,
        "now": now,
    }
    return render(request, "readiness/assurance/own_queries.html", context)


def _answers(submission: Any) -> dict[str, str]:
    latest = submission.rounds.order_by("-round_number").first()
    return {row["number"]: row["text"] for row in latest.answers} if latest else {}


@require_safe
@acting_as(*PARTICIPANTS)
def own_findings(request: PortalRequest, acting: Membership) -> HttpResponse:
    rows = Finding.objects.shown_to(acting.organisation).select_related("submission__campaign", "plan")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"acting": acting, "page": page, "now": timezone.now()}
    return render(request, "readiness/assurance/own_findings.html", context)


def our_finding(acting: Membership, number: int) -> Finding:
    rows = Finding.objects.shown_to(acting.organisation)
    related = rows.select_related("submission__organisation", "submission__campaign", "author", "plan__finding")
    return get_object_or_404(related, number=number)


@require_http_methods(GET_POST)
@acting_as(*PARTICIPANTS)
def own_finding(request: PortalRequest, acting: Membership, finding: int) -> HttpResponse:
    """The finding as the organisation reads it; a POST replies to it or adds a file."""
    now = timezone.now()
    ours = our_finding(acting, finding)
    failed: dict[str, ActionForm] = {}
    if request.method == "POST":
        if acting.role not in RESPONDERS:
            raise PermissionDenied("Only a lead contact or a contributor can reply. You can read.")
        step = request.POST.get("do", "")
        does: dict[str, tuple[type[ActionForm], Any]] = {
            "accuracy": (AccuracyForm, verbs.reply_to_accuracy),
            "file": (FileForm, verbs.add_evidence),
        }
        if step not in does:
            return redirect(request.path)
        form_class, verb = does[step]
        form = form_class(request.POST, request.FILES)
        if form.run(verb, ours, acting=acting, now=now):
            messages.success(request, "Sent to Elexon.")
            return redirect(request.path)
        failed = {step: form}
    return render(request, "readiness/assurance/own_finding.html", _context(acting, ours, now, failed))


def _context(acting: Membership, ours: Finding, now: datetime, failed: dict[str, ActionForm]) -> dict[str, Any]:
    plan = getattr(ours, "plan", None)
    replies = list(ours.accuracy_replies.select_related("replied_by"))
    in_window = ours.status == FindingStatus.ACCURACY and ours.accuracy_due_at and now <= ours.accuracy_due_at
    may = acting.role in RESPONDERS
    steps = list(plan.steps.prefetch_related("slips")) if plan else []
    escalations = list(plan.escalations.select_related("sign_off")) if plan else []
    return {
        "acting": acting,
        "finding": ours,
        "campaign": ours.submission.campaign,
        "answers": ours.comes_from.select_related("answer__question"),
        "evidence": ours.evidence.filter(is_from_participant=True).select_related("file__scan", "added_by"),
        "replies": replies,
        "may_reply": may and in_window and not any(reply.version == ours.version for reply in replies),
        "may": may,
        "plan": plan,
        "steps": [(step, SlipForm(auto_id=f"id_slip_{step.pk}_%s")) for step in steps],
        "escalations": escalations,
        "unsigned": next((one for one in escalations if not hasattr(one, "sign_off")), None),
        "is_writing": ours.status == FindingStatus.ISSUED and (plan is None or plan.status in plans.WRITING),
        "forms": {
            "accuracy": failed.get("accuracy") or AccuracyForm(),
            "file": failed.get("file") or FileForm(),
            "step": failed.get("add_step") or StepForm(auto_id="id_step_%s"),
            "sign_off": failed.get("sign_off") or SignOffForm(auto_id="id_sign_%s"),
        },
        "failed": next(iter(failed.values()), None),
        "now": now,
    }


@require_POST
@acting_as(*RESPONDERS)
def own_plan(request: PortalRequest, acting: Membership, finding: int) -> HttpResponse:
    """One change of the plan: a step, its report, a slip, the proposal, the sign-off."""
    now = timezone.now()
    ours = our_finding(acting, finding)
    step = request.POST.get("do", "")
    form, verb, subject, facts, said = _plan_verb(request, ours, step, now)
    back = redirect("assurance:own_finding", org=acting.organisation.slug, finding=ours.number)
    if subject is None:
        return back
    if form.run(verb, subject, acting=acting, **facts):
        messages.success(request, said)
        return back
    context = _context(acting, ours, now, {step: form})
    if step == "slip":
        context["steps"] = [(one, form if one.pk == subject.pk else other) for one, other in context["steps"]]
    return render(request, "readiness/assurance/own_finding.html", context)


def _plan_verb(request: PortalRequest, ours: Finding, step: str, now: datetime) -> tuple[Any, Any, Any, Any, str]:
    plan = getattr(ours, "plan", None)
    steps = PlanStep.objects.filter(plan=plan).select_related(
        "plan__finding__submission__organisation", "plan__finding__author"
    )
    number = request.POST.get("step", "")
    one = steps.filter(number=number).first() if plan and number.isdecimal() and len(number) < 5 else None
    unsigned = plan.escalations.filter(sign_off__isnull=True).last() if plan else None
    timed = {"now": now}
    known: dict[str, tuple[Any, Any, Any, Any, str]] = {
        "add_step": (StepForm(request.POST, auto_id="id_step_%s"), plans.add_step, ours, timed, "Step added."),
        "remove_step": (PlainForm(request.POST), plans.remove_step, one, {}, "Step removed."),
        "propose": (PlainForm(request.POST), plans.propose, plan, timed, "The plan is proposed to Elexon."),
        "done": (PlainForm(request.POST), plans.done, one, timed, "Reported as done."),
        "slip": (
            SlipForm(request.POST, auto_id=f"id_slip_{one.pk if one else 0}_%s"),
            plans.slip,
            one,
            timed,
            "The slip is reported.",
        ),
        "sign_off": (SignOffForm(request.POST, auto_id="id_sign_%s"), plans.sign_off, unsigned, timed, "Signed off."),
    }
    return known.get(step) or (PlainForm(request.POST), plans.propose, None, {}, "")
