"""The page on which staff change a published item: its wording, documents and files, and whether it asks again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from checklist.forms import TypedForm
from checklist.models import ChecklistItem, ItemRevision
from checklist.models.items import WORDING
from checklist.publish_forms import LinkForm, PublishForm
from checklist.revising import NewFile, new_file, responded_before, revise
from checklist.rows import Rows, Together
from checklist.wording import revisions_of
from mhhs_portal.forms import WithHint, sent_number
from mhhs_portal.library.uploads import WORDS
from mhhs_portal.organisations.models import Membership

#: So many files go with one change; a clean and a marked copy are two.
FILES = 3


class ReviseForm(TypedForm):
    """The wording, what changed, and whether it needs a new answer."""

    title = PublishForm.base_fields["title"]
    summary = PublishForm.base_fields["summary"]
    body = PublishForm.base_fields["body"]
    document_number = PublishForm.base_fields["document_number"]
    document_version = PublishForm.base_fields["document_version"]
    what_changed = forms.CharField(
        label="What changed",
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        help_text="In words, for those who know the wording before. It stands in the message and in the history.",
        error_messages={"required": "Say what changed"},
    )
    asks_again = forms.ChoiceField(
        label="Does it need a new answer?",
        choices=[
            ("yes", WithHint("Yes, ask everybody again", "Raises the revision; earlier responses no longer count")),
            ("no", WithHint("No, it is a correction", "A typo or a link; recorded, and nobody is asked again")),
        ],
        widget=forms.RadioSelect({"class": "cards"}),
        error_messages={"required": "Say whether it needs a new answer"},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)


class RevisePage:
    def __init__(self, acting: Membership, item: ChecklistItem, now: datetime) -> None:
        self.acting, self.item, self.now = acting, item, now
        newest: ItemRevision | None = next(iter(revisions_of(item)[::-1]), None)
        seen = f"{newest.number}.{newest.correction}" if newest else f"{item.revision}.0"
        self.files = item.current_files
        self.form = ReviseForm(initial={name: getattr(item, name) for name in WORDING} | {"seen": seen})
        self.links = Rows(LinkForm, "links", [_typed(link) for link in item.links.all()])
        self.file_errors: list[str] = []
        self.raised: ItemRevision | None = None

    def press(self, button: str, data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> bool:
        """True when the change is made."""
        self.links = Rows.posted(LinkForm, "links", data)
        if self.links.press(button):
            self.form = ReviseForm(data, quiet=True)
            return False
        self.form = ReviseForm(data)
        if not self._is_valid():
            return False
        chosen = self._files(data, files)
        if self.file_errors:
            return False
        cleaned = self.form.cleaned_data
        try:
            self.raised = revise(
                self.item,
                facts={name: cleaned[name] for name in WORDING},
                links=self.links.cleaned,
                what_changed=cleaned["what_changed"],
                asks_again=cleaned["asks_again"] == "yes",
                files=chosen,
                seen=cleaned["seen"],
                by=self.acting.person,
                now=self.now,
            )
        except ValidationError as refusal:
            self.form._refuse(refusal)
            return False
        return True

    def _is_valid(self) -> bool:
        return all([self.form.is_valid(), self.links.is_valid()])  # both, so that every fault is shown

    def _files(self, data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> list[NewFile]:
        by_number = {file.pk: file for file in self.files}
        chosen = []
        for number in range(1, FILES + 1):
            upload = files.get(f"file-{number}")
            if upload is None:
                continue
            try:
                chosen.append(new_file(upload, by_number.get(sent_number(data.get(f"place-{number}", "")))))
            except ValidationError as refusal:
                self.file_errors.append(f"{upload.name}: {' '.join(refusal.messages)}")
        return chosen

    @property
    def file_places(self) -> list[int]:
        return list(range(1, FILES + 1))

    def context(self) -> dict[str, Any]:
        return {
            "acting": self.acting,
            "item": self.item,
            "page": self,
            "form": self.form,
            "links": self.links,
            "summary": Together(self.form, self.links),
            "now": self.now,
            "file_words": WORDS,
            "answered": self.item.responses.filter(is_current=True, revision=self.item.revision).count(),
            "waiting": responded_before(self.item).count(),
            "may_ask_again": self.item.takes_answers(self.now) or not self.item.has_opened(self.now),
        }


def _typed(link: Any) -> dict[str, str]:
    return {"title": link.title, "url": link.url, "note": link.note}
