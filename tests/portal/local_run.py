"""Starts the real `make run` in a folder of its own, watches it, and counts what it leaves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil

REPLACED_BY_TESTS = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_MODE", "SITE_URL", "STATIC_ROOT", "PORT"}
PATIENCE = 240  # seconds; other work may share the machine


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as asking:
        return asking.getsockname()[1]


class Portal:
    """One `python -m mhhs_portal.local.run`."""

    def __init__(self, var: Path, *, port: int | None = None, **environment: str) -> None:
        self.var = var
        self.port = port or free_port()
        inherited = {k: v for k, v in os.environ.items() if k not in REPLACED_BY_TESTS}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mhhs_portal.local.run"],
            env=inherited | {"VAR_DIR": str(var), "PORT": str(self.port), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + PATIENCE
        while words not in self.output:
            assert self.process.poll() is None, f"ended before {words!r}:\n{self.output}"
            assert time.monotonic() < until, f"never said {words!r}:\n{self.output}"
            time.sleep(0.05)

    def wait_open(self) -> None:
        self.wait_for("The portal is open at")

    def wait_end(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(5)
        return code

    def status_of(self, path: str) -> int:
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20).status

    def pid_of(self, name: str) -> int:
        records = [self.var / "run" / f"{name}.process.json", self.var / f"{name}.process.json"]
        return int(json.loads(next(r for r in records if r.exists()).read_text())["pid"])

    def everything(self) -> list[psutil.Process]:
        """The supervisor and all that descends from it."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def end(self) -> None:
        """For tests that failed half-way."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(40)
            self.process.kill()
            self.process.wait()


def alive_after(processes: list[psutil.Process], seconds: float) -> list[str]:
    """Those still there after the time that a clean end may take, by command."""
    _, alive = psutil.wait_procs([p for p in processes if p.pid != os.getpid()], timeout=seconds)
    return [" ".join(p.cmdline()) for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
