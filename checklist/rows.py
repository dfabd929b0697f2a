"""Rows of a form that people add and remove with plain buttons: comments, audience rules, links.

A row's fields are named `<prefix>-<number>-<field>`. Adding or removing a row posts the whole form; what was typed in
the other rows comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from django import forms
from django.forms.boundfield import BoundField

F = TypeVar("F", bound=forms.Form)
MAX_ROWS = 200  # drawing them takes seconds; settings.DATA_UPLOAD_MAX_NUMBER_FIELDS lets them through


class Rows(Generic[F]):
    """The typed rows of one kind, in order."""

    def __init__(self, form: type[F], prefix: str, typed: list[dict[str, str]], **form_kwargs: Any) -> None:
        self.form, self.prefix, self.form_kwargs = form, prefix, form_kwargs
        self.typed = typed[:MAX_ROWS] or [{}]
        self._forms: list[F] | None = None
        self._checked = False

    @classmethod
    def posted(cls, form: type[F], prefix: str, data: Mapping[str, str], **form_kwargs: Any) -> Rows[F]:
        pattern = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-(\w+)\Z")
        rows: dict[int, dict[str, str]] = {}
        for name, value in data.items():
            if found := pattern.match(name):
                rows.setdefault(int(found[1]), {})[found[2]] = value.replace("\x00", "")  # PostgreSQL cannot keep it
        return cls(form, prefix, [rows[number] for number in sorted(rows)], **form_kwargs)

    def press(self, button: str) -> bool:
        """Do what an add or remove button asks: "add-<prefix>" or "remove-<prefix>-<number from 1>"."""
        self._forms = None
        if button == f"add-{self.prefix}":
            if not self.is_full:
                self.typed.append({})
            return True
        found = re.fullmatch(rf"remove-{re.escape(self.prefix)}-(\d{{1,4}})", button)
        if not found:
            return False
        del self.typed[int(found[1]) - 1 : int(found[1])]
        self.typed = self.typed or [{}]
        return True

    @property
    def is_full(self) -> bool:
        return len(self.typed) >= MAX_ROWS

    @property
    def filled(self) -> list[dict[str, str]]:
        """Rows in which something was typed; a select's own choice alone is nothing."""
        return [row for row in self.typed if any(row.get(name, "").strip() for name in self._text_fields)]

    @property
    def _text_fields(self) -> list[str]:
        return [name for name, field in self.form.base_fields.items() if not getattr(field, "starts_filled", False)]

    @property
    def forms(self) -> list[F]:
        """One form for each row; with errors only after is_valid() was asked."""
        if self._forms is None:
            self._forms = [self._form(number, row) for number, row in enumerate(self.typed)]
        return self._forms

    def _form(self, number: int, row: dict[str, str]) -> F:
        prefix = f"{self.prefix}-{number}"
        if self._checked and row in self.filled:
            data = {f"{prefix}-{name}": value for name, value in row.items()}
            return self.form(data, prefix=prefix, **self.form_kwargs)
        return self.form(initial=row, prefix=prefix, **self.form_kwargs)

    def is_valid(self) -> bool:
        self._checked, self._forms = True, None
        faulty = [form for form in self.forms if form.is_bound and not form.is_valid()]  # all of them, not the first
        return not faulty

    @property
    def cleaned(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.is_bound]

    def __iter__(self) -> Iterator[F]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)


class Together:
    """Several forms of one page as one, for the error summary."""

    def __init__(self, *parts: forms.Form | Rows[Any]) -> None:
        self.parts: list[forms.Form] = []
        for part in parts:
            self.parts += part.forms if isinstance(part, Rows) else [part]

    @property
    def errors(self) -> bool:
        return any(part.is_bound and part.errors for part in self.parts)

    @property
    def non_field_errors(self) -> list[str]:
        return [str(error) for part in self.parts if part.is_bound for error in part.non_field_errors()]

    def __iter__(self) -> Iterator[BoundField]:
        for part in self.parts:
            yield from part
