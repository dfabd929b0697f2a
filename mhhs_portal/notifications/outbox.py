"""Promise first, send later: a row in the caller's transaction, and no call to any other server.

If the transaction is rolled back, nothing was promised. If Redis, the workers or the mail server are away, the row
waits; Celery beat wakes a sender every few seconds (sending.py), so no hint is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from mhhs_portal.notifications.models import Message, MessageQuerySet, Priority
from mhhs_portal.organisations.models import Organisation, Person

ROWS_AT_ONCE = 1_000


def draft(
    template: str,
    *,
    to: Person | None,
    dedupe_key: str,
    to_address: str = "",
    not_before: datetime | None = None,
    priority: Priority = Priority.NOTICE,
    for_organisation: Organisation | None = None,
    about: str = "",
    about_url: str = "",
    **context: Any,
) -> Message:
    """A message that nobody has promised yet, for enqueue_many().

    `context` is kept as JSON. Values whose name ends in _at or _on come back as moments and days when the mail is
    rendered, so pass `due_at` itself and let the template put it into words. `about_url` is the path of the exact
    page where the person acts; the templates have it, absolute, as `link`. Somebody without an account is named by
    `to_address` instead; `unsubscribe_path=` puts the headers of RFC 8058 on the mail.
    """
    now = timezone.now()
    return Message(
        template=template,
        to=to,
        to_address=to_address,
        dedupe_key=dedupe_key,
        queued_at=now,
        not_before=not_before or now,
        priority=priority,
        organisation=for_organisation,
        about=about,
        about_url=about_url,
        context=context,
    )


def enqueue(template: str, *, to: Person | None, dedupe_key: str, **facts: Any) -> Message | None:
    """Promise one message; None when this key has been promised before, by whomever. Arguments as in draft()."""
    return next(iter(enqueue_many([draft(template, to=to, dedupe_key=dedupe_key, **facts)])), None)


def enqueue_many(drafts: Iterable[Message]) -> list[Message]:
    """Promise all of these; gives those that were new. PostgreSQL decides, so two sweeps at once agree."""
    new: list[Message] = []
    waiting = list(drafts)
    for start in range(0, len(waiting), ROWS_AT_ONCE):
        new += _insert_new(waiting[start : start + ROWS_AT_ONCE])
    return new


def _insert_new(drafts: list[Message]) -> list[Message]:
    # Asked first because a refused INSERT still uses up a message number, and sweeps ask every minute.
    keys = [message.dedupe_key for message in drafts]
    known = set(Message.objects.filter(dedupe_key__in=keys).order_by().values_list("dedupe_key", flat=True))
    by_key: dict[str, Message] = {}
    for message in drafts:
        if message.dedupe_key not in known:
            by_key.setdefault(message.dedupe_key, message)
    return _insert(by_key) if by_key else []


def _insert(by_key: dict[str, Message]) -> list[Message]:
    # bulk_create(ignore_conflicts=True) does not tell which rows were new; RETURNING does.
    fields = [field for field in Message._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    values = [
        field.get_db_prep_save(getattr(message, field.attname), connection)
        for message in by_key.values()
        for field in fields
    ]
    sql = (
        f"INSERT INTO {Message._meta.db_table} ({names}) VALUES {', '.join([row] * len(by_key))} "  # noqa: S608
        "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id, dedupe_key"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        inserted = cursor.fetchall()
    for pk, key in inserted:
        by_key[key].pk = pk
        by_key[key]._state.adding = False
        by_key[key]._state.db = connection.alias
    return [by_key[key] for _, key in inserted]


def log_of(about: str) -> MessageQuerySet:
    """Every message about one thing, newest first, with the person: for the thing's own page."""
    return Message.objects.about(about).select_related("to", "organisation")
