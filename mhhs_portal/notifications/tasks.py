"""What Celery beat wakes. Every task is a sweep over rows: safe to run twice, late or not at all for a while."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from mhhs_portal.notifications import reminding, sending, watch


@shared_task
def send_due_messages() -> None:
    sending.send_due(timezone.now())


@shared_task
def queue_reminders() -> None:
    reminding.ask_sources(timezone.now())


@shared_task
def heartbeat() -> None:
    watch.beat(timezone.now())
