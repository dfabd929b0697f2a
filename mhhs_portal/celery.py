"""Celery only wakes workers; PostgreSQL remembers what is to be done.

Beat runs in UTC and every entry is an idempotent sweep over due rows, so a missed run is made good by the next one
and a doubled run finds nothing. No task is scheduled by ETA or countdown.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mhhs_portal.settings")

app = Celery("mhhs_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["mhhs_portal.notifications", "milestones", "checklist", "readiness"])
