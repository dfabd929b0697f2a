"""What production must have; `manage.py check --deploy` says what is missing and how to mend it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def production_is_configured(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if settings.SECRET_KEY.startswith("dev-only"):
        problems.append(
            Error(
                "SECRET_KEY is still the development key.",
                hint="Set SECRET_KEY in the environment; README, 'Deploying', shows how to make one.",
                id="portal.E001",
            )
        )
    if not settings.SITE_URL.startswith("https://"):
        problems.append(
            Error(
                f"SITE_URL is {settings.SITE_URL!r}: links in reminders would be insecure.",
                hint="Set SITE_URL=https://… to the address that people type.",
                id="portal.E002",
            )
        )
    if not settings.PRODUCTION:
        problems.append(
            Error(
                f"PORTAL_MODE is {settings.MODE!r}.",
                hint="Leave PORTAL_MODE unset, or set it to production.",
                id="portal.E003",
            )
        )
    return problems
