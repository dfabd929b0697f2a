"""Reads one uploaded file in a process of its own, which hostile bytes can neither hold up nor fill the memory of."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO

from mhhs_portal.own_process import BrokenOffError, OverLimitError, Send, run_apart
from milestones.plan_files import unpacking, wire
from milestones.plan_files.mspdi_read import read_mspdi
from milestones.plan_files.plan import Read, RefusedError
from milestones.plan_files.sheet_read import read_csv, read_xlsx

SECONDS = 90
MEGABYTES = 300
READERS = {unpacking.MSPDI: read_mspdi, unpacking.XLSX: read_xlsx, unpacking.CSV: read_csv}
TOO_MUCH = (
    f"The file needs more memory than {MEGABYTES} MB to be read, or has a part that no plan has. "
    "A plan of 5,000 tasks needs a quarter of that."
)


def read_here(
    file: IO[bytes], name: str, size: int, say: Callable[[float], None] = lambda share: None
) -> tuple[str, Read]:
    """In this process, for files of our own; `read_apart` puts limits around it."""
    if size > unpacking.LARGEST:
        most = unpacking.LARGEST // (1024 * 1024)
        raise RefusedError(f"The file has {size // (1024 * 1024)} MB. A plan may have {most} MB at most.")
    kind = unpacking.kind_of(file, name)
    return kind, READERS[kind](file, size, say)


def read_apart(
    file: IO[bytes],
    name: str,
    size: int,
    say: Callable[[float], None] = lambda share: None,
    *,
    seconds: int = SECONDS,
    megabytes: int = MEGABYTES,
) -> tuple[str, Read]:
    """The file's kind and what it holds. Raises RefusedError in words for whatever cannot be taken."""
    heard = wire.Heard()
    try:
        for piece in run_apart(lambda send: _tell(file, name, size, send), seconds=seconds, megabytes=megabytes):
            heard.take(piece)
            say(heard.share)
    except OverLimitError:
        raise RefusedError(f"The file could not be read within {seconds} seconds. Split the plan.") from None
    except BrokenOffError as error:
        if "MemoryError" in str(error):
            raise RefusedError(TOO_MUCH) from None
        raise RefusedError(f"The file could not be read: {str(error)[:200]}") from None
    if heard.refused:
        raise RefusedError(heard.refused)
    if not heard.is_whole:
        raise RefusedError("The file could not be read to its end.")
    return heard.kind, heard.read


def _tell(file: IO[bytes], name: str, size: int, send: Send) -> None:
    """In the child. How far it is is said as often as anybody could look, and after that the whole plan."""
    said_at = 0.0

    def say(share: float) -> None:
        nonlocal said_at
        if time.monotonic() - said_at > 0.2:
            said_at = time.monotonic()
            send(wire.progress(share))

    try:
        kind, read = read_here(file, name, size, say)
    except RefusedError as refused:
        send(wire.refusal(str(refused)))
        return
    for line in wire.lines(read, kind):
        send(line)
