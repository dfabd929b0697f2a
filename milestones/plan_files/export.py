"""The plan as a file: milestones with their baselines, stages, and under them the detailed tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from mhhs_portal.deadlines import LONDON, local_day
from mhhs_portal.exports import Column, Table
from milestones import register
from milestones.models import Baseline, Dependency, Stage
from milestones.plan_files import columns, mspdi
from milestones.plan_files.agreed import words_of
from milestones.plan_files.models import DetailedPlan
from milestones.plan_files.mspdi_write import write_mspdi
from milestones.plan_files.offers import numbered
from milestones.plan_files.plan import DAY_ENDS, DAY_STARTS, DEEPEST, FIRST_OWN, BaselineDates, Link, Plan, Task
from milestones.plan_files.sheet_write import headings_of, rows_of, write_xlsx
from milestones.plan_files.storing import plan_of
from milestones.poap import When
from milestones.register import Entry, Register

MILESTONES, STAGES, DETAIL = FIRST_OWN + 1, FIRST_OWN + 2, FIRST_OWN + 3
_FIRST_MILESTONE, _FIRST_STAGE = FIRST_OWN + 100_000, FIRST_OWN + 500_000
#: A date that Project must not work out again from the links.
_FIXED = {"Type": "1", "Manual": "1"}


class Exported:
    """One plan to be written in any form: the portal's own rows, and then the tasks of a version."""

    def __init__(self, read: Register, stages: Iterable[Stage], detail: Plan, links: Iterable[Dependency]) -> None:
        self.read = read
        self.baselines = numbered(read.baselines)
        self.own: dict[int, dict[str, str]] = {}
        self.plan = Plan(self._title(), [], dict(detail.fields))
        self._milestones(links)
        self._stages(list(stages))
        if detail.tasks:
            self._heading(DETAIL, detail.title or "Detailed plan")
            self.plan.tasks += [replace(task, level=min(task.level + 1, DEEPEST)) for task in detail.tasks]

    @property
    def compare_with(self) -> int:
        """The number that the current baseline has in Project."""
        current = self.read.current
        return next((number for number, one in self.baselines.items() if current and one.pk == current.pk), 0)

    def _title(self) -> str:
        current = self.read.current
        return f"MHHS Programme plan, baseline {current.name}" if current else "MHHS Programme plan"

    def _heading(self, uid: int, name: str) -> None:
        self.plan.tasks.append(Task(uid, name, is_summary=True))
        self.own[uid] = {mspdi.ALIAS_ROW: "heading"}

    def _milestones(self, links: Iterable[Dependency]) -> None:
        self._heading(MILESTONES, "Milestones")
        entries = [entry for entry in self.read.entries if not entry.milestone.is_removed]
        uids = {entry.milestone.pk: _FIRST_MILESTONE + entry.milestone.pk for entry in entries}
        waits: dict[int, list[Link]] = {pk: [] for pk in uids}
        for link in links:
            if link.before_id in uids and link.after_id in uids:
                waits[link.after_id].append(Link(uids[link.before_id], "FS", (link.lag_working_days or 0) * 4800))
        for entry in entries:
            task = self._milestone(entry, uids[entry.milestone.pk], tuple(waits[entry.milestone.pk]))
            self.plan.tasks.append(task)

    def _milestone(self, entry: Entry, uid: int, links: tuple[Link, ...]) -> Task:
        at = _last_moment(entry.now)
        agreed = {number: entry.dates[one.slug] for number, one in self.baselines.items() if one.slug in entry.dates}
        self.own[uid] = {
            mspdi.ALIAS_ROW: "milestone",
            mspdi.ALIAS_DATE: words_of(entry.now),
            mspdi.ALIAS_BASELINES: "; ".join(f"{n} {words_of(row.when)}" for n, row in agreed.items()),
        }
        fixed = {**_FIXED, "ConstraintType": "2", "ConstraintDate": at.isoformat()} if at else dict(_FIXED)
        if entry.achieved and at:
            fixed |= {"ActualStart": at.isoformat(), "ActualFinish": at.isoformat()}
        return Task(
            uid,
            f"{entry.milestone.code} {entry.milestone.title}",
            level=2,
            start=at,
            finish=at,
            duration=0,
            is_milestone=True,
            percent=100 if entry.achieved else 0,
            notes="\n".join(_notes(entry, [(n, self.baselines[n], row) for n, row in agreed.items()])),
            code=entry.milestone.code,
            links=links,
            baselines=tuple(_baseline(number, row.when) for number, row in agreed.items()),
            more=fixed,
        )

    def _stages(self, stages: list[Stage]) -> None:
        if not stages:
            return
        self._heading(STAGES, "Stages")
        for stage in stages:
            uid = _FIRST_STAGE + stage.pk
            start = datetime.combine(stage.start.first, DAY_STARTS) if stage.start else None
            finish = _last_moment(stage.end)
            agreed = f"{words_of(stage.start) or 'not published'} to {words_of(stage.end) or 'not published'}"
            self.own[uid] = {mspdi.ALIAS_ROW: "stage", mspdi.ALIAS_DATE: agreed}
            begins, ends = (when.words if when else "not published" for when in (stage.start, stage.end))
            notes = f"Start: {begins}. End: {ends}. A month is shown by its first or last day, which nobody agreed."
            task = Task(uid, stage.name, 2, start=start, finish=finish, notes=notes, more=dict(_FIXED))
            self.plan.tasks.append(task)

    # --- forms --------------------------------------------------------------------------------------------------------

    def as_mspdi(self, now: datetime) -> bytes:
        saved = now.astimezone(LONDON).replace(tzinfo=None, microsecond=0)
        return write_mspdi(self.plan, self.own, saved=saved, compare_with=self.compare_with)

    def as_xlsx(self) -> bytes:
        return write_xlsx(self.plan, self.own_columns)

    def table(self, name: str) -> Table:
        """For CSV and JSON: instants without a zone are told as they are written."""
        headings = headings_of(self.plan, self.own_columns)
        rows = [{key: _plain(value) for key, value in row.items()} for row in rows_of(self.plan, self.own_columns)]
        return Table(name, [Column(key, heading) for key, heading in headings.items()], rows)

    @property
    def own_columns(self) -> dict[int, dict[str, str]]:
        return {
            uid: {"portal_row": said[mspdi.ALIAS_ROW], "as_agreed": said.get(mspdi.ALIAS_DATE, "")}
            for uid, said in self.own.items()
        }


