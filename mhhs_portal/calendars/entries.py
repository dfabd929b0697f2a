"""What was published before, compared with what is said now: an event that changed gets the next sequence number, one
that is gone is published as cancelled for a while.

Reading a feed settles it. Whoever comes second waits, reads again, and finds nothing left to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from mhhs_portal.calendars.ics import Event, Published, sort_key
from mhhs_portal.calendars.models import CalendarEntry

#: For how long an event that its source no longer names is still sent as cancelled. Our own number.
CANCELLED_FOR = timedelta(days=90)
#: Together with a scope's hash, the advisory lock under which its entries are settled.
_LOCK = 5_501_700


def fingerprint(event: Event) -> str:
    """Stands for everything that a reader of the calendar sees."""
    said = json.dumps(_said(event), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def settle(scope: str, events: Sequence[Event], now: datetime) -> list[Published]:
    """The events as they are to be published, soonest first, with those that are gone as cancelled ones.

    One query while nothing has changed; changes are written under a lock for the scope.
    """
    current = {event.uid: event for event in events}
    known = _known(scope)
    if _is_settled(current, known):
        return _published(current, known, now)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, scope])
        known = _known(scope)
        _write(scope, current, known, now)
    return _published(current, known, now)


def _known(scope: str) -> dict[str, CalendarEntry]:
    return {entry.uid: entry for entry in CalendarEntry.objects.filter(scope=scope)}


def _is_settled(current: dict[str, Event], known: dict[str, CalendarEntry]) -> bool:
    live = {uid for uid, entry in known.items() if entry.gone_at is None}
    return live == current.keys() and all(fingerprint(e) == known[uid].fingerprint for uid, e in current.items())


def _write(scope: str, current: dict[str, Event], known: dict[str, CalendarEntry], now: datetime) -> None:
    """Bring `known` and its rows up to date with `current`."""
    new, changed = [], []
    for uid, event in current.items():
        entry, mark = known.get(uid), fingerprint(event)
        if entry is None:
            known[uid] = CalendarEntry(scope=scope, uid=uid, fingerprint=mark, changed_at=now, said=_said(event))
            new.append(known[uid])
        elif entry.fingerprint != mark or entry.gone_at is not None:
            entry.fingerprint, entry.said, entry.gone_at = mark, _said(event), None
            entry.sequence, entry.changed_at = entry.sequence + 1, now
            changed.append(entry)
    for uid, entry in known.items():
        if uid not in current and entry.gone_at is None:
            entry.gone_at = entry.changed_at = now
            entry.sequence += 1
            changed.append(entry)
    CalendarEntry.objects.bulk_create(new)
    CalendarEntry.objects.bulk_update(changed, ["fingerprint", "said", "gone_at", "sequence", "changed_at"])


def _published(current: dict[str, Event], known: dict[str, CalendarEntry], now: datetime) -> list[Published]:
    found = [Published(event, known[uid].sequence, known[uid].changed_at) for uid, event in current.items()]
    for uid, entry in known.items():
        if uid not in current and entry.gone_at and entry.gone_at > now - CANCELLED_FOR:
            event = replace(_event(entry.said), is_cancelled=True)
            found.append(Published(event, entry.sequence, entry.changed_at))
    return sorted(found, key=lambda published: sort_key(published.event))


def _said(event: Event) -> dict[str, Any]:
    """The event as JSON; an instant is told from a day by its offset."""
    return asdict(event) | {
        "starts": event.starts.isoformat(),
        "ends": event.ends.isoformat() if event.ends else None,
    }


def _event(said: dict[str, Any]) -> Event:
    return Event(**said | {"starts": _when(said["starts"]), "ends": _when(said["ends"]) if said["ends"] else None})


def _when(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
