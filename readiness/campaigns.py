"""Opening a campaign: whom it asks is decided once, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Kind, Organisation, Person, RoleHeld
from readiness.models import Campaign, QuestionnaireVersion, Submission


def audience(campaign: Campaign) -> dict[Organisation, list[dict[str, str]]]:
    """Every participant with a role that does not qualify, and those roles. A sample asks samples only.

    Source of the rule: the Programme's planning page, "all Market participants that are not Qualifying".
    """
    held = (
        RoleHeld.objects.filter(is_qualifying=False, organisation__kind=Kind.PARTICIPANT)
        .select_related("organisation", "market_role")
        .order_by("organisation__name", "mpid", "market_role__position")
    )
    if campaign.is_sample:
        held = held.filter(organisation__is_sample=True)
    asked: dict[Organisation, list[dict[str, str]]] = {}
    for role in held:
        asked.setdefault(role.organisation, []).append(
            {"mpid": role.mpid, "role": role.market_role.short_name or role.market_role.name}
        )
    return asked


def open_campaign(campaign: Campaign, *, by: Person | None, now: datetime) -> int:
    """Ask everybody in the audience, who stay asked whatever becomes of their roles. Gives how many.

    Raises ValidationError when it is open already, has no published wording, nobody to ask, or a deadline in the past.
    """
    with doing("readiness.campaign_opened", by=by):
        campaign = Campaign.objects.select_for_update().select_related("version").get(pk=campaign.pk)
        if campaign.opened_at:
            raise ValidationError("This campaign is open already.")
        if campaign.version.status != QuestionnaireVersion.Status.PUBLISHED:
            raise ValidationError("Publish the questionnaire before you open the campaign.")
        if campaign.due_at <= now:
            raise ValidationError("The deadline must lie after the opening.")
        asked = audience(campaign)
        if not asked:
            raise ValidationError("No organisation has a role that does not qualify, so there is nobody to ask.")
        Campaign.objects.filter(pk=campaign.pk).update(opened_at=now)
        Submission.objects.bulk_create(
            (Submission(campaign=campaign, organisation=who, asked_for=roles) for who, roles in asked.items()),
            batch_size=500,
        )
    return len(asked)
