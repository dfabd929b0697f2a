"""What people type about news and The Clock. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from checklist.forms import TypedForm
from checklist.models import OPENING_TIME
from mhhs_portal.deadlines import LONDON, deadline
from mhhs_portal.forms import ActionForm, UkDateField, WithHint


class NewsForm(TypedForm):
    """The facts of an announcement; the rules of its audience are rows."""

    title = forms.CharField(label="Title", max_length=160)
    summary = forms.CharField(
        label="In a sentence or two", max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )
    body = forms.CharField(
        label="Text",
        help_text="An empty line begins a paragraph, a line with “- ” a list. Addresses become links.",
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 10}),
    )
    source_title = forms.CharField(label="Published first by", max_length=200, required=False)
    source_url = forms.URLField(
        label="Where it is published", max_length=500, required=False, assume_scheme="https", help_text="https://…"
    )
    reach = forms.ChoiceField(
        label="Who may read it?",
        choices=[
            ("everybody", WithHint("Everybody", "Public, without sign-in")),
            ("some", WithHint("Some organisations", "Those that the rules below reach when you publish")),
        ],
        initial="everybody",
        widget=forms.RadioSelect({"class": "cards"}),
    )
    opens_on = UkDateField(label="Opening date", required=False, help_text="Leave empty to open it when you publish.")
    opens_time = forms.TimeField(
        label="Opening time",
        initial=OPENING_TIME.strftime("%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        help_text="UK time",
        required=False,
        widget=forms.TextInput({"size": 5}),
        error_messages={"invalid": "Enter a time, such as 09:00"},
    )
    expires_on = UkDateField(
        label="Last day on the lists", required=False, help_text="It can be read at its address afterwards."
    )
    is_pinned = forms.BooleanField(label="Keep it on top of the lists", required=False)
    is_mailed = forms.BooleanField(
        label="Send an e-mail to the people whom it is for", required=False, help_text="Once, when it opens."
    )

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of save(), apart from the rules."""
        typed = dict(self.cleaned_data)
        day, at, last = typed.pop("opens_on"), typed.pop("opens_time") or OPENING_TIME, typed.pop("expires_on")
        return typed | {
            "is_public": typed.pop("reach") == "everybody",
            "opens_at": deadline(day, at) if day else None,
            "expires_at": deadline(last, time(23, 59)) if last else None,
        }


class CorrectForm(ActionForm):
    """The arguments of correct()."""

    title = forms.CharField(label="Title", max_length=160)
    summary = forms.CharField(
        label="In a sentence or two", max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )
    body = forms.CharField(label="Text", max_length=20_000, required=False, widget=forms.Textarea({"rows": 10}))
    what_changed = forms.CharField(label="What you corrected", help_text="Readers see it.", max_length=300)


class WithdrawForm(ActionForm):
    reason = forms.CharField(
        label="Why it is withdrawn",
        help_text="Its readers find this at its address.",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )


class AddressForm(ActionForm):
    address = forms.EmailField(
        label="Your e-mail address",
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address, such as name@example.com",
        },
    )


class EditionForm(ActionForm):
    title = forms.CharField(label="Title", help_text="The subject of the mail.", max_length=160)
    intro = forms.CharField(
        label="Your own words at the beginning",
        help_text="An empty line begins a paragraph, a line with “- ” a list.",
        max_length=5_000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )


class OwnLineForm(forms.Form):
    """A line that staff write themselves."""

    use_required_attribute = False

    title = forms.CharField(label="Line", max_length=250, error_messages={"required": "Write the line, or remove it"})
    words = forms.CharField(label="More words", max_length=600, required=False)
    path = forms.CharField(label="Page of this portal", max_length=300, required=False, help_text="Such as /checklist/")

    def clean_path(self) -> str:
        path: str = self.cleaned_data["path"].strip()
        if path and (not path.startswith("/") or path.startswith("//") or "\\" in path):
            raise ValidationError("Begin with /, such as /checklist/")
        return path


def local_parts(moment: datetime | None) -> tuple[Any, str]:
    """Day and time as they are typed."""
    if moment is None:
        return None, OPENING_TIME.strftime("%H:%M")
    local = moment.astimezone(LONDON)
    return local.date(), f"{local:%H:%M}"
