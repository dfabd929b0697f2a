"""From the answers to the receipt: check, declare, submit, and what proves it."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.forms import SubmitForm
from readiness.submissions import answers_of, questions_of, submit, what_stops
from readiness.views.participants import frame, our_submission


@require_safe
@acting_as(*PARTICIPANTS)
def check(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    ours = our_submission(acting, campaign, now)
    questions, answers = questions_of(ours), answers_of(ours)
    stops = what_stops(questions, answers)
    words = {question.pk: problem for question, problem in stops}
    rows = [(question, answers.get(question.pk), words.get(question.pk)) for question in questions]
    context = frame(acting, ours, now) | {
        "sections": [(section, list(part)) for section, part in groupby(rows, key=lambda row: row[0].section)],
        "stops": stops,
        "asked": len(questions),
        "answered": sum(answer.is_answered for answer in answers.values()),
    }
    return render(request, "readiness/check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.LEAD)
def declare(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    ours = our_submission(acting, campaign, now)
    if not ours.is_open:
        return redirect(
            "readiness:receipt", org=acting.organisation.slug, campaign=campaign, round_number=ours.round_number
        )
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.run(submit, ours, acting=acting, now=now):
        return redirect(
            "readiness:receipt", org=acting.organisation.slug, campaign=campaign, round_number=form.result.round_number
        )
    questions, answers = questions_of(ours), answers_of(ours)
    context = frame(acting, ours, now) | {
        "form": form,
        "stops": what_stops(questions, answers),
        "asked": len(questions),
        "answered": sum(answer.is_answered for answer in answers.values()),
    }
    return render(request, "readiness/declare.html", context)


@require_safe
@acting_as(*PARTICIPANTS)
def receipt(request: PortalRequest, acting: Membership, campaign: str, round_number: int) -> HttpResponse:
    now = timezone.now()
    ours = our_submission(acting, campaign, now)
    made = get_object_or_404(ours.rounds.select_related("submitted_by"), round_number=round_number)
    sections = [(title, list(rows)) for title, rows in groupby(made.answers, key=lambda row: row["section"])]
    return render(request, "readiness/receipt.html", frame(acting, ours, now) | {"round": made, "sections": sections})
