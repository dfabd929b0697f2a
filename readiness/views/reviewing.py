"""The workbench: one submission, answer by answer, to read and to mark."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, F, Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST, require_safe

from checklist.wording import Piece, compared
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.forms import MarkForm, NoteForm
from readiness.models import AnalystNote, Answer, Assessment, Mark, Section, Submission, SubmittedRound
from readiness.review import Marking, mark_answer, write_note
from readiness.views.analysts import campaigns_of

#: The tab that comes first from the second round on.
CHANGED = "changed"


@dataclass
class Row:
    """One question of the round as the workbench shows it."""

    question: dict[str, Any]
    section: str
    answer: Answer | None = None
    marks: list[Assessment] = field(default_factory=list)
    #: What the answer was in the round before, against what it is now; empty when it is the same.
    pieces: list[Piece] = field(default_factory=list)
    notes: list[AnalystNote] = field(default_factory=list)
    #: What settings.REVIEW_PARTS adds: questions to the participant, findings, evidence.
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def current(self) -> Assessment | None:
        return self.marks[0] if self.marks else None

    @property
    def earlier(self) -> list[Assessment]:
        return self.marks[1:]


def submission_for(acting: Membership, campaign: str, organisation: str) -> Submission:
    asked = Submission.objects.filter(campaign__in=campaigns_of(acting).opened())
    rows = asked.select_related("campaign__version__questionnaire", "organisation")
    return get_object_or_404(rows, campaign__slug=campaign, organisation__slug=organisation)


def answers_of_round(submission: Submission, *rounds: int) -> QuerySet[Answer]:
    """Answers of submitted rounds; what is still a draft is the organisation's own affair."""
    submitted = Q(submission__rounds__round_number=F("round_number"))
    answers = submission.answers.filter(submitted, round_number__in=rounds)
    return answers.select_related("question__section").order_by("question__section__position", "question__position")


def rows_of(submission: Submission, latest: SubmittedRound, parts: dict[str, Any]) -> list[Row]:
    """All questions as the round's snapshot has them, with marks, changes and what else belongs to each."""
    number = latest.round_number
    answers = list(answers_of_round(submission, number, number - 1))
    now = {one.question.number: one for one in answers if one.round_number == number}
    before = {one.question.number: one for one in answers if one.round_number == number - 1}
    marks: dict[int, list[Assessment]] = {}
    for mark in Assessment.objects.filter(answer__in=now.values()).select_related("assessed_by").order_by("-pk"):
        marks.setdefault(mark.answer_id, []).append(mark)
    rows = []
    for asked in latest.answers:
        code = asked["number"]
        answer, was = now.get(code), before.get(code)
        has_changed = number > 1 and (was.text if was else "") != (answer.text if answer else "")
        rows.append(
            Row(
                {"number": code, "code": code.lower(), "text": asked["question"]},
                asked["section"],
                answer,
                marks.get(answer.pk, []) if answer else [],
                compared(was.text if was else "", answer.text if answer else "") if has_changed else [],
                parts=parts.get("by_number", {}).get(code, {}),
            )
        )
    return rows


def parts_of(acting: Membership, submission: Submission, now: datetime) -> dict[str, Any]:
    """What other parts of assurance put into the workbench; named in the settings, so that nothing is imported."""
    source = getattr(settings, "REVIEW_PARTS", "")
    return import_string(source)(acting, submission, now) if source else {}


