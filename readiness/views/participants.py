"""An organisation's own requests: the list, the task list, a section, one answer."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mhhs_portal.deadlines import LONDON, is_past
from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest
from readiness.forms import Row, SectionForm, Sent
from readiness.models import Answer, MoreNeeded, Question, Section, Submission
from readiness.questionnaires import read, tidy
from readiness.submissions import LOCKED, Clash, answers_of, due_at_of, reopened_in, save_answer


def our_submission(acting: Membership, campaign: str, now: datetime) -> Submission:
    """The organisation's own; a campaign that it was not asked does not exist for it."""
    asked = Submission.objects.of(acting.organisation).filter(campaign__opened_at__lte=now)
    found = get_object_or_404(asked, campaign__slug=campaign)
    if found.round_number > 1:
        found.campaign.due_at = due_at_of(found)  # what every page of this round says; nothing saves it
    return found


def sections_of(submission: Submission) -> list[Section]:
    """With the state of each and who saved in it last."""
    last = Answer.objects.filter(
        submission=submission, round_number=submission.round_number, question__section=OuterRef("pk")
    ).order_by("-saved_at")
    sections = Section.objects.filter(version=submission.campaign.version_id)
    states = sections.with_state_for(submission.pk, submission.round_number)
    return list(states.annotate(last_by=Subquery(last.values("saved_by__name")[:1])).order_by("position"))


def frame(acting: Membership, submission: Submission, now: datetime) -> dict[str, Any]:
    """What every page of one submission shows."""
    campaign = submission.campaign
    return {
        "acting": acting,
        "submission": submission,
        "campaign": campaign,
        "now": now,
        "is_overdue": submission.is_open and is_past(campaign.due_at, now),
        "may_answer": submission.is_open and acting.role in RESPONDERS,
    }


