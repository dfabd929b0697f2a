"""An organisation answers an item: save what is typed, send it once, for good.

A response is given to the wording that its sender has read (`seen_revision`). One organisation gives one response to a
revision; PostgreSQL holds that, whoever presses first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from checklist.models import (
    Addressee,
    Answer,
    ChecklistItem,
    Comment,
    CommentKind,
    DraftComment,
    Response,
    ResponseDraft,
)
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import is_past, spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation


@dataclass(frozen=True)
class CommentRow:
    """One row as typed."""

    document: str = ""
    clause: str = ""
    comment: str = ""
    suggested_change: str = ""
    kind: str = CommentKind.SUBSTANTIVE

    @property
    def is_blank(self) -> bool:
        return not (self.document or self.clause or self.comment or self.suggested_change)


def respond(
    item: ChecklistItem,
    *,
    answer: str,
    acting: Membership,
    seen_revision: int,
    now: datetime,
    reason: str = "",
    comments: Sequence[CommentRow] = (),
) -> Response:
    """Give the organisation's response to the wording it has seen; the draft is used up.

    Raises ValidationError in words if the wording has changed, the item takes no response now, something is missing,
    or a colleague was first.
    """
    rows = [row for row in comments if not row.is_blank] if answer == Answer.COMMENTS else []
    with doing("checklist.responded", by=acting.person):
        # as it is now, not as the page read it; nobody waits for a lock
        item = ChecklistItem.objects.with_deadline_of(acting.organisation).get(pk=item.pk)
        _refuse_strangers(item, acting.organisation)
        _refuse_what_cannot_be_answered(item, answer, rows, seen_revision, now)
        response = Response(
            item=item,
            revision=item.revision,
            organisation=acting.organisation,
            answer=answer,
            reason=reason.strip() if answer == Answer.NOT_APPLICABLE else "",
            given_by=acting.person,
            given_at=now,
            is_late=item.closes_at is not None and is_past(item.closes_at, now),
        )
        save_checked(response)
        Comment.objects.bulk_create(
            Comment(response=response, number=number, **asdict(row)) for number, row in enumerate(rows, start=1)
        )
        ResponseDraft.objects.filter(item=item, organisation=acting.organisation).delete()
    return response


def _refuse_what_cannot_be_answered(
    item: ChecklistItem, answer: str, rows: list[CommentRow], seen_revision: int, now: datetime
) -> None:
    refuse_when_closed(item, now)
    if seen_revision != item.revision:
        raise ValidationError(
            "The wording has changed since you opened this page. Read it again; what you typed is kept below."
        )
    if answer == Answer.COMMENTS and not rows:
        raise ValidationError("Add at least one comment, or choose “Reviewed, no comments”")
    if any(not row.comment.strip() for row in rows):
        raise ValidationError("Every row needs a comment; remove the rows that you do not need")


def _refuse_strangers(item: ChecklistItem, organisation: Organisation) -> None:
    if not Addressee.objects.filter(item=item, organisation=organisation).exists():
        raise ValidationError("This item was not addressed to your organisation.")


def refuse_when_closed(item: ChecklistItem, now: datetime) -> None:
    if item.closes_at is None or item.takes_answers(now):
        return
    if item.is_withdrawn:
        raise ValidationError("The Programme has withdrawn this item, so no response is needed.")
    if item.has_been_closed:
        raise ValidationError("The Programme has closed this item, so it takes no more responses.")
    if item.opens_at and not item.has_opened(now):
        raise ValidationError(f"This item opens at {spoken(item.opens_at)}.")
    raise ValidationError(
        f"This item closed at {spoken(item.closes_at)}, and late responses are not accepted. "
        "Ask the Programme for help."
    )


def save_draft(
    item: ChecklistItem,
    *,
    answer: str,
    acting: Membership,
    seen_version: int,
    now: datetime,
    reason: str = "",
    comments: Sequence[CommentRow] = (),
) -> ResponseDraft:
    """Keep what is typed, complete or not. `seen_version` is the draft that the page showed; 0 means none.

    Raises ValidationError if a colleague has saved meanwhile, so that nobody's text is overwritten unseen, or if a
    response was already sent.
    """
    us = acting.organisation
    with doing("checklist.draft_saved", by=acting.person):
        _refuse_strangers(item, us)
        refuse_when_closed(item, now)
        if Response.objects.current().filter(item=item, organisation=us, revision=item.revision).exists():
            raise ValidationError("Your organisation has already responded to this item.")
        draft = ResponseDraft.objects.select_for_update().filter(item=item, organisation=us).first()
        if draft and draft.version != seen_version:
            raise ValidationError(
                f"{draft.saved_by} saved a draft while this page was open. Your text is below and not yet saved: "
                "open the item in a second tab to compare, then save again to replace that draft."
            )
        draft = draft or ResponseDraft(item=item, organisation=us, version=0)
        draft.answer = answer
        draft.reason = reason
        draft.version += 1
        draft.saved_by = acting.person
        draft.saved_at = now
        save_checked(draft)
        draft.comments.all().delete()
        DraftComment.objects.bulk_create(
            DraftComment(draft=draft, position=position, saved_by=acting.person, saved_at=now, **asdict(row))
            for position, row in enumerate((row for row in comments if not row.is_blank), start=1)
        )
    return draft
