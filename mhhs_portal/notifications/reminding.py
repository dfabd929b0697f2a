"""Asks each part of the programme what must be reminded, so that this package imports none of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


def ask_sources(now: datetime) -> dict[str, int]:
    """Let every source in settings.REMINDER_SOURCES promise its reminders; gives how many were new.

    A source is `(now) -> int`. It computes what stage each thing has reached by now, not what happens today, so a
    missed sweep is made good by the next. Each has a transaction of its own: one that fails is logged, and the others
    are not held up. A source that another worker is asking at this moment is left to that worker. One that says
    `own_transactions` sees to all of this itself.
    """
    new: dict[str, int] = {}
    for path in settings.REMINDER_SOURCES:
        try:
            source: Callable[[datetime], int] = import_string(path)
            if getattr(source, "own_transactions", False):
                new[path] = source(now)
                continue
            with transaction.atomic():
                if _nobody_else_asks(path):
                    new[path] = source(now)
        except Exception:
            logger.exception("the reminder source %s failed; the next sweep asks it again", path)
    return new


def _nobody_else_asks(path: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [path])
        return bool(cursor.fetchone()[0])
