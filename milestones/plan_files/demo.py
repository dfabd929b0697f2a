"""An invented detailed plan: one file that is applied to the draft, and one that waits to be looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mhhs_portal.organisations.models import Membership, Role
from milestones.plan_files import applying, importing
from milestones.plan_files.models import DetailedPlan, PlanImport
from milestones.plan_files.mspdi_write import write_mspdi
from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, BaselineDates, Link, Plan, Task
from milestones.plan_files.reading import read_here
from milestones.plan_files.sheet_write import headings_of, rows_of

#: Heading, and its tasks: name, working days of length. Names and dates are invented.
_PACKAGES = (
    (
        "Migration preparation",
        ("Data readiness review", "Cutover rehearsal 1", "Cutover rehearsal 2", "Cutover report"),
    ),
    ("Qualification waves", ("Wave 1 onboarding", "Wave 1 test window", "Wave 1 reports", "Wave 2 onboarding")),
    ("Service management", ("Service desk training", "Early life support plan", "Early life support drill")),
    ("Migration sprints", ("Sprint 0", "Sprint 1", "Sprint 2", "Sprint 3", "Sprint review")),
)


def load(today: date) -> list[str]:
    if PlanImport.objects.filter(is_sample=True).exists():
        return ["Sample plan files: 0 new, 2 there already"]
    office = Membership.objects.filter(role=Role.OFFICE).select_related("person").order_by("pk").first()
    by, now = office.person if office else None, timezone.now()
    plan = _plan(today)
    first = _read("sample-plan.xml", write_mspdi(plan), by, now - timedelta(days=12))
    applying.apply(first, by=by, now=now - timedelta(days=12))
    second = _read("sample-plan-next.xlsx", _next_file(plan, today), by, now - timedelta(hours=2))
    DetailedPlan.objects.filter(plan_import__in=[first, second]).update(is_sample=True)
    PlanImport.objects.filter(pk__in=[first.pk, second.pk]).update(is_sample=True)
    return ["Sample plan files: 2 new, 0 there already"]


def _read(name: str, content: bytes, by: object, at: datetime) -> PlanImport:
    run = importing.upload(file=SimpleUploadedFile(name, content), by=by, now=at)  # type: ignore[arg-type]
    while run.is_at_work:
        importing.read_next(timezone.now(), reader=read_here)
        run.refresh_from_db()
    return run


def _plan(today: date) -> Plan:
    tasks: list[Task] = []
    day = today.replace(day=1) + timedelta(days=40)
    for number, (heading, names) in enumerate(_PACKAGES, start=1):
        begin = day + timedelta(days=21 * number)
        tasks.append(_task(number * 100, f"{heading} (sample)", 1, begin, begin + timedelta(days=70), is_summary=True))
        for n, name in enumerate(names, start=1):
            uid, start = number * 100 + n, begin + timedelta(days=14 * (n - 1))
            links = (Link(uid - 1, "FS", 4800 * (n % 3)),) if n > 1 else ()
            finish = start + timedelta(days=4 + 2 * n)
            tasks.append(_task(uid, name, 2, start, finish, wbs=f"S.{number}.{n}", links=links, percent=0))
    return Plan("Sample detailed plan", tasks)


def _task(uid: int, name: str, level: int, start: date, finish: date, **fields: object) -> Task:
    begins, ends = datetime.combine(start, DAY_STARTS), datetime.combine(finish, DAY_ENDS)
    days = (finish - start).days + 1
    return Task(uid, name, level, start=begins, finish=ends, duration=28_800 * days, **fields)  # type: ignore[arg-type]


def _next_file(plan: Plan, today: date) -> bytes:
    """The same plan a fortnight later, with three mistakes as people make them."""
    from io import BytesIO

    from openpyxl import Workbook

    by = plan.by_uid
    changed = {
        103: _moved(by[103], 7),
        202: _moved(by[202], 5),
        302: _moved(by[302], -4),
        201: replace(by[201], name="Wave 1, Tranche 1 onboarding"),
        404: replace(by[404], links=(Link(402),)),
    }
    tasks = [changed.get(task.uid, task) for task in plan.tasks if task.uid != 405]
    tasks.append(_task(110, "Cutover rehearsal 3", 2, today + timedelta(days=120), today + timedelta(days=124)))
    at = datetime.combine(date(2027, 6, 18), DAY_ENDS)
    agreed = BaselineDates(2, at, at)
    m15 = Task(900, "M15 Full transition complete", 1, start=at, finish=at, duration=0, is_milestone=True, code="M15")
    plan = Plan(plan.title, [*tasks, replace(m15, baselines=(agreed,))])
    book = Workbook()
    sheet = book.active
    sheet.title = "Plan"
    headings = headings_of(plan)
    sheet.append(list(headings.values()))
    for row in rows_of(plan):
        sheet.append([row.get(key) for key in headings])
    places = list(headings)
    for uid, key, value in ((104, "finish", "31/06/2027"), (203, "predecessors", "20FS+5d"), (303, "percent", "110")):
        line = next(n for n, task in enumerate(plan.tasks, start=2) if task.uid == uid)
        sheet.cell(line, places.index(key) + 1).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _moved(task: Task, days: int) -> Task:
    by = timedelta(days=days)
    return replace(task, start=task.start and task.start + by, finish=task.finish and task.finish + by)
