"""What the plan puts into calendars: milestones, a path's gate and steps, and a participant's own dates.

A month stays a month: an all-day entry over the whole of it, with the month in its title, never one of its days.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from mhhs_portal.calendars.ics import Event
from mhhs_portal.calendars.sources import Feed, address
from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.models import Membership
from milestones import register
from milestones.models import CriticalPath, PathStep, StepPlan
from milestones.poap import When
from milestones.register import Entry

_KINDS = {"month": " (month)", "range": " (range of months)"}


def feeds(now: datetime) -> list[Feed]:
    """All milestones, and a calendar for each path."""
    every = Feed("milestones", "All milestones", "Every milestone of the Programme that has a date", all_milestones)
    return [every, *(_feed_of(path) for path in CriticalPath.objects.order_by("position"))]


def _feed_of(path: CriticalPath) -> Feed:
    words = f"{path.name}: the milestones that matter to it, its gate and its dated steps"

    def events(now: datetime) -> list[Event]:
        return path_events([path], now)

    return Feed(path.slug, f"Path {path.code}", words, events)


def all_milestones(now: datetime) -> list[Event]:
    entries = register.read(local_day(now)).entries
    return [event for entry in entries if (event := milestone_event(entry))]


def path_events(paths: list[CriticalPath], now: datetime) -> list[Event]:
    """The milestones of the paths, once each; then gates and steps."""
    slugs = {path.slug for path in paths}
    entries = [entry for entry in register.read(local_day(now)).entries if slugs & set(entry.path_slugs)]
    found = [event for entry in entries if (event := milestone_event(entry))]
    chosen = CriticalPath.objects.filter(slug__in=slugs).select_related("gate__source").order_by("position")
    found += [_gate_event(path) for path in chosen if hasattr(path, "gate")]
    dated = PathStep.objects.filter(path__slug__in=slugs).filter(
        Q(start_first_on__isnull=False) | Q(end_first_on__isnull=False)
    )
    for step in dated.select_related("path", "source").order_by("path__position", "position"):
        found += _step_events(step)
    return found


def milestone_event(entry: Entry) -> Event | None:
    """The milestone where it stands; None when no date is published or the plan no longer has it."""
    milestone, now = entry.milestone, entry.now
    if now is None or milestone.is_removed:
        return None
    state = "achieved" if entry.achieved else "forecast" if entry.forecast else ""
    return Event(
        uid=f"milestone-{milestone.slug}",
        title=_title(f"{milestone.code} {milestone.brief}", now, state),
        starts=now.first,
        ends=now.last,
        words=_milestone_words(entry),
        url=address(reverse("milestones:detail", args=[milestone.slug])),
        category="Milestone",
    )


def _title(name: str, when: When, state: str = "") -> str:
    """ "M10 Central systems ready: September 2025 (month)"; a day stands in the calendar and is not said again."""
    said = "" if when.precision == "day" else f": {when.words}{_KINDS[when.precision]}"
    if when.precision == "day" and when.alternative:
        said = f": {when.words}"
    marks = [mark for mark in (state, "inferred" if when.is_inferred else "") if mark]
    return name + said + (f", {', '.join(marks)}" if marks else "")


def _milestone_words(entry: Entry) -> str:
    said = [entry.milestone.title + "."]
    if entry.current:
        said.append(f"{entry.current.baseline.name} baseline: {_with_doubt(entry.current.when)}.")
    if entry.forecast:
        said.append(f"Forecast: {_with_doubt(entry.forecast.when)}. {entry.forecast.words}".strip())
    if entry.achieved:
        said.append(f"Achieved: {_with_doubt(entry.achieved.when)}. {entry.achieved.words}".strip())
    return "\n".join(said)


def _with_doubt(when: When) -> str:
    return when.words + (" (inferred)" if when.is_inferred else "")


def _gate_event(path: CriticalPath) -> Event:
    gate: Any = path.gate  # type: ignore[attr-defined]
    return Event(
        uid=f"gate-{path.slug}",
        title=_title(f"{path.code} {gate.label}", gate.when),
        starts=gate.when.first,
        ends=gate.when.last,
        words=f"{gate.get_confidence_display()}: {gate.source.title}. {gate.note}".strip(),
        url=address(reverse("milestones:path", args=[path.slug])),
        category="Critical path",
    )


def _step_events(step: PathStep) -> list[Event]:
    """When a step begins and when it ends: a bar over two years is no help in a calendar."""
    return [
        Event(
            uid=f"step-{step.path.slug}-{step.key}-{end}",
            title=_title(f"{step.path.code} {step.short_name} {verb}", when),
            starts=when.first,
            ends=when.last,
            words=f"{step.name}. {step.get_confidence_display()}: {step.source.title}.",
            url=address(reverse("milestones:path", args=[step.path.slug])),
            category="Critical path",
        )
        for end, verb, when in (("start", "begins", step.start), ("end", "ends", step.end))
        if when
    ]


# --- a participant's own ----------------------------------------------------------------------------------------------


def own_path(acting: Membership, now: datetime) -> list[Event]:
    """The paths on which the organisation has a role, and its own dates along them."""
    mine = CriticalPath.objects.filter(
        placements__until_on__isnull=True, placements__role_held__organisation=acting.organisation
    )
    paths = list(mine.distinct())
    return [*(path_events(paths, now) if paths else []), *own_steps(acting, now)]


def own_steps(acting: Membership, now: datetime) -> list[Event]:
    """The organisation's own date for each step of each role that is not achieved: its forecast, else its target."""
    plans = StepPlan.objects.filter(
        placement__role_held__organisation=acting.organisation,
        placement__until_on__isnull=True,
        achieved_on__isnull=True,
    ).exclude(target_on__isnull=True, forecast_on__isnull=True)
    related = ("step__path", "placement__role_held__market_role")
    url = address(reverse("milestones:own_path", args=[acting.organisation.slug]))
    return [_own_step(plan, url) for plan in plans.select_related(*related).order_by("placement", "step__position")]


def _own_step(plan: StepPlan, url: str) -> Event:
    role = plan.placement.role_held
    day: date | None = plan.forecast_on or plan.target_on
    assert day is not None
    kind = "our forecast" if plan.forecast_on else "our target"
    target = f" Target: {When.day(plan.target_on).words}." if plan.target_on and plan.forecast_on else ""
    return Event(
        uid=f"plan-{role.mpid.lower()}-{role.market_role.code}-{plan.step.path.slug}-{plan.step.key}",
        title=f"{plan.step.short_name}, {role.market_role.short_name} {role.mpid}: {kind}",
        starts=day,
        words=f"{plan.step.name}.{target} From the plan in {settings.SITE_NAME}.",
        url=url,
        category="Own plan",
    )
