"""What an organisation does with its submission: save answers, and submit. `move` is the only way to another status."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from mhhs_portal.deadlines import is_past
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership, Person, Role
from readiness.models import OPEN, STEPS, Answer, Question, Reopened, Status, Submission, SubmittedRound
from readiness.questionnaires import Typed, missing_words, read, tidy

LOCKED = "These answers have been submitted. Nobody can change them."


NOT_REOPENED = "Elexon did not ask for this answer again, so it stays as you submitted it."


def reopened_in(submission: Submission) -> set[int]:
    """The keys of the questions whose answers may change in the round in hand; for rounds after the first."""
    asked = Reopened.objects.filter(
        more_needed__submission=submission, more_needed__round_number=submission.round_number
    )
    return set(asked.values_list("question", flat=True))


def due_at_of(submission: Submission) -> datetime:
    """By when the round in hand must be submitted: a later round has a deadline of its own."""
    more = submission.more_needed.filter(round_number=submission.round_number).first()
    return more.due_at if more else submission.campaign.due_at


class Clash(ValidationError):  # noqa: N818  # what the reader is told
    """Somebody else saved another answer since this person read the page. Nothing was overwritten."""

    def __init__(self, theirs: Answer) -> None:
        self.theirs = theirs
        super().__init__(f"{theirs.saved_by} changed this answer while you were writing. Both are shown below.")


def move(submission: Submission, step: str, **changes: Any) -> None:
    """Take one step of the life in STEPS, unless the rules or somebody quicker forbid it.

    Called by verbs, inside their `doing`.
    """
    before = Status(submission.status)
    after = STEPS.get((step, before))
    if after is None:
        raise ValidationError(f"A submission that is {before.label.lower()} cannot be changed this way.")
    still_there = Submission.objects.filter(pk=submission.pk, status=before)
    if not still_there.update(status=after, **changes):
        raise ValidationError("Someone else has just changed this submission. Reload to see it.")
    submission.status = after
    for name, value in changes.items():
        setattr(submission, name, value)


def _check(submission: Submission, acting: Membership, roles: Collection[str]) -> None:
    if acting.organisation_id != submission.organisation_id or acting.role not in roles:
        raise PermissionDenied


def save_answer(
    submission: Submission, question: Question, typed: Any, *, acting: Membership, seen_version: int, now: datetime
) -> Answer:
    """Keep what was typed, understood or not, on top of the version that the person saw (0: none yet).

    Raises Clash when somebody else has saved something different since, and ValidationError once submitted.
    """
    _check(submission, acting, RESPONDERS)
    if not submission.is_open:
        raise ValidationError(LOCKED)
    typed = tidy(question, typed)
    current = _current(submission, question)
    if current and current.typed == typed:
        return current
    if submission.round_number > 1 and question.pk not in reopened_in(submission):
        raise ValidationError(NOT_REOPENED)
    if (current.version if current else 0) != seen_version:
        raise Clash(current) if current else ValidationError("Reload the page and type this answer again.")
    if current is None and not any(typed):
        return Answer(submission=submission, question=question, typed=typed, version=0)
    try:
        with doing("readiness.answer_saved", by=acting.person):
            if submission.status == Status.NOT_STARTED:
                _start(submission)
            saved = _write(submission, question, typed, seen_version, acting.person, now)
    except IntegrityError:
        saved = False
    answer = _current(submission, question)
    if saved or (answer and answer.typed == typed):
        assert answer is not None
        return answer
    submission.refresh_from_db(fields=["status", "round_number"])
    if not submission.is_open or answer is None:
        raise ValidationError(LOCKED)
    raise Clash(answer)


def _current(submission: Submission, question: Question) -> Answer | None:
    answers = Answer.objects.filter(submission=submission, round_number=submission.round_number, question=question)
    return answers.select_related("saved_by").first()


def _start(submission: Submission) -> None:
    """The first answer starts it; a colleague who was quicker has done so already."""
    try:
        move(submission, "start")
    except ValidationError:
        submission.refresh_from_db(fields=["status", "round_number"])


def _write(
    submission: Submission, question: Question, typed: Typed, seen_version: int, by: Person, now: datetime
) -> bool:
    """True when written; False, or an IntegrityError from the database, when somebody was quicker."""
    reading = read(question, typed)
    facts = {
        "typed": typed,
        "value": reading.value,
        "text": reading.text,
        "problem": reading.problem,
        "version": seen_version + 1,
        "saved_by": by,
        "saved_at": now,
    }
    ours = {"submission": submission, "round_number": submission.round_number, "question": question}
    with transaction.atomic():
        if seen_version:
            return bool(Answer.objects.filter(**ours, version=seen_version).update(**facts))
        Answer.objects.create(**ours, **facts)
        return True


def what_stops(questions: Iterable[Question], answers: dict[int, Answer]) -> list[tuple[Question, str]]:
    """Each question that stops the submission, with what to do about it, in the order asked."""
    stops = []
    for question in questions:
        answer = answers.get(question.pk)
        if answer and answer.problem:
            stops.append((question, answer.problem))
        elif question.is_required and not (answer and answer.is_answered):
            stops.append((question, missing_words(question)))
    return stops


def canonical(submission: Submission, rows: list[dict[str, Any]]) -> str:
    """The one text of a round that the hash is taken of, so that anybody can take it again."""
    facts = {
        "campaign": submission.campaign.slug,
        "questionnaire": str(submission.campaign.version_id),
        "organisation": submission.organisation.slug,
        "round": submission.round_number,
        "answers": rows,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _snapshot(questions: Iterable[Question], answers: dict[int, Answer]) -> list[dict[str, Any]]:
    rows = []
    for question in questions:
        answer = answers.get(question.pk)
        rows.append(
            {
                "number": question.number,
                "question": question.text,
                "section": f"{question.section.letter}. {question.section.title}",
                "kind": question.kind,
                "value": answer.value if answer else None,
                "text": answer.text if answer else "",
            }
        )
    return rows


def questions_of(submission: Submission) -> list[Question]:
    """All questions that the submission answers, in the order asked."""
    asked = Question.objects.filter(section__version=submission.campaign.version_id).select_related("section")
    return list(asked.order_by("section__position", "position"))


def answers_of(submission: Submission) -> dict[int, Answer]:
    """The answers of the round in hand by question."""
    given = Answer.objects.filter(submission=submission, round_number=submission.round_number)
    return {answer.question_id: answer for answer in given.select_related("saved_by")}


def submit(
    submission: Submission, *, acting: Membership, authorised_by: str, declared: bool, now: datetime
) -> SubmittedRound:
    """Send the round in hand to Elexon and lock it. After the deadline it is accepted, and marked as late.

    Raises ValidationError in words when an answer stops it, when nothing was declared, or when it is submitted already.
    """
    _check(submission, acting, [Role.LEAD])
    if not declared:
        raise ValidationError({"declared": "Tick the declaration."})
    if not authorised_by.strip():
        raise ValidationError({"authorised_by": "Name the person who authorised the submission."})
    with doing("readiness.submitted", by=acting.person):
        # Taken before the answers are read: a save that is under way finishes first, a later one is refused.
        locked = Submission.objects.select_for_update(of=("self",)).select_related("campaign", "organisation")
        submission = locked.get(pk=submission.pk)
        if submission.status not in OPEN:
            raise ValidationError("This submission has been made already. Reload the page to see its receipt.")
        questions, answers = questions_of(submission), answers_of(submission)
        stops = what_stops(questions, answers)
        if stops or submission.status == Status.NOT_STARTED:
            raise ValidationError(
                [words for _, words in stops] or ["Answer the questions first: nothing has been saved yet."]
            )
        rows = _snapshot(questions, answers)
        campaign, due_at = submission.campaign, due_at_of(submission)
        made = SubmittedRound.objects.create(
            submission=submission,
            round_number=submission.round_number,
            reference=f"{campaign.slug}-{submission.organisation.slug}-{submission.round_number}".upper(),
            submitted_at=now,
            submitted_by=acting.person,
            authorised_by=authorised_by.strip(),
            declaration=campaign.declaration,
            due_at=due_at,
            is_late=is_past(due_at, now),
            answers=rows,
            sha256=hashlib.sha256(canonical(submission, rows).encode()).hexdigest(),
        )
        move(submission, "submit")
    return made
