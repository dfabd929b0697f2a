"""Celery only wakes workers; PostgreSQL remembers what is to be done.

Beat runs in UTC and every entry is an idempotent sweep over due rows, so a missed run is made good by the next one
and a doubled run finds nothing. No task is scheduled by ETA or countdown.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mhhs_portal.settings")

app = Celery("mhhs_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "mhhs_portal.notifications",
        "mhhs_portal.documents",
        "milestones",
        "milestones.plan_files",
        "checklist",
        "readiness",
        "readiness.papers",
    ]
)


@task_prerun.connect
def leave_dead_connections(**kwargs: object) -> None:
    """Workers keep their database connection from task to task (CELERY_DB_REUSE_MAX), as web processes do.

    So they must also do what Django does before each request: drop one that is too old or has failed, and have the rest
    checked before the first query. Without it a restarted PostgreSQL would leave workers with a dead connection.
    """
    close_old_connections()
