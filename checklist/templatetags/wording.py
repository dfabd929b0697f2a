"""What changed in an item's wording, for the pages that show it."""

from __future__ import annotations

from typing import Any

from django import template

from checklist.models import ChecklistItem
from checklist.versions_page import News, news_of

register = template.Library()


@register.simple_tag(takes_context=True)
def news_of_wording(context: dict[str, Any], item: ChecklistItem) -> News | None:
    """On an organisation's own page since it answered, elsewhere since the first wording; None if nothing changed."""
    acting = context.get("acting")
    return news_of(item, acting.organisation if acting and context.get("own") else None)
