from __future__ import annotations

from django.apps import AppConfig


class ReadingConfig(AppConfig):
    """Lists with filters, searches that are kept, and what changed since the last visit."""

    name = "checklist.reading"
    label = "reading"
    default_auto_field = "django.db.models.BigAutoField"
