"""The web process of the bench: the production one with one address more."""

from __future__ import annotations

from django.conf import settings

from mhhs_portal.wsgi import application

settings.ROOT_URLCONF = "mhhs_portal.bench.urls"

__all__ = ["application"]
