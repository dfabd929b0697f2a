"""The page on which staff put the outcome page together: who decided, where it goes on, and the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict

from checklist.closing.forms import OutcomePageForm, ThemeForm
from checklist.closing.outcomes import OutcomePage, put_outcome_page
from checklist.models import ChecklistItem
from checklist.rows import Rows, Together
from mhhs_portal.organisations.models import Membership


class OutcomeEditor:
    def __init__(self, item: ChecklistItem, acting: Membership, now: datetime) -> None:
        self.item, self.acting, self.now = item, acting, now
        self.shown = OutcomePage(item)
        detail = self.shown.detail
        rows = detail.themes.all() if detail else []
        typed = [{"said": r.said, "did": r.did, "numbers": ", ".join(map(str, r.numbers))} for r in rows]
        self.themes = Rows(ThemeForm, "themes", typed)
        self.form = OutcomePageForm(
            initial={
                "decision_body": detail.decision_body if detail else item.governance_group,
                "meeting": detail.meeting_id if detail else None,
                "next_item": detail.next_item.reference if detail and detail.next_item else "",
                "seen_version": detail.version if detail else 0,
            }
        )

    def press(self, posted: QueryDict) -> bool:
        """Add or remove a row, or save; whether it was saved."""
        self.themes = Rows.posted(ThemeForm, "themes", {name: str(value) for name, value in posted.items()})
        button = posted.get("do", "")
        if self.themes.press(button):
            self.form = OutcomePageForm(initial={name: posted.get(name, "") for name in self.form.fields})
            return False
        self.form = OutcomePageForm(posted)
        if not self.themes.is_valid():
            self.form.is_valid()
            return False
        return self.form.run(put_outcome_page, self.item, themes=self.themes.cleaned, acting=self.acting, now=self.now)

    def context(self) -> dict[str, Any]:
        return {
            "acting": self.acting,
            "item": self.item,
            "form": self.form,
            "themes": self.themes,
            "summary": Together(self.form, self.themes),
            "shown": self.shown,
        }
