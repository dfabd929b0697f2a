"""What one sheet costs: for `make bench`, in a process that may load the PDF engine."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

from mhhs_portal.pdf import render_pdf
from milestones.poap_paper import made_up_plan, made_up_revision, paper_context


@dataclass(frozen=True)
class Cost:
    items: int
    first_seconds: float  # with the import of the engine and the fonts
    seconds: float  # the best of the warm ones
    megabytes: float  # the most that a rendering process had in memory
    bytes: int


def cost_of_a_sheet(items: int = 200, rounds: int = 5) -> Cost:
    """Draw and render a made-up plan several times, each in its own process as a worker does."""
    plan, took, made = made_up_plan(items), [], b""
    for _ in range(rounds + 1):
        start = time.perf_counter()
        made = render_pdf("pdf/plan_on_a_page.html", paper_context(plan, made_up_revision()))
        took.append(time.perf_counter() - start)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Cost(items, took[0], min(took[1:]), most, len(made))
