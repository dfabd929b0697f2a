from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """What waits for what, how much slack there is, and what would happen if."""

    name = "milestones.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"
