"""The organisation's draft is sent: exactly what its sender has read, or a refusal that says what is new."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import transaction

from checklist.models import Answer, ChecklistItem, Response, ResponseDraft
from checklist.responding import CommentRow, locked_for, respond
from checklist.response_drafting import row_of
from mhhs_portal.deadlines import spoken
from mhhs_portal.organisations.models import Membership, Person, Role


class RowsWouldBeLostError(ValidationError):
    """The answer sends no comments, and the draft has some."""


class FaultyRowError(ValidationError):
    """A comment of the draft is not complete; `place` is its number in the draft, from 1."""

    def __init__(self, place: int) -> None:
        super().__init__(f"Comment {place:,} has no text: write it, or remove that comment")
        self.place = place


def send_draft(
    item: ChecklistItem,
    *,
    acting: Membership,
    now: datetime,
    seen_revision: int,
    seen_draft: int,
    seen_number: int,
    without_comments: bool = False,
) -> Response:
    """Send the draft as it stands, if it stands as its sender saw it; `without_comments` says that its rows may go."""
    with transaction.atomic():
        item = locked_for(item, acting.organisation)
        draft = the_draft(item, acting)
        if draft is None or draft.version != seen_draft:
            _changed_meanwhile(draft)
        rows = sendable_rows(draft, without_comments=without_comments)
        return respond(
            item,
            answer=draft.answer,
            acting=acting,
            seen_revision=seen_revision,
            now=now,
            reason=draft.reason,
            comments=rows,
            files=[(one.title, one.file) for one in draft.files.select_related("file")],
            signed_off_by=_signs_off(draft, acting),
            seen_number=seen_number,
        )


def send_nil(
    item: ChecklistItem, *, acting: Membership, now: datetime, seen_revision: int, seen_number: int
) -> Response:
    """ "Reviewed, no comments" in one click, where nobody has begun a draft."""
    with transaction.atomic():
        item = locked_for(item, acting.organisation)
        if draft := the_draft(item, acting):
            raise ValidationError(
                f"{draft.saved_by} has begun a draft for your organisation, so nothing was sent. Open the item."
            )
        return respond(
            item,
            answer=Answer.NO_COMMENTS,
            acting=acting,
            seen_revision=seen_revision,
            now=now,
            seen_number=seen_number,
        )


def the_draft(item: ChecklistItem, acting: Membership) -> ResponseDraft | None:
    drafts = ResponseDraft.objects.filter(item=item, organisation=acting.organisation)
    return drafts.select_related("saved_by", "handed_by").first()


def sendable_rows(draft: ResponseDraft, *, without_comments: bool = False) -> list[CommentRow]:
    """The draft's rows as they would be sent; refused in words when something is missing or would be lost."""
    rows = [row for comment in draft.comments.all() if not (row := row_of(comment)).is_blank]
    if draft.answer == Answer.COMMENTS:
        places = [place for place, one in enumerate(draft.comments.all(), 1) if _is_faulty(row_of(one))]
        if places:
            raise FaultyRowError(places[0])
        return rows
    if rows and draft.answer and not without_comments:
        raise RowsWouldBeLostError(
            f"Your draft has {len(rows):,} comment{'s' * (len(rows) != 1)}, which this answer would not send. "
            "Choose “Comments” to send them, or send without them."
        )
    return []


def _is_faulty(row: CommentRow) -> bool:
    return not row.is_blank and not row.comment.strip()


def _signs_off(draft: ResponseDraft, acting: Membership) -> Person | None:
    """A lead contact who sends what was handed over approves it with that, whatever the organisation's rule."""
    return acting.person if draft.handed_by_id and acting.role == Role.LEAD else None


def _changed_meanwhile(draft: ResponseDraft | None) -> NoReturn:
    if draft is None:
        raise ValidationError("There is no draft to send: choose how you respond.")
    raise ValidationError(
        f"{draft.saved_by} changed this draft at {spoken(draft.saved_at)}, after you opened the page, so it was not "
        "sent. It is shown below as it is now: look through it, then send it."
    )
