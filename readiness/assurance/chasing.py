"""Asking the rest: one notice to each lead and contributor of those who have not submitted, once a day."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from mhhs_portal.deadlines import local_day, spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership
from readiness.assurance.people import check_analyst, tell_organisation
from readiness.models import OPEN, Campaign, Submission


def chase(campaign: Campaign, *, acting: Membership, now: datetime) -> int:
    """Gives how many messages were new; a second press on the same day sends nothing."""
    check_analyst(acting)
    rows = Submission.objects.filter(campaign=campaign, status__in=OPEN, rounds=None)
    sent = 0
    with doing("readiness.chased", by=acting.person):
        for submission in rows.select_related("campaign", "organisation"):
            sent += len(
                tell_organisation(
                    submission,
                    f"{campaign.slug}/{submission.organisation.slug}/chase/{local_day(now).isoformat()}",
                    now,
                    url=reverse("readiness:submission", args=[submission.organisation.slug, campaign.slug]),
                    headline=f"Elexon waits for your submission: {campaign.name}",
                    lead="Your submission has not reached Elexon yet.",
                    facts=[["Due", spoken(campaign.due_at)]],
                    action="Open the request",
                )
            )
    return sent
