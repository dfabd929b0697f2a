from __future__ import annotations

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Announcements, and the digest that goes to subscribers."""

    name = "checklist.news"
    label = "news"
    default_auto_field = "django.db.models.BigAutoField"
