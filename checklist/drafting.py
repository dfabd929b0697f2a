"""Drafts of items: nobody but the Programme office ever sees one. They may lack everything but their reference.

Two people who work on one draft do not overwrite each other unseen: whoever saves says which save they saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from checklist.audiences import Apart, Rule, rows_of
from checklist.content import Content, content_of
from checklist.models import (
    OPENING_TIME,
    AudienceException,
    ChecklistItem,
    ItemKind,
    ItemLink,
    ItemTemplate,
    State,
)
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import CLOSE_OF_PLAY, add_working_days, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation

_REFERENCES = 4_120_412  # the advisory lock under which references are counted
#: What a draft may lack.
_MAY_LACK = ("title", "summary", "workstream", "kind")


def next_reference() -> str:
    """The next free PCL number; two people at once wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REFERENCES])
        cursor.execute("SELECT coalesce(max(substring(reference FROM 5)::int), 0) + 1 FROM checklist_checklistitem")
        return f"PCL-{cursor.fetchone()[0]:04}"


def save_draft_item(
    item: ChecklistItem | None,
    *,
    acting: Membership,
    now: datetime,
    rules: Sequence[Rule] = (),
    links: Sequence[dict[str, str]] = (),
    apart: Sequence[Apart] = (),
    seen_edit: int = 0,
    **facts: Any,
) -> ChecklistItem:
    """Keep what is typed as a new draft (item=None), or in place of what the draft says. `facts` are its own fields."""
    with doing("checklist.drafted", by=acting.person):
        draft = locked_draft(item, seen_edit) if item else _new(acting)
        for name, value in facts.items():
            setattr(draft, name, value)
        draft.edited_by, draft.edited_at = acting.person, now
        _save(draft)
        put_parts(draft, rules, links, apart, acting, now)
    return draft


def locked_draft(item: ChecklistItem, seen_edit: int) -> ChecklistItem:
    """The draft as it is now, its number raised; refuses what is no draft, and what a colleague has changed."""
    draft = ChecklistItem.objects.select_for_update(of=("self",)).select_related("edited_by").get(pk=item.pk)
    if not draft.is_draft:
        raise ValidationError("This item has been published in the meantime, so its draft can no longer be changed.")
    if seen_edit and draft.edit_number != seen_edit:
        who = draft.edited_by.name if draft.edited_by else "A colleague"
        raise ValidationError(
            f"{who} saved this draft while your page was open. What you typed is below and not saved: "
            "open the draft in a second tab to compare, then save again to replace it."
        )
    draft.edit_number += 1
    return draft


def put_parts(
    item: ChecklistItem,
    rules: Sequence[Rule],
    links: Sequence[dict[str, str]],
    apart: Sequence[Apart],
    acting: Membership,
    now: datetime,
) -> None:
    """The item's rules, links and exceptions as typed now, in place of a draft's earlier ones."""
    if item.is_draft:
        item.rules.all().delete()
        item.links.all().delete()
        item.exceptions.all().delete()
    for row in rows_of([rule for rule in rules if not rule.is_empty]):
        row.item = item
        save_checked(row)
    for position, link in enumerate(links):
        save_checked(ItemLink(item=item, position=position, **link))
    slugs = [row.organisation for row in apart]
    known = {o.slug: o for o in Organisation.objects.participants().filter(slug__in=slugs)} if slugs else {}
    for exception in apart:
        if exception.organisation not in known:
            raise ValidationError("An exception names an organisation that is not in the portal")
        save_checked(
            AudienceException(
                item=item,
                organisation=known[exception.organisation],
                is_left_out=exception.is_left_out,
                reason=exception.reason.strip(),
                decided_by=acting.person,
                decided_at=now,
            )
        )


def discard(item: ChecklistItem, *, acting: Membership) -> None:
    """Throw a draft away; its history stays."""
    with doing("checklist.draft_discarded", by=acting.person):
        locked_draft(item, 0)
        item.links.all().delete()
        item.delete()


def draft_from(content: Content, *, acting: Membership, now: datetime, **dates: Any) -> ChecklistItem:
    """A new draft with these words."""
    return save_draft_item(
        None,
        acting=acting,
        now=now,
        rules=content.rules,
        links=content.links,
        apart=content.apart,
        **content.facts,
        **dates,
    )


def duplicate(item: ChecklistItem, *, acting: Membership, now: datetime) -> ChecklistItem:
    """A draft with the same words, rules and links, and without dates, files or exceptions."""
    content = content_of(item)
    content.apart = []
    return draft_from(content, acting=acting, now=now)


def keep_as_template(
    item: ChecklistItem, *, name: str, acting: Membership, now: datetime, period_days: int | None = None
) -> ItemTemplate:
    with doing("checklist.template_kept", by=acting.person):
        template = ItemTemplate(
            name=name.strip(),
            content=content_of(item).as_json(),
            period_days=period_days,
            kept_by=acting.person,
            kept_at=now,
            is_sample=acting.person.is_sample,
        )
        save_checked(template)
    return template


def use_template(template: ItemTemplate, *, acting: Membership, now: datetime) -> ChecklistItem:
    """A draft from the template, closing after its usual period from today."""
    days = template.period_days
    dates = {"due_on": add_working_days(local_day(now), days)} if days else {}
    return draft_from(Content.from_json(template.content), acting=acting, now=now, **dates)


def forget_template(template: ItemTemplate, *, acting: Membership) -> None:
    with doing("checklist.template_removed", by=acting.person):
        template.delete()


def _new(acting: Membership) -> ChecklistItem:
    return ChecklistItem(
        reference=next_reference(),
        state=State.DRAFT,
        kind=ItemKind.CONSULTATION,
        due_time=CLOSE_OF_PLAY,
        opens_time=OPENING_TIME,
        is_sample=acting.person.is_sample,
    )


def _save(draft: ChecklistItem) -> None:
    lacking = [name for name in _MAY_LACK if not getattr(draft, name)]
    draft.full_clean(exclude=lacking)
    draft.save()
