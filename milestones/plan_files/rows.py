"""Rows of pages and downloads: tasks of a version, changes and problems of an import."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mhhs_portal.exports import Column, Table
from milestones.plan_files.models import DetailedPlan, ImportChange, ImportProblem, PlanImport, PlanTask, TaskLink
from milestones.plan_files.plan import Link, duration_words, link_words


@dataclass(frozen=True)
class TaskRow:
    task: PlanTask
    waits_for: str
    duration: str

    @property
    def indent(self) -> int:
        """How far a page moves it in; deeper ones stand at the sixth place."""
        return min(self.task.level, 6)


def tasks_of(version: DetailedPlan | None, query: str = "") -> QuerySet[PlanTask]:
    if version is None:
        return PlanTask.objects.none()
    found = version.tasks.select_related("milestone").defer("custom", "more", "notes").order_by("position")
    if not query:
        return found
    by_number = Q(uid=int(query)) if query.isdecimal() and len(query) < 10 else Q()
    return found.filter(Q(name__icontains=query) | Q(wbs__istartswith=query) | Q(code__iexact=query) | by_number)


def with_links(version: DetailedPlan, tasks: list[PlanTask]) -> list[TaskRow]:
    waits: dict[int, list[str]] = defaultdict(list)
    for link in TaskLink.objects.filter(plan=version, task__in=[task.pk for task in tasks]).order_by("position"):
        waits[link.task_id].append(link_words(Link(link.predecessor, link.type, link.lag, link.lag_format)))
    return [
        TaskRow(
            task,
            "; ".join(waits.get(task.pk, ())),
            duration_words(task.duration, task.duration_format) if task.duration is not None else "",
        )
        for task in tasks
    ]


def changes_of(run: PlanImport, kind: str = "") -> QuerySet[ImportChange]:
    found = run.changes.order_by("position")
    if kind == "text":
        return found.filter(kind__in=["words", "links"])
    return found.filter(kind=kind) if kind else found


def problems_of(run: PlanImport) -> QuerySet[ImportProblem]:
    return run.problems.order_by("position")


def changes_table(run: PlanImport, kind: str = "") -> Table:
    columns = [
        Column("kind", "Kind"),
        Column("uid", "Unique ID"),
        Column("name", "Task name"),
        Column("old_name", "Name in the draft"),
        Column("sheet", "Sheet"),
        Column("row", "Row"),
        Column("before", "Draft now"),
        Column("after", "In the file"),
        Column("movement", "Movement"),
        Column("links_before", "Predecessors in the draft"),
        Column("links_after", "Predecessors in the file"),
        Column("what", "What differs"),
    ]
    rows = (
        {
            "kind": change.get_kind_display(),
            "uid": change.uid,
            "name": change.name,
            "old_name": change.old_name,
            "sheet": change.sheet,
            "row": change.row or None,
            "before": change.before_on,
            "after": change.after_on,
            "movement": change.movement,
            "links_before": change.links_before,
            "links_after": change.links_after,
            "what": change.what,
        }
        for change in changes_of(run, kind).iterator(chunk_size=2000)
    )
    return Table(f"import-{run.pk}-changes", columns, rows)


def problems_table(run: PlanImport) -> Table:
    columns = [
        Column("sheet", "Sheet"),
        Column("row", "Row"),
        Column("column", "Column"),
        Column("uid", "Unique ID"),
        Column("name", "Task name"),
        Column("value", "In the file"),
        Column("reason", "What is wrong"),
        Column("advice", "How to correct it"),
    ]
    keys = [column.key for column in columns]
    rows = ({key: getattr(problem, key) for key in keys} for problem in problems_of(run).iterator(chunk_size=2000))
    return Table(f"import-{run.pk}-rows-to-correct", columns, rows)
