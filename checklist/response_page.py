"""An item's page for one organisation: what is asked, what was typed or sent, and what the pressed button does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from checklist.draft_files import MOST_FILES, WORDS, attach_all, detach
from checklist.forms import ResponseForm
from checklist.models import Answer, Comment, DraftComment, ResponseFile
from checklist.models.response_drafts import new_key
from checklist.own import OwnItem, standing
from checklist.receipts import address, part
from checklist.responding import CommentRow, may_change
from checklist.response_drafting import Saved, TypedAnswer, discard, remove_row, row_of, save_typed, start_change
from checklist.response_reading import files_of, find_draft, find_item, find_rows, find_versions
from checklist.sending import FaultyRowError, RowsWouldBeLostError, send_draft, send_nil
from checklist.sign_off import hand_back, hand_over
from checklist.typed_rows import ROWS_PER_PAGE, Line, as_typed, kept_line, typed_lines
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership, Role

EMPTY = CommentRow()
FILE_WORDS = f"{WORDS} {MOST_FILES} files at most."
#: What each button says when it is done.
DONE = {
    "save": "Draft saved. It has not been sent.",
    "send": "Response sent.",
    "nil": "Response sent.",
    "send-without": "Response sent.",
    "hand": "Handed to your lead contacts for sign-off. It has not been sent.",
    "hand-back": "Handed back.",
    "attach": "Saved with your files. It has not been sent.",
    "detach": "The file is taken off the draft.",
    "page": "",
    "change": "You can change the response now. What was sent stands until you send again.",
    "discard": "The change is discarded. What was sent stands.",
}


@dataclass(frozen=True)
class SummaryField:
    """Something that is not a form's field, for the error summary."""

    errors: list[str]
    auto_id: str
    use_fieldset: bool = False


@dataclass(frozen=True)
class Summary:
    non_field_errors: list[str]
    fields: list[Any]

    @property
    def errors(self) -> bool:
        return bool(self.non_field_errors or any(field.errors for field in self.fields))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fields)


