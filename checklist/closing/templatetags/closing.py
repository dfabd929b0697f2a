"""What the item's pages say about comments: where they can be read, and what the log will tell about whoever sends."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from checklist.closing.naming import may_name
from checklist.models import ChecklistItem
from mhhs_portal.deadlines import is_past
from mhhs_portal.organisations.models import Kind

register = template.Library()

NAMED = (
    "The Programme answers every comment in a published log, and the log of this item names the organisations. "
    "A confidential comment is published without text and name."
)
NOT_NAMED = (
    "The Programme answers every comment in a published log. It gives your constituency, not your name, and no "
    "constituency with fewer than 3 of those asked. A confidential comment is published without its text."
)


@register.simple_tag
def naming_sentence(item: ChecklistItem) -> str:
    return NAMED if may_name(item) else NOT_NAMED


@register.inclusion_tag("checklist/closing/link_list.html", takes_context=True)
def closing_links(context: dict[str, Any]) -> dict[str, Any]:
    """Reads `item`, and `acting` or `own` as the item's pages have them."""
    item: ChecklistItem = context["item"]
    acting = context.get("acting")
    if acting and acting.organisation.kind == Kind.PROGRAMME:
        return {"links": _for_office(item, acting.organisation.slug)}
    is_over = item.has_been_closed or (item.due_at is not None and is_past(item.due_at, timezone.now()))
    own = acting.organisation.slug if acting and context.get("own") else ""
    place = [own, item.reference] if own else [item.reference]
    links = []
    if is_over and item.logs.exists():
        log = reverse("closing:own_log" if own else "closing:log", args=place)
        links.append(("Comments log: every comment with its reply", log))
    if item.outcome:
        links.append(("You said, we did", reverse("closing:own_outcome" if own else "closing:outcome", args=place)))
    return {"links": links}


def _for_office(item: ChecklistItem, org: str) -> list[tuple[str, str]]:
    return [
        ("Answer the comments", reverse("closing:comments", args=[org, item.reference])),
        ("Comments log", reverse("closing:office_log", args=[org, item.reference])),
        ("Outcome page", reverse("closing:outcome_page", args=[org, item.reference])),
    ]
