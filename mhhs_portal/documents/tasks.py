"""What Celery beat wakes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from mhhs_portal.documents import scanning


@shared_task
def scan_files() -> None:
    scanning.scan_due(timezone.now())
