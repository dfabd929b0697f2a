"""Findings as analysts see them: the list, one finding with everything that can be done next, themes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.deadlines import add_working_days, local_day
from mhhs_portal.exports import file_of
from mhhs_portal.forms import ActionForm
from mhhs_portal.history.panel import events_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.assurance import findings as verbs
from readiness.assurance import plans
from readiness.assurance.findings_file import findings_table
from readiness.assurance.forms import (
    EditFindingForm,
    EscalateForm,
    FileForm,
    JudgeForm,
    NewFindingForm,
    PlainForm,
    WindowForm,
    WordsForm,
)
from readiness.assurance.models import Finding, FindingStatus, Severity, Theme
from readiness.submissions import questions_of
from readiness.views.analysts import campaigns_of
from readiness.views.reviewing import answers_of_round, review_place, submission_for

PAGE = 50
WINDOW_DAYS = 10
GET_POST = ["GET", "HEAD", "POST"]
#: What the page can do: the form, the verb, whether the verb is told the time, what is said afterwards.
DOES: dict[str, tuple[type[ActionForm], Callable[..., Any], bool, str]] = {
    "send_for_check": (PlainForm, verbs.send_for_check, False, "Another analyst is asked for a second check."),
    "check": (JudgeForm, verbs.check, True, "Your second check is recorded."),
    "open_window": (WindowForm, verbs.open_window, True, "The participant reads it now and is asked about the facts."),
    "revise": (PlainForm, verbs.revise, False, "It is a draft again; the participant no longer sees it."),
    "withdraw": (PlainForm, verbs.withdraw, False, "The finding is withdrawn."),
    "issue": (PlainForm, verbs.issue, True, "The finding is issued. The participant is told."),
    "add_evidence": (FileForm, verbs.add_evidence, True, "The file is added."),
    "close": (WordsForm, verbs.close, True, "The finding is closed."),
}
PLAN_DOES: dict[str, tuple[type[ActionForm], Callable[..., Any], bool, str]] = {
    "agree_plan": (PlainForm, plans.agree, True, "The plan is agreed."),
    "refuse_plan": (WordsForm, plans.refuse, True, "The plan goes back to the participant."),
    "escalate": (EscalateForm, plans.escalate, True, "The plan is escalated; the participant is told."),
    "complete_plan": (PlainForm, plans.complete, False, "The plan is complete."),
}


def _all(acting: Membership) -> Any:
    campaigns_of(acting)  # a 404 anywhere but at Elexon
    return Finding.objects.select_related("submission__organisation", "submission__campaign", "author", "theme")


@require_safe
@acting_as(Role.ANALYST)
def findings(request: PortalRequest, acting: Membership) -> HttpResponse:
    rows = _all(acting)
    show = {name: request.GET.get(name, "") for name in ("status", "severity", "campaign", "theme")}
    if show["status"] in FindingStatus.values:
        rows = rows.filter(status=show["status"])
    if show["severity"] in Severity.values:
        rows = rows.filter(severity=show["severity"])
    if show["campaign"]:
        rows = rows.filter(submission__campaign__slug=show["campaign"][:60])
    if show["theme"].isdecimal():
        rows = rows.filter(theme=show["theme"])
    if file := file_of(request, findings_table(rows)):
        return file
    context = {
        "acting": acting,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "show": show,
        "statuses": FindingStatus.choices,
        "severities": Severity.choices,
        "campaigns": list(campaigns_of(acting).opened()),
        "now": timezone.now(),
    }
    return render(request, "readiness/assurance/findings.html", context)


@require_safe
@acting_as(Role.ANALYST)
def themes(request: PortalRequest, acting: Membership) -> HttpResponse:
    """What findings about different participants have in common, most participants first."""
    campaigns_of(acting)
    stands = ~Q(findings__status="withdrawn")
    rows = (
        Theme.objects.annotate(
            number_of=Count("findings", filter=stands, distinct=True),
            participants=Count("findings__submission__organisation", filter=stands, distinct=True),
            high=Count("findings", filter=stands & Q(findings__severity="high"), distinct=True),
            issued=Count("findings", filter=Q(findings__status__in=["issued", "closed"]), distinct=True),
            names=ArrayAgg("findings__submission__organisation__name", filter=stands, distinct=True, default=[]),
        )
        .order_by("-participants", "name")
        .filter(number_of__gt=0)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "readiness/assurance/themes.html", {"acting": acting, "page": page})


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def new(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    form = NewFindingForm(
        questions_of(submission), request.POST or None, initial={"questions": request.GET.getlist("from")}
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.pop("questions")
        answers = list(answers_of_round(submission, _latest(submission)).filter(question__in=chosen))
        if form.run_with(verbs.write, submission, answers=answers, acting=acting, now=now):
            messages.success(request, f"{form.result} is written. Only analysts read it.")
            return redirect("assurance:finding", org=acting.organisation.slug, finding=form.result.number)
    context = {"acting": acting, "submission": submission, "campaign": submission.campaign, "form": form}
    back = review_place(acting, submission, request.GET.get("section", ""))
    return render(request, "readiness/assurance/finding_form.html", context | {"themes": _themes(), "back": back})


def _latest(submission: Any) -> int:
    found = submission.rounds.order_by("-round_number").first()
    return found.round_number if found else 0


def _themes() -> list[str]:
    return list(Theme.objects.values_list("name", flat=True)[:200])


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def edit(request: PortalRequest, acting: Membership, finding: int) -> HttpResponse:
    one = get_object_or_404(_all(acting), number=finding)
    said = {name: getattr(one, name) for name in ("title", "text", "severity", "risk", "recommendation")}
    initial = said | {"theme": one.theme.name if one.theme else "", "seen": one.version}
    form = EditFindingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.run(verbs.rewrite, one, acting=acting, now=timezone.now()):
        messages.success(request, f"{one} is saved.")
        return redirect("assurance:finding", org=acting.organisation.slug, finding=one.number)
    is_clash = form.is_bound and form.data.get("seen") != str(one.version)
    context = {"acting": acting, "finding": one, "submission": one.submission, "campaign": one.submission.campaign}
    return render(
        request,
        "readiness/assurance/finding_form.html",
        context | {"form": form, "themes": _themes(), "is_clash": is_clash},
    )


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def finding(request: PortalRequest, acting: Membership, finding: int) -> HttpResponse:
    """The finding; a POST names what to do with it."""
    now = timezone.now()
    one = get_object_or_404(_all(acting), number=finding)
    failed: dict[str, ActionForm] = {}
    if request.method == "POST":
        step = request.POST.get("do", "")
        if step == "approve_sign_off":
            return _approve(request, acting, one, now)
        known = DOES.get(step) or PLAN_DOES.get(step)
        if known is None:
            return redirect(request.path)
        form_class, verb, is_timed, said = known
        form = form_class(request.POST, request.FILES)
        subject = one if step in DOES else getattr(one, "plan", None)
        facts = {"acting": acting} | ({"now": now} if is_timed else {})
        if subject is not None and form.run(verb, subject, **facts):
            messages.success(request, said)
            return redirect(request.path)
        failed = {step: form}
        one.refresh_from_db(fields=["status", "version"])
    return render(request, "readiness/assurance/finding.html", _context(acting, one, now, failed))


def _approve(request: PortalRequest, acting: Membership, one: Finding, now: datetime) -> HttpResponse:
    plan = getattr(one, "plan", None)
    waiting = plan.escalations.filter(sign_off__approved_at=None, sign_off__isnull=False).last() if plan else None
    if waiting:
        plans.approve_sign_off(waiting.sign_off, acting=acting, now=now)
        messages.success(request, f"{waiting.sign_off.name} is approved to sign the plan off.")
    return redirect(request.path)


def _context(acting: Membership, one: Finding, now: datetime, failed: dict[str, ActionForm]) -> dict[str, Any]:
    plan = getattr(one, "plan", None)
    forms = {name: failed.get(name) or DOES[name][0]() for name in DOES}
    if "open_window" not in failed:
        forms["open_window"] = WindowForm(initial={"due_at": add_working_days(local_day(now), WINDOW_DAYS)})
    forms |= {name: failed.get(name) or PLAN_DOES[name][0](auto_id=f"id_{name}_%s") for name in PLAN_DOES}
    replies = list(one.accuracy_replies.select_related("replied_by"))
    return {
        "acting": acting,
        "finding": one,
        "submission": one.submission,
        "campaign": one.submission.campaign,
        "answers": one.comes_from.select_related("answer__question__section"),
        "evidence": one.evidence.select_related("file__scan", "added_by"),
        "checks": one.checks.select_related("checked_by"),
        "replies": replies,
        "is_heard": any(reply.version == one.version for reply in replies)
        or (one.accuracy_due_at is not None and now > one.accuracy_due_at),
        "is_agreed": one.checks.filter(version=one.version, agrees=True).exists(),
        "is_author": one.author_id == acting.person_id,
        "plan": plan,
        "steps": list(plan.steps.prefetch_related("slips__reported_by")) if plan else [],
        "escalations": list(plan.escalations.select_related("sign_off", "escalated_by")) if plan else [],
        "forms": forms,
        "failed": next(iter(failed.values()), None),
        "events": events_of(one),
        "now": now,
    }
