from __future__ import annotations

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """Who reviews what, questions to participants, findings, and what is done about them."""

    name = "readiness.assurance"
    label = "assurance"
    default_auto_field = "django.db.models.BigAutoField"
