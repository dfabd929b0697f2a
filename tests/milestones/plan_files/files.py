"""Files as people send them, made here."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from milestones.plan_files import importing
from milestones.plan_files.models import PlanImport
from milestones.plan_files.mspdi_write import write_mspdi
from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, Link, Plan, Task
from milestones.plan_files.sheet_write import write_xlsx
from milestones.plan_files.specimen import large_plan

__all__ = ["large_plan"]


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
