"""The page of a chase: who would be written to, a sample of the message, and what the button does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict

from checklist.chasing.asked import Choice
from checklist.chasing.chase import ListChangedError, chase, look, message
from checklist.chasing.forms import ChaseForm
from checklist.chasing.models import Chase
from checklist.chasing.wording import GAPS, SUBJECT, TEXT, refuse_unknown_gaps
from checklist.models import ChecklistItem
from mhhs_portal.notifications.mail import Rendered, render
from mhhs_portal.organisations.models import Membership


class ChasePage:
    gaps = GAPS

    def __init__(
        self,
        items: Sequence[ChecklistItem],
        choice: Choice,
        now: datetime,
        data: QueryDict | None,
        press: UUID,
        *,
        without_drafts: bool = False,
    ) -> None:
        self.items, self.choice, self.now, self.without_drafts = items, choice, now, without_drafts
        self.preview = look(items, choice, now, without_drafts=without_drafts)
        typed = {"subject": SUBJECT, "text": TEXT, "press": press}
        self.form = ChaseForm(data, initial=typed) if data is not None else ChaseForm(initial=typed)
        #: The hidden fields of the page that is shown: what is on it now.
        self.seen = self.preview.fingerprint
        self.press = (data.get("press") if data is not None else "") or str(press)
        self.sample: Rendered | None = self._sample()

    def _sample(self) -> Rendered | None:
        """What the first person would read, in the words as typed."""
        if not self.preview.targets:
            return None
        target = self.preview.targets[0]
        words = self.form.data if self.form.is_bound else self.form.initial
        subject, text = str(words.get("subject") or "")[:150], str(words.get("text") or "")[:4000]
        try:
            refuse_unknown_gaps(subject, text)
        except ValidationError as refusal:
            if self.form.is_bound and self.form.is_valid():
                for field, errors in refusal.error_dict.items():
                    self.form.add_error(field, ValidationError(errors))
            return None
        return render(message(Chase(subject=subject, text=text), target, target.people[0], self.now), self.now)

    @property
    def to(self) -> Membership:
        return self.preview.targets[0].people[0]

    def send(self, acting: Membership) -> Chase | None:
        """None when the page must be looked at again; the form says why."""
        if not self.form.is_valid():
            return None
        typed = self.form.cleaned_data
        try:
            return chase(
                self.items,
                self.choice,
                subject=typed["subject"],
                text=typed["text"],
                seen=typed["seen"],
                press=typed["press"],
                again=typed["again"],
                acting=acting,
                now=self.now,
                without_drafts=self.without_drafts,
            )
        except ListChangedError as refusal:
            self.form.add_error(None, refusal)
        except ValidationError as refusal:
            fields = refusal.error_dict if hasattr(refusal, "error_dict") else {"": refusal.error_list}
            for field, errors in fields.items():
                self.form.add_error(field if field in self.form.fields else None, ValidationError(errors))
        return None
