"""Who has not submitted, and how near the deadline is: one message to each person for each stage that is reached."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.ladder import rung_of
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership
from readiness.models import Submission

TEMPLATE = "readiness-reminder"


def queue_reminders(now: datetime) -> int:
    """Promise a reminder to the lead and contributors of each submission still open. Gives how many were new."""
    open_ones = (
        Submission.objects.open()
        .filter(campaign__opened_at__lte=now)
        .with_counts()
        .select_related("campaign", "organisation")
    )
    due = [(submission, stage) for submission in open_ones if (stage := rung_of(submission.campaign.due_at, now))]
    people: dict[int, list[Membership]] = {}
    who = Membership.objects.current(local_day(now)).filter(
        role__in=RESPONDERS, organisation__in={submission.organisation_id for submission, _ in due}
    )
    for membership in who.select_related("person"):
        people.setdefault(membership.organisation_id, []).append(membership)
    drafts = [
        _message(submission, stage, membership)
        for submission, stage in due
        for membership in people.get(submission.organisation_id, [])
    ]
    with doing("readiness.reminders_queued", by=None):
        return len(enqueue_many(drafts))


def _message(submission: Submission, stage: str, membership: Membership) -> Message:
    campaign, organisation = submission.campaign, submission.organisation
    return draft(
        TEMPLATE,
        to=membership.person,
        dedupe_key=f"readiness/{campaign.slug}/{organisation.slug}/{stage}/{membership.person_id}"
        + (f"/round-{submission.round_number}" if submission.round_number > 1 else ""),
        for_organisation=organisation,
        about=f"readiness/{campaign.slug}",
        about_url=reverse("readiness:submission", args=[organisation.slug, campaign.slug]),
        stage=stage,
        campaign=campaign.name,
        kind=campaign.get_kind_display(),
        organisation=organisation.name,
        roles=submission.roles_words,
        due_at=campaign.due_at.isoformat(),
        answered=submission.answered,  # type: ignore[attr-defined]
        asked=submission.asked,  # type: ignore[attr-defined]
        is_sample=campaign.is_sample,
    )
