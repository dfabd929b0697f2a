"""Which answer a question accepts, and publishing a wording. Errors say how to put it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from mhhs_portal.deadlines import day_words
from mhhs_portal.forms import UkDateField
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from readiness.models import Kind, Question, QuestionnaireVersion

SHORT_TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 5_000

#: What somebody typed: a text, the three parts of a date, or the options that were ticked.
Typed = str | list[str]


@dataclass(frozen=True)
class Reading:
    """What a typed answer means. An empty answer has no value and no problem."""

    value: Any = None
    text: str = ""
    problem: str = ""


def read(question: Question, typed: Typed) -> Reading:
    """Understand what was typed, or say in words what is wrong with it. Never raises."""
    if not any(typed):
        return Reading()
    try:
        return _READERS[Kind(question.kind)](question, typed)
    except ValidationError as refusal:
        return Reading(problem=f"{question.number}: {refusal.messages[0]}"[:300])


def missing_words(question: Question) -> str:
    """What to say when a required question has no answer."""
    wanted = {
        Kind.YES_NO_PARTLY: "choose an answer",
        Kind.CHOICE: "choose an answer",
        Kind.SCALE: "choose a step of the scale",
        Kind.MULTIPLE_CHOICE: "choose one answer or more",
        Kind.NUMBER: f"enter a number of {question.unit}",
        Kind.DATE: "enter a date",
        Kind.DECLARATION: "tick the declaration",
    }
    return f"{question.number}: {wanted.get(Kind(question.kind), 'enter an answer')}"


def tidy(question: Question, typed: Any) -> Typed:
    """What was typed without stray space at its ends and with one kind of line break."""
    if question.kind == Kind.DECLARATION:
        return "yes" if typed in (True, "yes", "on") else ""
    if question.kind == Kind.MULTIPLE_CHOICE:
        return _ticked(question, typed)
    if question.kind == Kind.DATE:
        parts = [_text(part)[:40] for part in (typed or [])][:3]
        return [*parts, "", "", ""][:3]
    return _text(typed)[:20_000]


def _text(typed: Any) -> str:
    return str(typed or "").replace("\r\n", "\n").replace("\x00", "").strip()  # PostgreSQL cannot keep a null


def _ticked(question: Question, typed: Any) -> list[str]:
    """Each once, in the order offered; what was never offered stands last, to be refused."""
    sent = [typed] if isinstance(typed, str) else list(typed or [])[:100]
    texts = dict.fromkeys(filter(None, (_text(one)[:200] for one in sent)))
    place = {value: n for n, (value, _) in enumerate(question.options)}
    return sorted(texts, key=lambda one: place.get(one, len(place)))


def _option(question: Question, typed: Typed) -> Reading:
    labels = dict(question.options)
    if typed not in labels:
        raise ValidationError("choose one of the answers offered")
    return Reading(typed, labels[str(typed)])


def _options(question: Question, typed: Typed) -> Reading:
    labels = dict(question.options)
    if not set(typed) <= set(labels):
        raise ValidationError("choose from the answers offered")
    return Reading(list(typed), "; ".join(labels[one] for one in typed))


def _number(question: Question, typed: Typed) -> Reading:
    example = f"enter a number of {question.unit} in digits, such as 200"
    try:
        number = Decimal(str(typed).replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise ValidationError(example) from None
    exponent = number.as_tuple().exponent  # a letter for infinity and for what is no number
    if not isinstance(exponent, int) or not -12 <= exponent <= 12 or abs(number) >= 10**12:
        raise ValidationError(example)  # written out, 1e-999999999 would fill the memory
    if number < 0:
        raise ValidationError("the number must be 0 or more")
    plain = f"{number:f}"
    return Reading(plain, f"{number:,f} {question.unit}")


def _date(question: Question, typed: Typed) -> Reading:
    try:
        day = UkDateField(label="date").clean(list(typed))
    except ValidationError as refusal:
        words = refusal.messages[0]
        raise ValidationError(words[0].lower() + words[1:]) from None
    assert day is not None  # read() has dealt with the empty one
    return Reading(day.isoformat(), day_words(day))


def _within(limit: int) -> Any:
    def reader(question: Question, typed: Typed) -> Reading:
        if len(typed) > limit:
            raise ValidationError(f"use {limit:,} characters or fewer; you have {len(typed):,}")
        return Reading(typed, str(typed))

    return reader


def _declaration(question: Question, typed: Typed) -> Reading:
    if typed != "yes":
        raise ValidationError("tick the declaration")
    return Reading(True, "Declared")


_READERS = {
    Kind.YES_NO_PARTLY: _option,
    Kind.CHOICE: _option,
    Kind.SCALE: _option,
    Kind.MULTIPLE_CHOICE: _options,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.SHORT_TEXT: _within(SHORT_TEXT_LIMIT),
    Kind.LONG_TEXT: _within(LONG_TEXT_LIMIT),
    Kind.DECLARATION: _declaration,
}


def publish(version: QuestionnaireVersion, *, by: Person | None, now: datetime) -> None:
    """Freeze the wording so that campaigns may ask it. Raises ValidationError for an empty or published one."""
    if not Question.objects.filter(section__version=version).exists():
        raise ValidationError("A questionnaire without a question cannot be published.")
    drafts = QuestionnaireVersion.objects.filter(pk=version.pk, status=QuestionnaireVersion.Status.DRAFT)
    with doing("readiness.questionnaire_published", by=by):
        if not drafts.update(status=QuestionnaireVersion.Status.PUBLISHED, published_at=now):
            raise ValidationError("This version is published already.")
    version.refresh_from_db()