@require_safe
@acting_as(Role.ANALYST)
def review(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    now = timezone.now()
    return review_page(request, acting, submission_for(acting, campaign, organisation), now)


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


def _tabs(rows: list[Row], sections: list[Any], wanted: str) -> dict[str, Any]:
    """Which rows stand on the wanted tab: what changed comes first from the second round on, else the first section."""
    changed = [row for row in rows if row.pieces]
    wanted = wanted or (CHANGED if changed else "")
    section = next((one for one in sections if one.letter == wanted.upper()), None)
    if section is None and wanted != CHANGED:
        section = sections[0]
    return {
        "sections": sections,
        "section": section,
        "place": section.letter.lower() if section else CHANGED,
        "changed": changed,
        "rows": changed if section is None else [row for row in rows if row.section == str(section)],
        "marked": sum(one.marked for one in sections),
        "asked": sum(one.asked for one in sections),
    }


def review_page(
    request: PortalRequest, acting: Membership, submission: Submission, now: datetime, **more: Any
) -> HttpResponse:
    rounds = list(submission.rounds.select_related("submitted_by").order_by("-round_number"))
    latest = rounds[0] if rounds else None
    parts = parts_of(acting, submission, now)
    rows = rows_of(submission, latest, parts) if latest else []
    notes = list(submission.notes.select_related("written_by", "question").order_by("-pk"))
    for row in rows:
        row.notes = [note for note in notes if note.question and note.question.number == row.question["number"]]
    sections = _sections(submission, latest.round_number if latest else 0)
    wanted = str(more.pop("letter", "") or request.GET.get("section", ""))
    context = {
        "acting": acting,
        "submission": submission,
        "campaign": submission.campaign,
        "round": latest,
        "rounds": rounds,
        "notes": notes,
        "marks": Mark.choices,
        "note_form": NoteForm(),
        "parts": parts,
        "now": now,
        **_tabs(rows, sections, wanted),
        **more,
    }
    return render(request, "readiness/review.html", context)


@require_POST
@acting_as(Role.ANALYST)
def mark(request: PortalRequest, acting: Membership, campaign: str, organisation: str, number: str) -> HttpResponse:
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    latest = submission.rounds.order_by("-round_number").first()
    found = answers_of_round(submission, latest.round_number if latest else 0)
    answer = get_object_or_404(found, question__number=number.upper())
    answer.submission = submission
    form = MarkForm(request.POST)
    done = form.run(mark_answer, answer, acting=acting, now=now)
    if request.htmx and latest:
        return _marked_part(request, acting, submission, latest, answer, form, now)
    place = request.POST.get("section", "") or answer.question.section.letter
    if not done:
        more = {"letter": place, "mark_form": form, "mark_form_for": answer.question.number}
        return review_page(request, acting, submission, now, **more)
    _say(request, form.result, answer.question.number)
    return redirect(review_place(acting, submission, place, number))


def _marked_part(
    request: PortalRequest,
    acting: Membership,
    submission: Submission,
    latest: SubmittedRound,
    answer: Answer,
    form: MarkForm,
    now: datetime,
) -> HttpResponse:
    parts = parts_of(acting, submission, now)
    row = next(r for r in rows_of(submission, latest, parts) if r.answer and r.answer.pk == answer.pk)
    row.notes = list(submission.notes.filter(question=answer.question).select_related("written_by").order_by("-pk"))
    context = {
        "acting": acting,
        "submission": submission,
        "campaign": submission.campaign,
        "row": row,
        "place": request.POST.get("section", "") or answer.question.section.letter.lower(),
        "marks": Mark.choices,
        "mark_form": form if form.errors else None,
        "marking": form.result,
        "parts": parts,
        "swapped": True,
        "now": now,
    }
    return render(request, "readiness/review.html#answer", context)


def _say(request: PortalRequest, marking: Marking, number: str) -> None:
    if marking.other:
        messages.warning(
            request,
            f"{marking.other.assessed_by} marked {number} as {marking.other.get_mark_display().lower()} while you were"
            " reading. Both marks are kept; yours is the latest and is shown.",
        )
    else:
        messages.success(request, f"{number} is marked as {marking.assessment.get_mark_display().lower()}.")


def review_place(acting: Membership, submission: Submission, letter: str, number: str = "") -> str:
    page = reverse(
        "readiness:review", args=[acting.organisation.slug, submission.campaign.slug, submission.organisation.slug]
    )
    return f"{page}?section={letter.lower()[:10]}" + (f"#answer-{number.lower()}" if number else "")


@require_POST
@acting_as(Role.ANALYST)
def note(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    """A note about the submission, or about one answer of it."""
    now = timezone.now()
    submission = submission_for(acting, campaign, organisation)
    place, number = request.POST.get("section", ""), request.POST.get("question", "")
    latest = submission.rounds.aggregate(latest=Max("round_number"))["latest"] or 0
    about = answers_of_round(submission, latest).filter(question__number=number).first() if number else None
    form = NoteForm(request.POST)
    if not form.run(write_note, submission, question=about.question if about else None, acting=acting, now=now):
        return review_page(request, acting, submission, now, note_form=form, letter=place)
    messages.success(request, "Note written. Participants never see it.")
    return redirect(review_place(acting, submission, place, number if about else ""))
