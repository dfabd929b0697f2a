"""Files that an organisation puts beside its draft; they are sent with the response."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from checklist.models import ChecklistItem, DraftFile
from checklist.response_drafting import at_work
from mhhs_portal.db import save_checked
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.library.uploads import WORDS, checked
from mhhs_portal.organisations.models import Membership

#: So many files go with one response; our own limit.
MOST_FILES = 20

__all__ = ["MOST_FILES", "WORDS", "attach_all", "detach"]


def attach_all(item: ChecklistItem, uploads: Sequence[UploadedFile], *, acting: Membership, now: datetime) -> list[str]:
    """Keep each file that the portal takes; gives the refusals of the others, in words that name the file."""
    refusals = []
    for upload in uploads:
        try:
            _attach(item, upload, acting, now)
        except ValidationError as refusal:
            refusals.append(f"{upload.name}: {' '.join(refusal.messages)}")
    return refusals


def _attach(item: ChecklistItem, upload: UploadedFile, acting: Membership, now: datetime) -> None:
    content, name, media_type = checked(upload)
    with (
        bytes_go_with_rows(),
        doing("checklist.response_file_attached", by=acting.person),
        at_work(item, acting, now, None) as work,
    ):
        draft = work.needed_draft()
        if draft.files.count() >= MOST_FILES:
            raise ValidationError(f"{MOST_FILES} files go with one response. Take one off first.")
        stored = keep(content, name=name, content_type=media_type, by=acting.person)
        save_checked(DraftFile(draft=draft, title=name, file=stored, added_by=acting.person, added_at=now))
        work.is_changed = True


def detach(item: ChecklistItem, file: int, *, acting: Membership, now: datetime) -> None:
    """Take a file off the draft again; the bytes stay with its history."""
    with doing("checklist.response_file_detached", by=acting.person), at_work(item, acting, now, None) as work:
        if work.draft and work.draft.files.filter(pk=file).delete()[0]:
            work.is_changed = True
