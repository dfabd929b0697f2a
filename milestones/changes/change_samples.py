"""Sample change requests, marked as such: one asks for impact assessments, one is a draft. Neither is ever applied."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.history.verbs import doing
from milestones.changes.change_requests import Line, draft_change
from milestones.models import Baseline, ChangeRequest, Milestone
from milestones.models.change_requests import STEPS, State
from milestones.poap import When


def load(today: date) -> list[str]:
    """Made once; nobody is written to about a sample."""
    if ChangeRequest.objects.filter(is_sample=True).exists() or not Baseline.objects.exists():
        return ["Sample change requests: there already"]
    with doing("milestones.samples_loaded", by=None):
        of = {milestone.code: milestone for milestone in Milestone.objects.all()}
        out = draft_change(
            code="CR-S02",
            title="Sample: later acceptance of meters, and the dates that follow",
            summary="A sample. It moves M14 and M16 and says that M16 waits for M15 plus ten working days.",
            reason="An invented request, so that the pages have something to show.",
            raised_by_words="a sample constituency",
            raised_on=today - timedelta(days=10),
            is_sample=True,
            by=None,
            lines=[
                Line("move", of["M14"], When.day(date(2026, 12, 9))),
                Line("move", of["M16"], When.day(date(2027, 8, 6))),
                Line("link", of["M16"], before=of["M15"], lag_working_days=10),
            ],
        )
        _ask(out, today)
        draft_change(
            code="CR-S03",
            title="Sample: a draft that only programme staff see",
            summary="A sample.",
            raised_by_words="the Programme",
            is_sample=True,
            by=None,
            lines=[Line("move", of["M15"], When.month(2027, 6))],
        )
    return ["Sample change requests: 2 written"]


def _ask(request: ChangeRequest, today: date) -> None:
    opened = min(deadline(add_working_days(today, -6)), timezone.now() - timedelta(hours=1))
    _published(request, opened, deadline(add_working_days(today, 30)))


def _published(request: ChangeRequest, opened: datetime, due_at: datetime) -> None:
    request.state = STEPS["publish", State.DRAFT]
    request.published_at = request.assessment_opened_at = opened
    request.assessment_due_at, request.needs_ofgem = due_at, True
    request.save()
