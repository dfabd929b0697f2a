"""What analysts and board members type about papers."""

from __future__ import annotations

from typing import Any

from django import forms

from mhhs_portal.forms import ActionForm, UkDateField
from mhhs_portal.organisations.models import Person
from readiness.assurance.forms import PersonField
from readiness.models import Campaign
from readiness.papers.models import Asks, Outcome


class PaperForm(ActionForm):
    campaign = forms.ModelChoiceField(Campaign.objects.opened(), label="Campaign", empty_label="Choose")
    title = forms.CharField(label="Title", max_length=160, error_messages={"required": "Enter the title."})
    meeting_on = UkDateField(label="Meeting of the board")


class AskForm(ActionForm):
    asks = forms.ChoiceField(label="The Board is asked to", choices=Asks.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="What",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Without names of participants: they stand in the annex alone.",
        error_messages={"required": "Write what the board is asked."},
    )


class DecideForm(ActionForm):
    outcome = forms.ChoiceField(
        label="Decision",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the board decided."},
    )
    words = forms.CharField(
        label="Change or reason",
        help_text="Required unless approved.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 2}),
    )


class AnnexForm(ActionForm):
    def __init__(self, people: list[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = PersonField(people, label="Person")
