"""What this app puts on an organisation's home page."""

from __future__ import annotations

from datetime import datetime

from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.models import Membership
from mhhs_portal.todo import Panel
from milestones.journeys import journeys_of


def path_panel(acting: Membership, now: datetime) -> Panel | None:
    """Where the organisation is on its path and the next gate; None when none of its roles is on one."""
    journeys = journeys_of(acting.organisation, local_day(now), duties=False)
    if not journeys:
        return None
    return Panel("milestones/path_panel.html", {"journeys": journeys})
