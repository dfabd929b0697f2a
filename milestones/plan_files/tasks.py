from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from milestones.plan_files import importing


@shared_task(name="milestones.plan_files.tasks.read_plans")
def read_plans() -> None:
    """Reads what waits, one file after the other; finds nothing most of the time, so beat may ask every few seconds."""
    while importing.read_next(timezone.now()):
        pass
