"""What programme staff type about documents. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from django import forms

from mhhs_portal.forms import ActionForm, UkDateField
from mhhs_portal.library.models import DocumentKind
from mhhs_portal.library.uploads import KINDS, WORDS


def _link(label: str, hint: str = "") -> forms.URLField:
    return forms.URLField(label=label, help_text=hint, max_length=500, required=False, assume_scheme="https")


class DocumentForm(ActionForm):
    """The arguments of save_document()."""

    title = forms.CharField(label="Title", max_length=200)
    kind = forms.ChoiceField(label="Type", choices=DocumentKind.choices)
    theme = forms.CharField(label="Theme", help_text="The workstream, such as Planning.", max_length=60)
    del_number = forms.CharField(label="DEL number", help_text="As printed.", max_length=40, required=False)
    summary = forms.CharField(label="What it is", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    source_title = forms.CharField(label="Who publishes it", max_length=200, required=False)
    source_url = _link("Address of the page that names it")


class VersionForm(ActionForm):
    """The arguments of add_version()."""

    number = forms.CharField(label="Version", help_text="As printed, such as v5.27.", max_length=40, required=False)
    issued_on = UkDateField(label="Date of issue", required=False)
    status_words = forms.CharField(label="Status", help_text="Such as “Approved”.", max_length=120, required=False)
    note = forms.CharField(label="Note for readers", max_length=2000, required=False)
    file = forms.FileField(
        label="File to keep here",
        help_text=f"{WORDS} Everybody can download it.",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ",".join(KINDS)}),
    )
    url = _link("Or the link where it is published", "Begins with https://")


class WithdrawForm(ActionForm):
    reason = forms.CharField(
        label="Why it is withdrawn",
        help_text="Everybody can read it.",
        max_length=600,
        widget=forms.Textarea({"rows": 2}),
    )
