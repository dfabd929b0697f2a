"""What a file says about the portal's milestones: new dates are offered as draft forecasts, baselines are compared.

A baseline date never comes from a file: only an approved change request makes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.models import Person
from milestones import register
from milestones.changes import releases
from milestones.models import Baseline, DraftForecast, Milestone
from milestones.models.dates import when
from milestones.movement import movement
from milestones.plan_files.agreed import when_of
from milestones.plan_files.models import PlanImport
from milestones.plan_files.plan import Task
from milestones.plan_files.storing import milestones_by_code, named_milestone
from milestones.poap.text import same_dates
from milestones.register import Register

MOST = 200


def numbered(baselines: list[Baseline]) -> dict[int, Baseline]:
    """The portal's baselines by the numbers that Project has for them: in order, the first and the ten newest."""
    ordered = sorted(baselines, key=lambda baseline: baseline.number)
    return dict(enumerate(ordered if len(ordered) < 12 else [ordered[0], *ordered[-10:]]))


def look(tasks: Iterable[Task], today: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Offers of forecasts, and where the file's baselines differ from ours."""
    read, known = register.read(today), milestones_by_code()
    offers: dict[str, dict[str, Any]] = {}
    differences: list[dict[str, Any]] = []
    for task in tasks:
        milestone = named_milestone(task, known)
        entry = read.entry(milestone.slug) if milestone else None
        if milestone is None or entry is None:
            continue
        offer = _offer(task, milestone, entry)
        if offer:
            offers.setdefault(milestone.code, offer)
        differences += _differences(task, milestone, entry, read)
    return list(offers.values())[:MOST], differences[:MOST]


def _offer(task: Task, milestone: Milestone, entry: Any) -> dict[str, Any] | None:
    said = when_of(task)
    if said is None or entry.achieved or same_dates(said, entry.now):
        return None
    return {
        "code": milestone.code,
        "name": milestone.brief,
        "slug": milestone.slug,
        "first": said.first.isoformat(),
        "last": said.last.isoformat(),
        "precision": said.precision,
        "words": said.words,
        "was": entry.now.words if entry.now else "Not published",
        "movement": movement(entry.now, said) if entry.now else "Dated for the first time",
        "sheet": task.where.sheet,
        "row": task.where.row,
    }


def _differences(task: Task, milestone: Milestone, entry: Any, read: Register) -> list[dict[str, Any]]:
    found = []
    ours = numbered(read.baselines)
    for one in task.baselines:
        at = one.finish or one.start
        baseline = ours.get(one.number)
        row = entry.dates.get(baseline.slug) if baseline else None
        if at is None or (row and row.first_on <= at.date() <= row.last_on):
            continue
        found.append(
            {
                "code": milestone.code,
                "number": one.number,
                "baseline": baseline.name if baseline else "",
                "file": f"{at.day} {at:%B %Y}",
                "portal": row.when.words if row else "Not published" if baseline else "No such baseline",
            }
        )
    return found


def put_forecasts(run: PlanImport, *, by: Person | None, now: datetime) -> list[dict[str, Any]]:
    """The offers into the open draft release; returns what was there before, for undoing."""
    made = []
    known = milestones_by_code()
    for offer in run.offers:
        milestone = known.get(offer["code"].lower())
        said = when(date.fromisoformat(offer["first"]), date.fromisoformat(offer["last"]), offer["precision"])
        if milestone is None or said is None:
            continue
        before = DraftForecast.objects.filter(milestone=milestone, release__published_at=None).first()
        was = _facts(before) if before else None
        reason = f"{run.file.name}, {offer['sheet']} row {offer['row']}"
        try:
            row = releases.draft(milestone=milestone, when=said, reason=reason, by=by, today=local_day(now))
        except ValidationError as refused:
            raise ValidationError(f"The forecast for {milestone.code}: {' '.join(refused.messages)}") from None
        made.append({"pk": row.pk, "before": was, "made": _facts(row)})
    return made


def take_back(run: PlanImport, *, by: Person | None) -> None:
    """The draft forecasts as they were, unless somebody has changed them since."""
    for made in run.forecasts:
        row = DraftForecast.objects.filter(pk=made["pk"], release__published_at=None).first()
        if row is None or _facts(row) != made["made"]:
            continue
        if made["before"] is None:
            releases.remove_draft(row, by=by)
            continue
        was = made["before"]
        row.first_on, row.last_on = date.fromisoformat(was["first"]), date.fromisoformat(was["last"])
        row.precision, row.reason = was["precision"], was["reason"]
        row.save()


def _facts(row: DraftForecast) -> dict[str, Any]:
    first, last = row.first_on.isoformat(), row.last_on.isoformat()
    return {"first": first, "last": last, "precision": row.precision, "reason": row.reason}
