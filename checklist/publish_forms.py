"""What staff type to put an item together. Rules are the verbs' job; here is only the shape."""

from __future__ import annotations

from datetime import date, time
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from checklist.audiences import Apart, Rule
from checklist.content import document_number
from checklist.forms import TypedForm
from checklist.models import OPENING_TIME, ChecklistItem, ItemKind, Method, NamedGroup
from mhhs_portal.deadlines import CLOSE_OF_PLAY
from mhhs_portal.forms import UkDateField
from mhhs_portal.organisations.models import Constituency, MarketRole, Organisation
from milestones.models import CriticalPath, Milestone

EVERYONE = "everyone"
WORKSTREAMS = ("Assurance", "Code", "Data", "Design", "Migration", "Qualification", "Testing")


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
    group = forms.ChoiceField(label="Named group", required=False)

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = choices or Choices()
        self.fields["group"].choices = choices.groups  # type: ignore[attr-defined]
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
        narrowed = any(typed.get(name) for name in ("path", "constituency", "organisation", "group"))
        if everyone and narrowed:
            self.add_error("market_role", "“Every participant” cannot be narrowed: remove the other choices")
        if not self.errors:
            role = "" if everyone else typed["market_role"]
            names = (typed["path"], typed["constituency"], typed["organisation"], typed["group"])
            typed["rule"] = Rule(everyone, role, *names)
        return typed


class ExceptionForm(forms.Form):
    """One organisation that is asked, or left out, whatever the rules say."""

    use_required_attribute = False

    organisation = forms.CharField(
        label="Organisation",
        max_length=200,
        widget=forms.TextInput({"list": "participants", "autocomplete": "off"}),
        error_messages={"required": "Name the organisation, or remove this exception"},
    )
    decision = forms.ChoiceField(label="Exception", choices=[("out", "Leave out"), ("in", "Ask as well")])
    reason = forms.CharField(
        label="Reason, kept with the item",
        max_length=200,
        error_messages={"required": "Say why this organisation is an exception"},
    )

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices or Choices()

    def clean_organisation(self) -> str:
        slug = self.choices.slug_of(self.cleaned_data["organisation"].strip())
        if not slug:
            name = f"“{self.cleaned_data['organisation']}”"
            raise ValidationError("No participant has the name %(name)s", params={"name": name})
        return slug

    @property
    def apart(self) -> Apart:
        typed = self.cleaned_data
        return Apart(typed["organisation"], typed["reason"], typed["decision"] == "out")


ExceptionForm.base_fields["decision"].starts_filled = True  # type: ignore[attr-defined]


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
    def groups(self) -> list[tuple[str, str]]:
        return [("", "Any group"), *NamedGroup.objects.values_list("slug", "name")]

    @cached_property
    def milestones(self) -> list[tuple[str, str]]:
        return [("", "No milestone"), *((m.code, f"{m.code}, {m.name}") for m in self._milestones.values())]

    @cached_property
    def _milestones(self) -> dict[str, Milestone]:
        return {milestone.code: milestone for milestone in Milestone.objects.filter(is_removed=False)}

    def milestone(self, code: str) -> Milestone | None:
        return self._milestones.get(code)

    @cached_property
    def participants(self) -> list[tuple[str, str]]:
        return list(Organisation.objects.participants().values_list("slug", "name"))

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.participants]

    def slug_of(self, name: str) -> str:
        """The slug of the participant with this name, or ""."""
        wanted = name.casefold()
        return next((slug for slug, known in self.participants if wanted in {slug, known.casefold()}), "")


