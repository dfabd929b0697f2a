"""Starts the real parts of the background work for a test, and kills them: Valkey, Celery worker and beat."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
#: A ceiling for a busy machine; each wait ends as soon as it can.
PATIENCE = 90.0
SITE_URL = "https://portal.example"


def wait_until(true: Callable[[], Any], why: str, patience: float = PATIENCE) -> Any:
    """The first truthy answer; fails with `why` when none comes in time."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        answer = true()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {patience:.0f} s in vain: {why}")


def database_url() -> str:
    """The test database, as the environment of another process names it."""
    facts = connection.settings_dict
    password = f":{quote(facts['PASSWORD'], safe='')}" if facts["PASSWORD"] else ""
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{facts['USER']}{password}@{quote(facts['HOST'], safe='')}{port}/{facts['NAME']}"


class Background:
    """Processes that end with the test. Each has a process group of its own, so a kill takes its children too."""

    def __init__(self, folder: Path) -> None:
        from mhhs_portal.local.binaries import valkey_program

        self.folder = folder
        # A socket's path is limited to about 107 bytes; pytest's folders can be longer.
        self._sockets = tempfile.TemporaryDirectory(prefix="mhhs-valkey-")
        self.socket = Path(self._sockets.name) / "s"
        self._valkey = valkey_program()
        self._running: list[subprocess.Popen[bytes]] = []
        self._logs: list[Path] = []

    def __enter__(self) -> Background:
        return self

    def __exit__(self, *exc: object) -> None:
        for process in self._running:
            self.kill(process)
        self._sockets.cleanup()
        if exc[0]:
            for log in self._logs:
                sys.stdout.write(f"--- {log.name}\n{log.read_text()[-4000:]}\n")

    def redis(self) -> subprocess.Popen[bytes]:
        """Empty, and with no memory of its predecessor."""
        self.socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        started = self._start("redis", [str(self._valkey), *options, "--dir", str(self.folder)], {})
        wait_until(self.socket.exists, "Valkey did not start")
        return started

    def worker(self, mail_url: str) -> subprocess.Popen[bytes]:
        options = [
            "worker",
            "--queues",
            "celery,imports",
            "--concurrency",
            "1",
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
        ]
        return self._celery("worker", options, mail_url)

    def beat(self, mail_url: str) -> subprocess.Popen[bytes]:
        return self._celery("beat", ["beat", "--loglevel", "INFO", "--pidfile", ""], mail_url)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL, to the process and all its children: nothing of it gets to say goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def _celery(self, name: str, arguments: list[str], mail_url: str) -> subprocess.Popen[bytes]:
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.portal.background_settings",
            "PORTAL_MODE": "test",
            "CELERY_SKIP_CHECKS": "yes",  # they ran in this process; a worker starts a second sooner
            "DATABASE_URL": database_url(),
            "REDIS_URL": f"unix://{self.socket}?db=0",
            "EMAIL_URL": mail_url,
            "SITE_URL": SITE_URL,
        }
        return self._start(name, [sys.executable, "-m", "celery", "-A", "mhhs_portal", *arguments], environment)

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        log = self.folder / f"{len(self._logs)}-{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._logs.append(log)
        self._running.append(process)
        return process
