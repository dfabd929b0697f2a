"""Years of the checklist for the bench: items, whom they were sent to, and their responses, set by set in SQL.

With 1,000 organisations and 3,000 items: 450,000 rows of those asked and 400,000 responses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection

from mhhs_portal.organisations.models import Organisation

#: Days before today on which the first item closed, and after today on which the last one closes.
PAST, COMING = 720, 60
OPEN_FOR = timedelta(days=30)
COPIED = ("kind", "summary", "body", "workstream", "governance_group", "contact", "state", "issued_by_id")

#: Three organisations of twenty, others for each item; of a few organisations everybody.
_ASK = """
    INSERT INTO checklist_addressee (item_id, organisation_id, rule_id, reason, added_at)
    SELECT i.id, o.id, r.id, 'Picked by the bench', i.issued_at
    FROM (SELECT *, row_number() OVER (ORDER BY reference) AS n FROM checklist_checklistitem
          WHERE reference >= 'PCL-50000' AND reference < 'PCL-60000') i
    JOIN checklist_audiencerule r ON r.item_id = i.id
    CROSS JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS n FROM organisations_organisation
                WHERE slug LIKE 'bench-%%') o
    WHERE (o.n + i.n * 7) %% 20 < %s
"""
#: Nineteen of twenty have answered, a day after the item opened; one answer in ten came late, one in four has comments.
_ANSWER = """
    INSERT INTO checklist_response (item_id, revision, organisation_id, number, is_current, answer, reason,
                                    given_by_id, given_at, is_late, on_behalf_reason, digest)
    SELECT a.item_id, i.revision, a.organisation_id, 1, true,
           CASE WHEN a.id %% 4 = 0 THEN 'comments' ELSE 'no-comments' END, '',
           m.person_id, least(i.opens_at + interval '1 day', %s), a.id %% 10 = 0, '', ''
    FROM checklist_addressee a
    JOIN checklist_checklistitem i ON i.id = a.item_id
    JOIN organisations_organisation o ON o.id = a.organisation_id
    JOIN organisations_membership m ON m.organisation_id = a.organisation_id AND m.role = 'lead'
    WHERE i.reference >= 'PCL-50000' AND i.reference < 'PCL-60000' AND o.slug LIKE 'bench-%%'
      AND i.opens_at < %s AND (a.id %% 20 <> 0)
"""
_COMMENT = """
    INSERT INTO checklist_comment (response_id, number, document, clause, comment, suggested_change, kind, severity,
                                   is_confidential)
    SELECT r.id, 1, 'Document', 'Section 4', 'The step should name who does it.', 'Name the role.', 'substantive',
           'medium', false
    FROM checklist_response r JOIN checklist_checklistitem i ON i.id = r.item_id
    WHERE i.reference >= 'PCL-50000' AND i.reference < 'PCL-60000' AND r.answer = 'comments'
"""
_HISTORY = [f"checklist.{name}:insert_insert" for name in ("Addressee", "Response", "Comment")]


def seed_checklist(organisations: int, count: int, now: datetime) -> None:
    """The organisations and people of the bench are there; nothing of theirs is on the checklist yet."""
    item = _model("ChecklistItem")
    patterns = list(item._default_manager.filter(state="published", is_public=True).order_by("reference"))
    made = item._default_manager.bulk_create(
        [_like(patterns[n % len(patterns)], n, count, now) for n in range(count)], batch_size=500
    )
    rule = _model("AudienceRule")
    # A rule that nobody else meets, or the office would be told of hundreds who joined later.
    first = Organisation.objects.filter(slug__startswith="bench-").earliest("slug")
    rule._default_manager.bulk_create([rule(item=i, position=1, organisation=first) for i in made], batch_size=1000)
    with pgtrigger.ignore(*_HISTORY), connection.cursor() as cursor:
        # Else every later statement of this transaction would pass over a million foreign keys that wait to be checked,
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # and these would be looked up as in tables that were empty a moment ago.
        cursor.execute("ANALYZE checklist_checklistitem, checklist_audiencerule, organisations_organisation")
        cursor.execute(_ASK, [3 if organisations >= 100 else 20])
        cursor.execute("ANALYZE checklist_addressee")
        cursor.execute(_ANSWER, [now, now])
        cursor.execute("ANALYZE checklist_response")
        cursor.execute(_COMMENT, [])
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _model(name: str) -> Any:
    return apps.get_model(f"checklist.{name}")


def _like(pattern: Any, n: int, count: int, now: datetime) -> Any:
    """A published item like this one, with dates of its own."""
    past = min(PAST, count)
    day = now + timedelta(days=round((past + COMING) * (n + 1) / count) - past)
    due_at = day.replace(hour=17, minute=0, second=0, microsecond=0)
    return type(pattern)(
        **{field: getattr(pattern, field) for field in COPIED},
        reference=f"PCL-{50_000 + n}",
        title=f"{pattern.title} ({n + 1})"[:200],
        due_on=due_at.date(),
        due_at=due_at,
        opens_at=due_at - OPEN_FOR,
        issued_at=due_at - OPEN_FOR,
        is_public=True,
        is_sample=True,
    )
