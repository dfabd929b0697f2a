"""The figures of the dashboards, each from few questions to the database whatever the size."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mhhs_portal.organisations.models import Organisation
from readiness.models import Campaign


def of_campaign(campaign: Campaign, now: datetime) -> dict[str, Any]:
    return {}


def of_organisation(organisation: Organisation, now: datetime) -> dict[str, Any]:
    return {}


def of_programme(now: datetime) -> dict[str, Any]:
    return {}
