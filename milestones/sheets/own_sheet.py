"""An organisation's own Plan on a Page: the public plan with its path, its steps and its deadlines.

Nothing of it is public: it is drawn when a member asks, kept for that organisation, and served to its members only.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone

from mhhs_portal.deadlines import LONDON, local_day
from mhhs_portal.organisations.models import Membership, Organisation
from mhhs_portal.todo import Task, todo_of
from milestones import charting, register
from milestones.journeys import Journey, RolePlan, journeys_of
from milestones.models import AskedSheet, PlanOnAPage
from milestones.poap import Decision, Lane, Mark, Plan, When
from milestones.poap.paper import OWN_LANE, Own, Todo
from milestones.poap.text import listed
from milestones.sheets import plan_on_a_page

log = logging.getLogger(__name__)

#: more than any sheet shows; poap_paper takes as many as have room, the next ones first
MOST = 60


def content(acting: Membership, now: datetime, size: str) -> plan_on_a_page.Content | None:
    """What a member's organisation would see on its sheet; None before any baseline is published."""
    today = local_day(now)
    read, paths, stages = register.read(today), charting.paths(), charting.stages()
    public = plan_on_a_page.content(read, paths, stages, today, size=size, release=plan_on_a_page.newest_release())
    if public is None:
        return None
    journeys = journeys_of(acting.organisation, today, duties=False)
    tasks = todo_of(acting, now).tasks
    plan, own = own_plan(public.plan, acting.organisation, journeys, tasks)
    version = plan_on_a_page.version_of(plan, public.revision, size, own, acting.organisation.pk)
    return replace(public, plan=plan, version=version, organisation=acting.organisation, own=own)


def own_plan(plan: Plan, us: Organisation, journeys: list[Journey], tasks: list[Task]) -> tuple[Plan, Own]:
    """The plan with a lane of our own above the others, and what stands in words beside it."""
    steps = own_marks(journeys)
    days = deadlines(tasks)
    codes = [journey.path.code for journey in journeys]
    own = Own(
        us.name,
        us.short_name or us.name,
        listed(codes),
        tuple(Todo(task.title, f"{task.due_at.astimezone(LONDON):%H:%M %a %-d %b %Y}") for task in tasks),
        "" if codes else "None of our roles is on a critical path.",
    )
    return (
        replace(
            plan,
            lanes=(Lane(OWN_LANE, "Our own plan"), *plan.lanes),
            marks=(*_nearest(steps)[:MOST], *plan.marks),
            decisions=(*days[:MOST], *plan.decisions),
            highlighted=journeys[0].path.slug if journeys else None,
        ),
        own,
    )


def own_marks(journeys: Iterable[Journey]) -> list[Mark]:
    """One mark for each step with a date; roles that share its dates share the mark."""
    found: dict[tuple[object, ...], list[RolePlan]] = {}
    for journey in journeys:
        for own in journey.steps:
            for plan in own.plans:
                dates = (plan.target_on, plan.forecast_on, plan.achieved_on)
                if any(dates):
                    key = (journey.path.slug, own.step.pk, own.step.short_name or own.step.name, own.step.name, *dates)
                    found.setdefault(key, []).append(plan)
    marks: dict[str, Mark] = {}
    for (slug, _, short, name, target, forecast, achieved), plans in found.items():
        roles = [plan.placement.role_held for plan in plans]
        who = ", ".join(role.mpid for role in roles) if len(roles) < 3 else f"{len(roles)} roles"
        code = f"{who} {short}"
        while code in marks:
            code += "*"
        marks[code] = Mark(
            code,
            OWN_LANE,
            roles[0].market_role.short_name if len({role.market_role_id for role in roles}) == 1 else "",
            name=str(name),
            baseline=_day(target),
            forecast=None if achieved else _day(forecast),
            achieved=_day(achieved),
            paths=(str(slug),),
            is_own=True,
        )
    return list(marks.values())


def _day(day: object) -> When | None:
    return When.day(day) if isinstance(day, date) else None


def _nearest(marks: list[Mark]) -> list[Mark]:
    """What is still to do first, soonest first; then what was reached last."""

    def order(mark: Mark) -> tuple[bool, int]:
        when = mark.achieved or mark.forecast or mark.baseline
        day = when.first.toordinal() if when else 0
        return mark.achieved is not None, -day if mark.achieved else day

    return sorted(marks, key=order)


def deadlines(tasks: Iterable[Task]) -> list[Decision]:
    """One box for each day on which something is due, soonest first."""
    by_day: dict[date, int] = {}
    for task in tasks:
        day = local_day(task.due_at)
        by_day[day] = by_day.get(day, 0) + 1
    return [
        Decision(
            f"due-{day}", OWN_LANE, f"{count} item{'s' * (count != 1)} due {When.day(day).short_words}",
            (When.day(day),), is_deadline=True,
        )
        for day, count in sorted(by_day.items())
    ]  # fmt: skip


# ---- asked for, drawn, kept -------------------------------------------------------------------


def kept(wanted: plan_on_a_page.Content) -> PlanOnAPage | None:
    """The sheet as it is wanted, of that organisation alone."""
    found = PlanOnAPage.objects.filter(version=wanted.version, organisation=wanted.organisation, size=wanted.size)
    return found.select_related("file", "baseline").first()


def ask(acting: Membership, size: str) -> AskedSheet:
    """Note that somebody waits; a worker looks every few seconds. Asking twice is asking once."""
    return AskedSheet.objects.get_or_create(organisation=acting.organisation, size=size, defaults={"asked_by": acting})[
        0
    ]


def draw_asked(now: datetime | None = None) -> int:
    """Draw every sheet that somebody waits for; what cannot be drawn is forgotten, and asked for again by the page."""
    drawn = 0
    for asked in AskedSheet.objects.select_related("organisation", "asked_by__person", "asked_by__organisation"):
        at = now or timezone.now()
        try:
            if Membership.objects.current(local_day(at)).filter(pk=asked.asked_by_id).exists():
                wanted = content(asked.asked_by, at, asked.size)
                drawn += bool(wanted and plan_on_a_page.make(wanted, at))
        except Exception:
            log.exception("own plan not drawn organisation=%s size=%s", asked.organisation.slug, asked.size)
        AskedSheet.objects.filter(pk=asked.pk).delete()
    return drawn
