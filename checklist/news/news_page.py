"""The page on which an announcement is put together: everything typed so far, and what the pressed button does."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from checklist.audiences import Rule
from checklist.news.announcing import rules_of, save
from checklist.news.forms import NewsForm, local_parts
from checklist.news.models import Announcement
from checklist.publish_forms import EVERYONE, Choices, RuleForm
from checklist.rows import Rows, Together
from mhhs_portal.organisations.models import Membership


class NewsPage:
    def __init__(self, now: datetime, data: QueryDict | None = None, draft: Announcement | None = None) -> None:
        self.now, self.draft = now, draft
        self.choices = Choices()
        self.data = data
        self.is_judged = False
        if data is not None:
            self.rules = Rows.posted(RuleForm, "rules", data, choices=self.choices)
        else:
            typed = [_typed(rule, self.choices) for rule in rules_of(draft)] if draft else []
            self.rules = Rows(RuleForm, "rules", typed, choices=self.choices)
        self.form = NewsForm(data, quiet=True, initial=_initial(draft))

    def press(self, button: str, acting: Membership) -> Announcement | None:
        """Add or remove a rule, or save the draft, which is given back."""
        if self.rules.press(button):
            return None
        self.form = NewsForm(self.data, initial=_initial(self.draft))
        self.is_judged = True
        is_for_some = self.form.is_valid() and not self.form.facts["is_public"]
        if not all([self.form.is_valid(), self.rules.is_valid()]):
            return None
        rules: list[Rule] = [row["rule"] for row in self.rules.cleaned]
        if is_for_some and not rules:
            self.form.add_error("reach", "Add a rule below that says whom it is for, or choose everybody")
            return None
        try:
            kept = rules if is_for_some else []
            return save(by=acting.person, now=self.now, news=self.draft, rules=kept, **self.form.facts)
        except ValidationError as refusal:
            self.form._refuse(refusal)
            return None

    def context(self) -> dict[str, Any]:
        summary = Together(self.form, self.rules) if self.is_judged else None
        return {"page": self, "form": self.form, "summary": summary, "draft": self.draft}


def _typed(rule: Rule, choices: Choices) -> dict[str, str]:
    typed = {name: str(value) for name, value in asdict(rule).items() if name != "everyone" and value}
    if rule.everyone:
        typed["market_role"] = EVERYONE
    if rule.organisation:
        typed["organisation"] = next((name for slug, name in choices.participants if slug == rule.organisation), "")
    return typed


def _initial(draft: Announcement | None) -> dict[str, Any]:
    if draft is None:
        return {}
    facts = {name: getattr(draft, name) for name in NewsForm.base_fields if hasattr(draft, name)}
    opens_on, opens_time = local_parts(draft.opens_at)
    expires_on, _ = local_parts(draft.expires_at)
    reach = "everybody" if draft.is_public else "some"
    return facts | {"reach": reach, "opens_on": opens_on, "opens_time": opens_time, "expires_on": expires_on}
