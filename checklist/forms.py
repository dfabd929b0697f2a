"""What people type about checklist items. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from checklist.audiences import Rule
from checklist.models import Answer, CommentKind, ItemKind
from mhhs_portal.deadlines import CLOSE_OF_PLAY
from mhhs_portal.forms import ActionForm, UkDateField, WithHint
from mhhs_portal.organisations.models import Constituency, MarketRole, Organisation
from milestones.models import CriticalPath

EVERYONE = "everyone"
WORKSTREAMS = ("Assurance", "Code", "Data", "Design", "Migration", "Qualification", "Testing")


class TypedForm(ActionForm):
    """May show what was typed without judging it yet, while rows are added and removed."""

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        self.quiet = quiet
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        if self.quiet:
            self._errors = ErrorDict(renderer=self.renderer)
            self.cleaned_data: dict[str, Any] = {}
            return
        super().full_clean()


class ResponseForm(TypedForm):
    """The arguments of respond(), apart from the comments, which are rows."""

    answer = forms.ChoiceField(
        label="How do you respond?",
        choices=[
            (Answer.COMMENTS.value, WithHint("Comments", "Add them below")),
            (Answer.NO_COMMENTS.value, WithHint("Reviewed, no comments", "Counts as a full response")),
            (Answer.NOT_APPLICABLE.value, WithHint("Does not apply to us", "Tell us why in one line")),
        ],
        widget=forms.RadioSelect({"class": "cards"}),
        error_messages={"required": "Choose how you respond"},
    )
    reason = forms.CharField(
        label="Why it does not apply",
        help_text="Only if you chose “Does not apply to us”.",
        max_length=1000,
        required=False,
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == Answer.NOT_APPLICABLE and not cleaned.get("reason"):
            self.add_error("reason", "Say why this item does not apply to you")
        return cleaned


class CommentForm(forms.Form):
    use_required_attribute = False

    document = forms.CharField(label="Document", max_length=120, required=False)
    clause = forms.CharField(label="Clause or page", max_length=80, required=False)
    kind = forms.ChoiceField(label="Kind", choices=CommentKind.choices, initial=CommentKind.SUBSTANTIVE)
    comment = forms.CharField(
        label="Comment",
        max_length=8000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write the comment, or remove this row"},
    )
    suggested_change = forms.CharField(
        label="Suggested change", max_length=8000, required=False, widget=forms.Textarea({"rows": 2})
    )


CommentForm.base_fields["kind"].starts_filled = True  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    use_required_attribute = False

    title = forms.CharField(
        label="Document or page", max_length=200, error_messages={"required": "Name the document or page"}
    )
    url = forms.URLField(
        label="Address",
        max_length=500,
        assume_scheme="https",
        widget=forms.TextInput({"inputmode": "url"}),
        error_messages={
            "required": "Enter the address of the document",
            "invalid": "Enter a full address, such as https://www.mhhsprogramme.co.uk/",
        },
    )
    note = forms.CharField(label="Type and size", max_length=120, required=False)


class RuleForm(forms.Form):
    """One line of the audience. Its cleaned_data holds the Rule."""

    use_required_attribute = False

    market_role = forms.ChoiceField(label="Market role", required=False)
    path = forms.ChoiceField(label="Critical path", required=False)
    constituency = forms.ChoiceField(
        label="Constituency",
        required=False,
        choices=[("", "Any constituency"), *((c.value, c.label) for c in Constituency if c.value)],
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=200,
        required=False,
        widget=forms.TextInput({"list": "participants", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = choices or Choices()
        self.fields["market_role"].choices = choices.roles  # type: ignore[attr-defined]
        self.fields["path"].choices = choices.paths  # type: ignore[attr-defined]
        self.choices = choices

    def clean_organisation(self) -> str:
        name = self.cleaned_data["organisation"].strip()
        slug = self.choices.slug_of(name) if name else ""
        if name and not slug:
            raise ValidationError("No participant has the name %(name)s", params={"name": f"“{name}”"})
        return slug

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        everyone = typed.get("market_role") == EVERYONE
        narrowed = any(typed.get(name) for name in ("path", "constituency", "organisation"))
        if everyone and narrowed:
            self.add_error("market_role", "“Every participant” cannot be narrowed: remove the other choices")
        if not self.errors:
            role = "" if everyone else typed["market_role"]
            typed["rule"] = Rule(everyone, role, typed["path"], typed["constituency"], typed["organisation"])
        return typed


class Choices:
    """What rules can name: read once for a page however many rules it has, and only when a rule is drawn or judged."""

    @cached_property
    def roles(self) -> list[tuple[str, str]]:
        rows = MarketRole.objects.values_list("code", "name")
        return [("", "Any role"), (EVERYONE, "Every participant"), *rows]

    @cached_property
    def paths(self) -> list[tuple[str, str]]:
        return [("", "Any path"), *((path.slug, f"{path.code}, {path.name}") for path in CriticalPath.objects.all())]

    @cached_property
    def _participants(self) -> list[tuple[str, str]]:
        return list(Organisation.objects.participants().values_list("slug", "name"))

    @property
    def names(self) -> list[str]:
        return [name for _, name in self._participants]

    def slug_of(self, name: str) -> str:
        """The slug of the participant with this name, or ""."""
        wanted = name.casefold()
        return next((slug for slug, known in self._participants if wanted in {slug, known.casefold()}), "")


class PublishForm(TypedForm):
    """The arguments of publish(), apart from rules and links, which are rows."""

    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="Names the thing people read. It becomes the subject of every message.",
        error_messages={"required": "Enter a title"},
    )
    kind = forms.ChoiceField(label="Type", choices=ItemKind.choices)
    workstream = forms.ChoiceField(label="Workstream", choices=[(name, name) for name in WORKSTREAMS])
    governance_group = forms.CharField(label="Group that decides", max_length=80, required=False)
    summary = forms.CharField(
        label="What you ask for, in two sentences",
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say what you ask for"},
    )
    body = forms.CharField(label="More detail", required=False, max_length=20_000, widget=forms.Textarea({"rows": 5}))
    document_number = forms.CharField(label="Document number", max_length=30, required=False)
    document_version = forms.CharField(label="Version", max_length=20, required=False)
    contact = forms.EmailField(
        label="Contact mailbox",
        required=False,
        error_messages={"invalid": "Enter an e-mail address, such as name@example.com"},
    )
    opens_on = UkDateField(
        label="Opening date", required=False, help_text="At 09:00. Leave empty to open it when you publish."
    )
    due_on = UkDateField(label="Closing date")
    due_time = forms.TimeField(
        label="Closing time",
        initial=CLOSE_OF_PLAY.strftime("%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        help_text="UK time",
        widget=forms.TextInput({"size": 5}),
        error_messages={"invalid": "Enter a time, such as 17:00", "required": "Enter the closing time"},
    )
    reason_for_dates = forms.CharField(
        label="Reason for these dates",
        max_length=300,
        required=False,
        error_messages={"required": "Give the reason for these dates, or use the suggested date"},
    )
    accepts_late = forms.BooleanField(
        label="Accept late responses", required=False, initial=True, help_text="They are marked as late."
    )
    is_public = forms.BooleanField(
        label="Show this item to everybody", required=False, help_text="Otherwise only to those asked."
    )
    seen_audience = forms.CharField(required=False, widget=forms.HiddenInput)

    def typed_day(self, name: str) -> date | None:
        """A date as far as it can be read, without judging the form."""
        try:
            day: date | None = self.fields[name].clean(self[name].data)
        except ValidationError:
            return None
        return day
