"""Elexon's view: campaigns, who has submitted, one submission to read and mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Kind, Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.forms import MarkForm, NoteForm
from readiness.models import Answer, Assessment, Campaign, Mark, Section, Submission, SubmittedRound
from readiness.models.campaigns import CampaignQuerySet
from readiness.review import Marking, mark_answer, write_note

PAGE = 50
#: Each submission is in exactly one of these: key, words, and the short word of its tab.
STANDINGS = [
    ("not-started", "Not started", "Not started"),
    ("in-progress", "In progress", "In progress"),
    ("overdue", "Overdue, not submitted", "Overdue"),
    ("more-needed", "Sent back, more needed", "Sent back"),
    ("submitted", "Submitted in time", "In time"),
    ("submitted-late", "Submitted late", "Late"),
]
WORDS = {key: words for key, words, _ in STANDINGS}


def _campaigns(acting: Membership) -> CampaignQuerySet:
    if acting.organisation.kind != Kind.ELEXON:
        raise Http404
    return Campaign.objects.all().select_related("version__questionnaire")


@require_safe
@acting_as(Role.ANALYST)
def campaigns(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    handed_in = Submission.objects.filter(campaign=OuterRef("pk"), rounds__round_number=1).order_by().values("campaign")
    rows = _campaigns(acting).annotate(
        asked=Count("submissions"), handed_in=Coalesce(Subquery(handed_in.annotate(n=Count("pk")).values("n")), 0)
    )
    return render(request, "readiness/campaigns.html", {"acting": acting, "campaigns": rows, "now": now})


@require_safe
@acting_as(Role.ANALYST)
def campaign(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    one = get_object_or_404(_campaigns(acting).opened(), slug=campaign)
    everyone = Submission.objects.filter(campaign=one).with_standing(now)
    counts = everyone.counts_by_standing()
    asked = sum(counts.values())
    show = request.GET.get("show", "")
    chosen = everyone.standing(show) if show in WORDS else everyone
    rows = chosen.with_counts().with_marked().select_related("organisation").order_by("organisation__name")
    pages = Paginator(rows, PAGE)
    pages.count = counts.get(show, 0) if show in WORDS else asked  # known already: no second count
    context = {
        "acting": acting,
        "campaign": one,
        "asked": asked,
        "standings": [(key, words, short, counts.get(key, 0)) for key, words, short in STANDINGS],
        "handed_in": counts.get("submitted", 0) + counts.get("submitted-late", 0) + counts.get("more-needed", 0),
        "page": pages.get_page(request.GET.get("page")),
        "show": show,
        "show_words": WORDS.get(show, ""),
        "now": now,
    }
    return render(request, "readiness/campaign.html", context)


def _submission(acting: Membership, campaign: str, organisation: str) -> Submission:
    asked = Submission.objects.filter(campaign__in=_campaigns(acting).opened())
    rows = asked.select_related("campaign__version", "organisation")
    return get_object_or_404(rows, campaign__slug=campaign, organisation__slug=organisation)


def _answers(submission: Submission, round_number: int) -> QuerySet[Answer]:
    """Answers of a submitted round; what is still a draft is the organisation's own affair."""
    submitted = Q(submission__rounds__round_number=F("round_number"))
    answers = submission.answers.filter(submitted, round_number=round_number)
    return answers.select_related("question__section").order_by("question__section__position", "question__position")


def _with_marks(answers: list[Answer]) -> list[dict[str, Any]]:
    """Each answer with its current mark and the earlier ones, newest first; one query for all."""
    marks: dict[int, list[Assessment]] = {}
    for mark in Assessment.objects.filter(answer__in=answers).select_related("assessed_by").order_by("-pk"):
        marks.setdefault(mark.answer_id, []).append(mark)
    return [
        {
            "answer": answer,
            "current": next(iter(marks.get(answer.pk, [])), None),
            "earlier": marks.get(answer.pk, [])[1:],
        }
        for answer in answers
    ]


def _as_asked(latest: SubmittedRound, section: str, given: dict[str, Any]) -> list[Any]:
    """(question, its answer and marks or None) for each question of the section, as the snapshot has them."""
    rows = [row for row in latest.answers if row["section"] == section]
    return [
        ({"number": row["number"], "code": row["number"].lower(), "text": row["question"]}, given.get(row["number"]))
        for row in rows
    ]


