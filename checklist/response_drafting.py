"""Colleagues draft one response together: each comment is kept by itself, and nobody's text is overwritten unseen.

Whoever saves says which version of each row they saw. A row that a colleague changed meanwhile is not saved: both
texts come back as a clash, and its writer chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import F, Max

from checklist.models import Answer, ChecklistItem, DraftComment, Response, ResponseDraft
from checklist.models.response_drafts import new_key
from checklist.responding import (
    MOST_COMMENTS,
    CommentRow,
    current_response,
    locked_for,
    refuse_when_closed,
    refuse_when_past_changing,
    sent_meanwhile,
)
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Person

ROW_FIELDS = tuple(one.name for one in fields(CommentRow))


@dataclass(frozen=True)
class TypedAnswer:
    answer: str
    reason: str
    #: The version of the answer that the writer's page showed; 0 for none.
    seen: int


@dataclass(frozen=True)
class TypedRow:
    key: str
    row: CommentRow
    seen: int


@dataclass
class Saved:
    """What became of what was typed."""

    draft: ResponseDraft | None
    #: Rows that a colleague changed meanwhile, as the colleague left them; None where the colleague removed it.
    clashes: dict[str, DraftComment | None] = field(default_factory=dict)
    answer_clashes: bool = False
    #: A colleague has changed something since the page was drawn.
    is_news: bool = False

    @property
    def is_complete(self) -> bool:
        return not self.clashes and not self.answer_clashes


def row_of(comment: DraftComment | Any) -> CommentRow:
    """A row of a draft, or of a response, as it was typed."""
    return CommentRow(**{name: getattr(comment, name) for name in ROW_FIELDS})


def save_typed(
    item: ChecklistItem,
    *,
    acting: Membership,
    now: datetime,
    answer: TypedAnswer | None = None,
    rows: Sequence[TypedRow] = (),
    seen_draft: int = 0,
    seen_number: int | None = None,
) -> Saved:
    """Keep what is typed, complete or not; what was not touched is left alone.

    `seen_draft` is the version of the draft, and `seen_number` of the response, that the page showed. Raises
    ValidationError if the item takes no answer, or if a colleague sent one meanwhile.
    """
    with doing("checklist.draft_saved", by=acting.person), at_work(item, acting, now, seen_number) as work:
        saved = Saved(work.draft, is_news=bool(work.draft) and work.version != seen_draft)
        if answer and _is_touched(work, answer):
            saved.answer_clashes = not work.save_answer(answer)
        known = {row.key: row for row in work.rows(one.key for one in rows)}
        for typed in rows:
            there = known.get(typed.key)
            if (there and row_of(there) == typed.row) or (there is None and typed.row.is_blank and not typed.seen):
                continue
            if there and there.version != typed.seen and _as_shown(there, typed.seen) == typed.row:
                continue  # not touched here, and a colleague's change stands
            if (there.version if there else 0) != typed.seen:
                saved.clashes[typed.key] = there
                continue
            work.save_row(typed, there)
        saved.draft = work.draft
    return saved


def remove_row(item: ChecklistItem, key: str, *, seen: int, acting: Membership, now: datetime) -> None:
    """Take a row off the draft; refused in words if a colleague has changed it since it was shown."""
    with doing("checklist.draft_row_removed", by=acting.person), at_work(item, acting, now, None) as work:
        row = next(iter(work.rows([key])), None)
        if row is None:
            return
        if row.version != seen:
            raise ValidationError(
                f"{row.saved_by} changed this comment at {spoken(row.saved_at)}, so it was not removed. "
                "Read it below, then remove it if you still want to."
            )
        row.delete()
        work.is_changed = True


def add_rows(item: ChecklistItem, rows: Sequence[CommentRow], *, acting: Membership, now: datetime) -> ResponseDraft:
    """Put these after the rows that the draft has; the draft then answers with comments."""
    with doing("checklist.draft_rows_added", by=acting.person), at_work(item, acting, now, None) as work:
        draft = work.needed_draft()
        filled = [row for row in rows if not row.is_blank]
        there = draft.comments.count()
        if there + len(filled) > MOST_COMMENTS:
            raise ValidationError(
                f"{MOST_COMMENTS:,} comments fit into one response. Your draft has {there:,}, and these are "
                f"{len(filled):,} more."
            )
        _append(draft, filled, acting.person, now)
        if filled and draft.answer != Answer.COMMENTS:
            draft.answer = Answer.COMMENTS
            draft.answer_version += 1
        work.is_changed = True
    return draft


def start_change(
    item: ChecklistItem, *, acting: Membership, now: datetime, extra: Sequence[CommentRow] = ()
) -> ResponseDraft:
    """A draft from what was sent, with rows that were typed meanwhile; a draft that is there already stays as it is."""
    with doing("checklist.change_started", by=acting.person), at_work(item, acting, now, None) as work:
        sent = current_response(work.item, acting.organisation)
        is_new = work.draft is None
        draft = work.needed_draft()
        if is_new and sent:
            draft.answer, draft.reason, draft.answer_version = sent.answer, sent.reason, 1
            _append(draft, [row_of(comment) for comment in sent.comments.all()], acting.person, now)
            copies = [
                draft.files.model(
                    draft=draft, title=one.title, file_id=one.file_id, added_by=acting.person, added_at=now
                )
                for one in ([] if sent.is_on_behalf else sent.files.all())  # evidence stays with what it proves
            ]
            draft.files.bulk_create(copies)
        there = {row_of(comment) for comment in draft.comments.all()} if extra else set()
        _append(draft, [row for row in extra if not row.is_blank and row not in there], acting.person, now)
        work.is_changed = True
    return draft


def discard(item: ChecklistItem, *, acting: Membership, now: datetime) -> None:
    """Give up the change of a response; what was sent stands as it is."""
    with doing("checklist.change_discarded", by=acting.person), at_work(item, acting, now, None) as work:
        if work.draft and current_response(work.item, acting.organisation):
            ResponseDraft.objects.filter(pk=work.draft.pk).update(version=F("version") + 1)  # for the history
            work.draft.delete()
            work.draft = None


class Work:
    """One organisation's draft while its colleagues wait."""

    def __init__(self, item: ChecklistItem, acting: Membership, now: datetime) -> None:
        self.item, self.acting, self.now = item, acting, now
        drafts = ResponseDraft.objects.select_related("saved_by", "handed_by", "returned_by")
        self.draft = drafts.filter(item=item, organisation=acting.organisation).first()
        self.version = self.draft.version if self.draft else 0
        self.is_changed = False

    def needed_draft(self) -> ResponseDraft:
        if self.draft is None:
            self.draft = ResponseDraft(item=self.item, organisation=self.acting.organisation, version=0)
            self.draft.saved_by, self.draft.saved_at = self.acting.person, self.now
            save_checked(self.draft)
        return self.draft

    def rows(self, keys: Any) -> list[DraftComment]:
        if self.draft is None:
            return []
        return list(self.draft.comments.filter(key__in=list(keys)).select_related("saved_by"))

    def save_answer(self, typed: TypedAnswer) -> bool:
        """False when a colleague has changed it since the writer saw it."""
        draft = self.needed_draft()
        if typed.seen != draft.answer_version:
            return False
        draft.answer, draft.reason = typed.answer, typed.reason
        draft.answer_version += 1
        self.is_changed = True
        return True

    def save_row(self, typed: TypedRow, there: DraftComment | None) -> None:
        draft = self.needed_draft()
        if there is None:
            if draft.comments.count() >= MOST_COMMENTS:
                raise ValidationError(f"{MOST_COMMENTS:,} comments fit into one response. Put this into one of them.")
            last = draft.comments.aggregate(last=Max("position"))["last"] or 0
            there = DraftComment(draft=draft, key=typed.key, position=last + 1, version=0)
        for name, value in asdict(typed.row).items():
            setattr(there, name, value)
        there.version += 1
        there.saved_by, there.saved_at = self.acting.person, self.now
        save_checked(there)
        self.is_changed = True

    def keep(self) -> None:
        if not (self.is_changed and self.draft):
            return
        self.draft.version += 1
        self.draft.saved_by, self.draft.saved_at = self.acting.person, self.now
        save_checked(self.draft)


