from __future__ import annotations

from celery import shared_task
from django.utils import timezone


@shared_task(name="readiness.papers.tasks.draw_papers")
def draw_papers() -> None:
    """Does nothing while no paper waits, so beat may ask every few seconds."""
    from readiness.papers import drawing

    drawing.draw_asked(timezone.now())
