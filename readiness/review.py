"""What analysts do with a submission: take it up, mark answers, note, send back, accept. Nothing is overwritten.

Nobody judges an organisation in which they have an interest: here in words, and in PostgreSQL whatever the route.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Kind, Membership, Organisation, Person, Role
from readiness.models import (
    AnalystNote,
    Answer,
    Assessment,
    Interest,
    Mark,
    MoreNeeded,
    Question,
    Reopened,
    Status,
    Submission,
)
from readiness.submissions import move


@dataclass(frozen=True)
class Marking:
    assessment: Assessment
    #: The mark that somebody else gave while this one was being decided. It is kept, and superseded.
    other: Assessment | None = None


def conflict_of(person: Person, organisation: Organisation) -> str:
    """Why this person may not judge that organisation, in words; empty when they may."""
    if Membership.objects.filter(person=person, organisation=organisation).exists():
        return f"{person} is or was one of the people of {organisation}, so another analyst reviews it."
    declared = Interest.objects.filter(person=person, organisation=organisation, ended_at=None).first()
    return f"{person} has declared an interest in {organisation}: {declared.nature}" if declared else ""


def _check(acting: Membership, submission: Submission) -> None:
    if acting.organisation.kind != Kind.ELEXON or acting.role != Role.ANALYST:
        raise PermissionDenied
    if conflict := conflict_of(acting.person, submission.organisation):
        raise ValidationError(conflict)


def take_up(submission: Submission, *, acting: Membership) -> None:
    """Begin the review."""
    _check(acting, submission)
    with doing("readiness.taken_up", by=acting.person):
        move(submission, "take_up")


def accept(submission: Submission, *, acting: Membership) -> None:
    """End the review: nothing more is needed."""
    _check(acting, submission)
    with doing("readiness.accepted", by=acting.person):
        move(submission, "accept")


def send_back(
    submission: Submission,
    *,
    questions: Iterable[Question],
    words: str,
    due_at: datetime,
    acting: Membership,
    now: datetime,
) -> MoreNeeded:
    """Ask for a new round in which exactly these answers can be changed, by a deadline of its own.

    The round before stays as it was submitted; its answers are where the new one begins. Raises ValidationError when
    nothing is asked for, or the deadline has passed.
    """
    _check(acting, submission)
    wanted = list(questions)
    if not wanted:
        raise ValidationError({"questions": "Choose the answers that you need more about."})
    with doing("readiness.sent_back", by=acting.person):
        more = MoreNeeded(
            submission=submission,
            round_number=submission.round_number + 1,
            words=words.strip(),
            due_at=due_at,
            asked_by=acting.person,
            asked_at=now,
        )
        save_checked(more)
        Reopened.objects.bulk_create(Reopened(more_needed=more, question=question) for question in wanted)
        before = list(submission.answers.filter(round_number=submission.round_number))
        move(submission, "send_back", round_number=submission.round_number + 1)
        for answer in before:
            answer.pk, answer.round_number, answer.version = None, submission.round_number, 1
        Answer.objects.bulk_create(before)
    return more


def mark_answer(
    answer: Answer, *, mark: str, reason: str, seen: int | None, acting: Membership, now: datetime
) -> Marking:
    """Give an answer a mark. `seen` is the assessment that the page showed (None: not assessed).

    When another analyst was quicker, both marks are kept, this one is the latest, and `other` says what it supersedes.
    Raises ValidationError when a mark other than adequate has no reason.
    """
    _check(acting, answer.submission)
    if mark != Mark.ADEQUATE and not reason.strip():
        raise ValidationError({"reason": "Say why the answer is not adequate."})
    with doing("readiness.answer_assessed", by=acting.person):
        submission = Submission.objects.select_for_update().get(pk=answer.submission_id)  # two analysts take turns
        latest = answer.assessments.order_by("-pk").select_related("assessed_by").first()
        assessment = Assessment(
            answer=answer, mark=mark, reason=reason.strip(), assessed_by=acting.person, assessed_at=now
        )
        save_checked(assessment)
        if submission.status == Status.SUBMITTED:
            move(submission, "take_up")
    is_news = latest is not None and latest.pk != seen and latest.assessed_by_id != acting.person_id
    return Marking(assessment, latest if is_news else None)


def write_note(
    submission: Submission, *, text: str, question: Question | None, acting: Membership, now: datetime
) -> AnalystNote:
    """Write down something for analysts alone."""
    _check(acting, submission)
    note = AnalystNote(
        submission=submission,
        question=question,
        round_number=submission.round_number,
        text=text.strip(),
        written_by=acting.person,
        written_at=now,
    )
    with doing("readiness.note_written", by=acting.person):
        save_checked(note)
    return note
