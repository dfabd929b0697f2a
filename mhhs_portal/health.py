"""For machines: is this process alive, can it do its work, is the background work being done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mhhs_portal.notifications import watch
from mhhs_portal.organisations.access import public

BEAT_LIMIT = timedelta(minutes=5)
OLDEST_UNSENT_LIMIT = timedelta(minutes=15)


@require_safe
@never_cache
@public("load balancers ask")
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def _answers(ask: object) -> str:
    try:
        ask()  # type: ignore[operator]
    except Exception as error:
        return type(error).__name__
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@require_safe
@never_cache
@public("load balancers ask")
def ready(request: HttpRequest) -> JsonResponse:
    """200 when both PostgreSQL and Redis answer, else 503 with the one that does not."""
    parts = {"database": _answers(_database), "redis": _answers(lambda: cache.get("ready"))}
    fine = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if fine else "unavailable", **parts}, status=200 if fine else 503)


def _age(moment: datetime | None, now: datetime) -> int | None:
    return int((now - moment).total_seconds()) if moment else None


@require_safe
@never_cache
@public("monitoring asks; it holds ages only")
def jobs(request: HttpRequest) -> JsonResponse:
    """503 when beat has been silent, or a message has waited, longer than its limit. Ages are in seconds."""
    now = timezone.now()
    beat, oldest = watch.last_heartbeat(), watch.oldest_unsent_due(now)
    faults = []
    if beat is None or now - beat > BEAT_LIMIT:
        faults.append("the scheduler (Celery beat) or its worker has been silent")
    if oldest is not None and now - oldest > OLDEST_UNSENT_LIMIT:
        faults.append("a message has waited too long")
    body = {
        "status": "late" if faults else "ok",
        "faults": faults,
        "heartbeat_age_seconds": _age(beat, now),
        "heartbeat_limit_seconds": int(BEAT_LIMIT.total_seconds()),
        "oldest_unsent_age_seconds": _age(oldest, now),
        "oldest_unsent_limit_seconds": int(OLDEST_UNSENT_LIMIT.total_seconds()),
        "parked_messages": watch.parked_messages(),
    }
    return JsonResponse(body, status=503 if faults else 200)
