"""Receipts as PDF: drawn by a worker once after the response was sent, and kept. Web processes only ask for it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from checklist.models import ReceiptSheet, Response
from checklist.receipts import PEOPLE, address, deadline_then, grouped, recomputed
from checklist.wording import wording_at
from mhhs_portal.documents.models import StoredFile, keep

log = logging.getLogger(__name__)

TEMPLATE = "pdf/receipt.html"
#: So many in one go; beat asks again within seconds.
MOST = 200


def content(response: Response) -> dict[str, Any]:
    """Everything that the sheet says. All of it comes from rows that never change, whenever it is asked."""
    wording = wording_at(response.item, response.revision, response.given_at)
    return {
        "response": response,
        "title": wording["title"],
        "document": " ".join(filter(None, [wording["document_number"], wording["document_version"]])),
        "due_at": deadline_then(response),
        "comments": list(response.comments.all()),
        "files": [(row.title, row.file.size, grouped(row.file.sha256)) for row in response.files.all()],
        "digest": grouped(response.digest),
        "address": f"{settings.SITE_URL}{address(response)}",
    }


def asked(response: Response, now: datetime) -> ReceiptSheet:
    """The sheet of the response; one that was forgotten or never asked for is asked for."""
    return ReceiptSheet.objects.get_or_create(response=response, defaults={"asked_at": now})[0]


def kept(response: Response, now: datetime) -> StoredFile | None:
    """The PDF, if a worker has drawn it; else it is asked for."""
    return asked(response, now).file


def draw_asked(now: datetime) -> int:
    """Draw the receipts that wait, oldest first. One that cannot be drawn is forgotten: its page asks for it again."""
    drawn = 0
    for _ in range(MOST):
        with transaction.atomic():
            waiting = ReceiptSheet.objects.filter(file=None).order_by("asked_at", "pk")
            sheet = waiting.select_for_update(skip_locked=True).first()
            if sheet is None:
                return drawn
            try:
                with transaction.atomic():
                    _draw(sheet, now)
                drawn += 1
            except Exception:
                log.exception("receipt not drawn response=%s", sheet.response_id)
                sheet.delete()
    return drawn


def _draw(sheet: ReceiptSheet, now: datetime) -> None:
    from mhhs_portal.pdf import render_pdf

    responses = Response.objects.select_related(*PEOPLE).prefetch_related("comments", "files__file")
    response = responses.get(pk=sheet.response_id)
    if response.digest and recomputed(response) != response.digest:
        raise ValueError(f"what is kept of {response.receipt} is not what was sent")
    made = render_pdf(TEMPLATE, content(response))
    stored = keep(made, name=f"receipt-{response.receipt}.pdf", content_type="application/pdf", made_here=True)
    try:
        sheet.file, sheet.made_at = stored, now
        sheet.save(update_fields=["file", "made_at"])
    except BaseException:
        stored.file.delete(save=False)  # the row goes with the transaction, the bytes would not
        raise
