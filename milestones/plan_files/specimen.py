"""A made-up plan as large as the Programme's, for the bench and for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, BaselineDates, Link, Plan, Task


def large_plan(count: int = 5_000) -> Plan:
    """A tree of three levels with links, milestones and two baselines."""
    return Plan("Large plan", [_task(n) for n in range(1, count + 1)])


def _task(n: int) -> Task:
    level = 1 if n % 100 == 1 else 2 if n % 10 == 1 else 3
    day = date(2025, 1, 1) + timedelta(days=n % 700)
    begins, ends = datetime.combine(day, DAY_STARTS), datetime.combine(day + timedelta(days=n % 9), DAY_ENDS)
    return Task(
        n,
        f"Work package {n}: prepare, test and hand over",
        level,
        f"W.{n}",
        begins,
        ends,
        28_800 * (n % 9 + 1),
        is_milestone=n % 25 == 0,
        is_summary=level < 3,
        percent=n % 101,
        notes=f"Note {n}",
        links=tuple(Link(n - back, "FS", 4800 * (n % 5)) for back in (1, 7) if level == 3 and n % 10 > back + 1),
        baselines=tuple(BaselineDates(number, begins, ends, 28_800) for number in (0, 1)),
    )
