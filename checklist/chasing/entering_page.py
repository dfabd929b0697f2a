from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from checklist.chasing.entering import enter
from checklist.chasing.forms import CommentForm, OnBehalfForm
from checklist.models import Answer, ChecklistItem
from checklist.responding import CommentRow, current_response, refuse_when_closed, refuse_when_past_changing
from checklist.rows import Rows, Together
from mhhs_portal.deadlines import is_past
from mhhs_portal.organisations.models import Membership, Organisation


class EnteringPage:
    """What was typed about one organisation's response, and what the pressed button does."""

    def __init__(self, item: ChecklistItem, organisation: Organisation, acting: Membership, now: datetime) -> None:
        self.item, self.organisation, self.acting, self.now = item, organisation, acting, now
        self.comments: Rows[CommentForm] = Rows(CommentForm, "comments", [])
        self.form = OnBehalfForm(initial={"seen_revision": item.revision})
        self.before = current_response(item, organisation)

    @property
    def refusal(self) -> str:
        """Why nothing can be entered now; empty when it can."""
        try:
            refuse_when_closed(self.item, self.now)
            if self.before:
                refuse_when_past_changing(self.item, self.now)
        except ValidationError as refused:
            return " ".join(refused.messages).replace("Your organisation", self.organisation.name)
        return ""

    @property
    def is_late(self) -> bool:
        return self.item.closes_at is not None and is_past(self.item.closes_at, self.now)

    def press(self, button: str, data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> bool:
        """True when the response was entered."""
        self.comments = Rows.posted(CommentForm, "comments", data)
        if button != "enter":
            self.form = OnBehalfForm(data, files, quiet=True)
            self.comments.press(button)
            return False
        self.form = OnBehalfForm(data, files)
        is_fine = self.form.is_valid()
        commenting = self.form.cleaned_data.get("answer") == Answer.COMMENTS
        if not (self.comments.is_valid() if commenting else True) or not is_fine:
            return False
        rows = [CommentRow(**row) for row in self.comments.cleaned] if commenting else []
        return self.form.run(enter, self.item, self.organisation, acting=self.acting, now=self.now, comments=rows)

    def context(self) -> dict[str, Any]:
        return {
            "acting": self.acting,
            "page": self,
            "item": self.item,
            "organisation": self.organisation,
            "form": self.form,
            "comments": self.comments,
            "summary": Together(self.form, self.comments),
            "now": self.now,
        }
