"""What was read from a file becomes the draft, and back. Each is one transaction: all of it or nothing."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection

from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.changes import releases
from milestones.models import PlanRelease
from milestones.plan_files import offers
from milestones.plan_files.importing import current
from milestones.plan_files.models import DetailedPlan, PlanImport
from milestones.plan_files.plan import Task
from milestones.plan_files.storing import BATCH, STEP, plan_of, put_rows, row_of

_LOCK = 4_120_461  # the advisory lock under which the draft changes
KEEP, REMOVE = "keep", "remove"


def apply(
    run: PlanImport, *, missing: str = KEEP, take_forecasts: bool = False, by: Person | None, now: datetime
) -> DetailedPlan:
    """Make the file's version the draft. `missing`: what becomes of tasks that the file does not have.

    Rows with a problem are left out of it, and the draft keeps what it has of them.
    """
    with doing("plan_files.plan_applied", by=by):
        _lock()
        held = PlanImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
        plan = _may_be_applied(held)
        base = current()
        if base is not None:
            _keep_from(base, plan, held, remove_missing=missing == REMOVE)
            if base.state == DetailedPlan.State.DRAFT:
                DetailedPlan.objects.filter(pk=base.pk).update(state=DetailedPlan.State.REPLACED)
        plan.state, plan.replaces = DetailedPlan.State.DRAFT, base
        plan.save()
        if take_forecasts:
            held.forecasts = offers.put_forecasts(held, by=by, now=now)
        held.state, held.applied_at, held.applied_by = PlanImport.State.APPLIED, now, by
        held.removed_missing = missing == REMOVE
        held.save()
    run.refresh_from_db()
    return plan


def _may_be_applied(run: PlanImport) -> DetailedPlan:
    if run.state != PlanImport.State.CHECKED or run.plan is None:
        raise ValidationError("This file is not waiting to be applied: look at the page again.")
    if run.own_totals != run.found_totals:
        raise ValidationError("The file was not read whole: its own totals differ. Nothing can be applied.")
    if run.compared_with != current():
        raise ValidationError("The draft has changed since this file was checked. Check it again first.")
    return run.plan


def _keep_from(base: DetailedPlan, plan: DetailedPlan, run: PlanImport, *, remove_missing: bool) -> None:
    """Tasks that the draft has and the file does not, each after the task that it stood after."""
    old = plan_of(base)
    places = dict(plan.tasks.values_list("uid", "position"))
    left_out = set(run.problems.exclude(uid=None).values_list("uid", flat=True))
    kept = {task.uid for task in old.tasks if task.uid not in places and (not remove_missing or task.uid in left_out)}
    if remove_missing:
        kept |= _waited_for(kept, old.by_uid, places)
    taken = set(places.values())
    rows: list[tuple[int, Task]] = []
    place = 0
    for task in old.tasks:
        if task.uid in places:
            place = places[task.uid]
        elif task.uid in kept:
            place += 1
            while place in taken:
                place += STEP // 1000
            taken.add(place)
            rows.append((place, task))
    for first in range(0, len(rows), BATCH):
        piece = rows[first : first + BATCH]
        put_rows(plan, [(row_of(plan, task, at), task) for at, task in piece])


def _waited_for(kept: set[int], tasks: dict[int, Task], there: dict[int, int]) -> set[int]:
    """What the kept tasks wait for: a link must lead somewhere."""
    found: set[int] = set()
    queue = list(kept)
    while queue:
        for link in tasks[queue.pop()].links:
            uid = link.predecessor
            if uid not in there and uid not in kept and uid not in found and uid in tasks:
                found.add(uid)
                queue.append(uid)
    return found


def undo(run: PlanImport, *, by: Person | None, now: datetime) -> None:
    """The draft exactly as it was before this file was applied; the versions themselves never changed."""
    with doing("plan_files.plan_undone", by=by):
        _lock()
        held = PlanImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
        why_not = cannot_be_undone(held)
        if why_not or held.plan is None:
            raise ValidationError(why_not or "There is nothing to undo.")
        plan = held.plan
        before = plan.replaces
        plan.state = DetailedPlan.State.UNDONE
        plan.save()
        if before is not None and before.state == DetailedPlan.State.REPLACED:
            DetailedPlan.objects.filter(pk=before.pk).update(state=DetailedPlan.State.DRAFT)
        offers.take_back(held, by=by)
        held.state, held.undone_at, held.undone_by = PlanImport.State.UNDONE, now, by
        held.save()
    run.refresh_from_db()


def cannot_be_undone(run: PlanImport) -> str:
    """Why not, in words; empty when it can."""
    if run.state != PlanImport.State.APPLIED or run.plan is None:
        return "This file is not applied."
    if run.plan.state in (DetailedPlan.State.PUBLISHED, DetailedPlan.State.FORMER):
        return "Cannot be undone: it is published."
    if run.plan.state != DetailedPlan.State.DRAFT:
        return "Cannot be undone: a later file is applied. Undo that one first."
    return ""


def has_draft() -> bool:
    return DetailedPlan.objects.draft() is not None


def publish(release: PlanRelease | None, *, by: Person | None, now: datetime) -> DetailedPlan | None:
    """The draft becomes what everybody reads; with the plan release that brings it. None when there is no draft."""
    with doing("plan_files.plan_published", by=by):
        _lock()
        draft = DetailedPlan.objects.draft()
        if draft is None:
            return None
        DetailedPlan.objects.filter(state=DetailedPlan.State.PUBLISHED).update(state=DetailedPlan.State.FORMER)
        draft.state, draft.published_at, draft.published_by = DetailedPlan.State.PUBLISHED, now, by
        draft.release = release
        draft.save()
    return draft


def _lock() -> None:
    """Forecasts of a file go into the draft release, and a release publishes the draft: both lock in one order."""
    releases.lock()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