@require_safe
@acting_as(*PARTICIPANTS)
def tasks(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    ours = Submission.objects.of(acting.organisation).filter(campaign__opened_at__lte=now)
    submissions = ours.with_counts().with_section_states().order_by("-campaign__due_at")
    return render(request, "readiness/tasks.html", {"acting": acting, "submissions": submissions, "now": now})


@require_safe
@acting_as(*PARTICIPANTS)
def submission(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    ours = our_submission(acting, campaign, now)
    sections = sections_of(ours)
    context = frame(acting, ours, now) | {
        "groups": [(name, list(rows)) for name, rows in groupby(sections, key=lambda section: section.group)],
        "sections": sections,
        "completed": sum(section.state == "completed" for section in sections),
        "rounds": list(ours.rounds.select_related("submitted_by").order_by("-round_number")),
        "more": _more(ours),
    }
    return render(request, "readiness/submission.html", context)


def _more(ours: Submission) -> MoreNeeded | None:
    """What the round in hand was opened for."""
    if ours.round_number == 1:
        return None
    asked = ours.more_needed.filter(round_number=ours.round_number)
    return asked.prefetch_related("reopened__question__section").first()


def _open_ones(ours: Submission, questions: list[Question]) -> list[Question]:
    """Those that can be answered in this round: all in the first one, then what is asked for again."""
    if ours.round_number == 1:
        return questions
    reopened = reopened_in(ours)
    return [question for question in questions if question.pk in reopened]


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*PARTICIPANTS)
def section(request: PortalRequest, acting: Membership, campaign: str, letter: str) -> HttpResponse:
    now = timezone.now()
    ours = our_submission(acting, campaign, now)
    if request.method == "POST":
        return _save_section(request, acting, ours, letter, now)
    rows, _ = _rows(ours, _open_ones(ours, _questions(ours, letter)))
    return _section_page(request, acting, ours, letter, rows, now)


def _questions(submission: Submission, letter: str) -> list[Question]:
    asked = Question.objects.filter(section__version=submission.campaign.version_id, section__letter=letter.upper())
    questions = list(asked.select_related("section").order_by("position"))
    if not questions:
        raise Http404
    return questions


def _rows(
    submission: Submission, questions: list[Question], data: Any = None, *, must: bool = False
) -> tuple[list[Row], SectionForm]:
    given = answers_of(submission)
    typed = {question.code: given[question.pk].typed for question in questions if question.pk in given}
    form = SectionForm(questions, data, must=must, typed=typed)
    return [Row(question, form[question.code], given.get(question.pk)) for question in questions], form


def _section_page(
    request: PortalRequest,
    acting: Membership,
    ours: Submission,
    letter: str,
    rows: list[Row],
    now: datetime,
    form: SectionForm | None = None,
) -> HttpResponse:
    sections = sections_of(ours)
    here = next(index for index, one in enumerate(sections) if one.letter == letter.upper())
    context = frame(acting, ours, now) | {
        "stays": _stays(ours, letter, rows),
        "sections": sections,
        "section": sections[here],
        "place": here + 1,
        "following": sections[here + 1] if here + 1 < len(sections) else None,
        "rows": rows,
        "form": form,
        "is_clash": any(row.clash for row in rows),
        "last_saved_at": max((row.answer.saved_at for row in rows if row.answer and row.answer.version), default=None),
    }
    return render(request, "readiness/section.html", context)


def _stays(ours: Submission, letter: str, rows: list[Row]) -> list[tuple[Question, Answer | None]]:
    """What cannot be changed in this round, with its answer."""
    if ours.round_number == 1:
        return []
    shown, given = {row.question.pk for row in rows}, answers_of(ours)
    return [(one, given.get(one.pk)) for one in _questions(ours, letter) if one.pk not in shown]


def _save_section(
    request: PortalRequest, acting: Membership, ours: Submission, letter: str, now: datetime
) -> HttpResponse:
    """Keep every answer that can be kept, then say what is wrong: in that order, so that nothing typed is lost."""
    if acting.role not in RESPONDERS:
        raise PermissionDenied("Only a lead contact or a contributor can answer. You can read.")
    here = redirect("readiness:section", org=acting.organisation.slug, campaign=ours.campaign.slug, letter=letter)
    if not ours.is_open:
        messages.error(request, LOCKED)
        return here
    completing = request.POST.get("save") == "complete"
    questions = _open_ones(ours, _questions(ours, letter))
    sent = SectionForm(questions, request.POST, must=completing, typed={}).sent()
    try:
        clashes = _keep([one for one in sent if one.is_changed], ours, acting, now)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return here
    if not clashes and not completing:
        messages.success(request, f"Saved at {now.astimezone(LONDON):%H:%M:%S}. Nothing has been sent to Elexon.")
        return here
    rows, form = _rows(ours, questions, request.POST, must=completing)
    if not clashes and form.is_valid():
        messages.success(request, f"Section {letter.upper()} is completed.")
        return redirect("readiness:submission", org=acting.organisation.slug, campaign=ours.campaign.slug)
    _show_clashes(rows, clashes, request.POST)
    return _section_page(request, acting, ours, letter, rows, now, form)


def _show_clashes(rows: list[Row], clashes: dict[int, Answer], sent: Any) -> None:
    for row in rows:
        row.clash = clashes.get(row.question.pk)
        if row.clash:
            row.mine = words_of(row.question, row.field.data)
            row.sent = sent.get(f"seen-{row.question.code}", "0.")


def _keep(changed: list[Sent], ours: Submission, acting: Membership, now: datetime) -> dict[int, Answer]:
    """Save each answer; those that a colleague changed meanwhile come back as {question's key: their answer}."""
    clashes: dict[int, Answer] = {}
    for one in changed:
        try:
            save_answer(ours, one.question, one.typed, acting=acting, seen_version=one.seen_version, now=now)
        except Clash as clash:
            clashes[one.question.pk] = clash.theirs
    return clashes


def words_of(question: Question, typed: Any) -> str:
    """What somebody typed, for reading: the words of the options rather than their keys."""
    if question.options and (understood := read(question, tidy(question, typed)).text):
        return understood
    return " ".join(filter(None, typed)) if isinstance(typed, list) else str(typed or "")


@require_POST
@acting_as(*RESPONDERS)
def answer(request: PortalRequest, acting: Membership, campaign: str, number: str) -> HttpResponse:
    """Save one answer as somebody leaves it; the part says when it was saved, or shows both texts of a clash."""
    now = timezone.now()
    ours = our_submission(acting, campaign, now)
    asked = Question.objects.filter(section__version=ours.campaign.version_id).select_related("section")
    question = get_object_or_404(asked, number=number.upper())
    form = SectionForm([question], request.POST, must=False, typed={})
    sent = form.sent()[0]
    row = Row(question, form[question.code], None)
    try:
        row.answer = save_answer(ours, question, sent.typed, acting=acting, seen_version=sent.seen_version, now=now)
    except Clash as clash:
        row.answer = row.clash = clash.theirs
        row.mine, row.sent = words_of(question, sent.typed), request.POST.get(f"seen-{question.code}", "0.")
    except ValidationError as refusal:
        row.locked = refusal.messages[0]
    if not request.htmx:
        return redirect(
            "readiness:section", org=acting.organisation.slug, campaign=campaign, letter=question.section.letter
        )
    here = Section.objects.filter(pk=question.section_id).with_state_for(ours.pk, ours.round_number).get()
    context = frame(acting, ours, now) | {"row": row, "section": here, "swapped": True}
    return render(request, "readiness/section.html#saved", context)
