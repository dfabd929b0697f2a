"""What staff type when they close the loop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from checklist.closing import dispositions
from checklist.closing.models import Outcome
from checklist.models import ChecklistItem, Comment
from mhhs_portal.forms import ActionForm, sent_number
from mhhs_portal.organisations.models import Person
from milestones.governance.models import Meeting

MAX_REPLY = 5_000


class OwnerField(forms.ChoiceField):
    """Somebody of the office, or nobody. Cleans to the person."""

    def __init__(self, people: list[Person], **kwargs: Any) -> None:
        choices = [("", "Nobody"), *((str(person.pk), person.name) for person in people)]
        super().__init__(choices=choices, required=False, **kwargs)
        self.known = {str(person.pk): person for person in people}

    def clean(self, value: Any) -> Person | None:
        return self.known.get(super().clean(value))


class DecideForm(ActionForm):
    """The arguments of decide()."""

    outcome = forms.ChoiceField(label="Decision", choices=Outcome.choices, widget=forms.RadioSelect, required=False)
    reply = forms.CharField(
        label="Reply",
        max_length=MAX_REPLY,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="Published. Says what was done, or why not. May be empty for Accepted and Noted.",
    )
    public_reply = forms.CharField(
        label="Reply in the published log",
        max_length=MAX_REPLY,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Everybody reads it. Leave it empty to publish no reply.",
    )
    changed_in = forms.CharField(label="Change made in", max_length=200, required=False)
    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[Person], comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = OwnerField(people, label="Owner")
        self.has_clashed = False
        if comment.is_confidential:
            self.fields["reply"].help_text = (
                "Confidential: only the organisation that wrote the comment reads it. "
                "May be empty for Accepted and Noted."
            )
        else:
            del self.fields["public_reply"]

    def unlink(self, comment: Comment, **kwargs: Any) -> bool:
        """Needs the version alone."""
        try:
            seen = sent_number(self.data.get("seen_version", ""))
            self.result = dispositions.unlink(comment, seen_version=seen, **kwargs)
        except ValidationError as refusal:
            self.full_clean()
            self._refuse(refusal)
            return False
        return True

    def _refuse(self, refusal: ValidationError) -> None:
        self.has_clashed = isinstance(refusal, dispositions.Clash)
        super()._refuse(refusal)


class NoteForm(ActionForm):
    """The argument of add_note()."""

    text = forms.CharField(
        label="Internal note",
        max_length=2_000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Write the note"},
    )


class PublishLogForm(ActionForm):
    """The arguments of publish_log()."""

    with_names = forms.BooleanField(label="Name the organisations", required=False)
    what_changed = forms.CharField(
        label="What changed since the version before",
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, may_name: bool, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_name:
            del self.fields["with_names"]
        if is_first:
            del self.fields["what_changed"]


class NamesForm(ActionForm):
    """The argument of set_naming_rule()."""

    names_organisations = forms.BooleanField(
        label="The published log names the organisations",
        required=False,
        help_text="Everybody who responds reads it before they send. Without it the log says “Medium supplier”.",
    )


class ThemeForm(forms.Form):
    """One row of "You said, we did"."""

    said = forms.CharField(
        label="You said",
        max_length=600,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say what you heard, or empty the row"},
    )
    did = forms.CharField(
        label="We did",
        max_length=600,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say what was done, or empty the row"},
    )
    numbers = forms.CharField(
        label="Comments", max_length=400, required=False, help_text="Their numbers in the log, such as 4, 7, 12."
    )

    def clean_numbers(self) -> list[int]:
        typed = self.cleaned_data["numbers"].replace(",", " ").split()
        if not all(sent_number(part) for part in typed):
            raise ValidationError("Give the numbers of comments, such as 4, 7, 12")
        return sorted({int(part) for part in typed})


class OutcomePageForm(ActionForm):
    """The arguments of put_outcome_page() but for the rows."""

    decision_body = forms.CharField(
        label="Decided by", max_length=120, required=False, help_text="Such as “QAG, on the advice of QWG”."
    )
    meeting = forms.ModelChoiceField(
        label="Meeting", queryset=Meeting.objects.none(), required=False, empty_label="None"
    )
    next_item = forms.CharField(
        label="Next consultation",
        max_length=12,
        required=False,
        help_text="The reference of the item that asks about the next version, such as PCL-0412.",
    )
    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["meeting"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Meeting.objects.select_related("group").order_by("-starts_on", "key")
        field.label_from_instance = lambda meeting: f"{meeting.words}, {meeting.when_words}"  # type: ignore[method-assign, assignment]

    def clean_next_item(self) -> ChecklistItem | None:
        typed = self.cleaned_data["next_item"].strip().upper()
        if not typed:
            return None
        found = ChecklistItem.objects.issued().filter(reference=typed).first()
        if found is None:
            raise ValidationError("There is no published item of this reference")
        return found