class PublishForm(TypedForm):
    """The arguments of publish(), apart from rules and links, which are rows."""

    #: Fields of the page, not of the item.
    OF_THE_PAGE = ("seen_audience", "seen_edit")

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
    document_number = forms.CharField(
        label="Document number", max_length=30, required=False, help_text="Such as DEL2428."
    )
    document_version = forms.CharField(label="Version", max_length=20, required=False)
    contact = forms.EmailField(
        label="Contact mailbox",
        required=False,
        error_messages={"invalid": "Enter an e-mail address, such as name@example.com"},
    )
    is_mandatory = forms.BooleanField(label="A response is mandatory", required=False)
    legal_basis = forms.CharField(
        label="Legal basis", max_length=200, required=False, help_text="For a mandatory item, such as BSC Section C."
    )
    response_method = forms.ChoiceField(label="How people respond", choices=Method.choices, required=False)
    response_address = forms.URLField(
        label="Address of the form or portal",
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput({"inputmode": "url"}),
        error_messages={"invalid": "Enter a full address, such as https://www.mhhsprogramme.co.uk/"},
    )
    parent = forms.CharField(label="Follows from item", max_length=14, required=False, help_text="Such as PCL-0041.")
    milestone = forms.ChoiceField(label="Milestone it belongs to", required=False)
    path = forms.ChoiceField(label="Critical path it belongs to", required=False)
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
    questions_on = UkDateField(
        label="Questions until", required=False, help_text="The last day for questions about the wording."
    )
    questions_time = forms.TimeField(
        label="Questions until, time",
        initial=CLOSE_OF_PLAY.strftime("%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        help_text="UK time",
        required=False,
        widget=forms.TextInput({"size": 5}),
        error_messages={"invalid": "Enter a time, such as 17:00"},
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
    shows_responses = forms.BooleanField(
        label="Show all responses to everybody who is asked",
        required=False,
        help_text="They see who responded and what, apart from confidential comments and drafts. Otherwise only the"
        " Programme does.",
    )
    seen_audience = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_edit = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices | None = None, lax: bool = False, **kwargs: Any) -> None:
        """`lax`: a draft may lack anything, but what is typed must be readable."""
        super().__init__(*args, **kwargs)
        self.choices = choices or Choices()
        self.fields["milestone"].choices = lambda: self.choices.milestones  # type: ignore[attr-defined]
        self.fields["path"].choices = lambda: [("", "No path"), *self.choices.paths[1:]]  # type: ignore[attr-defined]
        self.lax = lax
        if lax:
            for field in self.fields.values():
                field.required = False

    def clean_document_number(self) -> str:
        return document_number(self.cleaned_data["document_number"])

    def clean_milestone(self) -> Milestone | None:
        return self.choices.milestone(self.cleaned_data["milestone"])

    def clean_path(self) -> CriticalPath | None:
        return CriticalPath.objects.filter(slug=slug).first() if (slug := self.cleaned_data["path"]) else None

    def clean_parent(self) -> ChecklistItem | None:
        typed = self.cleaned_data["parent"].strip().upper()
        if not typed:
            return None
        found = ChecklistItem.objects.issued().filter(reference=typed).first()
        if found is None:
            raise ValidationError("No published item has the reference %(typed)s", params={"typed": typed})
        return found

    def clean_seen_edit(self) -> int:
        return self.cleaned_data["seen_edit"] or 0

    def clean_opens_time(self) -> time:
        return self.cleaned_data["opens_time"] or OPENING_TIME

    def clean_questions_time(self) -> time:
        return self.cleaned_data["questions_time"] or CLOSE_OF_PLAY

    def clean_due_time(self) -> time:
        return self.cleaned_data["due_time"] or CLOSE_OF_PLAY

    def clean_response_method(self) -> str:
        return self.cleaned_data["response_method"] or Method.HERE

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if self.lax:
            return typed
        if typed.get("is_mandatory") and not typed.get("legal_basis"):
            self.add_error("legal_basis", "Give the legal basis of a mandatory item")
        away = typed.get("response_method") in {Method.FORM, Method.PORTAL}
        if away and not typed.get("response_address") and "response_address" not in self.errors:
            self.add_error("response_address", "Enter the address of the form or portal")
        if typed.get("response_method") == Method.MAIL and not typed.get("contact") and "contact" not in self.errors:
            self.add_error("contact", "Enter the mailbox to which people respond")
        last, due = typed.get("questions_on"), typed.get("due_on")
        if last and due and last > due:
            self.add_error("questions_on", "Questions are taken at most until the item closes")
        return typed

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed of the item's own fields, as far as it could be read."""
        typed = getattr(self, "cleaned_data", {})
        return {name: value for name, value in typed.items() if name not in self.OF_THE_PAGE}

    def typed_day(self, name: str) -> date | None:
        """A date as far as it can be read, without judging the form."""
        try:
            day: date | None = self.fields[name].clean(self[name].data)
        except ValidationError:
            return None
        return day
