"""Who opened what: named in settings.ITEM_OPENED, so that the item page of the checklist need not know about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from checklist.models import ChecklistItem
from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.models import Membership

#: What is known already is found by the unique index and writes nothing; two at once are settled by it too.
_FIRST = """
    INSERT INTO chasing_opening (item_id, revision, organisation_id, person_id, opened_at)
    SELECT %(item)s, %(revision)s, %(organisation)s, %(person)s, %(now)s
    WHERE NOT EXISTS (SELECT 1 FROM chasing_opening WHERE item_id = %(item)s
                      AND organisation_id = %(organisation)s AND revision = %(revision)s)
    ON CONFLICT DO NOTHING
"""
_VIEW = """
    INSERT INTO chasing_itemview (item_id, organisation_id, person_id, viewed_on, viewed_at)
    SELECT %(item)s, %(organisation)s, %(person)s, %(day)s, %(now)s
    WHERE NOT EXISTS (SELECT 1 FROM chasing_itemview WHERE item_id = %(item)s AND organisation_id = %(organisation)s
                      AND person_id = %(person)s AND viewed_on = %(day)s)
    ON CONFLICT DO NOTHING
"""
_BOTH = f"WITH first AS ({_FIRST}) {_VIEW}"


def record(item: ChecklistItem, acting: Membership, now: datetime) -> None:
    """Somebody of an organisation that was asked looks at the item. One query."""
    facts: dict[str, Any] = {
        "item": item.pk,
        "revision": item.revision,
        "organisation": acting.organisation_id,
        "person": acting.person_id,
        "day": local_day(now),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST if item.is_public else _BOTH, facts)
