"""What Programme staff type about periods and placements. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from typing import Any

from django import forms

from mhhs_portal.forms import ActionForm, UkDateField
from milestones.models import CriticalPath, Route

_ROUTES = [(route.value, route.label) for route in Route if route != Route.LEGACY]


class PeriodForm(ActionForm):
    starts_on = UkDateField(label="First day", help_text="For example, 1 1 2027.")
    ends_on = UkDateField(label="Last day")
    due_on = UkDateField(label="Day by which to confirm", help_text="At 17:00, UK time.")


class DueDayForm(ActionForm):
    due_on = UkDateField(label="Day by which to confirm", help_text="At 17:00, UK time.")


class PlacementForm(ActionForm):
    path = forms.ModelChoiceField(
        CriticalPath.objects.none(), label="Critical path", to_field_name="slug", empty_label="Choose a path"
    )
    route = forms.ChoiceField(label="Route", choices=_ROUTES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Kept on record, and told to the organisation’s lead contacts.",
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["path"]
        field.queryset = CriticalPath.objects.all()
        field.label_from_instance = lambda path: f"{path.code}, {path.name}"


class LegacyForm(ActionForm):
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Kept on record, and told to the organisation’s lead contacts.",
        widget=forms.Textarea({"rows": 3}),
    )
