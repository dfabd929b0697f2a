"""The page on which an item is put together: everything typed so far, and what the pressed button does to it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict

from checklist.audiences import Audience, Rule
from checklist.forms import EVERYONE, Choices, LinkForm, PublishForm, RuleForm
from checklist.models import ChecklistItem
from checklist.publishing import LONGEST, Warning, preview, publish, warnings_about
from checklist.rows import Rows, Together
from mhhs_portal.deadlines import add_working_days, bank_holidays, day_words, deadline, local_day
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.models import Membership

PERIODS = (5, 10, 15)
MAX_PERIOD = 260


class PublishPage:
    """`shown` is what the page shows beyond the form: nothing, or the preview with its names."""

    def __init__(self, now: datetime, data: QueryDict | None = None) -> None:
        self.now = now
        self.data = data.copy() if data is not None else None
        typed = self.data or QueryDict()
        self.rules = Rows.posted(RuleForm, "rules", typed, choices=Choices())
        self.links = Rows.posted(LinkForm, "links", typed)
        self.is_judged = False
        self.is_previewed = False

    @property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def form(self) -> PublishForm:
        form = PublishForm(self.data, quiet=not self.is_judged)
        self.__dict__["form"] = form  # the warnings read the dates from it
        form.fields["reason_for_dates"].required = bool(self.warnings)
        return form

    @cached_property
    def audience(self) -> Audience:
        """Whom the rules as typed would reach now; a rule with a fault reaches nobody."""
        return preview(self.typed_rules, self.today)

    @property
    def typed_rules(self) -> list[Rule]:
        """The rules as typed, not yet judged: what is faulty reaches nobody."""
        return [_rule(row) for row in self.rules.typed]

    @property
    def warnings(self) -> list[Warning]:
        return warnings_about(self.form["kind"].data or "", self.opens_on, self.due_on) if self.due_on else []

    @property
    def due_at(self) -> datetime | None:
        """The instant that publication would freeze, once the form is in order."""
        typed = getattr(self.form, "cleaned_data", {})
        day, at = typed.get("due_on"), typed.get("due_time")
        return deadline(day, at) if day and at else None

    @property
    def contact_words(self) -> str:
        return f"{len(self.audience.without_contact)} without an active contact"

    @property
    def bank_holiday_note(self) -> str:
        if not self.due_on:
            return ""
        years = range(self.opens_on.year, self.due_on.year + 1)
        days = sorted(day for year in years for day in bank_holidays(year) if self.opens_on < day < self.due_on)
        named = ", ".join(day_words(day, weekday=True) for day in days if day.weekday() < 5)
        return f"{named}: bank holiday in England and Wales, not counted." if named else ""

    @property
    def opens_on(self) -> date:
        """The day from which working days count: the opening day as typed, today when it is empty or past."""
        return max(self._typed_day("opens_on") or self.today, self.today)

    @property
    def due_on(self) -> date | None:
        return self._typed_day("due_on")

    def _typed_day(self, name: str) -> date | None:
        day = self.form.typed_day(name) if self.data is not None else None
        return day if day and day <= self.today + LONGEST else None

    def set_due(self, day: date) -> None:
        assert self.data is not None
        for part in ("day", "month", "year"):
            self.data[f"due_on_{part}"] = str(getattr(day, part))

    def press(self, button: str, acting: Membership) -> ChecklistItem | None:
        """Do what the button says; gives the item when it was published."""
        kind, _, value = button.partition("-")
        if kind == "days" and (days := sent_number(value)):
            self.set_due(add_working_days(self.opens_on, min(days, MAX_PERIOD)))
        elif kind == "use":
            with suppress(ValueError):
                self.set_due(date.fromisoformat(value))
        elif button == "preview":
            self.is_previewed = self._judge()
        elif button == "publish":
            return self._publish(acting)
        else:
            self.rules.press(button) or self.links.press(button)
        return None

    def _judge(self) -> bool:
        """Whether everything typed has the right shape."""
        self.is_judged = True
        self.__dict__.pop("form", None)
        fine = [self.form.is_valid(), self.rules.is_valid(), self.links.is_valid()]
        if not self.audience.addressed:
            self.form.add_error(None, "These rules reach no organisation; add or change a rule")
            return False
        return all(fine)

    def _publish(self, acting: Membership) -> ChecklistItem | None:
        if not self._judge():
            return None
        if not self.form.cleaned_data["seen_audience"]:  # nobody publishes to a list that they have not looked at
            self.is_previewed = True
            return None
        rules = [row["rule"] for row in self.rules.cleaned]
        done = self.form.run(
            publish,
            acting=acting,
            now=self.now,
            rules=rules,
            links=self.links.cleaned,
            is_sample=acting.person.is_sample,
        )
        self.is_previewed = not done
        return self.form.result if done else None

    def context(self) -> dict[str, Any]:
        return {
            "page": self,
            "form": self.form,
            "summary": Together(self.form, self.rules, self.links),
            "periods": PERIODS,
            "choices": self.rules.form_kwargs["choices"],
            "now": self.now,
        }


def _rule(typed: dict[str, str]) -> Rule:
    role, path, constituency, name = (
        typed.get(field, "").strip() for field in ("market_role", "path", "constituency", "organisation")
    )
    if role == EVERYONE:
        return Rule() if path or constituency or name else Rule(everyone=True)
    return Rule(market_role=role, path=path, constituency=constituency, organisation=name)
