"""Every change is written with the verb that caused it and the person who did it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from mhhs_portal.organisations.models import Person


@contextmanager
def doing(verb: str, *, by: Person | None) -> Iterator[None]:
    """One transaction in which every row change is recorded as `verb`, done by `by`.

    `verb` is "<app>.<what_has_happened>", such as "checklist.responded". `by=None` means the portal itself (a loader
    or a sweep). PostgreSQL's triggers write the events, so bulk updates and raw SQL are recorded too. What follows from
    the change, such as the plan of reminders, is settled in the same transaction (settings.FOLLOWS_FROM_CHANGES).
    """
    with transaction.atomic(), pghistory.context(verb=verb, actor=by.pk if by else None):
        yield
        import_string(settings.FOLLOWS_FROM_CHANGES)()
