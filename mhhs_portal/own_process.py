"""Work on what strangers sent, in a process of its own that may not use more than its share of time and memory.

The child is forked, so it starts with what the parent has loaded, and it never goes on with the parent's work. Only
workers and commands use this.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Iterator


class OverLimitError(RuntimeError):
    """The work took longer than it may."""


class BrokenOffError(RuntimeError):
    """The work ended with an error, or its process with a signal; the words are its own."""


Send = Callable[[bytes], None]


def run_apart(work: Callable[[Send], None], *, seconds: int, megabytes: int) -> Iterator[bytes]:
    """What `work` sends from a child, piece by piece as it comes; pieces may be joined or split on the way."""
    reading, writing = os.pipe()
    errors, telling = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.close(errors)
            _work_and_leave(work, writing, telling, seconds, megabytes)
        finally:
            os._exit(1)  # whatever happens, the child never goes on with the parent's work
    os.close(writing)
    os.close(telling)
    ended = False
    try:
        yield from _pieces(reading, time.monotonic() + seconds)
        ended = True
    except TimeoutError:
        raise OverLimitError(f"longer than {seconds} seconds") from None
    finally:
        os.close(reading)
        if not ended:
            os.kill(child, signal.SIGKILL)
        words = _all(errors)
        os.close(errors)
        _, status = os.waitpid(child, 0)
    if status != 0:
        raise BrokenOffError(words or f"its process ended with status {status}")


def _pieces(reading: int, until: float) -> Iterator[bytes]:
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            raise TimeoutError
        piece = os.read(reading, 1 << 20)
        if not piece:
            return
        yield piece


def _all(reading: int) -> str:
    parts = []
    while part := os.read(reading, 1 << 16):
        parts.append(part)
    return b"".join(parts).decode(errors="replace")


def _work_and_leave(work: Callable[[Send], None], writing: int, telling: int, seconds: int, megabytes: int) -> None:
    """In the child: limits, the work, and out, without touching what the parent has open."""
    status = 1
    gc.disable()  # it would only touch, and so copy, the memory shared with the parent; the process ends soon
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        more = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + more,) * 2)
        work(lambda piece: _write(writing, piece))
        status = 0
    except BaseException as error:
        os.write(telling, f"{type(error).__name__}: {error}".encode(errors="replace")[:1000])
    os._exit(status)


def _write(pipe: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _address_space() -> int:
    """What the process has already: the limit is for what this work adds."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 2 << 30
