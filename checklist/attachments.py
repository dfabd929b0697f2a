"""Files that staff put beside an item: which are taken is said and judged in one place for the whole portal."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from checklist.drafting import locked_draft
from checklist.models import Attachment, ChecklistItem
from mhhs_portal.db import save_checked
from mhhs_portal.documents import serving
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.library.uploads import WORDS, checked
from mhhs_portal.organisations.models import Membership

__all__ = ["WORDS", "attach", "detach", "served"]


def attach(item: ChecklistItem, upload: UploadedFile, *, acting: Membership, now: datetime) -> Attachment:
    """Keep the file with a draft; ValidationError in words for what the portal does not take."""
    content, name, media_type = checked(upload)
    with bytes_go_with_rows(), doing("checklist.file_attached", by=acting.person):
        locked_draft(item, 0)
        stored = keep(content, name=name, content_type=media_type, by=acting.person)
        attachment = Attachment(item=item, title=name, file=stored, added_at=now, added_by=acting.person)
        save_checked(attachment)
    return attachment


def detach(item: ChecklistItem, attachment: int, *, acting: Membership) -> None:
    """Take a file off a draft again; the bytes stay with its history."""
    with doing("checklist.file_detached", by=acting.person):
        locked_draft(item, 0)
        item.attachments.filter(pk=attachment).delete()


def served(attachment: Attachment, *, from_others: bool) -> HttpResponse:
    """Always as a download; held back from whoever is not of the office until it is scanned."""
    return serving.served(attachment.file, title=attachment.title, from_others=from_others)
