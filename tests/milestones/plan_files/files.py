"""Files as people send them, made here."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from milestones.plan_files import importing
from milestones.plan_files.models import PlanImport
from milestones.plan_files.mspdi_write import write_mspdi
from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, Link, Plan, Task
from milestones.plan_files.sheet_write import write_xlsx


def task(uid: int, name: str = "", start: date | None = None, finish: date | None = None, **fields: Any) -> Task:
    """A task of a day, 1 September 2025 unless told."""
    begins = start or date(2025, 9, 1)
    ends = finish or begins
    facts = {"start": datetime.combine(begins, DAY_STARTS), "finish": datetime.combine(ends, DAY_ENDS)}
    return Task(uid=uid, name=name or f"Task {uid}", **facts | fields)


def milestone_task(uid: int, name: str, day: date, **fields: Any) -> Task:
    at = datetime.combine(day, DAY_ENDS)
    return Task(uid=uid, name=name, start=at, finish=at, duration=0, is_milestone=True, **fields)


def small_plan(**changes: Any) -> Plan:
    return Plan("Detailed plan", [task(1), task(2, links=(Link(1),)), task(3, links=(Link(2, "SS", 48_000),))])


def mspdi(plan: Plan) -> SimpleUploadedFile:
    return SimpleUploadedFile("plan.xml", write_mspdi(plan))


def xlsx(plan: Plan) -> SimpleUploadedFile:
    return SimpleUploadedFile("plan.xlsx", write_xlsx(plan))


def sheet(*rows: list[Any], headings: list[str], title: str = "Plan") -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = title
    for row in [headings, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(file: SimpleUploadedFile | bytes, name: str = "plan.xml", by: Any = None) -> PlanImport:
    """Uploaded and read by a worker, all in this process but for the reading itself."""
    sent = file if isinstance(file, SimpleUploadedFile) else SimpleUploadedFile(name, file)
    run = importing.upload(file=sent, by=by, now=timezone.now())
    importing.read_next(timezone.now())
    run.refresh_from_db()
    return run


def large_plan(count: int = 5_000) -> Plan:
    """As large as the Programme's: a tree of three levels, links, milestones and two baselines."""
    from milestones.plan_files.plan import BaselineDates

    tasks = []
    day = date(2025, 1, 1)
    for n in range(1, count + 1):
        level = 1 if n % 100 == 1 else 2 if n % 10 == 1 else 3
        begins = datetime.combine(day + timedelta(days=n % 700), time(8))
        ends = datetime.combine(begins.date() + timedelta(days=n % 9), time(17))
        links = tuple(Link(n - back, "FS", 4800 * (n % 5)) for back in (1, 7) if level == 3 and n % 10 > back + 1)
        baselines = tuple(BaselineDates(number, begins, ends, 28_800) for number in (0, 1))
        name = f"Work package {n}: prepare, test and hand over"
        tasks.append(
            Task(n, name, level, f"W.{n}", begins, ends, 28_800 * (n % 9 + 1), is_milestone=n % 25 == 0,
                 is_summary=level < 3, percent=n % 101, notes=f"Note {n}", links=links, baselines=baselines)
        )  # fmt: skip
    return Plan("Large plan", tasks)
