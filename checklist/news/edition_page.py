"""The page on which an edition of The Clock is put together: proposals, choices, and lines of staff’s own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from checklist.news import clock
from checklist.news.clock import Choice
from checklist.news.forms import EditionForm, OwnLineForm
from checklist.news.models import SECTIONS, Edition
from checklist.news.proposals import proposals
from checklist.rows import Rows, Together
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.models import Membership

OWN = "own/"


@dataclass(frozen=True)
class Line:
    """One proposal as the page shows it."""

    number: int
    choice: Choice
    is_picked: bool


class EditionPage:
    def __init__(self, edition: Edition, now: datetime, data: QueryDict | None = None) -> None:
        self.edition, self.now, self.data = edition, now, data
        self.is_judged = data is not None
        self.form = EditionForm(data, initial={"title": edition.title, "intro": edition.intro})
        if data is not None:
            self.own = Rows.posted(OwnLineForm, "own", data)
        else:
            self.own = Rows(OwnLineForm, "own", [_typed(c) for c in self.saved.values() if c.key.startswith(OWN)])

    @cached_property
    def saved(self) -> dict[str, Choice]:
        return {
            row.key: Choice(row.key, row.section, row.title, row.words, row.path, row.position)
            for row in self.edition.entries.all()
        }

    @cached_property
    def lines(self) -> list[Line]:
        """What is proposed now, and what was chosen before and is proposed no longer."""
        offered = {choice.key: choice for choice in proposals(self.edition)}
        kept = {key: choice for key, choice in self.saved.items() if key not in offered and not key.startswith(OWN)}
        return [self._line(number, choice) for number, choice in enumerate([*offered.values(), *kept.values()], 1)]

    def _line(self, number: int, choice: Choice) -> Line:
        if self.data is None:
            saved = self.saved.get(choice.key)
            shown = replace(choice, words=saved.words, position=saved.position + 1) if saved else choice
            return Line(number, shown, saved is not None)
        sent = self._sent.get(choice.key)
        return (
            Line(number, replace(choice, words=sent[1], position=sent[0]), sent[2])
            if sent
            else Line(number, choice, False)
        )

    @cached_property
    def _sent(self) -> dict[str, tuple[int, str, bool]]:
        """Order, words and whether it is picked, by key: titles and addresses are never taken from a form."""
        data = {name: str(value) for name, value in (self.data or QueryDict()).items()}
        keys = {name[4:]: value for name, value in data.items() if name.startswith("key-")}
        return {
            key: (
                sent_number(data.get(f"order-{n}", "")),
                data.get(f"words-{n}", "").replace("\x00", "").strip()[:600],
                f"pick-{n}" in data,
            )
            for n, key in keys.items()
        }

    def sections(self) -> list[tuple[str, str, list[Line]]]:
        return [(key, label, [line for line in self.lines if line.choice.section == key]) for key, label in SECTIONS]

    def press(self, button: str, acting: Membership) -> bool:
        """Do what the button says; True when the edition was saved."""
        if self.own.press(button):
            self.form = EditionForm(
                initial={name: (self.data or QueryDict()).get(name, "") for name in ("title", "intro")}
            )
            self.is_judged = False
            return False
        if not all([self.form.is_valid(), self.own.is_valid()]):
            return False
        picked = [line.choice for line in self.lines if line.is_picked]
        own = [
            Choice(f"{OWN}{n}", "other", row["title"], row["words"], row["path"], n)
            for n, row in enumerate(self.own.cleaned, 1)
        ]
        try:
            clock.save(self.edition, **self.form.cleaned_data, choices=[*picked, *own], by=acting.person, now=self.now)
        except ValidationError as refusal:
            self.form._refuse(refusal)
            return False
        return True

    def context(self) -> dict[str, Any]:
        summary = Together(self.form, self.own) if self.is_judged else None
        return {"page": self, "form": self.form, "summary": summary, "edition": self.edition}


def _typed(choice: Choice) -> dict[str, str]:
    return {"title": choice.title, "words": choice.words, "path": choice.path}