@require_safe
@acting_as(Role.ANALYST)
def review(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    return _review_page(request, acting, _submission(acting, campaign, organisation), now)


def _sections(submission: Submission, round_number: int) -> list[Any]:
    """The sections asked, each with `asked` questions and `marked` answers of that round."""
    marked = Count(
        "questions__answers",
        filter=Q(
            questions__answers__submission=submission,
            questions__answers__round_number=round_number,
            questions__answers__assessments__isnull=False,
        ),
        distinct=True,
    )
    sections = Section.objects.filter(version=submission.campaign.version_id)
    return list(sections.annotate(asked=Count("questions", distinct=True), marked=marked).order_by("position"))


def _review_page(
    request: PortalRequest, acting: Membership, submission: Submission, now: datetime, **more: Any
) -> HttpResponse:
    rounds = list(submission.rounds.select_related("submitted_by").order_by("-round_number"))
    latest = rounds[0] if rounds else None
    sections = _sections(submission, latest.round_number if latest else 0)
    wanted = str(more.get("letter") or request.GET.get("section", "")).upper()
    section = next((one for one in sections if one.letter == wanted), sections[0])
    answers = list(_answers(submission, latest.round_number).filter(question__section=section)) if latest else []
    given = {row["answer"].question.number: row for row in _with_marks(answers)}
    context = {
        "acting": acting,
        "submission": submission,
        "campaign": submission.campaign,
        "round": latest,
        "rounds": rounds,
        "sections": sections,
        "section": section,
        "rows": _as_asked(latest, str(section), given) if latest else [],
        "notes": list(submission.notes.select_related("written_by", "question").order_by("-pk")),
        "marks": Mark.choices,
        "marked": sum(one.marked for one in sections),
        "asked": sum(one.asked for one in sections),
        "note_form": NoteForm(),
        "now": now,
    } | more
    return render(request, "readiness/review.html", context)


@require_POST
@acting_as(Role.ANALYST)
def mark(request: PortalRequest, acting: Membership, campaign: str, organisation: str, number: str) -> HttpResponse:
    now = timezone.now()
    submission = _submission(acting, campaign, organisation)
    answer = get_object_or_404(_answers(submission, _latest_round(submission)), question__number=number.upper())
    form = MarkForm(request.POST)
    done = form.run(mark_answer, answer, acting=acting, now=now)
    marking = form.result if done else None
    letter = answer.question.section.letter
    if request.htmx:
        context = {
            "acting": acting,
            "submission": submission,
            "campaign": submission.campaign,
            "question": answer.question,
            "row": _with_marks([answer])[0],
            "marks": Mark.choices,
            "mark_form": form if not done else None,
            "marking": marking,
            "swapped": True,
        }
        return render(request, "readiness/review.html#answer", context)
    if not done:
        return _review_page(
            request, acting, submission, now, letter=letter, mark_form=form, mark_form_for=answer.question.number
        )
    _say(request, form.result, answer.question.number)
    return redirect(_place(acting, submission, letter, number))


def _latest_round(submission: Submission) -> int:
    return submission.rounds.aggregate(latest=Max("round_number"))["latest"] or 0


def _say(request: PortalRequest, marking: Marking, number: str) -> None:
    if marking.other:
        messages.warning(
            request,
            f"{marking.other.assessed_by} marked {number} as {marking.other.get_mark_display().lower()} while you were"
            " reading. Both marks are kept; yours is the latest and is shown.",
        )
    else:
        messages.success(request, f"{number} is marked as {marking.assessment.get_mark_display().lower()}.")


def _place(acting: Membership, submission: Submission, letter: str, number: str = "") -> str:
    page = reverse(
        "readiness:review", args=[acting.organisation.slug, submission.campaign.slug, submission.organisation.slug]
    )
    return f"{page}?section={letter.lower()}" + (f"#answer-{number.lower()}" if number else "")


@require_POST
@acting_as(Role.ANALYST)
def note(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    submission = _submission(acting, campaign, organisation)
    form = NoteForm(request.POST)
    if not form.run(write_note, submission, question=None, acting=acting, now=now):
        return _review_page(request, acting, submission, now, note_form=form, letter=request.POST.get("section", ""))
    messages.success(request, "Note written. Participants never see it.")
    return redirect(_place(acting, submission, request.POST.get("section", "")[:2]))
