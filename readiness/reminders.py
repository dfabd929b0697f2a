"""What the reminders of a submission follow from: who was asked, until when, and who has not submitted this round.

When they go, and to whom, is the ladder's (mhhs_portal/reminders), which Elexon's analysts set.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from mhhs_portal.deadlines import is_past
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft
from mhhs_portal.organisations.models import Kind as Body
from mhhs_portal.reminders.escalating import with_escalations
from mhhs_portal.reminders.kinds import Kind, Sql, Watch
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.sweeping import key_of
from readiness.models import OPEN, Campaign, Submission

TEMPLATE = "readiness-reminder"
#: A later round has its own deadline, and is not announced as new: whoever sent it back has said so.
_ASKED = """
    SELECT c.slug, s.organisation_id, s.round_number, COALESCE(more.due_at, c.due_at),
        COALESCE(more.asked_at, c.opened_at), s.status <> 'not-started', NULL::bigint, s.round_number = 1
    FROM readiness_submission s
    JOIN readiness_campaign c ON c.id = s.campaign_id
    LEFT JOIN readiness_moreneeded more ON more.submission_id = s.id AND more.round_number = s.round_number
    WHERE c.opened_at IS NOT NULL AND s.status = ANY(%s)
"""
_SLUG = "(SELECT r.slug FROM readiness_campaign r WHERE r.id = c.campaign_id)"


def asked(now: datetime) -> Sql:
    return _ASKED, [[status.value for status in OPEN]]


def titles(slugs: Sequence[str]) -> dict[str, str]:
    return dict(Campaign.objects.filter(slug__in=slugs).order_by().values_list("slug", "name"))


def messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    """One query for the submissions, whatever the number of reminders."""
    rows = Submission.objects.filter(
        campaign__slug__in={each.thing for each in reminders},
        organisation__in={each.organisation_id for each in reminders},
    )
    found = {
        (row.campaign.slug, row.organisation_id): row
        for row in rows.with_counts().select_related("campaign", "organisation")
    }
    return with_escalations(
        SUBMISSION, reminders, now, lambda each: _message(each, found[each.thing, each.organisation_id], now)
    )


def _message(reminder: Reminder, submission: Submission, now: datetime) -> Message:
    campaign, organisation = submission.campaign, submission.organisation
    return draft(
        TEMPLATE,
        to=reminder.person,
        dedupe_key=key_of(reminder),
        for_organisation=organisation,
        about=f"readiness/{campaign.slug}",
        about_url=reverse("readiness:submission", args=[organisation.slug, campaign.slug]),
        stage="overdue" if is_past(reminder.due_at, now) else reminder.rung,
        campaign=campaign.name,
        kind=campaign.get_kind_display(),
        organisation=organisation.name,
        roles=submission.roles_words,
        due_at=reminder.due_at,
        answered=submission.answered,  # type: ignore[attr-defined]
        asked=submission.asked,  # type: ignore[attr-defined]
        is_sample=campaign.is_sample,
    )


SUBMISSION = Kind(
    key="air-submission",
    label="AIR or other readiness submission",
    about="readiness/",
    asked=asked,
    messages=messages,
    titles=titles,
    watches=(
        Watch("readiness_campaign", thing="c.slug", columns=("due_at", "opened_at")),
        Watch(
            "readiness_submission",
            thing=_SLUG,
            organisation="c.organisation_id",
            columns=("status", "round_number"),
        ),
        Watch(
            "readiness_moreneeded",
            thing="(SELECT r.slug FROM readiness_campaign r JOIN readiness_submission s ON s.campaign_id = r.id"
            " WHERE s.id = c.submission_id)",
            organisation="(SELECT s.organisation_id FROM readiness_submission s WHERE s.id = c.submission_id)",
        ),
    ),
    desk=Body.ELEXON,
    before=(TEMPLATE,),
    page=lambda slug, home: reverse("readiness:campaign", args=[home, slug]),
)
