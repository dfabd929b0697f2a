"""Sample facts for the components page; every one is invented and the page says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms

from mhhs_portal.deadlines import add_working_days, deadline, local_day
from mhhs_portal.forms import ActionForm, UkDateField, WithHint
from mhhs_portal.icons import ICONS, STATUSES


class SpecimenForm(ActionForm):
    answer = forms.ChoiceField(
        label="Your response",
        choices=[
            ("comments", WithHint("Comments", "Add them below")),
            ("none", WithHint("Reviewed, no comments", "Counts as a full response")),
            ("not-ours", WithHint("Does not apply to us", "Tell us why in one line")),
        ],
        widget=forms.RadioSelect({"class": "cards"}),
    )
    title = forms.CharField(label="Title", help_text="Names the thing people read.")
    kind = forms.ChoiceField(label="Type", choices=[("c", "Consultation"), ("i", "Information request")])
    comment = forms.CharField(label="Comment", required=False, widget=forms.Textarea({"rows": 3}))
    live_on = UkDateField(label="Go-live date", help_text="For example, 31 August 2025.")
    ready = forms.ChoiceField(
        label="Can you accept appointments?",
        choices=[("yes", "Yes, in live use now"), ("built", "Built and tested, not yet live"), ("no", "Not started")],
        widget=forms.RadioSelect,
    )
    roles = forms.MultipleChoiceField(
        label="Market roles",
        choices=[("supplier", "Supplier"), ("ldso", "LDSO"), ("mem", "MEM")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    public = forms.BooleanField(label="Show the comments log to everybody", required=False)


def specimens(now: datetime) -> dict[str, Any]:
    today = local_day(now)
    wrong = SpecimenForm({"live_on_day": "31", "live_on_month": "2", "live_on_year": "2025"}, prefix="wrong")
    wrong.is_valid()
    return {
        "now": now,
        "due_soon": deadline(add_working_days(today, 3)),
        "due_later": deadline(add_working_days(today, 8)),
        "due_far": deadline(add_working_days(today, 13)),
        "overdue": deadline(add_working_days(today, -1)),
        "opened": now - timedelta(days=12),
        "axis_start": today - timedelta(days=21),
        "axis_end": today + timedelta(days=35),
        "form": SpecimenForm(initial={"answer": "comments", "title": "Migration thresholds: review", "ready": "built"}),
        "wrong_form": wrong,
        "statuses": list(STATUSES),
        "icons": list(ICONS),
        "colours": COLOURS,
    }


COLOURS = (
    "canvas",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "ink-3",
    "ink-2",
    "ink",
    "brand",
    "brand-deep",
    "brand-tint",
    "link",
    "focus",
    "red",
    "amber",
    "amber-mark",
    "green",
    "blue",
    "slip",
    "cp1",
    "cp2",
    "cp3",
    "later",
    "stage-passed",
    "stage",
    "stage-outline",
    "heat-1",
    "heat-2",
    "heat-3",
    "heat-4",
    "heat-5",
)
