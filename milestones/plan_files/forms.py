from __future__ import annotations

from django import forms

from mhhs_portal.forms import ActionForm, WithHint
from milestones.plan_files.applying import KEEP, REMOVE
from milestones.plan_files.models import PlanImport


class UploadForm(ActionForm):
    file = forms.FileField(
        label="The plan's file",
        help_text="Microsoft Project XML (.xml), Excel (.xlsx) or CSV in UTF-8; 50 MB at most",
        error_messages={"required": "Choose the plan's file", "empty": "The file is empty"},
        widget=forms.FileInput(attrs={"accept": ".xml,.xlsx,.csv"}),
    )


class ApplyForm(ActionForm):
    """What applying does beside taking over the rows of the file. Only asks what there is to choose."""

    missing = forms.ChoiceField(label="", widget=forms.RadioSelect)
    take_forecasts = forms.BooleanField(required=False)

    def __init__(self, run: PlanImport, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        count = run.tally.get("removed", 0)
        missing, forecasts = self.fields["missing"], self.fields["take_forecasts"]
        missing.label = f"The {count} tasks not in the file" if count != 1 else "The task not in the file"
        missing.choices = [  # type: ignore[attr-defined]
            (KEEP, WithHint("Keep", "The draft goes on with what it has")),
            (REMOVE, WithHint("Remove from the draft", "Undo brings it back")),
        ]
        missing.initial = KEEP
        dates = len(run.offers)
        forecasts.label = f"Put the {dates} dates of milestones into the draft release as forecasts"
        if dates == 1:
            forecasts.label = "Put the date of the milestone into the draft release as a forecast"
        if not count:
            del self.fields["missing"]
        if not dates:
            del self.fields["take_forecasts"]
