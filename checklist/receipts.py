"""What proves that a response was received: its digest, the message about it, and the words of the receipt.

The digest is SHA-256 over the canonical JSON of what was sent. It is kept with the response; whoever doubts puts it
together again from the rows that are kept, and compares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from checklist.models import ChecklistItem, ReceiptSheet, Response
from mhhs_portal.deadlines import local_day
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.notifications.models import Priority
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Membership, Organisation, Role

#: In the order of the comments log.
ROW = ("document", "clause", "comment", "suggested_change", "kind", "severity", "is_confidential")
PEOPLE = ("item", "organisation", "given_by", "signed_off_by")


def digest(
    item: ChecklistItem,
    revision: int,
    organisation: Organisation,
    number: int,
    answer: str,
    reason: str,
    rows: Sequence[Any],
    files: Sequence[tuple[str, StoredFile]],
) -> str:
    """SHA-256 of what was sent. `rows` are comments as typed or as kept, in their order; `files` title and file."""
    said = {
        "item": item.reference,
        "revision": revision,
        "organisation": organisation.slug,
        "version": number,
        "answer": str(answer),
        "reason": reason,
        "comments": [{name: _plain(getattr(row, name)) for name in ROW} for row in rows],
        "files": sorted([title, file.sha256] for title, file in files),
    }
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> str | bool:
    return value if isinstance(value, bool) else str(value)


def recomputed(response: Response) -> str:
    """The digest of what the portal keeps of this response now."""
    return digest(
        response.item,
        response.revision,
        response.organisation,
        response.number,
        response.answer,
        response.reason,
        list(response.comments.all()),
        [(row.title, row.file) for row in response.files.all()],
    )


def is_as_kept(response: Response) -> bool:
    """Whether what the portal keeps is still, to the letter, what was sent."""
    return recomputed(response) == response.digest


def promise(response: Response, now: datetime) -> None:
    """Send the receipt to whoever sent the response and to the organisation's lead contacts, and have the PDF drawn.

    Within the transaction that keeps the response: no receipt without a response, no response without its receipt.
    """
    ReceiptSheet.objects.create(response=response, asked_at=now)
    leads = (
        Membership.objects.current(local_day(now))
        .filter(organisation=response.organisation, role=Role.LEAD)
        .select_related("person")
    )
    people = {row.person_id: row.person for row in leads}
    if not response.is_on_behalf:
        people.setdefault(response.given_by_id, response.given_by)
    facts = _said(response)
    enqueue_many(
        draft(
            "checklist-receipt",
            to=person,
            dedupe_key=f"receipt/{response.receipt}/{person.pk}",
            priority=Priority.RECEIPT,
            for_organisation=response.organisation,
            about=f"checklist/{response.item.reference}",
            about_url=address(response),
            **facts,
        )
        for person in people.values()
    )


def address(response: Response) -> str:
    """The page of the receipt, for the organisation."""
    return reverse("checklist:receipt", args=[response.organisation.slug, response.item.reference, part(response)])


def part(response: Response) -> str:
    return response.receipt_part


def read(item: ChecklistItem, organisation: Organisation, sent: str) -> Response | None:
    """The response whose receipt has this number, with all that its receipt says."""
    revision, _, version = sent.partition("-v")
    found = Response.objects.filter(item=item, organisation=organisation, revision=revision, number=version or 1)
    return found.select_related(*PEOPLE, "sheet__file").prefetch_related("comments", "files__file").first()


def deadline_then(response: Response) -> datetime | None:
    """The deadline that held for the organisation when it sent: what was granted later does not count."""
    granted = list(response.item.extensions.seen_by(response.organisation).order_by("granted_at", "pk"))  # type: ignore[attr-defined]
    later = [row for row in granted if row.granted_at > response.given_at and row.organisation_id is None]
    own = [row.due_at for row in granted if row.granted_at <= response.given_at and row.organisation_id]
    general = later[0].old_due_at if later else response.item.due_at
    return max([moment for moment in [general, *own] if moment], default=None)


def _said(response: Response) -> dict[str, Any]:
    return {
        "receipt": response.receipt,
        "reference": response.item.reference,
        "title": response.item.title,
        "given_at": response.given_at,
        "sender": response.given_by.name,
        "on_behalf_reason": response.on_behalf_reason,
        "signed_off_by": response.signed_off_by.name if response.signed_off_by else "",
        "organisation_name": response.organisation.name,
        "answer": response.get_answer_display(),
        "reason": response.reason,
        "comments": response.comments.count(),
        "confidential": response.comments.filter(is_confidential=True).count(),
        "files": [[row.title, grouped(row.file.sha256)] for row in response.files.select_related("file")],
        "is_late": response.is_late,
        "is_again": response.number > 1,
        "digest": grouped(response.digest),
    }


def grouped(sha256: str) -> str:
    """In groups that a person can compare and a narrow column can break."""
    return " ".join(sha256[n : n + 16] for n in range(0, len(sha256), 16))
