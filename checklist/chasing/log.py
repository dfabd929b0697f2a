"""What was chased, and who was made an exception, for an item's page: read with the item itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef
from django.db.models.functions import JSONObject

from checklist.chasing.models import Chased
from checklist.models import AudienceException, ChecklistItem
from checklist.models.items import ItemQuerySet


def with_log(items: ItemQuerySet) -> ItemQuerySet:
    """Adds the chases of each item, newest first, and the exceptions of its audience, without another query."""
    lines = (
        Chased.objects.filter(item=OuterRef("pk"))
        .order_by()
        .values("chase")
        .annotate(organisations=Count("pk"))
        .order_by("-chase")
    )
    said = JSONObject(
        number=F("chase"),
        who=F("chase__by__name"),
        at=F("chase__at"),
        subject=F("chase__subject"),
        people=F("chase__people"),
        organisations=F("organisations"),
    )
    apart = JSONObject(
        organisation=F("organisation"),
        name=F("organisation__name"),
        is_left_out=F("is_left_out"),
        reason=F("reason"),
        who=F("decided_by__name"),
    )
    exceptions = AudienceException.objects.filter(item=OuterRef("pk")).order_by("organisation__name").values_list(apart)
    return items.annotate(chases=ArraySubquery(lines.values_list(said)[:20]), apart=ArraySubquery(exceptions))


def chases_of(item: ChecklistItem) -> list[dict[str, Any]]:
    """What with_log() read, with instants."""
    found = item.chases  # type: ignore[attr-defined]
    return [row | {"at": datetime.fromisoformat(row["at"])} for row in found]


def apart_of(item: ChecklistItem) -> list[dict[str, Any]]:
    """The exceptions that with_log() read."""
    found: list[dict[str, Any]] = item.apart  # type: ignore[attr-defined]
    return found
