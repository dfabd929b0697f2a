"""What analysts and participants type: each form has the arguments of one verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mhhs_portal.deadlines import deadline
from mhhs_portal.forms import ActionForm, UkDateField
from mhhs_portal.library.uploads import WORDS
from mhhs_portal.organisations.models import Organisation, Person
from readiness.assurance.models import Recommendation, Severity
from readiness.models import Question

LONG = 5_000


class DeadlineField(UkDateField):
    """A typed day; cleans to the instant at which it ends: 17:00 in London."""

    def clean(self, value: Any) -> datetime | None:  # type: ignore[override]
        day = super().clean(value)
        return deadline(day) if day else None


class QuestionsField(forms.MultipleChoiceField):
    """Some of the questions asked. Cleans to the questions."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, questions: list[Question], **kwargs: Any) -> None:
        self.known = {question.number: question for question in questions}
        choices = [(question.number, f"{question.number} {question.short_text}") for question in questions]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> list[Question]:
        return [self.known[number] for number in super().clean(value)]


class _AboutAnswers(ActionForm):
    def __init__(self, questions: list[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"required": "Choose the answers that it is about."}
        field = QuestionsField(questions, label="Answers", error_messages=words)
        self.fields = {"questions": field, **self.fields}


class AskForm(_AboutAnswers):
    text = forms.CharField(
        label="Question",
        help_text="The participant reads exactly this. Its answers stay as they are.",
        widget=forms.Textarea({"rows": 4}),
        max_length=LONG,
        error_messages={"required": "Write the question."},
    )
    due_at = DeadlineField(label="Reply by", help_text="At 17:00 UK time on this day.")


class MoreForm(_AboutAnswers):
    words = forms.CharField(
        label="What is needed",
        help_text="The participant reads exactly this. Only the answers ticked here can be changed.",
        widget=forms.Textarea({"rows": 4}),
        max_length=LONG,
        error_messages={"required": "Say what is needed."},
    )
    due_at = DeadlineField(label="Submit again by", help_text="At 17:00 UK time on this day.")


class ReplyForm(ActionForm):
    text = forms.CharField(
        label="Reply",
        widget=forms.Textarea({"rows": 4}),
        max_length=LONG,
        help_text="Sent to Elexon when you press the button. It cannot be changed afterwards.",
        error_messages={"required": "Write the reply."},
    )


class PersonField(forms.ChoiceField):
    """One of these people. Cleans to the person."""

    def __init__(self, people: list[Person], **kwargs: Any) -> None:
        self.known = {str(person.pk): person for person in people}
        super().__init__(choices=[("", "Choose"), *((key, one.name) for key, one in self.known.items())], **kwargs)

    def clean(self, value: Any) -> Person:
        return self.known[super().clean(value)]


class AssignForm(ActionForm):
    def __init__(self, people: list[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["analyst"] = PersonField(
            people, label="Reviewer", error_messages={"required": "Choose who reviews it."}
        )


class InterestForm(ActionForm):
    organisation = forms.ModelChoiceField(
        Organisation.objects.participants(), label="Organisation", empty_label="Choose"
    )
    nature = forms.CharField(
        label="What you have to do with it",
        max_length=300,
        help_text="Such as: worked there until March 2024; family member is an employee.",
        error_messages={"required": "Say what you have to do with the organisation."},
    )


class JudgeForm(ActionForm):
    """A second check: agrees, or says what is different."""

    agrees = forms.TypedChoiceField(
        label="Second check",
        choices=[("yes", "I agree"), ("no", "I see it differently")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you agree."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Required if you see it differently.",
        required=False,
        max_length=LONG,
        widget=forms.Textarea({"rows": 3}),
    )


class FindingForm(ActionForm):
    title = forms.CharField(label="Title", max_length=160, error_messages={"required": "Enter a title."})
    text = forms.CharField(
        label="What was found",
        max_length=LONG,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write what was found."},
    )
    severity = forms.ChoiceField(
        label="Severity",
        choices=Severity.choices,
        widget=forms.RadioSelect,
        help_text="Our own scale. High: settlement would be wrong or stop. Medium: it works by hand or in part."
        " Low: a weakness that does not show in settlement.",
        error_messages={"required": "Choose how severe it is."},
    )
    risk = forms.CharField(
        label="Settlement risk", required=False, max_length=120, help_text="As the Risk Operating Plan names it."
    )
    recommendation = forms.ChoiceField(
        label="Recommendation",
        choices=Recommendation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you recommend."},
    )
    theme = forms.CharField(
        label="Theme",
        required=False,
        max_length=120,
        help_text="What it has in common with findings about others. A new name makes a new theme.",
    )


class NewFindingForm(FindingForm):
    def __init__(self, questions: list[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"required": "Choose the answers that it comes from."}
        self.fields["questions"] = QuestionsField(questions, label="Comes from", error_messages=words)

    def run_with(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """As run(), for a form that is valid already and whose questions the caller has turned into answers."""
        try:
            self.result = verb(*args, **kwargs, **self.cleaned_data)
        except ValidationError as refusal:
            self._refuse(refusal)
            return False
        return True


class EditFindingForm(FindingForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class WindowForm(ActionForm):
    due_at = DeadlineField(label="Reply by", help_text="At 17:00 UK time on this day.")


class FileForm(ActionForm):
    file = forms.FileField(
        label="File", help_text=WORDS, error_messages={"required": "Choose a file.", "empty": "This file is empty."}
    )
    is_for_closing = forms.BooleanField(label="It shows that the finding can be closed", required=False)


class WordsForm(ActionForm):
    words = forms.CharField(
        label="Reason",
        max_length=LONG,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why."},
    )


class EscalateForm(ActionForm):
    reason = forms.CharField(
        label="Why it is escalated",
        max_length=LONG,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why it is escalated."},
    )


class PlainForm(ActionForm):
    """A button that needs no words."""


class AccuracyForm(ActionForm):
    is_right = forms.TypedChoiceField(
        label="Are the facts right?",
        choices=[("yes", "The facts are right"), ("no", "Some facts are wrong")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the facts are right."},
    )
    text = forms.CharField(
        label="What is wrong",
        help_text="Required if facts are wrong.",
        required=False,
        max_length=LONG,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_right") is False and not (cleaned.get("text") or "").strip():
            self.add_error("text", ValidationError("Say which facts are wrong."))
        return cleaned


class StepForm(ActionForm):
    text = forms.CharField(
        label="What will be done", max_length=300, error_messages={"required": "Say what will be done."}
    )
    due_on = UkDateField(label="Done by")


class SlipForm(ActionForm):
    due_on = UkDateField(label="New date")
    reason = forms.CharField(
        label="Why it moves", max_length=300, error_messages={"required": "Say why the date moves."}
    )


class SignOffForm(ActionForm):
    name = forms.CharField(label="Full name", max_length=120)
    position = forms.CharField(
        label="Position", max_length=120, help_text="A director, a partner or an able senior manager."
    )
