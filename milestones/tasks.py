from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from milestones import non_sit_journey
from milestones.sheets import own_sheet, plan_on_a_page


@shared_task(name="milestones.tasks.render_plan_on_a_page")
def render_plan_on_a_page() -> None:
    """Does nothing while the sheets that are kept are the current ones, so beat may ask every minute."""
    plan_on_a_page.make_all(timezone.now())


@shared_task(name="milestones.tasks.draw_asked_sheets")
def draw_asked_sheets() -> None:
    """An organisation's own sheet, when one of its members waits for it; else one query that finds nothing."""
    own_sheet.draw_asked()


@shared_task(name="milestones.tasks.draw_supplier_journey")
def draw_supplier_journey() -> None:
    """Does nothing while the journey that is kept says what the paths say."""
    non_sit_journey.make_if_missing(timezone.now())
