from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from milestones.plan_on_a_page import make_if_missing


@shared_task(name="milestones.tasks.render_plan_on_a_page")
def render_plan_on_a_page() -> None:
    """Does nothing while the plan that is kept is the current one, so beat may ask every minute."""
    make_if_missing(timezone.now())
