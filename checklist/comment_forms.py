"""What an organisation sends as a file."""

from __future__ import annotations

from django import forms

from mhhs_portal.forms import ActionForm


class UploadForm(ActionForm):
    """The argument of comment_uploads.upload()."""

    file = forms.FileField(
        label="Comments log",
        help_text="Excel (XLSX) or CSV, at most 4 MB and 2,000 comments.",
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": "Choose a file", "empty": "This file is empty"},
    )
