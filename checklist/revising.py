"""The Programme changes an item that is out: a new revision asks everybody again, a correction does not.

Either way the wording before and after are kept (ItemRevision), with what changed in words. PostgreSQL refuses a
change to a published item's wording, links or files that leaves no such record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, QuerySet

from checklist.models import Addressee, Attachment, ChecklistItem, ItemLink, ItemRevision, Response, State
from checklist.models.items import WORDING
from checklist.steps import locked, save_step, tell
from checklist.wording import wording_of
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import is_past, spoken
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.library.uploads import checked
from mhhs_portal.organisations.models import Person

#: What is said of a revision that was raised before the portal kept wordings.
NOT_KEPT = "What changed then was not recorded."


@dataclass(frozen=True)
class NewFile:
    """A file to put beside the item: a new one, or the next version of `replaces`."""

    content: bytes
    name: str
    media_type: str
    replaces: Attachment | None = None

    @property
    def named(self) -> dict[str, str]:
        return {"title": self.name, "sha256": hashlib.sha256(self.content).hexdigest()}


def new_file(upload: UploadedFile, replaces: Attachment | None) -> NewFile:
    """Judged as every file of the portal is; ValidationError in words for what it does not take."""
    content, name, media_type = checked(upload)
    return NewFile(content, name, media_type, replaces)


def revise(
    item: ChecklistItem,
    *,
    facts: dict[str, str],
    links: Sequence[dict[str, str]],
    what_changed: str,
    by: Person,
    now: datetime,
    asks_again: bool = True,
    files: Sequence[NewFile] = (),
    seen: str = "",
) -> ItemRevision:
    """Change what a published item says. `facts` are fields of its wording; links take the place of those there.

    With `asks_again` the revision rises: everybody who was asked hears, and a response to the old wording no longer
    counts as the answer. Else the change is recorded and nobody is asked again. `seen` is the wording that the editor
    saw ("2.1", revision and correction). Raises ValidationError in words; then nothing at all is written.
    """
    with bytes_go_with_rows(), doing("checklist.revised" if asks_again else "checklist.corrected", by=by):
        item = locked(item)
        _refuse(item, asks_again, now)
        before = _recorded(item)
        if seen and seen != f"{before.number}.{before.correction}":
            raise ValidationError("A colleague has changed this item since you opened the page. Look at it again.")
        for name in WORDING:
            setattr(item, name, facts.get(name, getattr(item, name)))
        raised = _next(item, before, links, files, what_changed, asks_again)
        raised.raised_by, raised.raised_at = by, now
        save_checked(raised)
        _put_files(item, files, by, now)
        _put_links(item, links)
        item.revision = raised.number
        save_step(item, *WORDING)
        if asks_again and item.has_opened(now):
            _tell(item, raised, now)
    return raised


def _refuse(item: ChecklistItem, asks_again: bool, now: datetime) -> None:
    if item.state == State.DRAFT:
        raise ValidationError("A draft is edited as a draft.")
    if item.state == State.WITHDRAWN:
        raise ValidationError("This item was withdrawn, so its wording stays.")
    if not asks_again:
        return
    if item.state != State.PUBLISHED:
        raise ValidationError("This item is closed, so nobody can be asked again. Correct it without asking again.")
    if item.due_at and is_past(item.due_at, now):
        raise ValidationError(
            f"Responses closed at {spoken(item.due_at)}. Give more time first, so that those who are asked again can "
            "answer in time."
        )


def _recorded(item: ChecklistItem) -> ItemRevision:
    """The newest record of the wording; the first is made of what stands there now."""
    newest = item.revisions.order_by("number", "correction").last()
    if newest is not None:
        return newest
    assert item.issued_at is not None  # it has left the draft
    first = ItemRevision(
        item=item,
        number=item.revision,
        wording=wording_of(item),
        what_changed="" if item.revision == 1 else NOT_KEPT,
        raised_by=item.issued_by,
        raised_at=item.issued_at,
    )
    save_checked(first)
    return first


def _next(
    item: ChecklistItem,
    before: ItemRevision,
    links: Sequence[dict[str, str]],
    files: Sequence[NewFile],
    what_changed: str,
    asks_again: bool,
) -> ItemRevision:
    replaced = [_of(item, file.replaces) for file in files if file.replaces]
    if len(set(replaced)) < len(replaced):
        raise ValidationError("Two files take the place of the same one. Choose another for one of them.")
    current = item.attachments.current().exclude(pk__in=replaced).select_related("file")  # type: ignore[attr-defined]
    wording = {
        **{name: getattr(item, name) for name in WORDING},
        "links": [{name: link.get(name, "") for name in ("title", "url", "note")} for link in links],
        "files": [{"title": each.title, "sha256": each.file.sha256} for each in current]
        + [file.named for file in files],
    }
    if wording == before.wording and not asks_again:
        raise ValidationError("Nothing is different from what is published now.")
    if not what_changed.strip():
        raise ValidationError({"what_changed": "Say what changed"})
    return ItemRevision(
        item=item,
        number=before.number + 1 if asks_again else before.number,
        correction=0 if asks_again else before.correction + 1,
        wording=wording,
        what_changed=what_changed.strip(),
    )


def _of(item: ChecklistItem, attachment: Attachment | None) -> int:
    found = item.attachments.current().filter(pk=attachment.pk if attachment else 0).first()  # type: ignore[attr-defined]
    if found is None:
        raise ValidationError("There is a newer version of that file already. Look at the item again.")
    return int(found.pk)


def _put_files(item: ChecklistItem, files: Sequence[NewFile], by: Person, now: datetime) -> None:
    for file in files:
        stored = keep(file.content, name=file.name, content_type=file.media_type, by=by)
        version = file.replaces.version + 1 if file.replaces else 1
        save_checked(
            Attachment(
                item=item,
                title=file.name,
                file=stored,
                version=version,
                replaces=file.replaces,
                added_at=now,
                added_by=by,
            )
        )


def _put_links(item: ChecklistItem, links: Sequence[dict[str, str]]) -> None:
    """Only where they are different, so that the history shows only what was changed."""
    wanted = [{name: link.get(name, "") for name in ("title", "url", "note")} for link in links]
    there = list(item.links.all())
    if [{"title": link.title, "url": link.url, "note": link.note} for link in there] == wanted:
        return
    item.links.all().delete()
    for position, link in enumerate(wanted):
        save_checked(ItemLink(item=item, position=position, **link))


def responded_before(item: ChecklistItem) -> QuerySet[Addressee]:
    """Those who answered an earlier wording, and not this one."""
    answers = Response.objects.current().filter(item=item, organisation=OuterRef("organisation"))
    earlier, now = answers.filter(revision__lt=item.revision), answers.filter(revision=item.revision)
    return item.addressees.filter(Exists(earlier), ~Exists(now))


def _tell(item: ChecklistItem, raised: ItemRevision, now: datetime) -> None:
    """Those who have responded hear that they are asked again; the others that what they are asked has changed."""
    assert item.due_at is not None
    earlier = responded_before(item)
    facts = [
        ["What changed", raised.what_changed],
        ["Responses close", spoken(item.due_at)],
        ["Reference", f"{item.reference}, revision {item.revision}"],
        *([["Document", f"{item.document_number} {item.document_version}".strip()]] * bool(item.document_version)),
    ]
    key = f"checklist/{item.reference}.{item.revision}/revised"
    tell(
        item,
        earlier,
        now,
        key=f"{key}/again",
        headline=f"Please respond again: {item.title}",
        lead="The wording has changed since your organisation responded, so the Programme asks you again. What you sent"
        " is kept; the page shows what is different, and takes it over into a new response if you say so.",
        facts=facts,
        action="See what changed",
    )
    tell(
        item,
        item.addressees.exclude(pk__in=earlier.values("pk")),
        now,
        key=key,
        headline=f"Changed: {item.title}",
        lead="The Programme has changed the wording of this item. A draft that you have begun is kept; read the new"
        " wording before you send it.",
        facts=facts,
        action="See what changed",
    )
