"""Forms whose fields are the arguments of one domain function, drawn by our templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Draws forms with templates/django/forms/, so that every field has hint, error and label tied together."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"


class ActionForm(forms.Form):
    """A form whose fields are the keyword arguments of one domain function."""

    use_required_attribute = False  # errors come in words from us, in a summary and beside the field
    result: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _ask(field, name)

    def run(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Call `verb` with the cleaned fields; a refusal becomes an error on this form and nothing is lost.

        A refusal that names a field (ValidationError with a dict) is shown beside that field.
        """
        if not self.is_valid():
            return False
        try:
            self.result = verb(*args, **kwargs, **self.cleaned_data)
        except ValidationError as refusal:
            self._refuse(refusal)
            return False
        return True

    def _refuse(self, refusal: ValidationError) -> None:
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": refusal.error_list}
        for field, errors in by_field.items():
            self.add_error(field if field in self.fields else None, ValidationError(errors))

    @property
    def refusal(self) -> str:
        return " ".join(str(message) for messages in self.errors.values() for message in messages)


def _ask(field: forms.Field, name: str) -> str:
    """What to do about an empty answer, in words that name it."""
    label = str(field.label or name.replace("_", " ")).strip()
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    words = label if label[:2].isupper() else label[:1].lower() + label[1:]
    if words.split()[0] not in {"the", "a", "an", "your", "our"}:
        words = f"the {words}"
    return f"{'Choose' if isinstance(field, forms.ChoiceField) else 'Enter'} {words}"


class WithHint(str):
    """A choice's label with a second, quieter line under it: choices=[("none", WithHint("No comments", "Counts"))]."""

    hint = ""

    def __new__(cls, label: str, hint: str = "") -> WithHint:
        words = super().__new__(cls, label)
        words.hint = hint
        return words


def sent_number(text: str) -> int:
    """The whole number of at most eight digits that a page sent; 0 for what no page sends."""
    return int(text) if text.isdecimal() and len(text) < 9 else 0


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class UkDateWidget(forms.MultiWidget):
    """Day, month and year as three typed fields; the month may be a name."""

    template_name = "django/forms/widgets/uk_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput({**number, "size": 2}),
                "month": forms.TextInput({"autocomplete": "off", "size": 4}),
                "year": forms.TextInput({**number, "size": 4}),
            },
            attrs,
        )

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class UkDateField(forms.Field):
    """A typed date; each way of getting it wrong has its own words. Cleans to a date or None."""

    widget = UkDateWidget

    def clean(self, value: Any) -> date | None:
        day, month, year = ((part or "").strip() for part in (value or ("", "", "")))
        name = (self.label or "Date").lower()
        if not any((day, month, year)):
            if self.required:
                raise ValidationError(f"Enter the {name}")
            return None
        missing = [w for w, part in (("day", day), ("month", month), ("year", year)) if not part]
        if missing:
            raise ValidationError(f"The {name} must include a {' and a '.join(missing)}")
        try:
            number = int(month) if month.isdigit() else _MONTHS.index(month.lower()[:3]) + 1
            if not re.fullmatch(r"\d{4}", year):
                raise ValueError
            return date(int(year), number, int(day))
        except (ValueError, OverflowError):
            raise ValidationError(f"The {name} must be a real date, such as 30 5 2025") from None
