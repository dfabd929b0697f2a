from __future__ import annotations

from django.apps import AppConfig


class ChasingConfig(AppConfig):
    """Who was reached, who opened, who has answered; and asking the rest again."""

    name = "checklist.chasing"
    label = "chasing"
    default_auto_field = "django.db.models.BigAutoField"
