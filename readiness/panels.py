"""The panel of the organisation's home that says how its assurance request stands."""

from __future__ import annotations

from datetime import datetime

from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import Panel
from readiness.models import OPEN, Submission


def air_panel(acting: Membership, now: datetime) -> Panel | None:
    """The open request with the soonest deadline, else the latest one; None when nothing was asked. One query."""
    asked = list(
        Submission.objects.of(acting.organisation)
        .filter(campaign__opened_at__lte=now)
        .with_section_states()
        .order_by("-campaign__due_at")[:10]
    )
    if not asked:
        return None
    in_hand = [submission for submission in asked if submission.status in OPEN]
    submission = in_hand[-1] if in_hand else asked[0]
    states = submission.section_states
    context = {
        "acting": acting,
        "submission": submission,
        "campaign": submission.campaign,
        "states": states,
        "completed": states.count("completed"),
        "to_fix": states.count("there-is-a-problem"),
        "is_overdue": submission.is_open and now > submission.campaign.due_at,
        "now": now,
    }
    return Panel("readiness/panel.html", context)
