"""Staff answer comments: one at a time, many at once, duplicates together. Nobody overwrites a colleague unseen.

Every page says which version of each answer it showed. A single answer that has moved on meanwhile is refused and both
texts are shown; of many rows, those that have moved on are left alone and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError

from checklist.closing.models import Disposition, InternalNote
from checklist.closing.models.dispositions import NEEDS_REPLY
from checklist.models import Comment
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Person, Role


class Clash(ValidationError):  # noqa: N818
    """A colleague has saved since the page was opened."""


@dataclass
class Many:
    """What became of a decision for several rows."""

    done: list[int] = field(default_factory=list)
    #: Comments whose answer a colleague changed meanwhile; left as they are.
    moved_on: list[int] = field(default_factory=list)


def office_people(now: datetime) -> list[Person]:
    """Who may own a comment; one query."""
    members = Membership.objects.current(local_day(now)).filter(role=Role.OFFICE).select_related("person")
    return sorted({member.person for member in members}, key=lambda person: (person.name, person.pk))


def decide(
    comment: Comment,
    *,
    outcome: str,
    acting: Membership,
    seen_version: int,
    now: datetime,
    reply: str = "",
    public_reply: str = "",
    changed_in: str = "",
    owner: Person | None = None,
    is_decided: bool = True,
) -> Disposition:
    """Answer one comment, or keep a draft of the answer with `is_decided=False`."""
    with doing("checklist.comment_decided" if is_decided else "checklist.reply_drafted", by=acting.person):
        found = _locked([comment], acting)[comment.pk]
        if found.version != seen_version:
            raise Clash(f"{found.saved_by} saved an answer to this comment while the page was open.")
        if found.duplicate_of_id:
            raise ValidationError("This comment takes the reply of its original. Take the link away first.")
        _answer(found, outcome, reply, public_reply, changed_in, is_decided)
        found.owner = _owner(owner, now)
        _save(found, acting, now)
    return found


def decide_many(
    comments: Iterable[Comment],
    *,
    outcome: str,
    acting: Membership,
    seen: Mapping[int, int],
    now: datetime,
    reply: str = "",
) -> Many:
    """The same answer for all of them. `seen` has the version of each that the page showed."""
    with doing("checklist.comment_decided", by=acting.person):
        result = Many()
        for found in _fresh(comments, acting, seen, result):
            found.duplicate_of = None
            _answer(found, outcome, reply, found.public_reply, found.changed_in, True)
            _save(found, acting, now)
            result.done.append(found.comment_id)
    return result


def assign(
    comments: Iterable[Comment], *, owner: Person | None, acting: Membership, seen: Mapping[int, int], now: datetime
) -> Many:
    """Give comments to somebody of the office, or to nobody."""
    with doing("checklist.comment_assigned", by=acting.person):
        result = Many()
        chosen = _owner(owner, now)
        for found in _fresh(comments, acting, seen, result):
            found.owner = chosen
            _save(found, acting, now)
            result.done.append(found.comment_id)
    return result


def link_duplicates(
    comments: Iterable[Comment], *, original: Comment, acting: Membership, seen: Mapping[int, int], now: datetime
) -> Many:
    """These say the same as the original: they take its outcome and its reply. A drafted answer of theirs goes."""
    chosen = [comment for comment in comments if comment.pk != original.pk]
    if not chosen:
        raise ValidationError("Choose at least two comments that say the same.")
    with doing("checklist.comment_linked", by=acting.person):
        first = _locked([original], acting)[original.pk]
        if first.duplicate_of_id:
            raise ValidationError("The original is a duplicate of another comment itself: link to that one.")
        if original.is_confidential and not all(comment.is_confidential for comment in chosen):
            raise ValidationError(
                "The reply to a confidential comment is not published, so no open comment can take it. "
                "Link the confidential one to the open one."
            )
        _refuse_others_secret(original, chosen)
        result = Many()
        for found in _fresh(chosen, acting, seen, result):
            if found.item_id != first.item_id:
                raise ValidationError("Duplicates are comments of the same item.")
            if found.duplicates.exists():
                raise ValidationError(
                    "One of the chosen comments is the original of others. Choose it as the original, "
                    "or take its duplicates from it first."
                )
            found.duplicate_of = first
            _answer(found, "", "", "", "", False)
            _save(found, acting, now)
            result.done.append(found.comment_id)
    return result


def _refuse_others_secret(original: Comment, chosen: list[Comment]) -> None:
    """The private reply to a confidential comment is read by its author's organisation alone."""
    authors = {comment.response.organisation_id for comment in chosen}
    if original.is_confidential and authors != {original.response.organisation_id}:
        raise ValidationError("The reply to a confidential comment is for its author, so nobody else's can take it.")


def unlink(comment: Comment, *, acting: Membership, seen_version: int, now: datetime) -> Disposition:
    """It says something of its own after all; it has to be decided again."""
    with doing("checklist.comment_unlinked", by=acting.person):
        found = _locked([comment], acting)[comment.pk]
        if found.version != seen_version:
            raise Clash(f"{found.saved_by} saved an answer to this comment while the page was open.")
        found.duplicate_of = None
        _save(found, acting, now)
    return found


def add_note(comment: Comment, *, text: str, acting: Membership, now: datetime) -> InternalNote:
    _check(acting)
    with doing("checklist.note_added", by=acting.person):
        note = InternalNote(comment=comment, text=text.strip(), written_by=acting.person, written_at=now)
        save_checked(note)
    return note


def _check(acting: Membership) -> None:
    if acting.role != Role.OFFICE:
        raise PermissionDenied


def _locked(comments: Iterable[Comment], acting: Membership) -> dict[int, Disposition]:
    """The answer of each comment, made when nobody has touched it yet; always locked in the same order."""
    _check(acting)
    rows = sorted(comments, key=lambda comment: comment.pk)
    Disposition.objects.bulk_create(
        (Disposition(comment_id=row.pk, item_id=row.response.item_id) for row in rows), ignore_conflicts=True
    )
    found = Disposition.objects.select_for_update(of=("self",)).select_related("comment", "saved_by", "owner")
    return {row.comment_id: row for row in found.filter(comment__in=rows).order_by("comment_id")}


def _fresh(
    comments: Iterable[Comment], acting: Membership, seen: Mapping[int, int], result: Many
) -> Iterable[Disposition]:
    for pk, found in _locked(comments, acting).items():
        if found.version == seen.get(pk, 0):
            yield found
        else:
            result.moved_on.append(pk)


def _answer(found: Disposition, outcome: str, reply: str, public_reply: str, changed_in: str, is_decided: bool) -> None:
    if is_decided and not outcome:
        raise ValidationError({"outcome": "Choose a decision"})
    if is_decided and outcome in NEEDS_REPLY and not reply.strip():
        raise ValidationError({"reply": "Write a reply: whoever is not followed is told why"})
    found.outcome, found.reply, found.is_decided = outcome, reply.strip(), is_decided
    found.public_reply = public_reply.strip() if found.comment.is_confidential else ""
    found.changed_in = changed_in.strip()


def _owner(owner: Person | None, now: datetime) -> Person | None:
    if owner is not None and owner not in office_people(now):
        raise ValidationError({"owner": f"{owner} does not work in the Programme office."})
    return owner


def _save(found: Disposition, acting: Membership, now: datetime) -> None:
    found.version += 1
    found.saved_by, found.saved_at = acting.person, now
    save_checked(found)
