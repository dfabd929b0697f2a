from __future__ import annotations

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Calendars and feeds that other programmes subscribe to."""

    name = "mhhs_portal.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
