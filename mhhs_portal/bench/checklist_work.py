"""What the checklist's heavy work costs: publishing to every organisation, and the file of every response."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

#: Rows after which the file's memory has reached its level: what it holds more at the end grows with the rows.
WARM_ROWS = 20_000


@dataclass(frozen=True)
class Published:
    organisations: int
    seconds: float


def published() -> Published:
    """Publishing to everybody, messages included, up to where PostgreSQL would commit; then it is taken back."""
    publish, rule = (import_string(f"checklist.{n}") for n in ("publishing.publish", "audiences.Rule"))
    office = apps.get_model("organisations.Membership")._default_manager.filter(role="office").earliest("pk")
    now = timezone.now()
    with transaction.atomic():
        started = time.perf_counter()
        item = publish(
            acting=office,
            now=now,
            rules=[rule(everyone=True)],
            due_on=timezone.localdate(now) + timedelta(days=28),
            reason_for_dates="Measured by the bench",
            title="Published by the bench",
            kind="survey",
            workstream="Bench",
            summary="How long publishing takes.",
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        asked: int = item.addressees.count()
        transaction.set_rollback(True)
    return Published(asked, seconds)


@dataclass(frozen=True)
class Exported:
    rows: int
    seconds: float
    megabytes: float
    #: What the process held more at the end than after the first rows, in MB.
    growth: float


def exported(session: str) -> Exported:
    """The file of every response, read as fast as it comes by a process that keeps nothing of it."""
    told = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", __name__, session], cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
    )
    return Exported(**json.loads(told.stdout.splitlines()[-1]))


def _export(session: str) -> Exported:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    address = reverse("chasing:responses", args=["programme"])
    started = time.perf_counter()
    answer: Any = client.get(address, {"format": "csv"})
    rows, size, level = -1, 0, 0.0
    for piece in answer.streaming_content:
        rows, size = rows + piece.count(b"\r\n"), size + len(piece)
        if not level and rows >= WARM_ROWS:
            level = _held()
    seconds = time.perf_counter() - started
    return Exported(rows, seconds, size / 1024 / 1024, _held() - (level or _held()))


def _held() -> float:
    """The most memory that this process has held so far, in MB."""
    unit = 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / unit


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(asdict(_export(sys.argv[1]))) + "\n")