@contextmanager
def at_work(item: ChecklistItem, acting: Membership, now: datetime, seen_number: int | None) -> Iterator[Work]:
    """The draft of the organisation, locked; what was changed is kept at the end with its new version."""
    item = locked_for(item, acting.organisation)
    refuse_when_closed(item, now)
    work = Work(item, acting, now)
    if sent := current_response(item, acting.organisation):
        refuse_when_past_changing(item, now)
        _refuse_when_sent_meanwhile(work, sent, seen_number)
    yield work
    work.keep()


def _refuse_when_sent_meanwhile(work: Work, sent: Response, seen_number: int | None) -> None:
    if work.draft is None and seen_number is not None and seen_number != sent.number:
        raise ValidationError(f"{sent_meanwhile(sent)} What you typed is kept below and not yet saved.")


def _is_touched(work: Work, typed: TypedAnswer) -> bool:
    """Whether the writer changed the answer that their page showed."""
    draft = work.draft
    now_there = (draft.answer, draft.reason) if draft else ("", "")
    mine = (typed.answer, typed.reason)
    if mine == now_there:
        return False
    if draft is None or typed.seen == draft.answer_version:
        return True
    if typed.seen == 0:
        return mine != ("", "")
    events = apps.get_model("checklist", "ResponseDraftEvent")._default_manager
    shown = events.filter(pgh_obj_id=draft.pk, answer_version=typed.seen).order_by("pgh_id").last()
    return shown is None or mine != (shown.answer, shown.reason)


def _as_shown(row: DraftComment, version: int) -> CommentRow | None:
    """The row as it was in an earlier version."""
    events = apps.get_model("checklist", "DraftCommentEvent")._default_manager
    event = events.filter(pgh_obj_id=row.pk, version=version).order_by("pgh_id").last()
    return row_of(event) if event else None


def _append(draft: ResponseDraft, rows: Sequence[CommentRow], by: Person, now: datetime) -> None:
    last = draft.comments.aggregate(last=Max("position"))["last"] or 0
    DraftComment.objects.bulk_create(
        [
            DraftComment(draft=draft, key=new_key(), position=position, saved_by=by, saved_at=now, **asdict(row))
            for position, row in enumerate(rows, start=last + 1)
        ],
        batch_size=500,
    )
