from __future__ import annotations

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """What the board is told and asked, frozen, and what it decided."""

    name = "readiness.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
