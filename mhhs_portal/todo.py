"""The one list of what an organisation must do, put together from what each part of the programme asks.

`settings.TASK_SOURCES` and `settings.HOME_PANELS` name functions by dotted path, so that this package imports none of
the parts that stand on it. A task source is `(acting, now) -> list[Task]`; a panel is `(acting, now) -> Panel | None`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from mhhs_portal.deadlines import DUE_SOON_DAYS, is_past, local_day, working_days_left
from mhhs_portal.organisations.models import Membership


@dataclass(frozen=True)
class Task:
    """One thing that the organisation must do, with the address where it is done."""

    title: str
    url: str
    due_at: datetime
    opened_at: datetime
    #: A key of the status table, such as "open", "due-soon", "draft-saved" or "overdue".
    status: str
    #: What kind of thing and which workstream: "Consultation, Qualification".
    kind: str
    #: A count that says more than the status word, such as "4 of 9 sections"; empty when there is none.
    progress: str = ""
    owner: str = ""
    #: What the button says: "Respond", "Continue".
    verb: str = "Respond"


@dataclass(frozen=True)
class Panel:
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToDo:
    tasks: list[Task]
    now: datetime

    @property
    def overdue(self) -> list[Task]:
        return [task for task in self.tasks if is_past(task.due_at, self.now)]

    @property
    def next_is_soon(self) -> bool:
        return self.next is not None and working_days_left(self.next.due_at, self.now) <= DUE_SOON_DAYS

    @property
    def axis_start(self) -> date:
        """The day at which the bars begin: the first issue, at most six weeks back."""
        today = local_day(self.now)
        first = min((local_day(task.opened_at) for task in self.tasks), default=today)
        return max(min(first, today), today - timedelta(weeks=6))

    @property
    def axis_end(self) -> date:
        """The day at which the bars end: the last deadline, at most ten weeks ahead."""
        today = local_day(self.now)
        last = max((local_day(task.due_at) for task in self.tasks), default=today)
        return min(max(last, today + timedelta(weeks=2)), today + timedelta(weeks=10))

    @property
    def next(self) -> Task | None:
        """The task with the soonest deadline still to come."""
        return next((task for task in self.tasks if not is_past(task.due_at, self.now)), None)


def _named(setting: str) -> list[Callable[..., Any]]:
    return [import_string(path) for path in getattr(settings, setting)]


def todo_of(acting: Membership, now: datetime) -> ToDo:
    """Everything open for the organisation, soonest deadline first."""
    tasks = [task for source in _named("TASK_SOURCES") for task in source(acting, now)]
    return ToDo(sorted(tasks, key=lambda task: (task.due_at, task.title)), now)


def panels_of(acting: Membership, now: datetime) -> list[Panel]:
    return [panel for make in _named("HOME_PANELS") if (panel := make(acting, now))]
