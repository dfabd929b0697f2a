"""One run for each var folder, told apart by the kernel: a lock ends with its process, a pid file does not."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any, Self

import psutil


class AlreadyRunning(Exception):
    """Another run holds the lock; the message says where it is."""


class Lock:
    """Holds `path` for the time of a `with` block. Raises AlreadyRunning."""

    def __init__(self, path: Path, address: str = "", patience: float = 30) -> None:
        self.path = path
        self.address = address
        self.patience = patience
        self.descriptor = -1

    def __enter__(self) -> Self:
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + self.patience
        while not self._taken():
            holder = self._holder()
            alive = psutil.pid_exists(int(holder.get("pid", 0)))
            if alive or time.monotonic() > until:
                os.close(self.descriptor)
                where = f" at {holder['address']}" if holder.get("address") else ""
                raise AlreadyRunning(
                    f"The portal is already running{where} (process {holder.get('pid', 'unknown')}). "
                    "Press Ctrl-C where it runs, or choose another folder with VAR_DIR and another PORT."
                )
            time.sleep(0.1)  # its guard is still cleaning up
        facts = json.dumps({"pid": os.getpid(), "address": self.address})
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, facts.encode(), 0)
        return self

    def __exit__(self, *_: object) -> None:
        os.ftruncate(self.descriptor, 0)
        os.close(self.descriptor)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holder(self) -> dict[str, Any]:
        try:
            return dict(json.loads(os.pread(self.descriptor, 1000, 0)))
        except ValueError:
            return {}
