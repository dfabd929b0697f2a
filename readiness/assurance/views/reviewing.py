"""The queue, who reviews what, questions to the participant, sending back, accepting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklist.wording import compared
from mhhs_portal.deadlines import add_working_days, local_day
from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.history.panel import events_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.assurance import asking, assigning, concluding
from readiness.assurance import queue as queues
from readiness.assurance.forms import AskForm, AssignForm, InterestForm, JudgeForm, MoreForm, PlainForm
from readiness.assurance.models import AnswersTaken, Assignment, EvidenceView, SampleCheck
from readiness.models import Assessment, Interest, Status, Submission
from readiness.submissions import questions_of
from readiness.views.analysts import campaigns_of
from readiness.views.reviewing import review_page, review_place, submission_for

PAGE = 50
#: Working days that a participant has for a reply, and for a new round. Our own proposals; the analyst changes them.
REPLY_DAYS, ROUND_DAYS = 5, 10
GET_POST = ["GET", "HEAD", "POST"]


def _in(days: int, now: datetime) -> Any:
    return add_working_days(local_day(now), days)


@require_safe
@acting_as(Role.ANALYST)
def review_queue(request: PortalRequest, acting: Membership) -> HttpResponse:
    now, choice = timezone.now(), queues.Choice.of(request.GET)
    campaigns = list(campaigns_of(acting).opened())
    rows = queues.shown(queues.queue(acting), choice, acting)
    if file := file_of(request, _queue_table(rows, now)):
        return file
    counts = queues.counts(acting, choice)
    pages = Paginator(rows, PAGE)
    pages.count = counts[choice.show]
    page = pages.get_page(request.GET.get("page"))
    for row in page:
        row.waited = queues.waited(row, now)
    context = {
        "acting": acting,
        "choice": choice,
        "tabs": [(key, words, counts[key]) for key, words in queues.SHOWS.items()],
        "campaigns": campaigns,
        "statuses": [
            (s.value, s.label) for s in (Status.SUBMITTED, Status.IN_REVIEW, Status.RETURNED, Status.ACCEPTED)
        ],
        "sorts": [(key, words) for key, (words, _) in queues.SORTS.items()],
        "page": page,
        "workload": assigning.workload(now),
        "now": now,
    }
    return render(request, "readiness/assurance/queue.html", context)


def _queue_table(rows: Any, now: datetime) -> Table:
    columns = [
        Column("organisation", "Organisation"),
        Column("roles", "Roles"),
        Column("campaign", "Campaign"),
        Column("round", "Round"),
        Column("status", "Status"),
        Column("received_at", "Received"),
        Column("reviewer", "Reviewer"),
        Column("marked", "Answers marked"),
        Column("given", "Answers given"),
    ]
    listed = (
        {
            "organisation": row.organisation.name,
            "roles": row.roles_words,
            "campaign": row.campaign.name,
            "round": row.round_number,
            "status": row.get_status_display(),
            "received_at": row.received_at,
            "reviewer": row.reviewer or "",
            "marked": row.marked,
            "given": row.given,
        }
        for row in rows
    )
    return Table("review-queue", columns, listed)


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def interests(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Every declared interest, for all analysts to see; one's own to declare and to end."""
    now = timezone.now()
    campaigns_of(acting)  # a 404 anywhere but at Elexon
    ends = request.POST.get("ends", "")
    form = InterestForm(request.POST if request.method == "POST" and not ends else None)
    if ends.isdecimal():
        interest = get_object_or_404(Interest, pk=ends, person=acting.person, ended_at=None)
        assigning.end_interest(interest, acting=acting, now=now)
        messages.success(request, f"Your interest in {interest.organisation} has ended. It stays on record.")
        return redirect("assurance:interests", org=acting.organisation.slug)
    if request.method == "POST" and form.run(assigning.declare_interest, acting=acting, now=now):
        messages.success(request, "Declared. Submissions of that organisation that you had are nobody's now.")
        return redirect("assurance:interests", org=acting.organisation.slug)
    rows = Interest.objects.select_related("person", "organisation")[:200]
    return render(request, "readiness/assurance/interests.html", {"acting": acting, "form": form, "rows": rows})


