"""What staff type about an item after it was published, about groups, templates and imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from checklist.models import ChecklistItem
from mhhs_portal.deadlines import CLOSE_OF_PLAY
from mhhs_portal.forms import ActionForm, UkDateField
from mhhs_portal.organisations.models import Organisation


class ExtendForm(ActionForm):
    """The arguments of extend()."""

    organisation = forms.CharField(
        label="For one organisation",
        max_length=200,
        required=False,
        help_text="Leave empty to give everybody more time.",
        widget=forms.TextInput({"list": "asked", "autocomplete": "off"}),
    )
    due_on = UkDateField(label="New closing date")
    due_time = forms.TimeField(
        label="Closing time",
        initial=CLOSE_OF_PLAY.strftime("%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        help_text="UK time",
        widget=forms.TextInput({"size": 5}),
        error_messages={"invalid": "Enter a time, such as 17:00", "required": "Enter the closing time"},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="Those who are given more time read it.",
        error_messages={"required": "Say why the deadline moves"},
    )

    def __init__(self, *args: Any, item: ChecklistItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item

    @property
    def asked(self) -> list[str]:
        return list(self.item.addressees.values_list("organisation__name", flat=True))

    def clean_organisation(self) -> Organisation | None:
        name = self.cleaned_data["organisation"].strip()
        if not name:
            return None
        row = self.item.addressees.select_related("organisation").filter(organisation__name__iexact=name).first()
        if row is None:
            raise ValidationError("This item was not addressed to %(name)s", params={"name": f"“{name}”"})
        return row.organisation


class ReasonForm(ActionForm):
    """The arguments of withdraw()."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Everybody who was asked reads it.",
        error_messages={"required": "Say why the item is withdrawn"},
    )


class CloseForm(ActionForm):
    """The arguments of close()."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed before the deadline: those who have not responded read it.",
    )


class OutcomeForm(ActionForm):
    """The arguments of publish_outcome()."""

    outcome_decision = forms.CharField(
        label="Decision, in one line", max_length=200, required=False, help_text="Such as “Version 2.1 baselined”."
    )
    outcome = forms.CharField(
        label="You said, we did",
        max_length=20_000,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": "Say what came of it"},
    )
    outcome_url = forms.URLField(
        label="Address of the decision or the next version",
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput({"inputmode": "url"}),
        error_messages={"invalid": "Enter a full address, such as https://www.mhhsprogramme.co.uk/"},
    )


class TemplateForm(ActionForm):
    """The arguments of keep_as_template()."""

    name = forms.CharField(
        label="Name of the template", max_length=80, error_messages={"required": "Name the template"}
    )
    period_days = forms.IntegerField(
        label="Working days to respond",
        min_value=1,
        max_value=260,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "size": 4}),
        error_messages={
            "invalid": "Enter a number of working days, such as 10",
            "min_value": "Enter 1 working day or more",
            "max_value": "Enter at most 260 working days",
        },
    )


class GroupForm(ActionForm):
    """The arguments of put_group()."""

    name = forms.CharField(label="Name of the group", max_length=80, error_messages={"required": "Name the group"})
    purpose = forms.CharField(label="What it is for", max_length=200, required=False)
    members = forms.CharField(
        label="Organisations",
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"rows": 10}),
        help_text="One name on each line.",
    )


class ImportForm(ActionForm):
    """The argument of check()."""

    file = forms.FileField(
        label="Table of items",
        help_text="Excel (XLSX) or CSV, at most 2 MB and 500 rows.",
        error_messages={"required": "Choose a file", "empty": "This file is empty"},
    )
