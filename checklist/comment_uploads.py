"""A comments log that comes as a file: kept, shown row by row, and put into the draft when somebody says so."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from checklist.comment_reading import Log, ReadRow, read
from checklist.comment_sheets import Placed, placed, plain, workbook
from checklist.models import ChecklistItem, CommentsUpload, DraftComment
from checklist.responding import CommentRow, locked_for, refuse_when_closed
from checklist.response_drafting import add_rows, row_of
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.exports import FORMATS
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation

log = logging.getLogger(__name__)


def template(item: ChecklistItem, organisation: Organisation) -> bytes:
    """The workbook with the rows of the organisation's draft, as they are now."""
    rows: list[Placed] = [placed(comment, row_of(comment)) for comment in _drafted(item, organisation)]
    return workbook(item, organisation, rows)


def _drafted(item: ChecklistItem, organisation: Organisation) -> list[DraftComment]:
    return list(DraftComment.objects.filter(draft__item=item, draft__organisation=organisation))


def upload(item: ChecklistItem, *, file: UploadedFile, acting: Membership, now: datetime) -> CommentsUpload:
    """Keep a file whose rows can be read; nothing goes into the draft yet. ValidationError in words else."""
    refuse_when_closed(item, now)
    name = PurePosixPath((file.name or "").replace("\\", "/")).name[:150] or "comments"
    content = file.read()
    read(io.BytesIO(content), name, len(content))
    kind = "xlsx" if content.startswith(b"PK") else "csv"
    with bytes_go_with_rows(), doing("checklist.comments_uploaded", by=acting.person):
        locked_for(item, acting.organisation)
        stored = keep(content, name=name, content_type=FORMATS[kind], by=acting.person)
        return CommentsUpload.objects.create(
            item=item, organisation=acting.organisation, file=stored, uploaded_by=acting.person, uploaded_at=now
        )


@dataclass
class Look:
    """What is in a file, laid beside the draft as it is now."""

    log: Log
    #: Rows that can go into the draft; those that stand there word for word already.
    new: list[ReadRow]
    known: list[ReadRow]
    #: Rows of the draft that this file, or one before it, was the source of, as they came.
    replaceable: list[DraftComment]
    #: The same, but somebody has edited them in the portal since: they stay.
    edited: list[DraftComment]

    @property
    def bad(self) -> list[ReadRow]:
        return [row for row in self.log.rows if row.faults]


def look(upload: CommentsUpload) -> Look:
    content = upload.file.read()
    found = read(io.BytesIO(content), upload.file.name, len(content))
    drafted = _drafted(upload.item, upload.organisation)
    there = {_canonical(row_of(comment)) for comment in drafted}
    new = [row for row in found.good if row.row not in there]
    known = [row for row in found.good if row.row in there]
    came = _came_from_files(upload)
    said = {row.place.partition("/")[0]: row.place for row in found.good if row.place}
    kept = {row.row for row in known}
    replaceable: list[DraftComment] = []
    edited: list[DraftComment] = []
    for comment in drafted:
        source = came.get(comment.key) or said.get(comment.key)
        if source is None or _canonical(row_of(comment)) in kept:
            continue  # typed in the portal, or in the file word for word
        as_it_came = f"{comment.key}/{comment.version}" in (came.get(comment.key), said.get(comment.key))
        (replaceable if as_it_came else edited).append(comment)
    return Look(found, new, known, replaceable, edited)


def _came_from_files(upload: CommentsUpload) -> dict[str, str]:
    """The key of each draft row that a file was the source of, with its version then, which is the first."""
    before = CommentsUpload.objects.filter(item=upload.item, organisation=upload.organisation)
    return {key: f"{key}/1" for keys in before.values_list("keys", flat=True) for key in keys}


def _canonical(row: CommentRow) -> CommentRow:
    """As a cell would hold it, so that a row that went through a workbook is known again."""
    return CommentRow(
        document=plain(row.document),
        clause=plain(row.clause),
        comment=plain(row.comment),
        suggested_change=plain(row.suggested_change),
        kind=str(row.kind),
        severity=str(row.severity),
        is_confidential=row.is_confidential,
    )


def take(upload: CommentsUpload, *, replace: bool, acting: Membership, now: datetime) -> tuple[int, int]:
    """Put the file's good rows into the draft; gives how many were added and how many were taken away.

    A row that is there word for word is not added again. `replace` takes away the rows that came from a file before
    and that nobody has edited since; rows with faults take nothing away.
    """
    with doing("checklist.comments_taken_over", by=acting.person):
        locked_for(upload.item, upload.organisation)
        upload = CommentsUpload.objects.select_for_update().get(pk=upload.pk)
        found = look(upload)
        gone = [comment.pk for comment in found.replaceable] if replace else []
        if not found.new and not gone:
            raise ValidationError("There is nothing to add: every row without a fault is in the draft already.")
        before = {comment.key for comment in _drafted(upload.item, upload.organisation)}
        DraftComment.objects.filter(pk__in=gone).delete()
        add_rows(upload.item, [row.row for row in found.new], acting=acting, now=now)
        after = {comment.key for comment in _drafted(upload.item, upload.organisation)}
        upload.taken_at, upload.keys = now, sorted({*upload.keys, *(after - before)})
        upload.save(update_fields=["taken_at", "keys"])
    log.info("comments taken over upload=%s new=%d gone=%d", upload.pk, len(found.new), len(gone))
    return len(found.new), len(gone)
