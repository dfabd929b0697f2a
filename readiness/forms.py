"""Questions as form fields: draws and collects. What an answer may be is decided in questionnaires.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from mhhs_portal.forms import ActionForm, UkDateWidget, sent_number
from readiness.models import Answer, Kind, Mark, Question
from readiness.questionnaires import Typed, missing_words, read, tidy


def _widget(question: Question) -> forms.Widget:
    if question.kind in (Kind.YES_NO_PARTLY, Kind.CHOICE, Kind.SCALE):
        return forms.RadioSelect(choices=question.options_explained)
    if question.kind == Kind.MULTIPLE_CHOICE:
        return forms.CheckboxSelectMultiple(choices=question.options)
    if question.kind == Kind.DATE:
        return UkDateWidget()
    if question.kind == Kind.LONG_TEXT:
        return forms.Textarea({"rows": 5})
    if question.kind == Kind.DECLARATION:
        return forms.CheckboxInput()
    if question.kind == Kind.NUMBER:
        return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.TextInput({"autocomplete": "off"})


class AnswerField(forms.Field):
    """One question. Cleans to what was typed; refuses what is not understood, and with `must` what is missing."""

    def __init__(self, question: Question, *, must: bool) -> None:
        self.question, self.must = question, must
        label = format_html('<span class="number">{}</span>{}', question.number, question.text)
        hint = format_html("{}", question.guidance)
        if question.unit:
            hint = format_html("{} Answer as a number of {}.", question.guidance, question.unit)
        super().__init__(widget=_widget(question), required=question.is_required, label=label, help_text=hint.strip())

    def clean(self, value: Any) -> Typed:
        typed = tidy(self.question, value)
        reading = read(self.question, typed)
        if reading.problem:
            raise ValidationError(reading.problem)
        if self.must and self.question.is_required and not any(typed):
            raise ValidationError(missing_words(self.question))
        return typed


def fingerprint(question: Question, typed: Any) -> str:
    """Short sign of what a page showed, to see whether the person changed it."""
    shown = json.dumps(tidy(question, typed), ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


@dataclass
class Sent:
    """What a page sent for one question: what is typed now, and which version stood there."""

    question: Question
    typed: Typed
    seen_version: int
    is_changed: bool


class SectionForm(forms.Form):
    """The questions of one section, or one of them."""

    use_required_attribute = False

    def __init__(self, questions: Iterable[Question], data: Mapping[str, Any] | None = None, *, must: bool, typed: Any):
        super().__init__(data, initial=typed)
        for question in questions:
            self.fields[question.code] = AnswerField(question, must=must)

    def sent(self) -> list[Sent]:
        rows = []
        for name, field in self.fields.items():
            assert isinstance(field, AnswerField)
            question = field.question
            typed = tidy(question, field.widget.value_from_datadict(self.data, self.files, name))
            kept = str(self.data.get(f"keep-{name}", ""))  # "Keep mine", after both texts were shown
            version, _, shown = (kept or str(self.data.get(f"seen-{name}", "0."))).partition(".")
            rows.append(
                Sent(
                    question,
                    typed,
                    sent_number(version),
                    bool(kept) or shown != fingerprint(question, typed),
                )
            )
        return rows


@dataclass
class Row:
    """One question as the page shows it."""

    question: Question
    field: forms.BoundField
    answer: Answer | None
    #: Set when a colleague's answer stands in the way of the one in the field.
    clash: Answer | None = None
    mine: str = ""
    #: While a clash stands, what the page had seen stays: only "Keep mine" may go over the colleague's answer.
    sent: str = ""
    locked: str = ""

    @property
    def seen(self) -> str:
        return self.sent or self.latest

    @property
    def latest(self) -> str:
        typed = self.answer.typed if self.answer else ""
        return f"{self.answer.version if self.answer else 0}.{fingerprint(self.question, typed)}"


class SubmitForm(ActionForm):
    authorised_by = forms.CharField(
        label="Full name of the person who authorises this submission",
        help_text="Somebody who may commit the organisation, such as a director. It can be you.",
        max_length=120,
    )
    declared = forms.BooleanField(label="I make this declaration", required=False)


class MarkForm(ActionForm):
    mark = forms.ChoiceField(
        label="Assessment", choices=Mark.choices, error_messages={"required": "Choose an assessment."}
    )
    reason = forms.CharField(label="Reason for the assessment", required=False, max_length=5_000)
    seen = forms.IntegerField(required=False)


class NoteForm(ActionForm):
    text = forms.CharField(
        label="Internal note",
        widget=forms.Textarea({"rows": 3}),
        max_length=5_000,
        error_messages={"required": "Write the note."},
    )
