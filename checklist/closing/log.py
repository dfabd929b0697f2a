"""The consolidated comments log: put together from the answers, looked at, then published for good.

Exactly one row stands for every comment of the responses in force. A confidential comment has its row with its number
and its decision; text, place and author are withheld before they reach the row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pgtrigger
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from checklist.closing import telling
from checklist.closing.models import Disposition, LogPublication, LogRow
from checklist.closing.naming import NOBODY, WITHHELD, may_name, words_for
from checklist.closing.queue import ARRIVAL, STATE
from checklist.models import ChecklistItem, Comment, State
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import is_past, spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Role

COUNTED = "closing.LogPublication:log_has_a_row_for_every_comment"
CONFIDENTIAL = "Confidential comment, seen by the Programme only"
#: What a row says; the rest of it is its place.
SAID = (
    "number", "comment_id", "who", "document", "clause", "kind", "text", "suggested_change", "outcome", "reply",
    "changed_in", "same_as", "is_confidential", "own_reply",
)  # fmt: skip
#: A row that differs in these from the version before has changed for its readers.
_ANSWER = ("outcome", "reply", "own_reply", "changed_in", "same_as", "who")


@dataclass(frozen=True)
class Lacking:
    """A comment that has no decision yet."""

    pk: int
    number: int


@dataclass
class Draft:
    """The log as it would be published now."""

    item: ChecklistItem
    rows: list[LogRow]
    lacking: list[Lacking]
    replaced: int
    before: LogPublication | None
    names: bool

    @property
    def fingerprint(self) -> str:
        """Of what somebody looked at before pressing the button."""
        said = [[str(getattr(row, name)) for name in SAID] for row in self.rows]
        return hashlib.sha256(json.dumps([self.replaced, self.names, said]).encode()).hexdigest()[:32]

    @property
    def changed(self) -> list[LogRow]:
        return [row for row in self.rows if row.change]

    def refusals(self, now: datetime) -> list[str]:
        """Why it cannot be published, in words; nothing when it can."""
        found = []
        if self.item.is_withdrawn:
            found.append("The item is withdrawn.")
        elif not self.item.has_been_closed and not (self.item.due_at and is_past(self.item.due_at, now)):
            assert self.item.due_at is not None
            found.append(f"The item is open until {spoken(self.item.due_at)}: comments still arrive.")
        elif self.item.state == State.PUBLISHED and self.item.extensions.filter(due_at__gt=now).exists():
            found.append("An organisation that was given more time may still respond.")
        if self.lacking:
            count = len(self.lacking)
            found.append(f"{count} comment{'s have' if count != 1 else ' has'} no decision yet.")
        if self.before and not found and not self.differs:
            found.append(f"Nothing has changed since version {self.before.number} was published.")
        return found

    @property
    def differs(self) -> bool:
        assert self.before is not None
        return bool(self.changed) or self.before.row_count != len(self.rows)


def draft_of(item: ChecklistItem, *, names: bool | None = None) -> Draft:
    """Read the answers as they are; a fixed number of queries, whatever the number of comments."""
    names = may_name(item) if names is None else names and may_name(item)
    comments = list(
        Comment.objects.filter(response__item=item)
        .select_related("response__organisation", "disposition__duplicate_of__comment")
        .annotate(place=ARRIVAL, state=STATE)
        .order_by("place")
    )
    numbers = {comment.pk: comment.place for comment in comments}  # type: ignore[attr-defined]
    in_force = [comment for comment in comments if comment.state != "replaced"]  # type: ignore[attr-defined]
    called = None if names else words_for(item)
    before = item.logs.first()
    known = {row.comment_id: row for row in before.rows.all()} if before else {}
    rows = []
    for position, comment in enumerate(in_force, start=1):
        row = _row(comment, numbers, called)
        row.position = position
        row.change = _change(row, known, is_first=before is None)
        rows.append(row)
    lacking = [
        Lacking(comment.pk, numbers[comment.pk])
        for comment in in_force
        if comment.state != "decided"  # type: ignore[attr-defined]
    ]
    return Draft(item, rows, lacking, len(comments) - len(in_force), before, names)


def publish_log(
    item: ChecklistItem,
    *,
    acting: Membership,
    now: datetime,
    with_names: bool = False,
    what_changed: str = "",
    seen: str = "",
) -> LogPublication:
    """Freeze the log as its next version and tell the commenters. `seen` is the fingerprint of the preview.

    Raises ValidationError in words while a comment has no decision, the item is open, or something changed meanwhile.
    """
    if acting.role != Role.OFFICE:
        raise PermissionDenied
    with doing("checklist.log_published", by=acting.person):
        item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
        list(Disposition.objects.select_for_update().filter(item=item).order_by("comment_id").values_list("pk"))
        if seen and seen != draft_of(item).fingerprint:
            raise ValidationError("Comments or replies have changed since you opened this preview. Read it again.")
        draft = draft_of(item, names=with_names)
        if refusals := draft.refusals(now):
            raise ValidationError(refusals)
        if draft.before and not what_changed.strip():
            raise ValidationError({"what_changed": "Say what changed, for those who read the version before"})
        published = LogPublication(
            item=item,
            number=draft.before.number + 1 if draft.before else 1,
            names_organisations=draft.names,
            row_count=len(draft.rows),
            replaced_count=draft.replaced,
            what_changed=what_changed.strip(),
            published_by=acting.person,
            published_at=now,
        )
        _take_no_late_responses(item)
        _write(published, draft.rows)
        telling.tell_commenters(published, draft.rows, now)
    return published


def _take_no_late_responses(item: ChecklistItem) -> None:
    """Who reads what the others said first answers something else, and the log would lack that answer.

    A new wording or a later deadline, which staff decide on, still opens the item again. Whoever responds at this
    moment holds the item's row, so that they are either in the log or refused.
    """
    if item.accepts_late:
        item.accepts_late = False
        item.save(update_fields=["accepts_late"])


def _write(published: LogPublication, rows: Sequence[LogRow]) -> None:
    save_checked(published)
    for row in rows:
        row.publication = published
    LogRow.objects.bulk_create(rows, batch_size=1_000)
    try:
        with transaction.atomic():  # PostgreSQL counts now, and not only when the transaction ends
            pgtrigger.constraints(pgtrigger.Immediate, COUNTED)
    except IntegrityError as refusal:
        raise ValidationError(
            "A response arrived while the log was put together. Look at the preview again."
        ) from refusal
    pgtrigger.constraints(pgtrigger.Deferred, COUNTED)


def _row(comment: Comment, numbers: Mapping[int, int], called: Mapping[int, str] | None) -> LogRow:
    """`called` has the words that stand for each organisation; None: the log names them."""
    own: Disposition | None = getattr(comment, "disposition", None)
    original = own.duplicate_of if own else None
    answer = original or own
    organisation = comment.response.organisation
    row = LogRow(
        number=numbers[comment.pk],
        comment=comment,
        organisation=organisation,
        outcome=answer.outcome if answer else "",
        is_confidential=comment.is_confidential,
    )
    if comment.is_confidential:
        row.who, row.text = WITHHELD, CONFIDENTIAL
        row.reply = own.public_reply if own else ""
        row.own_reply = answer.reply if answer else ""
        return row
    row.who = organisation.name if called is None else called.get(organisation.pk, NOBODY)
    row.document, row.clause, row.kind = comment.document, comment.clause, comment.kind
    row.text, row.suggested_change = comment.comment, comment.suggested_change
    row.reply = answer.reply if answer else ""
    row.changed_in = answer.changed_in if answer else ""
    row.same_as = numbers[original.comment_id] if original else None
    return row


def _change(row: LogRow, known: dict[int, LogRow], *, is_first: bool) -> str:
    if is_first:
        return ""
    before = known.get(row.comment_id)
    if before is None:
        return "new"
    return "changed" if any(getattr(row, name) != getattr(before, name) for name in _ANSWER) else ""
