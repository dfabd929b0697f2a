"""The forms in which staff say what must be met for a milestone, and see its colour differently."""

from __future__ import annotations

from django import forms

from mhhs_portal.forms import ActionForm
from milestones.models import Criterion
from milestones.models.standing import Rag


class CriterionForm(ActionForm):
    words = forms.CharField(
        label="What must be met",
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        help_text="One thing that can be found met or not met.",
    )
    state = forms.ChoiceField(
        label="State",
        choices=Criterion.State.choices,
        initial=Criterion.State.NOT_STARTED,
        help_text="A criterion is never deleted. Waive one that no longer counts: it stays readable.",
    )
    document = forms.CharField(
        label="Document",
        required=False,
        max_length=160,
        help_text="Where it is written, for example M15 Acceptance Criteria v1.0.",
    )
    evidence_title = forms.CharField(label="Name of the evidence", required=False, max_length=160)
    evidence_url = forms.URLField(
        label="Link to the evidence",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="A criterion that is met needs a link, or the meeting below.",
        error_messages={"invalid": "Enter a whole address, such as https://example.org/report"},
    )
    approved_at_words = forms.CharField(
        label="Found met by",
        required=False,
        max_length=200,
        help_text="The group and the day, for example SITAG, 15 August 2025.",
    )
    seen_version = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)


class OwnerForm(ActionForm):
    owner = forms.CharField(
        label="Owner",
        required=False,
        max_length=160,
        help_text="Who answers for it in the Programme, by role. Empty shows as “Not published”.",
    )


class OverrideForm(ActionForm):
    rag = forms.ChoiceField(
        label="Colour",
        choices=[*Rag.choices, ("rule", "Back to the rule")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a colour, or back to the rule"},
    )
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea({"rows": 2}), max_length=500, help_text="Everybody may read it."
    )

    def clean_rag(self) -> str:
        chosen = str(self.cleaned_data["rag"])
        return "" if chosen == "rule" else chosen


class ToleranceForm(ActionForm):
    amber_over = forms.IntegerField(
        label="Amber when later by more than", min_value=0, max_value=250, help_text="Working days."
    )
    red_over = forms.IntegerField(
        label="Red when later by more than", min_value=0, max_value=250, help_text="Working days."
    )

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        amber, red = said.get("amber_over"), said.get("red_over")
        if isinstance(amber, int) and isinstance(red, int) and red < amber:
            self.add_error("red_over", "Red begins after amber: give the same number of days or more")
        return said
