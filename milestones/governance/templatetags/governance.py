"""{% load governance %}{% decisions_about milestone %}: what meetings decided about a milestone, for its own page."""

from __future__ import annotations

from typing import Any

from django import template

from milestones.governance.calendar_page import deciding
from milestones.models import Milestone

register = template.Library()


@register.inclusion_tag("governance/decisions_about.html")
def decisions_about(milestone: Milestone) -> dict[str, Any]:
    """Nothing at all when no meeting decided anything about it; one query."""
    return {"decisions": deciding(milestone)}
