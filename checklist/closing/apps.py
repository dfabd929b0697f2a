from __future__ import annotations

from django.apps import AppConfig


class ClosingConfig(AppConfig):
    """What became of every comment, and the log that says so to everybody."""

    name = "checklist.closing"
    label = "closing"
    default_auto_field = "django.db.models.BigAutoField"
