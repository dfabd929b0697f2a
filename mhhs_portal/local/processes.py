"""Child processes that never outlive us, and never anybody else's.

Each child leads a session of its own, so Ctrl-C reaches only the supervisor, which stops the rest in order. On
Linux the kernel tells a child when the supervisor dies; `guard.py` does so everywhere and finishes what that leaves.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from mhhs_portal.local.places import Account

Say = Callable[[str, str], None]

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def die_with_parent(parent: int, death_signal: int) -> Callable[[], None] | None:
    """For Popen's preexec_fn, which runs after the change of user that would clear the setting. None where unknown.

    The kernel watches the *thread* that started the child: start children from a thread that lives as long as we do.
    """
    if _prctl is None:
        return None
    prctl = _prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return ask


class Child:
    """One running program: its output prefixed and logged, its identity on record, its end on request."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path,
        record: Path,
        log: Path | None = None,
        say: Say | None = None,
        stop_signal: int = signal.SIGTERM,
        account: Account | None = None,
        pass_fds: Sequence[int] = (),
        awaited: str = "",
    ) -> None:
        self.name = name
        self.awaited = awaited  # the line that sets `announced`
        self.announced = threading.Event()
        self.stop_signal = stop_signal
        self.record = record
        self.last_lines: deque[str] = deque(maxlen=15)
        self._asked = False
        self._say = say
        self._log = log
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=pass_fds,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=die_with_parent(os.getpid(), stop_signal),
        )
        remember(record, name, self.process.pid, stop_signal)
        self._reader = threading.Thread(target=self._read, name=f"{name} output", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def _read(self) -> None:
        assert self.process.stdout is not None
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(self._log.open("a", encoding="utf-8")) if self._log else None
            for line in self.process.stdout:
                self.last_lines.append(line.rstrip())
                if self.awaited and line.rstrip() == self.awaited:
                    self.announced.set()
                if log:
                    log.write(line)
                    log.flush()
                if self._say:
                    self._say(self.name, line.rstrip())

    def exit_code(self) -> int | None:
        return self.process.poll()

    def last_words(self) -> str:
        """The last lines it wrote, once it has ended."""
        self._reader.join(timeout=1)
        return "\n".join(self.last_lines)

    def ask_to_stop(self) -> None:
        """Once: a second signal means "at once, whatever is lost" to Celery and PostgreSQL."""
        if self.process.poll() is None and not self._asked:
            self._asked = True
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def stop(self, seconds: float = 10) -> None:
        """Ask, wait, then kill; and with it whatever it started in its own session."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(timeout=1)
        self.record.unlink(missing_ok=True)


def stop_together(children: Sequence[Child], seconds: float = 10) -> None:
    """Ask all at once, so that stopping three takes as long as the slowest."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + seconds
    for child in children:
        child.stop(max(0.1, until - time.monotonic()))


def how_it_ended(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"


# --- processes on record, for the run after a killed one --------------------------------------------------------------


def remember(record: Path, name: str, pid: int, stop_signal: int) -> None:
    """A pid alone may be somebody else's tomorrow; with its start time it is one process for ever."""
    with contextlib.suppress(psutil.NoSuchProcess):
        started = psutil.Process(pid).create_time()
        facts = {"name": name, "pid": pid, "started": started, "signal": int(stop_signal)}
        record.write_text(json.dumps(facts), encoding="utf-8")


def recorded(record: Path) -> psutil.Process | None:
    """The process of a record if it is still the very same one."""
    try:
        facts = json.loads(record.read_text(encoding="utf-8"))
        process = psutil.Process(int(facts["pid"]))
        same = abs(process.create_time() - float(facts["started"])) < 0.05
    except (OSError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
        return None
    return process if same and process.status() != psutil.STATUS_ZOMBIE else None


def stop_recorded(record: Path, seconds: float = 8) -> bool:
    """Stops what an earlier, killed run left behind. True when there was something to stop."""
    process = recorded(record)
    if process is None:
        record.unlink(missing_ok=True)
        return False
    facts = json.loads(record.read_text(encoding="utf-8"))
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(int(facts.get("signal", signal.SIGTERM)))
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # it led a session; its own children share the group
    record.unlink(missing_ok=True)
    return True
