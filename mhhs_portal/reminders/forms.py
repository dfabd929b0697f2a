"""A ladder as a form: one line for each rung, and two empty ones."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from mhhs_portal.forms import ActionForm
from mhhs_portal.reminders.kinds import Kind
from mhhs_portal.reminders.ladders import MOST_RUNGS
from mhhs_portal.reminders.models import Ladder
from mhhs_portal.reminders.rungs import AUDIENCES, CALENDAR, DUE, EARLIEST, LATEST, NINE, START, WORKING, Rung

BLANK = 2
#: "before" and "after" the deadline are one number with a sign.
WHEN = [("before", "before the deadline"), ("after", "after the deadline"), ("start", "after the start")]
UNITS = [(WORKING, "working days"), (CALENDAR, "calendar days")]


class RungForm(forms.Form):
    use_required_attribute = False

    days = forms.IntegerField(
        label="Days",
        error_messages={"required": "Enter the days, or remove the rung"},
        min_value=0,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 3, "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label="Counted in", choices=UNITS)
    when = forms.ChoiceField(label="When", choices=WHEN)
    at = forms.TimeField(
        label="At, UK time", widget=forms.TimeInput(format="%H:%M", attrs={"size": 5, "autocomplete": "off"})
    )
    audience = forms.MultipleChoiceField(
        label="To",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose whom the rung reaches"},
    )
    only_unstarted = forms.BooleanField(label="Only where nothing is begun", required=False)
    remove = forms.BooleanField(label="Remove this rung", required=False)

    def __init__(
        self, data: QueryDict | None, *, kind: Kind, number: int, initial: dict[str, Any], is_new: bool
    ) -> None:
        super().__init__(data, prefix=f"rung-{number}", initial=initial, empty_permitted=is_new)
        self.is_new = is_new
        self.number = number
        body = "Elexon’s analysts" if kind.desk == "elexon" else "the Programme’s staff"
        choices = {**AUDIENCES, "contact": f"Escalate to {body}"}
        self.fields["audience"].choices = list(choices.items())  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, rung: Rung) -> dict[str, Any]:
        return {
            "days": abs(rung.offset),
            "unit": rung.unit,
            "when": "start" if rung.anchor == START else "after" if rung.offset > 0 else "before",
            "at": rung.at,
            "audience": list(rung.audience),
            "only_unstarted": rung.only_unstarted,
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("days") is None or facts.get("remove"):
            return facts
        at = facts.get("at")
        if at and not EARLIEST <= at <= LATEST:
            self.add_error("at", "Choose a time from 08:00 to 18:00")
        if facts.get("when") == "after" and facts["days"] == 0:
            self.add_error("days", "On the day itself is 0 days before")
        if facts.get("when") != "before" and facts["days"] > 60:
            self.add_error("days", "At most 60 days after")
        return facts

    @property
    def rung(self) -> Rung | None:
        facts = self.cleaned_data
        if facts.get("days") is None or facts.get("remove"):
            return None
        offset = -facts["days"] if facts["when"] == "before" else facts["days"]
        anchor = START if facts["when"] == "start" else DUE
        return Rung(anchor, offset, facts["unit"], facts["at"], tuple(facts["audience"]), facts["only_unstarted"])


class LadderForm(ActionForm):
    """What is said about the ladder as a whole; the lines stand beside it."""

    is_paused = forms.BooleanField(label="Pause: remind nobody", required=False)
    reason = forms.CharField(
        label="Reason for the change", max_length=300, help_text="Kept in the history. Participants do not see it."
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class LadderPage:
    """The two parts together: `rungs` once everything is understood."""

    def __init__(self, kind: Kind, rungs: tuple[Rung, ...], ladder: Ladder | None, data: QueryDict | None) -> None:
        self.kind = kind
        count = min(len(rungs) + BLANK, MOST_RUNGS)
        if data is not None:
            sent = {int(key.split("-")[1]) for key in data if key.startswith("rung-") and key.split("-")[1].isdecimal()}
            count = min(max(sent, default=-1) + 1, MOST_RUNGS + BLANK)
        blank = {"unit": WORKING, "when": "before", "at": NINE, "audience": ["lead", "contributor"]}
        self.lines = [
            RungForm(
                data,
                kind=kind,
                number=n,
                initial=RungForm.initial_of(rungs[n]) if n < len(rungs) else blank,
                is_new=n >= len(rungs),
            )
            for n in range(count)
        ]
        initial = {"seen_version": ladder.version if ladder else 0, "is_paused": bool(ladder and ladder.is_paused)}
        self.form = LadderForm(data, initial=initial)
        self.is_bound = data is not None

    def rungs(self) -> tuple[Rung, ...] | None:
        """None while a line is not understood."""
        if [line for line in self.lines if not line.is_valid()]:  # all are asked, so that all errors show
            return None
        return tuple(rung for line in self.lines if (rung := line.rung))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what to do), for the summary at the top."""
        if not self.is_bound:
            return []
        found = []
        for line in self.lines:
            for name, errors in line.errors.items():
                anchor = f"id_{line.prefix}-{name}" + ("_0" if name == "audience" else "")
                found += [(anchor, f"Rung {line.number + 1}: {error}") for error in errors]
        for name, errors in self.form.errors.items():
            found += [(f"id_{name}" if name != "__all__" else "", str(error)) for error in errors]
        return found
