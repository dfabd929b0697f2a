from __future__ import annotations

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Who decides: groups, their meetings and what they decided."""

    name = "milestones.governance"
    label = "governance"
    default_auto_field = "django.db.models.BigAutoField"
