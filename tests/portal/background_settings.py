"""The portal's settings for workers that tests start: nothing but the rhythm and the reminder sources differ."""

from __future__ import annotations

from mhhs_portal.settings import *  # noqa: F403
from mhhs_portal.settings import CELERY_BEAT_SCHEDULE as REAL_SCHEDULE

RHYTHM = {"send what is due": 0.5, "find what must be reminded": 1.0, "beat is alive": 1.0}
RHYTHM["read plans that were uploaded"] = 0.5
CELERY_BEAT_SCHEDULE = {name: {**REAL_SCHEDULE[name], "schedule": seconds} for name, seconds in RHYTHM.items()}
REMINDER_SOURCES = ["tests.portal.reminder_sources.fail", "tests.portal.reminder_sources.remind_every_lead"]
