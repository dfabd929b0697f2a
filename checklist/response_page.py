"""An item's page for one organisation: what is asked, what was typed or sent, and what the pressed button does."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from checklist.forms import CommentForm, ResponseForm
from checklist.models import Addressee, Answer, Attachment, ChecklistItem, Extension, Response, ResponseDraft
from checklist.own import OwnItem, standing
from checklist.responding import CommentRow, respond
from checklist.response_drafting import save_typed as save_draft
from checklist.rows import Rows, Together
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.models import Membership


class ResponsePage:
    def __init__(self, acting: Membership, reference: str, now: datetime) -> None:
        self.acting, self.reference, self.now = acting, reference, now
        self.item = self._find()
        self.draft = self._find_draft()
        typed = list(self.draft.comments.values(*CommentForm.base_fields)) if self.draft else []
        self.comments = Rows(CommentForm, "comments", typed)
        initial = {"answer": self.draft.answer, "reason": self.draft.reason} if self.draft else {}
        self.form = ResponseForm(initial=initial)
        self.just_saved = False
        #: Where the reader's attention goes after a swap: "added", "removed" or nowhere in particular.
        self.attention = ""

    def _find(self) -> ChecklistItem:
        us = self.acting.organisation
        extensions = Prefetch("extensions", Extension.objects.seen_by(us))
        items = ChecklistItem.objects.addressed_to(us).with_answer_of(us).select_related("parent", "milestone", "path")
        items = items.prefetch_related(
            "links", Prefetch("attachments", Attachment.objects.select_related("file")), extensions
        )
        return get_object_or_404(items, reference=self.reference)

    def _find_draft(self) -> ResponseDraft | None:
        if not self.item.has_draft:  # type: ignore[attr-defined]  # with_answer_of() adds it
            return None
        drafts = ResponseDraft.objects.filter(item=self.item, organisation=self.acting.organisation)
        return drafts.select_related("saved_by").first()

    @cached_property
    def response(self) -> Response | None:
        """What was sent for the wording in force."""
        if not self.item.answer:  # type: ignore[attr-defined]
            return None
        sent = Response.objects.current().filter(
            item=self.item, organisation=self.acting.organisation, revision=self.item.revision
        )
        return sent.select_related("item", "organisation", "given_by").prefetch_related("comments").first()

    @property
    def own(self) -> OwnItem:
        return standing(self.item, self.acting, self.now)

    @cached_property
    def asked_because(self) -> str:
        return Addressee.objects.get(item=self.item, organisation=self.acting.organisation).reason

    def press(self, button: str, data: QueryDict) -> bool:
        """Do what the button says with what was typed; True when it was done and nothing is left to correct."""
        self.comments = Rows.posted(CommentForm, "comments", data)
        if button == "send":
            return self._send(data)
        self.form = ResponseForm(data, quiet=True)
        if button == "save":
            return self._save(data)
        if self.comments.press(button):
            self.attention = "added" if button == "add-comments" else "removed"
        return False

    def _send(self, data: QueryDict) -> bool:
        self.form = ResponseForm(data)
        shape_is_fine = self.form.is_valid()
        commenting = self.form.cleaned_data.get("answer") == Answer.COMMENTS
        if not (self.comments.is_valid() if commenting else True) or not shape_is_fine:
            return False
        comments = [CommentRow(**row) for row in self.comments.cleaned] if commenting else []
        done = self.form.run(respond, self.item, acting=self.acting, now=self.now, comments=comments)
        self._read_again()
        return done

    def _save(self, data: QueryDict) -> bool:
        answer = data.get("answer", "")
        rows = [
            CommentRow(**{name: row.get(name, "") for name in CommentForm.base_fields}) for row in self.comments.filled
        ]
        try:
            save_draft(
                self.item,
                acting=self.acting,
                answer=answer if answer in Answer.values else "",
                reason=data.get("reason", "").replace("\x00", ""),  # PostgreSQL cannot keep it
                comments=rows,
                seen_version=sent_number(data.get("seen_version", "")),
                now=self.now,
            )
        except ValidationError as refusal:
            self.form.add_error(None, refusal)
            return False
        finally:
            self._read_again()
        self.just_saved = True
        return True

    def _read_again(self) -> None:
        """The item, draft and response as they are now; what was typed stays."""
        self.item, self.draft = self._find(), None
        self.draft = self._find_draft()
        self.__dict__.pop("response", None)

    def context(self) -> dict[str, Any]:
        return {
            "acting": self.acting,
            "page": self,
            "item": self.item,
            "own": self.own,
            "response": self.response,
            "form": self.form,
            "comments": self.comments,
            "summary": Together(self.form, self.comments),
            "now": self.now,
        }
