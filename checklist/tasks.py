from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from checklist import receipt_sheets


@shared_task(name="checklist.tasks.draw_receipts")
def draw_receipts() -> None:
    """Does nothing while no receipt waits, so beat may ask every few seconds."""
    receipt_sheets.draw_asked(timezone.now())
