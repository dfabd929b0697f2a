"""Puts the sample organisations on paths, with dates that are relative to the day of loading."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from mhhs_portal.deadlines import add_working_days, deadline, is_working_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from mhhs_portal.organisations.models import RoleHeld
from milestones.models import CriticalPath, PathStep, Placement, StepPlan
from milestones.own_plans.reporting_periods import make_periods

SAMPLES = Path(__file__).parent / "data" / "samples.toml"
_DATES = ("target", "forecast", "achieved")


def load(today: date) -> list[str]:
    """Sample rows are made once; dates that somebody has changed since are left alone."""
    placed = read_toml(SAMPLES)["placement"]
    written = 0
    with doing("milestones.samples_loaded", by=None):
        for row in placed:
            written += _place(row, today)
    make_periods(deadline(today))
    return [f"Sample organisations on critical paths: {len(placed)} roles, {written} rows written"]


def _place(row: dict[str, Any], today: date) -> int:
    held = RoleHeld.objects.get(mpid=row["mpid"], organisation__is_sample=True)
    path = CriticalPath.objects.get(slug=row["path"])
    if Placement.objects.filter(role_held=held).exists():
        return 0
    since = today - timedelta(days=400)
    placement, _ = put(
        Placement,
        by={"role_held": held, "path": path},
        to={"since_on": since, "is_sample": True, "route": row["route"]},
    )
    steps = {step.key: step for step in PathStep.objects.filter(path=path)}
    for key, said in row["steps"].items():
        days = {f"{name}_on": _day(said[name], today) for name in _DATES if name in said}
        if "achieved_on" in days:  # the database refuses what lies ahead, also for samples loaded as of a later day
            days["achieved_on"] = min(days["achieved_on"], timezone.localdate())
        StepPlan.objects.create(placement=placement, step=steps[key], comment=said.get("comment", ""), **days)
    return 1 + len(row["steps"])


def _day(days: int, today: date) -> date:
    """That many days from today, moved on to a working day."""
    day = today + timedelta(days=days)
    return day if is_working_day(day) else add_working_days(day, 1)
