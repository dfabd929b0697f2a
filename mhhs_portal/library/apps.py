from __future__ import annotations

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """What the Programme publishes to read: documents with versions, terms, whom to ask."""

    name = "mhhs_portal.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"