def _frame(acting: Membership, submission: Submission, now: datetime) -> dict[str, Any]:
    return {"acting": acting, "submission": submission, "campaign": submission.campaign, "now": now}


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def assign_page(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    people = assigning.workload(now)
    form = AssignForm(people, request.POST or None)
    if request.method == "POST" and form.run(assigning.assign, submission, acting=acting, now=now):
        messages.success(request, f"{form.result.analyst} reviews {submission.organisation}.")
        return redirect(review_place(acting, submission, request.POST.get("section", "")))
    past = Assignment.objects.filter(submission=submission).select_related("analyst", "assigned_by").order_by("-pk")
    context = _frame(acting, submission, now) | {"form": form, "people": people, "past": past}
    return render(request, "readiness/assurance/assign.html", context)


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def ask_page(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    initial = {"questions": request.GET.getlist("about"), "due_at": _in(REPLY_DAYS, now)}
    form = AskForm(questions_of(submission), request.POST or None, initial=initial)
    if request.method == "POST" and form.run(asking.ask, submission, acting=acting, now=now):
        messages.success(request, f"Sent to {submission.organisation}. The reply appears beside the answers.")
        return redirect(review_place(acting, submission, request.GET.get("section", "")))
    context = _frame(acting, submission, now) | {"form": form, "is_more": False}
    return render(request, "readiness/assurance/ask.html", context)


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def more_page(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    """Send back: the answers marked "More needed" are ticked already."""
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    initial = {"questions": _marked_more(submission), "due_at": _in(ROUND_DAYS, now)}
    form = MoreForm(questions_of(submission), request.POST or None, initial=initial)
    if request.method == "POST" and form.run(asking.ask_for_more, submission, acting=acting, now=now):
        count = form.result.reopened.count()
        messages.success(request, f"Sent back to {submission.organisation}: {count} answers are open, all others stay.")
        return redirect(review_place(acting, submission, ""))
    context = _frame(acting, submission, now) | {"form": form, "is_more": True}
    return render(request, "readiness/assurance/ask.html", context)


def _marked_more(submission: Submission) -> list[str]:
    marks = Assessment.objects.current().filter(
        answer__submission=submission, answer__round_number=submission.round_number, mark="more-needed"
    )
    return list(marks.values_list("answer__question__number", flat=True))


@require_POST
@acting_as(Role.ANALYST)
def accept_page(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    form = PlainForm(request.POST)
    if not form.run(concluding.accept, submission, acting=acting, now=now):
        return review_page(request, acting, submission, now, accept_form=form)
    messages.success(request, f"The submission of {submission.organisation} is accepted.")
    return redirect(review_place(acting, submission, ""))


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def second_check(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    """The second look at a submission of the sample: all marks with their reasons on one page."""
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    checks = SampleCheck.objects.select_related("submission__organisation", "checked_by")
    check = get_object_or_404(checks, submission=submission, round_number=submission.round_number)
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.run(concluding.check_sample, check, acting=acting, now=now):
        messages.success(request, "Your second check is recorded.")
        return redirect(review_place(acting, submission, ""))
    answers = submission.answers.filter(round_number=submission.round_number).select_related("question__section")
    rows = [
        (answer, list(answer.assessments.all())[-1:]) for answer in answers.prefetch_related("assessments__assessed_by")
    ]
    context = _frame(acting, submission, now) | {"form": form, "check": check, "rows": rows}
    return render(request, "readiness/assurance/second_check.html", context)


@require_safe
@acting_as(Role.ANALYST)
def rounds(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    """Two submitted rounds side by side, word by word."""
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    made = list(submission.rounds.select_related("submitted_by").order_by("round_number"))
    numbers = {str(one.round_number): one for one in made}
    after = numbers.get(request.GET.get("after", "")) or (made[-1] if made else None)
    before = numbers.get(request.GET.get("before", "")) or (made[-2] if len(made) > 1 else None)
    rows = []
    if before and after:
        was = {row["number"]: row for row in before.answers}
        for row in after.answers:
            old = was.get(row["number"], {}).get("text", "")
            pieces = compared(old, row["text"]) if old != row["text"] else []
            rows.append({"row": row, "before": old, "pieces": pieces})
    more = {one.round_number: one for one in submission.more_needed.prefetch_related("reopened__question")}
    context = _frame(acting, submission, now) | {
        "made": made,
        "before": before,
        "after": after,
        "rows": rows,
        "changed": sum(bool(row["pieces"]) for row in rows),
        "asked": more.get(after.round_number) if after else None,
    }
    return render(request, "readiness/assurance/rounds.html", context)


@require_safe
@acting_as(Role.ANALYST)
def history(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    """What was done with the submission, who read its evidence, and who took answers away."""
    submission = submission_for(acting, campaign, organisation)
    context = _frame(acting, submission, timezone.now()) | {
        "events": events_of(submission),
        "views": EvidenceView.objects.filter(submission=submission).select_related("person", "file")[:100],
        "taken": AnswersTaken.objects.filter(submission=submission).select_related("person")[:100],
    }
    return render(request, "readiness/assurance/history.html", context)
