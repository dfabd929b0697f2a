"""Staff enter what an organisation has said by another way: with the evidence, and told to its lead contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from checklist.chasing.evidence import checked
from checklist.models import ChecklistItem, Response
from checklist.responding import CommentRow, OnBehalf, respond
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation


def enter(
    item: ChecklistItem,
    organisation: Organisation,
    *,
    answer: str,
    why: str,
    evidence: UploadedFile,
    acting: Membership,
    seen_revision: int,
    now: datetime,
    reason: str = "",
    comments: Sequence[CommentRow] = (),
) -> Response:
    """The organisation's response, marked as entered by the Programme; the receipt tells its lead contacts.

    Raises ValidationError in words: every rule of responding holds here too, late or not.
    """
    content, name, media_type = checked(evidence)
    with bytes_go_with_rows(), doing("checklist.responded_on_behalf", by=acting.person):
        stored = keep(content, name=name, content_type=media_type, by=acting.person)
        return respond(
            item,
            answer=answer,
            reason=reason,
            comments=comments,
            files=[(name, stored)],
            acting=acting,
            on_behalf=OnBehalf(organisation, why),
            seen_revision=seen_revision,
            now=now,
        )