class ResponsePage:
    def __init__(self, acting: Membership, reference: str, now: datetime, place: int = 1) -> None:
        self.acting, self.reference, self.now, self.place = acting, reference, now, max(place, 1)
        self.problems: list[str] = []
        self.file_problems: list[str] = []
        #: Where the reader's attention goes after a swap: a row's key, "removed", "saved" or nowhere in particular.
        self.attention = ""
        self.offers_without = False
        self.is_news = False
        self.typed: dict[str, Line] = {}
        self.dropped: set[str] = set()
        self.answer_clash = False
        self._read()
        self.form = ResponseForm(initial=self._kept_answer())

    def _read(self) -> None:
        """The item, draft and versions as they are now; what was typed stays."""
        self.item = find_item(self.acting, self.reference)
        self.draft = find_draft(self.item, self.acting)
        self.versions = self.item.sent_versions = find_versions(self.item, self.acting)  # type: ignore[attr-defined]
        sent = [one for one in self.versions if one.is_current and one.revision == self.item.revision]
        self.response = sent[0] if sent else None
        for one in self.versions:
            one.page = address(one)  # type: ignore[attr-defined]
        self.__dict__.pop("lines", None)

    def _kept_answer(self) -> dict[str, str]:
        return {"answer": self.draft.answer, "reason": self.draft.reason} if self.draft else {}

    # --- what the page shows ------------------------------------------------------------------------------------------

    @property
    def own(self) -> OwnItem:
        return standing(self.item, self.acting, self.now)

    @property
    def can_change(self) -> bool:
        """What was sent may be replaced, and by the reader."""
        return bool(self.response) and self.acting.role in RESPONDERS and may_change(self.item, self.now)

    @property
    def is_writing(self) -> bool:
        if self.response:
            return self.can_change and bool(self.draft or self.typed)
        return self.own.can_answer

    @property
    def is_lead(self) -> bool:
        return self.acting.role == Role.LEAD

    @property
    def may_send(self) -> bool:
        return self.is_lead or not self.item.needs_sign_off  # type: ignore[attr-defined]

    @property
    def waits(self) -> bool:
        return bool(self.draft and self.draft.handed_by_id)

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of this page of the draft; what was typed and could not be kept stands instead of what is kept."""
        kept = find_rows(self.draft, (self.place - 1) * ROWS_PER_PAGE, ROWS_PER_PAGE) if self.draft else []
        lines = []
        for number, comment in enumerate(kept, (self.place - 1) * ROWS_PER_PAGE + 1):
            line = kept_line(comment, number)
            if typed := self.typed.get(line.key):
                line.row, line.seen, line.errors, line.is_clash = typed.row, typed.seen, typed.errors, typed.is_clash
            line.has_attention = line.key == self.attention
            lines.append(line)
            if number == self.faulty_place:
                line.errors = {"comment": "Write the comment, or remove this row"}
        there = {line.key for line in lines}
        for line in (one for key, one in self.typed.items() if key not in there and key not in self.dropped):
            line.number, line.is_new = self.row_total + 1, True
            lines.append(line)
        if self.attention == "new" or (not lines and self.place == 1):
            lines.append(Line(new_key(), EMPTY, number=self.row_total + 1 + len(self.typed), is_new=True))
        return lines

    @cached_property
    def sent_rows(self) -> list[Comment]:
        """The first comments of what was sent; all of them are on the version's own page."""
        return list(self.response.comments.all()[:ROWS_PER_PAGE]) if self.response else []

    @cached_property
    def sent_files(self) -> list[ResponseFile]:
        return files_of(self.response) if self.response and self.response.file_total else []  # type: ignore[attr-defined]

    @property
    def row_total(self) -> int:
        if self.draft is None:
            return 0
        # A draft that this very request began was not read with its numbers.
        if "row_total" not in self.draft.__dict__:
            return self.draft.comments.count()
        return self.draft.row_total or 0  # type: ignore[attr-defined]

    @property
    def pages(self) -> list[int]:
        """The first, the last and those near."""
        return [n for n in range(1, self.last_page + 1) if n in {1, self.last_page} or abs(n - self.place) <= 2]

    @property
    def last_page(self) -> int:
        return max(1, -(-self.row_total // ROWS_PER_PAGE))

    @property
    def seen_draft(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def seen_number(self) -> int:
        return self.response.number if self.response else 0

    @property
    def receipt_part(self) -> str:
        return part(self.response) if self.response else ""

    @property
    def refusal(self) -> str:
        rows = [error for line in self.typed.values() for error in line.errors.values()]
        return " ".join([*self.problems, *self.file_problems, *rows, self.form.refusal]).strip()

    @property
    def summary(self) -> Summary:
        rows = [
            SummaryField([error], f"{line.name}-{name}")
            for line in self.lines
            for name, error in line.errors.items()
            if self.is_writing
        ]
        files = [SummaryField([problem], "id_files") for problem in self.file_problems]
        return Summary(self.problems, [*(self.form if self.form.is_bound else []), *rows, *files])

    # --- what a button does -------------------------------------------------------------------------------------------

    def press(self, button: str, data: QueryDict, uploads: list[UploadedFile]) -> bool:
        """Do what the button says with what was typed; True when it was done and nothing is left to correct."""
        word, _, about = button.partition("_")
        try:
            if word in {"nil", "discard"}:
                self._without_typing(word, data)
                return True
            self.typed = typed_lines(data)
            self.dropped = {about} if word in {"theirs", "remove"} else set()
            if word == "change":
                start_change(
                    self.item, acting=self.acting, now=self.now, extra=[line.row for line in self.typed.values()]
                )
                self.typed = {}
                return True
            saved = self._keep(word, about, data)
            self._attach(uploads, saved)
            done = self._act(word, about, data, saved)
        except ValidationError as refusal:
            self._refused(refusal)
            done = False
        finally:
            self._read()
            if not self.form.is_bound:
                self.form = ResponseForm(initial=self._kept_answer())
        return done and not self.refusal and not self.faulty_place

    def keep_part(self, about: str, data: QueryDict) -> None:
        """Keep one row, or the answer with its reason, as somebody leaves it."""
        typed = typed_lines(data)
        self.line = typed.get(about) or Line(about, EMPTY)
        seen = sent_number(data.get("seen_draft", ""))
        try:
            saved = save_typed(
                self.item,
                acting=self.acting,
                now=self.now,
                answer=_typed_answer(data, "") if about == "answer" else None,
                rows=as_typed({about: self.line}) if about in typed else (),
                seen_draft=seen,
                seen_number=sent_number(data.get("seen_number", "")),
            )
        except ValidationError as refusal:
            self.problems += refusal.messages
            return
        self.problems += self.line.errors.values()
        self.answer_clash, self.is_news = saved.answer_clashes, saved.is_news
        self.posted_seen_answer = sent_number(data.get("seen_answer", ""))
        self.line.is_clash = about in saved.clashes
        self.draft = saved.draft
        if saved.draft and about in typed:
            self.line.kept = saved.draft.comments.select_related("saved_by").filter(key=about).first()
        if self.line.kept and not self.line.is_clash and not self.line.errors:
            self.line.seen, self.line.row = self.line.kept.version, row_of(self.line.kept)
        self.line.number = sent_number(data.get(f"{self.line.name}-number", ""))
        self.part_seen_draft = seen if saved.is_news else self.seen_draft

    line = Line("", EMPTY)
    part_seen_draft = 0

    def _without_typing(self, word: str, data: QueryDict) -> None:
        if word == "discard":
            discard(self.item, acting=self.acting, now=self.now)
            return
        send_nil(
            self.item,
            acting=self.acting,
            now=self.now,
            seen_revision=sent_number(data.get("seen_revision", "")),
            seen_number=sent_number(data.get("seen_number", "")),
        )

    def _keep(self, word: str, about: str, data: QueryDict) -> Saved:
        """Keep everything that can be kept, before anything is judged or done."""
        self.form = ResponseForm(data, quiet=True)
        answer = _typed_answer(data, about if word == "answermine" else "")
        if word == "mine":
            key, _, version = about.partition("_")
            if key in self.typed:
                self.typed[key].seen = sent_number(version)
        for key in self.dropped:
            self.dropped_seen = self.typed.pop(key, Line(key, EMPTY)).seen
        saved = save_typed(
            self.item,
            acting=self.acting,
            now=self.now,
            answer=None if word == "answertheirs" else answer,
            rows=as_typed(self.typed),
            seen_draft=sent_number(data.get("seen_draft", "")),
            seen_number=sent_number(data.get("seen_number", "")),
        )
        self.is_news = saved.is_news
        self.answer_clash, self.posted_seen_answer = saved.answer_clashes, answer.seen
        for key in saved.clashes:
            self.typed[key].is_clash = True
        self.typed = {key: line for key, line in self.typed.items() if line.is_clash or line.errors}
        if not self.answer_clash:
            self.form = ResponseForm(initial={"answer": answer.answer, "reason": answer.reason})
            if word == "answertheirs" and saved.draft:
                self.form = ResponseForm(initial={"answer": saved.draft.answer, "reason": saved.draft.reason})
        if not saved.is_complete:
            self.problems.append(
                "A colleague changed the same text while you were writing. Both texts are shown: choose one."
            )
        return saved

    def _attach(self, uploads: list[UploadedFile], saved: Saved) -> None:
        if not uploads:
            return
        self.file_problems = attach_all(self.item, uploads, acting=self.acting, now=self.now)
        if saved.draft and len(self.file_problems) < len(uploads):
            saved.draft.version += len(uploads) - len(self.file_problems)

    def _act(self, word: str, about: str, data: QueryDict, saved: Saved) -> bool:
        if word == "page":
            self.place = max(sent_number(about), 1)
        elif word == "add":
            self.place, self.attention = 1 + _row_count(saved) // ROWS_PER_PAGE, "new"
        elif word == "remove":
            remove_row(self.item, about, seen=self.dropped_seen, acting=self.acting, now=self.now)
            self.attention = "removed"
        elif word == "detach":
            detach(self.item, sent_number(about), acting=self.acting, now=self.now)
        elif word == "hand-back":
            hand_back(self.item, data.get("words", ""), acting=self.acting, now=self.now)
        elif word in {"send", "send-without", "hand"} and saved.is_complete and not self.refusal:
            return self._send(word, data, saved)
        elif word == "save":
            self.attention = "saved"
        return word in DONE

    def _send(self, word: str, data: QueryDict, saved: Saved) -> bool:
        self.form = ResponseForm(data)
        if not self.form.is_valid():
            return False
        if word == "hand":
            if saved.is_news:
                self.problems.append("A colleague changed this draft. It is shown as it is now: look through it first.")
                return False
            hand_over(self.item, acting=self.acting, now=self.now)
            return True
        seen = sent_number(data.get("seen_draft", ""))
        send_draft(
            self.item,
            acting=self.acting,
            now=self.now,
            seen_revision=sent_number(data.get("seen_revision", "")),
            seen_draft=saved.draft.version if saved.draft and not saved.is_news else seen,
            seen_number=sent_number(data.get("seen_number", "")),
            without_comments=word == "send-without",
        )
        return True

    def _refused(self, refusal: ValidationError) -> None:
        self.offers_without = isinstance(refusal, RowsWouldBeLostError)
        if isinstance(refusal, FaultyRowError):
            self.place = 1 + (refusal.place - 1) // ROWS_PER_PAGE
            self.faulty_place = refusal.place
        else:
            self.problems += refusal.messages

    faulty_place = 0
    posted_seen_answer = 0
    dropped_seen = 0

    def context(self) -> dict[str, Any]:
        return {
            "acting": self.acting,
            "page": self,
            "item": self.item,
            "own": self.own,
            "response": self.response,
            "form": self.form,
            "summary": self.summary,
            "now": self.now,
            "file_words": FILE_WORDS,
        }


def _typed_answer(data: QueryDict, over: str) -> TypedAnswer:
    """`over` is the version that "keep mine" goes over, after both texts were shown."""
    answer = data.get("answer", "")
    return TypedAnswer(
        answer if answer in Answer.values else "",
        data.get("reason", "").replace("\x00", "")[:1000],  # PostgreSQL keeps no null characters
        sent_number(over or data.get("seen_answer", "")),
    )


def _row_count(saved: Saved) -> int:
    return DraftComment.objects.filter(draft=saved.draft).count() if saved.draft else 0
