"""What people type about change requests and releases. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mhhs_portal.deadlines import CLOSE_OF_PLAY
from mhhs_portal.forms import ActionForm, UkDateField, WithHint
from milestones.changes.change_requests import Line
from milestones.changes.typed_dates import WhenField
from milestones.models import ImpactAssessment, Lane, Milestone

Position, Cost = ImpactAssessment.Position, ImpactAssessment.Cost


def _text(label: str, *, rows: int = 3, required: bool = False, hint: str = "", most: int = 8000) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=hint, max_length=most, widget=forms.Textarea({"rows": rows})
    )


class MilestoneField(forms.CharField):
    """A milestone by its number; the page offers them all in one list."""

    def __init__(self, **facts: Any) -> None:
        widget = forms.TextInput({"list": "milestones", "autocomplete": "off", "size": 12})
        given: dict[str, Any] = {"max_length": 20, "widget": widget, "help_text": "Its number, as in M10."}
        super().__init__(**given | facts)

    def clean(self, value: Any) -> Milestone | None:  # type: ignore[override]
        code = super().clean(value).strip()
        if not code:
            return None
        found = (
            Milestone.objects.filter(code__iexact=code.split()[0]).first()
            or Milestone.objects.filter(code__iexact=code).first()
        )
        if found is None:
            raise ValidationError("There is no milestone %(code)s", params={"code": code[:20]})
        return found


class ChangeForm(ActionForm):
    """The arguments of draft_change() and edit_draft(), apart from the lines."""

    code = forms.CharField(label="Number", max_length=12, help_text="As in CR060. It becomes the name of the baseline.")
    title = forms.CharField(label="Title", max_length=160)
    summary = _text("What it changes, in two sentences")
    reason = _text("Why")
    raised_by_words = forms.CharField(
        label="Raised by", max_length=160, required=False, help_text="An organisation, a constituency or a group."
    )


class LineForm(ActionForm):
    """One kind of line. `line` is what add_line() takes."""

    kind = ""
    label = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=self.kind, **kwargs)

    @property
    def line(self) -> Line:
        return Line(kind=self.kind, **self.cleaned_data)


class MoveForm(LineForm):
    kind, label = "move", "Move a milestone"
    milestone = MilestoneField(label="Milestone")
    when = WhenField(label="New date")


class AddForm(LineForm):
    kind, label = "add", "Add a milestone"
    new_code = forms.CharField(label="Number", max_length=20)
    new_name = forms.CharField(label="Name", max_length=160)
    new_summary = _text("Description", rows=2)
    new_lane = forms.ChoiceField(label="Workstream")
    when = WhenField(label="Date", required=False)

    def __init__(self, *args: Any, lanes: list[Lane], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lanes = {lane.slug: lane for lane in lanes}
        self.fields["new_lane"].choices = [(slug, lane.name) for slug, lane in self.lanes.items()]  # type: ignore[attr-defined]

    def clean_new_lane(self) -> Lane:
        return self.lanes[self.cleaned_data["new_lane"]]


class RemoveForm(LineForm):
    kind, label = "remove", "Remove a milestone"
    milestone = MilestoneField(label="Milestone")


class RewordForm(LineForm):
    kind, label = "reword", "Re-word a milestone"
    milestone = MilestoneField(label="Milestone")
    new_name = forms.CharField(label="New name", max_length=160)
    new_summary = _text("New description", rows=2, hint="As it should read from then on; empty removes it.")


class LinkForm(LineForm):
    kind, label = "link", "Add or change a link"
    milestone = MilestoneField(label="This milestone")
    before = MilestoneField(label="waits for")
    lag_working_days = forms.IntegerField(
        label="Working days in between",
        required=False,
        min_value=-500,
        max_value=500,
        widget=forms.TextInput({"size": 4}),
    )


class UnlinkForm(LineForm):
    kind, label = "unlink", "Remove a link"
    milestone = MilestoneField(label="This milestone")
    before = MilestoneField(label="no longer waits for")


LINE_FORMS: tuple[type[LineForm], ...] = (MoveForm, AddForm, RemoveForm, RewordForm, LinkForm, UnlinkForm)


class DueForm(ActionForm):
    """The arguments of publish_for_assessment() and extend_assessment()."""

    due_on = UkDateField(label="Answers due on", help_text=f"At {CLOSE_OF_PLAY:%H:%M}, UK time.")


class DecisionForm(ActionForm):
    decision = forms.ChoiceField(
        label="Decision",
        choices=[("approve", "Approved"), ("reject", "Rejected")],
        widget=forms.RadioSelect({"class": "cards"}),
    )
    decided_by = forms.CharField(label="Decided by", max_length=160, help_text="The body, such as Ofgem or PSG.")
    is_ofgem = forms.BooleanField(label="This is Ofgem’s decision", required=False)
    recommended_by = forms.CharField(label="Recommended by", max_length=160, required=False)
    decided_on = UkDateField(label="Decision date")
    effective_on = UkDateField(label="Effective from", required=False)
    words = _text("Reason, published")


class NoteForm(ActionForm):
    note = _text("Release note", rows=12, hint="Made from the changes; you can edit it until the request is applied.")


class ApplyForm(ActionForm):
    confirm = forms.CharField(label="Type the number of the request to confirm", max_length=12)
    despite_basis = forms.BooleanField(
        label="I have looked at what it changes from the current baseline, and it still stands", required=False
    )

    def __init__(self, *args: Any, code: str, asks_basis: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code = code
        if not asks_basis:
            del self.fields["despite_basis"]

    def clean_confirm(self) -> str:
        typed = self.cleaned_data["confirm"].strip()
        if typed.upper() != self.code.upper():
            raise ValidationError("Type %(code)s to confirm", params={"code": self.code})
        return typed


class AssessmentForm(ActionForm):
    """The arguments of assess()."""

    position = forms.ChoiceField(
        label="What is your position?",
        choices=[
            (Position.SUPPORT.value, WithHint("Support", "It should be approved")),
            (Position.OBJECT.value, WithHint("Object", "Say why below")),
            (Position.NO_VIEW.value, WithHint("No view", "Counts as an answer")),
        ],
        widget=forms.RadioSelect({"class": "cards"}),
        error_messages={"required": "Choose your position"},
    )
    reasons = _text("Reasons", hint="Needed when you object.")
    date_impact_days = forms.IntegerField(
        label="By how many working days would your own dates move?",
        required=False,
        min_value=-2000,
        max_value=2000,
        help_text="A minus sign means earlier. Leave empty if you cannot say.",
        widget=forms.TextInput({"inputmode": "numeric", "size": 6}),
        error_messages={"invalid": "Enter a whole number of working days, such as 12"},
    )
    date_impact = _text("What happens to your dates", rows=2)
    cost_impact = forms.ChoiceField(label="Cost to you", required=False, choices=[("", "Not said"), *Cost.choices])
    cost_words = _text("About the cost", rows=2)
    other_impact = _text("Anything else", rows=2)
    is_confidential = forms.BooleanField(
        label="Confidential",
        required=False,
        help_text="Other organisations see counts, never your answer. Tick this and the Programme does not quote it.",
    )


class ForecastForm(ActionForm):
    milestone = MilestoneField(label="Milestone")
    when = WhenField(label="Now expected")
    reason = _text("Reason", rows=2, required=True)


class ReleaseForm(ActionForm):
    as_at = UkDateField(label="As at")
    note = _text("Note", rows=8, hint="Made from the forecasts; you can edit it until you publish.")
