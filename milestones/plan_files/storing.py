"""A version of the plan between the database and memory. What goes in comes out the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time

from milestones.models import Milestone
from milestones.plan_files.models import DetailedPlan, PlanTask, TaskBaseline, TaskLink
from milestones.plan_files.plan import BaselineDates, Field, Link, Plan, Task, Where

#: Room between two rows for those that applying keeps from the draft.
STEP = 100_000
BATCH = 500


def put_tasks(plan: DetailedPlan, tasks: list[Task], say: Callable[[int], None] = lambda done: None) -> None:
    """Written in pieces, so that somebody who looks sees it grow."""
    known = milestones_by_code()
    for first in range(0, len(tasks), BATCH):
        piece = tasks[first : first + BATCH]
        rows = [_row(plan, task, (first + n + 1) * STEP, known) for n, task in enumerate(piece)]
        put_rows(plan, list(zip(rows, piece, strict=True)))
        say(first + len(piece))


def put_rows(plan: DetailedPlan, rows: list[tuple[PlanTask, Task]]) -> None:
    PlanTask.objects.bulk_create([row for row, _ in rows])
    TaskLink.objects.bulk_create(
        TaskLink(
            plan=plan,
            task=row,
            position=n,
            predecessor=link.predecessor,
            type=link.type,
            lag=link.lag,
            lag_format=link.lag_format,
        )
        for row, task in rows
        for n, link in enumerate(task.links)
    )
    TaskBaseline.objects.bulk_create(_baseline(plan, row, one) for row, task in rows for one in task.baselines)


def milestones_by_code() -> dict[str, Milestone]:
    return {milestone.code.lower(): milestone for milestone in Milestone.objects.filter(is_removed=False)}


def named_milestone(task: Task, known: dict[str, Milestone]) -> Milestone | None:
    """The portal's milestone that a task stands for: by its own column, else by the first word of a milestone."""
    if task.code:
        return known.get(task.code.lower())
    first = task.name.split(maxsplit=1)[:1]
    return known.get(first[0].rstrip(":,.-–").lower()) if task.is_milestone and first else None


def row_of(plan: DetailedPlan, task: Task, position: int) -> PlanTask:
    return _row(plan, task, position, milestones_by_code())


def _row(plan: DetailedPlan, task: Task, position: int, known: dict[str, Milestone]) -> PlanTask:
    return PlanTask(
        plan=plan,
        position=position,
        uid=task.uid,
        name=task.name,
        level=task.level,
        wbs=task.wbs,
        start_on=_day(task.start),
        start_time=_time(task.start),
        finish_on=_day(task.finish),
        finish_time=_time(task.finish),
        duration=task.duration,
        duration_format=task.duration_format,
        is_milestone=task.is_milestone,
        is_summary=task.is_summary,
        percent=task.percent,
        notes=task.notes,
        code=task.code,
        milestone=named_milestone(task, known),
        custom=task.custom,
        more=task.more,
        sheet=task.where.sheet[:100],
        row=task.where.row,
    )


def _baseline(plan: DetailedPlan, row: PlanTask, one: BaselineDates) -> TaskBaseline:
    return TaskBaseline(
        plan=plan,
        task=row,
        number=one.number,
        start_on=_day(one.start),
        start_time=_time(one.start),
        finish_on=_day(one.finish),
        finish_time=_time(one.finish),
        duration=one.duration,
        duration_format=one.duration_format,
    )


def plan_of(version: DetailedPlan | None) -> Plan:
    """The version as a plan: four queries, whatever its size."""
    if version is None:
        return Plan()
    links: dict[int, list[Link]] = defaultdict(list)
    wanted = ("task_id", "predecessor", "type", "lag", "lag_format")
    for task, *link in version.links.order_by("task_id", "position").values_list(*wanted):
        links[task].append(Link(*link))
    baselines: dict[int, list[BaselineDates]] = defaultdict(list)
    dated = ("start_on", "start_time", "finish_on", "finish_time")
    for task, number, *at, seconds, unit in version.baselines.order_by("task_id", "number").values_list(
        "task_id", "number", *dated, "duration", "duration_format"
    ):
        dates = _moment(at[0], at[1]), _moment(at[2], at[3])
        baselines[task].append(BaselineDates(number, *dates, seconds, unit))
    tasks = [
        task_of(row, tuple(links.get(row.pk, ())), tuple(baselines.get(row.pk, ())))
        for row in version.tasks.order_by("position").iterator(chunk_size=2000)
    ]
    return Plan(version.title, tasks, {number: Field(*field) for number, field in version.fields.items()})


def task_of(row: PlanTask, links: tuple[Link, ...], baselines: tuple[BaselineDates, ...]) -> Task:
    return Task(
        uid=row.uid,
        name=row.name,
        level=row.level,
        wbs=row.wbs,
        start=_moment(row.start_on, row.start_time),
        finish=_moment(row.finish_on, row.finish_time),
        duration=row.duration,
        duration_format=row.duration_format,
        is_milestone=row.is_milestone,
        is_summary=row.is_summary,
        percent=row.percent,
        notes=row.notes,
        code=row.code,
        links=links,
        baselines=baselines,
        custom=row.custom,
        more=row.more,
        where=Where(row.sheet, row.row),
    )


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _time(at: datetime | None) -> time | None:
    return at.time() if at else None


def _moment(day: date | None, at: time | None) -> datetime | None:
    return datetime.combine(day, at or time(0)) if day else None
