"""What staff type about chases and about responses that reached the Programme by another way."""

from __future__ import annotations

from typing import Any

from django import forms

from checklist.chasing.evidence import WORDS
from checklist.forms import TypedForm
from checklist.models import Answer, CommentKind, Severity
from mhhs_portal.forms import ActionForm, WithHint


class ChaseForm(ActionForm):
    """The typed arguments of chase()."""

    subject = forms.CharField(label="Subject", max_length=150)
    text = forms.CharField(
        label="Text",
        max_length=4000,
        widget=forms.Textarea({"rows": 9}),
        help_text="The portal fills in what stands in braces. A link to the item is added below.",
    )
    again = forms.BooleanField(label="Write again to those who were chased less than an hour ago", required=False)
    press = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class OnBehalfForm(TypedForm):
    """The arguments of enter(), apart from the comments, which are rows."""

    answer = forms.ChoiceField(
        label="What did they say?",
        choices=[
            (Answer.COMMENTS.value, WithHint("Comments", "Enter them below")),
            (Answer.NO_COMMENTS.value, WithHint("Reviewed, no comments", "Counts as a full response")),
            (Answer.NOT_APPLICABLE.value, WithHint("Does not apply to them", "With their reason")),
        ],
        widget=forms.RadioSelect({"class": "cards"}),
        error_messages={"required": "Choose what they said"},
    )
    reason = forms.CharField(
        label="Why it does not apply",
        help_text="Only for “Does not apply to them”.",
        max_length=1000,
        required=False,
    )
    why = forms.CharField(
        label="How their response reached you, and why you enter it",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="Their lead contacts read it, such as “E-mail of 12 May from Sam Whitlock: cannot sign in”.",
        error_messages={"required": "Say how their response reached you"},
    )
    evidence = forms.FileField(
        label="Evidence",
        help_text=f"The e-mail or document in which they said it. {WORDS}",
        error_messages={
            "required": "Choose the e-mail or document in which they said it",
            "empty": "This file is empty",
        },
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == Answer.NOT_APPLICABLE and not cleaned.get("reason"):
            self.add_error("reason", "Give the reason why it does not apply to them")
        return cleaned


class CommentForm(forms.Form):
    """One comment, as they wrote it."""

    use_required_attribute = False

    document = forms.CharField(label="Document", max_length=120, required=False)
    clause = forms.CharField(label="Clause or page", max_length=80, required=False)
    kind = forms.ChoiceField(label="Kind", choices=CommentKind.choices, initial=CommentKind.SUBSTANTIVE)
    severity = forms.ChoiceField(label="Severity", choices=Severity.choices, initial=Severity.MEDIUM)
    comment = forms.CharField(
        label="Comment",
        max_length=8000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write the comment, or remove this row"},
    )
    suggested_change = forms.CharField(
        label="Suggested change", max_length=8000, required=False, widget=forms.Textarea({"rows": 2})
    )
    is_confidential = forms.BooleanField(label="Confidential: for the Programme only", required=False)


for _name in ("kind", "severity", "is_confidential"):
    CommentForm.base_fields[_name].starts_filled = True  # type: ignore[attr-defined]
