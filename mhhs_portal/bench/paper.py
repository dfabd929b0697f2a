"""How long a worker needs for a Plan on a Page, and how much memory."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from mhhs_portal.pdf import render_pdf

PAPER = "milestones.poap_paper."


@dataclass(frozen=True)
class Paper:
    items: int
    #: Seconds of the first, which imports the engine, and of those after it.
    cold: float
    warm: float
    #: The most memory that a drawing process held, in MB.
    megabytes: float
    bytes: int


def paper_of(items: int, times: int = 3) -> Paper:
    """Draws a made-up plan as a worker does, in a process of its own each time."""
    plan = import_string(f"{PAPER}made_up_plan")(items)
    revision = import_string(f"{PAPER}made_up_revision")()
    template = import_string("milestones.plan_on_a_page.TEMPLATE")
    took, made = [], b""
    for _ in range(times + 1):
        started = time.perf_counter()
        context = import_string(f"{PAPER}paper_context")(plan, revision, settings.SITE_URL)
        made = render_pdf(template, context)
        took.append(time.perf_counter() - started)
    unit = 1024 if sys.platform == "darwin" else 1
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 / unit
    return Paper(items, took[0], statistics.median(took[1:]), most, len(made))
