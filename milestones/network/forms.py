from __future__ import annotations

from typing import Any

from django import forms

from mhhs_portal.forms import ActionForm
from milestones.changes.typed_dates import WhenField
from milestones.network.effects import Plan


class NameForm(ActionForm):
    name = forms.CharField(label="Name of the scenario", max_length=80)


class MoveForm(ActionForm):
    what = forms.ChoiceField(label="Milestone or step")
    when = WhenField(
        label="New date",
        required=False,
        help_text="A day or a month: 29 January 2027 or January 2027.",
    )
    later = forms.IntegerField(
        label="Or working days later",
        required=False,
        min_value=-750,
        max_value=750,
        help_text="Counted from the date that it has. A minus makes it earlier.",
    )

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", "Choose one")]
        for heading, items in plan.movable().items():
            rows = [(i.key, f"{i.label}{f', {i.when.words}' if i.when else ', no date'}") for i in items]
            choices.append((heading, rows))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


class DraftForm(ActionForm):
    code = forms.CharField(label="Number of the change request", max_length=12, help_text="Such as CR060.")
    title = forms.CharField(label="Title", max_length=160)


class LinkForm(ActionForm):
    """A link of a step; ends are keys such as m12, s7 or x3."""

    before = forms.ChoiceField(label="What must come first")
    after = forms.ChoiceField(label="What waits for it")
    lag_working_days = forms.IntegerField(
        label="Lag in working days",
        required=False,
        min_value=-750,
        max_value=750,
        help_text="Leave it empty when it is not published: it then counts as 0, and pages say so.",
    )
    note = forms.CharField(label="How this is known", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, ends: tuple[Any, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["before"].choices = [("", "Choose one"), *ends[0]]  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", "Choose one"), *ends[1]]  # type: ignore[attr-defined]


class LagForm(ActionForm):
    lag_working_days = forms.IntegerField(label="Lag", required=False, min_value=-750, max_value=750)
    note = forms.CharField(label="How this is known", max_length=500, required=False)


class OutsideForm(ActionForm):
    name = forms.CharField(label="What must be done", max_length=120)
    owner = forms.CharField(label="Who answers for it", max_length=120)
    when = WhenField(label="By when", required=False)
    note = forms.CharField(label="How this is known", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
