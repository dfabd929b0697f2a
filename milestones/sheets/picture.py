"""The chart as HTML, kept in memory by everything that it shows: any change of the plan is another picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milestones.poap import Plan
from milestones.poap.draw import draw
from milestones.poap.key import key
from milestones.poap.sizes import screen


@dataclass(frozen=True)
class Picture:
    svg: SafeString
    key: SafeString
    #: What is not shown, and why.
    sentences: tuple[str, ...]


def picture(plan: Plan, zoom: str = "") -> Picture:
    return _drawn(plan, zoom) if settings.DEBUG else _kept(plan, zoom)


def _drawn(plan: Plan, zoom: str) -> Picture:
    drawing = draw(plan, screen(zoom, plan.last_year - plan.first_year + 1))
    return Picture(
        render_to_string("milestones/plan_svg.html", {"drawing": drawing, "highlighted": plan.highlighted}),
        render_to_string("milestones/plan_key.html", {"entries": key(plan, drawing)}),
        drawing.sentences,
    )


#: A plan of 2,000 milestones is about two megabytes: few are kept in each process.
_kept = lru_cache(maxsize=12)(_drawn)
