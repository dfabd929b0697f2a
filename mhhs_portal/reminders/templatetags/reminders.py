"""Reminders on the pages of the things themselves."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from mhhs_portal.reminders import calendar
from mhhs_portal.reminders.rungs import words_of

register = template.Library()


@register.filter
def rung_words(key: str) -> str:
    """ "5 working days before", of a rung's key."""
    return words_of(key)


@register.filter
def title_in(titles: dict[str, str], name: str) -> str:
    return titles.get(name, name)


@register.inclusion_tag("reminders/coming.html")
def coming_reminders(kind: str, thing: str, org: str) -> dict[str, Any]:
    """The next reminders of one thing, to how many; one query."""
    return {"rows": calendar.upcoming(kind, thing, timezone.now()), "kind": kind, "thing": thing, "org": org}