def exported(version: DetailedPlan | None, now: datetime) -> Exported:
    stages = Stage.objects.filter(is_removed=False)
    links = Dependency.objects.order_by("before__position")
    return Exported(register.read(local_day(now)), stages, plan_of(version), links)


def mspdi_of(now: datetime | None = None) -> bytes:
    """The published plan as Microsoft Project XML."""
    moment = now or timezone.now()
    return exported(DetailedPlan.objects.published(), moment).as_mspdi(moment)


def _last_moment(when: When | None) -> datetime | None:
    """The last day of what is known, since Project needs one; the date as agreed stands beside it in words."""
    return datetime.combine(when.last, DAY_ENDS) if when else None


def _baseline(number: int, when: When) -> BaselineDates:
    at = datetime.combine(when.last, DAY_ENDS)
    return BaselineDates(number, at, at, 0)


def _notes(entry: Entry, agreed: list[tuple[int, Baseline, Any]]) -> Iterable[str]:
    now = entry.now
    if now is None:
        yield "No date is published."
    else:
        kind = "Achieved" if entry.achieved else "Forecast" if entry.forecast else "Agreed"
        yield f"{kind}: {now.words}{' (inferred)' if now.is_inferred else ''}."
        if now.precision != "day":
            yield "Project needs a day and shows the last one; no day was agreed."
    for number, baseline, row in agreed:
        inferred = " (inferred)" if row.when.is_inferred else ""
        yield f"Baseline {number} is {baseline.name}: {row.when.words}{inferred}."


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


assert set(columns.OWN) == {"portal_row", "as_agreed"}
