"""Has every kept file looked at by the virus scanner, soon after it came and again when that failed.

The rows in PostgreSQL are the queue. Celery beat wakes a sweep every few seconds; a claim that is older than the lease
belongs to a worker that died.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.module_loading import import_string

from mhhs_portal.db import save_checked
from mhhs_portal.documents.clamd import PIECE, AwayError, Daemon, RefusedError
from mhhs_portal.documents.models import FileScan, ScanState, StoredFile
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
#: How long to wait after the first, second … failure; afterwards only staff ask again.
PAUSES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
MOST_ATTEMPTS = len(PAUSES) + 1
AT_ONCE = 50


def scan_due(now: datetime, daemon: Daemon | None = None) -> int:
    """Scan what waits, at most fifty files; gives how many. Nothing happens while no scanner is set or it is away."""
    if daemon is None:
        if not settings.CLAMD_URL:
            return 0
        daemon = Daemon(settings.CLAMD_URL)
    _take_in(now)
    if not _waiting(now):
        return 0
    try:
        engine = daemon.version()
    except AwayError as away:
        log.warning("%s", away)
        return 0
    done = 0
    while done < AT_ONCE and (scan := _claim(now)):
        try:
            _scan(scan, daemon, engine, now)
        except AwayError as away:
            FileScan.objects.filter(pk=scan.pk).update(claimed_at=None, attempts=scan.attempts - 1)
            log.warning("%s", away)
            break
        done += 1
    return done


def _take_in(now: datetime) -> None:
    """Files from before there was a scanner get a row, a few at a time."""
    older = StoredFile.objects.filter(scan=None).order_by("pk")[:AT_ONCE]
    rows = [FileScan(file=file, next_try_at=now) for file in older]
    if rows:
        FileScan.objects.bulk_create(rows, ignore_conflicts=True)


def _waiting(now: datetime) -> bool:
    return FileScan.objects.open().filter(next_try_at__lte=now, attempts__lt=MOST_ATTEMPTS).exists()


def _claim(now: datetime) -> FileScan | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE documents_filescan SET claimed_at = %(now)s, attempts = attempts + 1
            WHERE id = (
                SELECT id FROM documents_filescan
                WHERE state IN ('not-scanned', 'failed') AND next_try_at <= %(now)s AND attempts < %(most)s
                    AND (claimed_at IS NULL OR claimed_at < %(silent)s)
                ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """,
            {"now": now, "silent": now - LEASE, "most": MOST_ATTEMPTS},
        )
        row = cursor.fetchone()
    return FileScan.objects.select_related("file", "uploaded_by").get(pk=row[0]) if row else None


def _scan(scan: FileScan, daemon: Daemon, engine: str, now: datetime) -> None:
    try:
        found = daemon.judge(_pieces(scan.file)).found
    except (RefusedError, FileNotFoundError) as why:
        words = "The portal no longer has the file" if isinstance(why, FileNotFoundError) else str(why)
        log.warning("file %s could not be scanned: %s", scan.file_id, words)
        _note(scan, ScanState.FAILED, words, engine, now)
        return
    _note(scan, ScanState.INFECTED if found else ScanState.CLEAN, found, engine, now)


def _pieces(file: StoredFile) -> Iterator[bytes]:
    with file.file.storage.open(str(file.file.name)) as opened:
        yield from opened.chunks(PIECE)


def _note(scan: FileScan, state: ScanState, words: str, engine: str, now: datetime) -> None:
    """Write the verdict down, and tell whom it concerns in the same transaction. A lost claim writes nothing."""
    pause = PAUSES[min(scan.attempts, len(PAUSES)) - 1]
    with doing(f"documents.{_VERBS[state]}", by=None):
        ours = FileScan.objects.filter(pk=scan.pk, claimed_at=scan.claimed_at).exclude(state=ScanState.INFECTED)
        wrote = ours.update(
            state=state,
            signature=words[:200],
            engine=engine,
            scanned_at=now,
            claimed_at=None,
            next_try_at=now + pause,
        )
        scan.refresh_from_db()
        if wrote and state == ScanState.INFECTED:
            import_string(settings.INFECTED_LISTENER)(scan, now)


_VERBS = {ScanState.CLEAN: "scanned", ScanState.INFECTED: "found_infected", ScanState.FAILED: "not_scanned"}


def scan_again(scan: FileScan, *, acting: Membership, now: datetime) -> None:
    """Staff ask once more after the last try failed."""
    with doing("documents.scan_asked_again", by=acting.person):
        scan = FileScan.objects.select_for_update().get(pk=scan.pk)
        if not scan.is_open:
            raise ValidationError("This file has been judged: there is nothing to scan again.")
        FileScan.objects.filter(pk=scan.pk).update(attempts=0, next_try_at=now)


def release(scan: FileScan, *, reason: str, acting: Membership, now: datetime) -> None:
    """Staff answer for a file of their own that no scanner has judged: from now on others can open it."""
    with doing("documents.released", by=acting.person):
        scan = FileScan.objects.select_for_update().get(pk=scan.pk)
        if not scan.is_from_staff:
            raise ValidationError(
                "Only what Programme staff put here can be released. This file came from a participant."
            )
        if not scan.is_open:
            raise ValidationError(f"This file is not held back: {scan.get_state_display().lower()}.")
        if scan.is_released:
            raise ValidationError("This file is released already.")
        if not reason.strip():
            raise ValidationError({"reason": "Say why you answer for this file."})
        scan.released_at, scan.released_by, scan.released_reason = now, acting.person, reason.strip()
        save_checked(scan)
