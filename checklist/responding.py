"""An organisation answers an item: once, and again until the item closes; every version is kept.

A response is given to the wording that its sender has read (`seen_revision`). Of the versions that one organisation
gave to a revision, PostgreSQL holds exactly one as current, whoever presses first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection

from checklist import receipts
from checklist.models import (
    Addressee,
    Answer,
    ChecklistItem,
    Comment,
    CommentKind,
    Response,
    ResponseDraft,
    ResponseFile,
    Severity,
    SignOffRule,
)
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import is_past, local_day, spoken
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Kind, Membership, Organisation, Person, Role

#: So many comments fit into one response; our own limit.
MOST_COMMENTS = 2_000


@dataclass(frozen=True)
class CommentRow:
    """One row as typed."""

    document: str = ""
    clause: str = ""
    comment: str = ""
    suggested_change: str = ""
    kind: str = CommentKind.SUBSTANTIVE
    severity: str = Severity.MEDIUM
    is_confidential: bool = False

    @property
    def is_blank(self) -> bool:
        return not (self.document or self.clause or self.comment or self.suggested_change)


@dataclass(frozen=True)
class OnBehalf:
    """The Programme enters what an organisation has said by another way; `reason` names the way."""

    organisation: Organisation
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():  # without it the response would look like the organisation's own
            raise ValidationError("Say how the organisation gave this response, such as: by e-mail of 3 May.")


def respond(
    item: ChecklistItem,
    *,
    answer: str,
    acting: Membership,
    seen_revision: int,
    now: datetime,
    reason: str = "",
    comments: Sequence[CommentRow] = (),
    files: Sequence[tuple[str, StoredFile]] = (),
    signed_off_by: Person | None = None,
    on_behalf: OnBehalf | None = None,
    seen_number: int | None = None,
) -> Response:
    """Give the organisation's response to the wording that was seen, or its next version; the draft is used up.

    `seen_number` is the version that the sender's page showed as sent, 0 for none; None asks for no such care.
    Raises ValidationError in words if the wording has changed, the item takes no response now, something is missing,
    a sign-off is missing, or a colleague was first.
    """
    us = on_behalf.organisation if on_behalf else acting.organisation
    _refuse_who_may_not_respond(acting, on_behalf)
    rows = [row for row in comments if not row.is_blank] if answer == Answer.COMMENTS else []
    with doing("checklist.responded_on_behalf" if on_behalf else "checklist.responded", by=acting.person):
        # as it is now, not as the page read it; only colleagues wait for each other
        item = locked_for(item, us)
        before = current_response(item, us)
        _refuse_what_cannot_be_answered(item, answer, rows, seen_revision, now)
        _refuse_what_cannot_be_changed(item, before, seen_number, now)
        response = Response(
            item=item,
            revision=item.revision,
            organisation=us,
            number=before.number + 1 if before else 1,
            answer=answer,
            reason=reason.strip() if answer == Answer.NOT_APPLICABLE else "",
            given_by=acting.person,
            given_at=now,
            is_late=item.closes_at is not None and is_past(item.closes_at, now),
            signed_off_by=None if on_behalf else _sign_off(acting, signed_off_by, now),
            on_behalf_reason=on_behalf.reason.strip() if on_behalf else "",
        )
        _keep(response, rows, files)
        receipts.promise(response, now)
        if not on_behalf:
            ResponseDraft.objects.filter(item=item, organisation=us).delete()
    return response


def _refuse_who_may_not_respond(acting: Membership, on_behalf: OnBehalf | None) -> None:
    """Pages ask too; this holds for whoever calls, so that no route gives a response that its giver may not give."""
    if on_behalf and (acting.role != Role.OFFICE or acting.organisation.kind != Kind.PROGRAMME):
        raise ValidationError("Only the Programme's staff enter a response for another organisation.")
    if not on_behalf and acting.role not in (Role.LEAD, Role.CONTRIBUTOR):
        raise ValidationError("Only a lead contact or a contributor responds for an organisation.")


def _keep(response: Response, rows: Sequence[CommentRow], files: Sequence[tuple[str, StoredFile]]) -> None:
    response.digest = receipts.digest(
        response.item,
        response.revision,
        response.organisation,
        response.number,
        response.answer,
        response.reason,
        rows,
        files,
    )
    earlier = Response.objects.current().filter(
        item=response.item, organisation=response.organisation, revision=response.revision
    )
    earlier.update(is_current=False)
    save_checked(response)
    Comment.objects.bulk_create(
        [Comment(response=response, number=number, **asdict(row)) for number, row in enumerate(rows, start=1)],
        batch_size=500,
    )
    ResponseFile.objects.bulk_create(ResponseFile(response=response, title=title, file=file) for title, file in files)


def locked_for(item: ChecklistItem, organisation: Organisation) -> ChecklistItem:
    """The item as it is now for that organisation, whose colleagues wait until our transaction ends.

    Raises ValidationError if the item was not addressed to it.
    """
    asked = Addressee.objects.select_for_update(no_key=True).filter(item=item, organisation=organisation)
    if not list(asked.values_list("pk")):
        raise ValidationError("This item was not addressed to your organisation.")
    with connection.cursor() as cursor:  # whoever closes, withdraws or revises it waits for us, or we for them
        cursor.execute("SELECT 1 FROM checklist_checklistitem WHERE id = %s FOR KEY SHARE", [item.pk])
    return ChecklistItem.objects.with_deadline_of(organisation).get(pk=item.pk)


def current_response(item: ChecklistItem, organisation: Organisation) -> Response | None:
    """What stands for the wording in force."""
    sent = Response.objects.current().filter(item=item, organisation=organisation, revision=item.revision)
    return sent.select_related("given_by").first()


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
    if len(rows) > MOST_COMMENTS:
        raise ValidationError(f"{MOST_COMMENTS:,} comments fit into one response; these are {len(rows):,}.")


def _refuse_what_cannot_be_changed(
    item: ChecklistItem, before: Response | None, seen_number: int | None, now: datetime
) -> None:
    if before:
        refuse_when_past_changing(item, now)
    if seen_number is not None and seen_number != (before.number if before else 0):
        raise ValidationError(sent_meanwhile(before))


def sent_meanwhile(before: Response | None) -> str:
    who = before.given_by if before else "A colleague"
    when = f" at {spoken(before.given_at)}" if before else ""
    return f"{who} has sent a response for your organisation{when}, after you opened this page."


def may_change(item: ChecklistItem, now: datetime) -> bool:
    """Whether what was sent can still be replaced: until the item closes, not a second longer."""
    return item.takes_answers(now) and item.closes_at is not None and not is_past(item.closes_at, now)


def refuse_when_past_changing(item: ChecklistItem, now: datetime) -> None:
    if not may_change(item, now) and item.closes_at:
        raise ValidationError(
            "Your organisation has already responded to this item. "
            f"What was sent could be changed until {spoken(item.closes_at)}."
        )


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


def needs_sign_off(organisation: Organisation) -> bool:
    return SignOffRule.objects.filter(organisation=organisation, needs_sign_off=True).exists()


def _sign_off(acting: Membership, signed_off_by: Person | None, now: datetime) -> Person | None:
    """Who approves; a lead contact who sends where a sign-off is needed gives it with that."""
    us = acting.organisation
    if signed_off_by is None:
        if not needs_sign_off(us):
            return None
        if acting.role == Role.LEAD:
            return acting.person
        raise ValidationError(
            "Your organisation wants a lead contact to sign off what it sends. "
            "Open the item and hand your response to a lead contact."
        )
    leads = Membership.objects.current(local_day(now)).filter(organisation=us, role=Role.LEAD, person=signed_off_by)
    if not leads.exists():
        raise ValidationError("Only a lead contact of your organisation can sign off its response.")
    return signed_off_by
