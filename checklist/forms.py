"""What people type about checklist items. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from checklist.models import Answer
from mhhs_portal.forms import ActionForm, WithHint


class TypedForm(ActionForm):
    """May show what was typed without judging it yet, while rows are added and removed."""

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        self.quiet = quiet
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        if self.quiet:
            self._errors = ErrorDict(renderer=self.renderer)
            self.cleaned_data: dict[str, Any] = {}
            return
        super().full_clean()


class ResponseForm(TypedForm):
    """The answer and its reason; comments are rows, and files stand beside them."""

    answer = forms.ChoiceField(
        label="How do you respond?",
        choices=[
            (Answer.COMMENTS.value, WithHint("Comments", "Add them below")),
            (Answer.NO_COMMENTS.value, WithHint("Reviewed, no comments", "Counts as a full response")),
            (Answer.NOT_APPLICABLE.value, WithHint("Does not apply to us", "Tell us why in one line")),
        ],
        widget=forms.RadioSelect({"class": "cards"}),
        error_messages={"required": "Choose how you respond"},
    )
    reason = forms.CharField(
        label="Why it does not apply",
        help_text="Only if you chose “Does not apply to us”.",
        max_length=1000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == Answer.NOT_APPLICABLE and not cleaned.get("reason"):
            self.add_error("reason", "Say why this item does not apply to you")
        return cleaned
