from __future__ import annotations

from django.apps import AppConfig


class PlanFilesConfig(AppConfig):
    """Plans that come in and go out as files."""

    name = "milestones.plan_files"
    label = "plan_files"
    default_auto_field = "django.db.models.BigAutoField"
