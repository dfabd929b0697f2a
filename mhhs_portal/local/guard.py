"""Outlives a supervisor that was killed without warning, and stops what it had started; otherwise does nothing.

Run as a file, not as a module, so that it starts without loading the portal. Its standard input is a pipe from the
supervisor with one line for each process: {"stage": 0, "pid": …, "started": …, "signal": …}. The line "done" means that
the supervisor has stopped everything itself; the end of the pipe without it means that the supervisor is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from itertools import groupby
from operator import itemgetter
from typing import Any

import psutil

SECONDS_PER_STAGE = 5


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    started: list[dict[str, Any]] = []
    for line in sys.stdin:
        if line.strip() == "done":
            return
        started.append(json.loads(line))
    by_stage = itemgetter("stage")
    for _, stage in groupby(sorted(started, key=by_stage), key=by_stage):
        stop(list(stage))


def stop(stage: list[dict[str, Any]]) -> None:
    alive = [process for facts in stage if (process := still_the_same(facts))]
    for process, facts in ((p, f) for f in stage for p in alive if p.pid == f["pid"]):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(facts["signal"])
    psutil.wait_procs(alive, timeout=SECONDS_PER_STAGE)
    for facts in stage:  # each leads a process group; members may be left even when the leader has ended
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(facts["pid"], signal.SIGKILL)


def still_the_same(facts: dict[str, Any]) -> psutil.Process | None:
    try:
        process = psutil.Process(facts["pid"])
        return process if abs(process.create_time() - facts["started"]) < 0.05 else None
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main()
