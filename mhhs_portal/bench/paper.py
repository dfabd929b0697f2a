"""How long a worker needs for a Plan on a Page, and how much memory."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import django
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import FileField
from django.utils.module_loading import import_string

PAPER = "milestones.poap.paper."


@dataclass(frozen=True)
class Paper:
    items: int
    #: Seconds of the first, which imports the engine.
    cold: float
    #: Seconds of those after it: the fastest, since what else the machine does only ever adds; and the median.
    warm: float
    warm_median: float
    #: The most memory that a drawing process held, in MB.
    megabytes: float
    bytes: int
    #: Seconds until the kept bytes are read again.
    again: float = 0.0


def paper_in_a_worker(items: int, size: str = "A3") -> Paper:
    """The cost in a process that does nothing else: this one has held the bench's data and children of its own."""
    told = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", __name__, str(items), size],
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return Paper(**json.loads(told.stdout.splitlines()[-1]))


def paper_of(items: int, size: str = "A3", times: int = 11) -> Paper:
    """Draws a made-up plan as a worker does, in a process of its own each time."""
    from mhhs_portal.pdf import render_pdf

    plan = import_string(f"{PAPER}made_up_plan")(items)
    revision = import_string(f"{PAPER}made_up_revision")()
    template = import_string("milestones.sheets.plan_on_a_page.TEMPLATE")
    took, made = [], b""
    for _ in range(times + 1):
        started = time.perf_counter()
        context = import_string(f"{PAPER}paper_context")(plan, revision, settings.SITE_URL, size=size)
        made = render_pdf(template, context)
        took.append(time.perf_counter() - started)
    unit = 1024 if sys.platform == "darwin" else 1
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 / unit
    return Paper(items, took[0], min(took[1:]), statistics.median(took[1:]), most, len(made), _from_storage(made))


def _from_storage(made: bytes) -> float:
    """How long the same bytes take from where files are kept; nothing of it stays."""
    storage: Any = FileField().storage
    name = storage.save("bench/plan.pdf", ContentFile(made))
    try:
        started = time.perf_counter()
        with storage.open(name) as file:
            file.read()
        return time.perf_counter() - started
    finally:
        storage.delete(name)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(asdict(paper_of(int(sys.argv[1]), sys.argv[2]))) + "\n")
