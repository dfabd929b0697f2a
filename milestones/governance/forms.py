"""What programme staff type about governance. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from typing import Any

from django import forms

from mhhs_portal.forms import ActionForm, UkDateField
from milestones.changes.typed_dates import WhenField
from milestones.governance.models import Decision, GovernanceGroup, Meeting, Standing
from milestones.models import ChangeRequest, Milestone

LEVELS = [("", "Not published"), *((n, f"Level {n}") for n in range(1, 5))]
CLOCK = forms.TimeInput({"size": 6, "placeholder": "10:00", "autocomplete": "off"}, format="%H:%M")
CLOCK_WRONG = {"invalid": "Write the time by the clock, such as 10:00"}


def _https(label: str, hint: str = "") -> forms.URLField:
    return forms.URLField(label=label, help_text=hint, max_length=500, required=False, assume_scheme="https")


class GroupsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class GroupForm(ActionForm):
    """The arguments of save_group()."""

    short_name = forms.CharField(label="Short name", help_text="The letters, such as PSG.", max_length=40)
    name = forms.CharField(label="Full name", max_length=160, required=False)
    purpose = forms.CharField(label="Purpose", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    level = forms.TypedChoiceField(label="Level", choices=LEVELS, coerce=int, empty_value=None, required=False)
    level_words = forms.CharField(
        label="Level in words",
        help_text="Where no number says it: “Code bodies”.",
        max_length=80,
        required=False,
    )
    cadence = forms.CharField(label="How often it meets", max_length=200, required=False)
    standing = forms.ChoiceField(label="Status", choices=Standing.choices)
    since = WhenField(label="Since when it meets", required=False)
    until = WhenField(label="Until when it met", required=False)
    successors = GroupsField(
        label="Its work went on in",
        queryset=GovernanceGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="Note for readers", max_length=2000, required=False)

    def __init__(self, *args: Any, group: GovernanceGroup | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = GovernanceGroup.objects.order_by("level", "position")
        field = self.fields["successors"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = others.exclude(pk=group.pk) if group else others


class MeetingForm(ActionForm):
    """The arguments of save_meeting()."""

    group = forms.ModelChoiceField(
        label="Group", queryset=GovernanceGroup.objects.order_by("level", "position"), empty_label="Choose"
    )
    title = forms.CharField(label="What it is about", max_length=160, required=False)
    number = forms.IntegerField(
        label="Number of the meeting",
        min_value=1,
        max_value=9999,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "size": 4}),
        error_messages={"invalid": "Write the number of the meeting in digits, such as 49"},
    )
    is_extraordinary = forms.BooleanField(
        label="Extraordinary meeting", help_text="Shown with an e in front, such as ePSG.", required=False
    )
    starts_on = UkDateField(label="First day")
    ends_on = UkDateField(label="Last day", help_text="Leave empty when it is one day.", required=False)
    starts_time = forms.TimeField(
        label="Starts at", help_text="UK time.", required=False, widget=CLOCK, error_messages=CLOCK_WRONG
    )
    ends_time = forms.TimeField(label="Ends at", required=False, widget=CLOCK, error_messages=CLOCK_WRONG)
    place = forms.CharField(label="Place", max_length=200, required=False)
    link = _https("Link to join")
    papers_url = _https("Link to the papers")
    minutes_url = _https("Link to the minutes")
    state = forms.ChoiceField(
        label="State",
        choices=[(s.value, s.label) for s in (Meeting.State.PLANNED, Meeting.State.HELD)],
        widget=forms.RadioSelect({"class": "inline"}),
    )
    note = forms.CharField(label="Note for readers", max_length=2000, required=False)


class CancelForm(ActionForm):
    reason = forms.CharField(
        label="Why it is cancelled",
        help_text="Everybody can read it.",
        max_length=600,
        widget=forms.Textarea({"rows": 2}),
    )


class DecisionForm(ActionForm):
    """The arguments of save_decision()."""

    kind = forms.ChoiceField(label="Kind", choices=Decision.Kind.choices, widget=forms.RadioSelect({"class": "inline"}))
    words = forms.CharField(label="What was decided", max_length=2000, widget=forms.Textarea({"rows": 3}))
    milestones = forms.ModelMultipleChoiceField(
        label="Milestones that it is about",
        queryset=Milestone.objects.order_by("position"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    change_request = forms.ModelChoiceField(
        label="Change request",
        queryset=ChangeRequest.objects.published().order_by("-pk"),
        required=False,
        empty_label="None",
    )
