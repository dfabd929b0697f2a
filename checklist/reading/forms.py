from __future__ import annotations

from django import forms

from checklist.reading.models import SavedFilter
from mhhs_portal.forms import ActionForm


class FilterForm(ActionForm):
    """The fields are the arguments of saving.keep_filter() and saving.rename() that a person types."""

    name = forms.CharField(
        label="Name",
        max_length=SavedFilter._meta.get_field("name").max_length,
        error_messages={"required": "Give the filter a name."},
    )
    is_shared = forms.BooleanField(label="Colleagues see it too", required=False)
