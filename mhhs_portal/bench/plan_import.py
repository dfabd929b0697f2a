"""How long a worker needs for a large Microsoft Project file, from its bytes to what it would change, and how much
memory it and the process that reads for it hold."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.conf import settings
from django.core.files import File
from django.utils.module_loading import import_string

PARTS = "milestones.plan_files."
#: Project writes far more about each task than its author sets; the file is to be as heavy as a real one.
_DATES = ("EarlyStart", "EarlyFinish", "LateStart", "LateFinish", "PreLeveledStart", "PreLeveledFinish", "Resume")
_ZEROS = ("StartVariance", "FinishVariance", "WorkVariance", "FreeSlack", "TotalSlack", "FixedCost", "ACWP", "CV")
_WEIGHT = "".join(
    [f"<{name}>2025-01-01T08:00:00</{name}>" for name in _DATES]
    + [f"<{name}>0</{name}>" for name in _ZEROS * 4]
    + ["<TimephasedData><Type>1</Type><UID>1</UID><Unit>2</Unit><Value>PT8H0M0S</Value></TimephasedData>"] * 16
).encode()


@dataclass(frozen=True)
class Imported:
    tasks: int
    #: Of the file, in MB.
    size: float
    #: Seconds from the upload to the dry run, and of applying it.
    read: float
    applied: float
    #: The most memory of the worker and of its reading process, in MB.
    worker: float
    reader: float
    #: How often the page could have shown another figure.
    steps: int


def import_in_a_worker(tasks: int) -> Imported:
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "bench.xml")
        _in_a_process("write", str(tasks), path)
        told = _in_a_process("read", str(tasks), path)
    return Imported(**json.loads(told.splitlines()[-1]))


def _in_a_process(*arguments: str) -> str:
    """Of its own, so that the memory that writing the file took is not taken for the worker's."""
    command = [sys.executable, "-m", __name__, *arguments]
    return subprocess.run(  # noqa: S603  # our own module
        command, cwd=settings.BASE_DIR, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def write_plan(count: int, path: Path) -> None:
    write, made_up = (import_string(f"{PARTS}{name}") for name in ("mspdi_write.write_mspdi", "specimen.large_plan"))
    path.write_bytes(write(made_up(count)).replace(b"<PercentComplete>", _WEIGHT + b"<PercentComplete>"))


def import_of(count: int, path: Path) -> Imported:
    """Into the bench's own database, where it is undone and its rows stay behind as a version of nobody."""
    from django.utils import timezone

    importing, applying = (import_string(f"{PARTS}{name}") for name in ("importing.read_next", "applying.apply"))
    upload, undo = (import_string(f"{PARTS}{name}") for name in ("importing.upload", "applying.undo"))
    shown: set[int] = set()
    _watch(shown)
    started = time.perf_counter()
    with path.open("rb") as file:
        run = upload(file=File(file, "bench.xml"), by=None, now=timezone.now())
    importing(timezone.now())
    run.refresh_from_db()
    read = time.perf_counter() - started
    if run.state != "checked":
        raise RuntimeError(f"the file was not read: {run.state} {run.refusal}")
    started = time.perf_counter()
    applying(run, missing="remove", by=None, now=timezone.now())
    applied = time.perf_counter() - started
    undo(run, by=None, now=timezone.now())
    unit = 1024 if sys.platform == "darwin" else 1
    worker, reader = (
        resource.getrusage(who).ru_maxrss / 1024 / unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return Imported(count, path.stat().st_size / 1024 / 1024, read, applied, worker, reader, len(shown))


def _watch(shown: set[int]) -> None:
    """Notes every figure that the worker writes for the page."""
    voice = import_string(f"{PARTS}importing._Voice")
    say = voice.say

    def heard(self: object, share: float, words: str) -> None:
        before = self.said_at  # type: ignore[attr-defined]
        say(self, share, words)
        if self.said_at != before:  # type: ignore[attr-defined]
            shown.add(int(share))

    voice.say = heard


if __name__ == "__main__":
    django.setup()
    what, many, where = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if what == "write":
        write_plan(many, where)
    else:
        sys.stdout.write(json.dumps(asdict(import_of(many, where))) + "\n")
