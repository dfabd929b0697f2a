"""A plan from a file: uploaded by staff, read by a worker, shown as what it would change, applied, undone.

The row in PostgreSQL is the queue. A worker takes a row, says every second that it is alive, and writes its result; a
row whose worker has fallen silent is taken again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import timezone

from mhhs_portal.deadlines import local_day
from mhhs_portal.documents.models import keep_upload
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.plan_files import offers, unpacking
from milestones.plan_files.differences import Change, changes, day_of, links_words, tally
from milestones.plan_files.models import DetailedPlan, ImportChange, ImportProblem, PlanImport
from milestones.plan_files.plan import Read, RefusedError
from milestones.plan_files.reading import read_apart
from milestones.plan_files.storing import plan_of, put_tasks

log = logging.getLogger(__name__)

State = PlanImport.State
#: A worker that has said nothing for so long is dead.
SILENCE = timedelta(seconds=45)
MOST_ATTEMPTS = 3
CONTENT_TYPES = {
    unpacking.MSPDI: "application/xml",
    unpacking.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    unpacking.CSV: "text/csv",
}


def upload(*, file: UploadedFile[Any], by: Person | None, now: datetime) -> PlanImport:
    """Keep the file and put it in the queue. What no plan can be is refused at once, in words."""
    name = (file.name or "plan")[-150:]
    size = file.size or 0
    if size > unpacking.LARGEST:
        most = unpacking.LARGEST // (1024 * 1024)
        raise ValidationError({"file": f"The file has {size // (1024 * 1024)} MB. A plan may have {most} MB at most."})
    try:
        kind = unpacking.kind_of(file, name)  # type: ignore[arg-type]
    except RefusedError as refused:
        raise ValidationError({"file": str(refused)}) from None
    stored = keep_upload(file, name=name, content_type=CONTENT_TYPES[kind], by=by)
    try:
        with doing("plan_files.plan_uploaded", by=by):
            return PlanImport.objects.create(file=stored, kind=kind, uploaded_by=by, uploaded_at=now)
    except BaseException:
        stored.file.storage.delete(str(stored.file.name))
        raise


def claim(now: datetime) -> PlanImport | None:
    """Take the next file for ourselves; None when none waits or all are in other hands."""
    with doing("plan_files.reading_begun", by=None), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE plan_files_planimport
            SET state = 'reading', heard_at = %(now)s, attempts = attempts + 1, progress = 0, progress_words = ''
            WHERE id = (
                SELECT id FROM plan_files_planimport
                WHERE state = 'uploaded' OR (state = 'reading' AND heard_at < %(silent)s)
                ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """,
            {"now": now, "silent": now - SILENCE},
        )
        row = cursor.fetchone()
    return PlanImport.objects.select_related("file").get(pk=row[0]) if row else None


Reader = Callable[[IO[bytes], str, int, Callable[[float], None]], tuple[str, Read]]


def read_next(now: datetime, *, reader: Reader = read_apart) -> PlanImport | None:
    """Read one file that waits, from its bytes to what it would change."""
    run = claim(now)
    if run is None:
        return None
    voice = _Voice(run)
    try:
        if run.attempts > MOST_ATTEMPTS:
            raise RefusedError(f"The worker stopped {MOST_ATTEMPTS} times while it read this file.")
        _clear(run)
        stored = run.file
        with stored.file.storage.open(str(stored.file.name)) as file:
            kind, read = reader(file, stored.name, stored.size, lambda share: voice.say(share * 50, "Reading"))
        _keep(run, kind, read, voice, now)
    except RefusedError as refused:
        with doing("plan_files.plan_refused", by=None):
            _ours(run).update(state=State.REFUSED, refusal=str(refused)[:2000], progress_words="")
        log.info("import %s refused: %s", run.pk, refused)
    except TakenOverError:
        log.warning("import %s was taken over by another worker", run.pk)
    run.refresh_from_db()
    return run


class TakenOverError(Exception):
    """Another worker believed us dead and reads the file itself."""


def _ours(run: PlanImport) -> Any:
    return PlanImport.objects.filter(pk=run.pk, state=State.READING, attempts=run.attempts)


class _Voice:
    """Says how far the work is, at most twice a second, and with it that we live."""

    def __init__(self, run: PlanImport) -> None:
        self.run, self.said_at = run, 0.0

    def say(self, share: float, words: str) -> None:
        if time.monotonic() - self.said_at < 0.5:
            return
        self.said_at = time.monotonic()
        if not _ours(self.run).update(progress=min(int(share), 99), progress_words=words, heard_at=timezone.now()):
            raise TakenOverError


def _clear(run: PlanImport) -> None:
    """What an earlier reading of the same file left."""
    run.problems.all().delete()
    run.changes.all().delete()
    if run.plan and run.plan.state == DetailedPlan.State.READ:
        plan, run.plan = run.plan, None
        with doing("plan_files.reading_begun_again", by=None):
            PlanImport.objects.filter(pk=run.pk).update(plan=None)
            plan.delete()


def _keep(run: PlanImport, kind: str, read: Read, voice: _Voice, now: datetime) -> None:
    """Write the version that the file describes, and what it would change. Nobody sees it before the last line."""
    fields = {number: [field.name, field.alias] for number, field in read.plan.fields.items()}
    with doing("plan_files.plan_read", by=None):
        plan = DetailedPlan.objects.create(title=read.plan.title or run.file.name, fields=fields, made_at=now)
        if not _ours(run).update(plan=plan):
            raise TakenOverError
    count = max(len(read.plan.tasks), 1)
    put_tasks(plan, read.plan.tasks, lambda done: voice.say(50 + 35 * done / count, f"Writing row {done:,}"))
    voice.said_at = 0.0
    voice.say(85, "Comparing with the draft")
    base = current()
    left_out = {problem.uid for problem in read.problems if problem.uid is not None}
    found = changes(plan_of(base) if base else None, read.plan, left_out=left_out)
    offered, differences = offers.look([*read.plan.tasks, *read.portal_rows], local_day(now))
    with doing("plan_files.plan_checked", by=None):
        _put_problems(run, read)
        put_changes(run, found)
        done = _ours(run).update(
            state=State.CHECKED,
            kind=kind,
            progress=100,
            progress_words="",
            own_totals=asdict(read.own),
            found_totals=asdict(read.found),
            left_out=read.left_out,
            portal_rows=len(read.portal_rows),
            not_kept=read.not_kept,
            tally=tally(found, tasks=len(read.plan.tasks), errors=read.left_out),
            compared_with=base,
            offers=offered,
            baseline_differences=differences,
        )
        if not done:
            raise TakenOverError


def current() -> DetailedPlan | None:
    """What a file is compared with: the draft, else what is published."""
    return DetailedPlan.objects.draft() or DetailedPlan.objects.published()


def _put_problems(run: PlanImport, read: Read) -> None:
    ImportProblem.objects.bulk_create(
        (
            ImportProblem(
                plan_import=run,
                position=n,
                sheet=problem.where.sheet[:100],
                row=problem.where.row,
                column=problem.column[:100],
                uid=problem.uid,
                name=problem.name[:512],
                value=problem.value[:200],
                reason=problem.reason[:300],
                advice=problem.advice[:300],
            )
            for n, problem in enumerate(read.problems)
        ),
        batch_size=1000,
    )


def put_changes(run: PlanImport, found: list[Change]) -> None:
    ImportChange.objects.bulk_create((_change(run, n, change) for n, change in enumerate(found)), batch_size=1000)


def _change(run: PlanImport, position: int, change: Change) -> ImportChange:
    task, was = change.task, change.before
    is_added, is_removed = change.kind == "added", change.kind == "removed"
    before, after = ("" if is_added else links_words(was)), links_words(task)
    return ImportChange(
        plan_import=run,
        position=position,
        kind=change.kind,
        uid=task.uid,
        name=task.name,
        old_name=was.name if was and was.name != task.name else "",
        is_milestone=task.is_milestone,
        sheet=task.where.sheet[:100],
        row=task.where.row,
        before_on=None if is_added else day_of(was),
        after_on=None if is_removed else day_of(task),
        movement=change.movement[:60],
        links_before=_cut(before) if before != after else "",
        links_after=_cut(after) if before != after else "",
        what=change.what[:300],
    )


def _cut(words: str) -> str:
    return words if len(words) <= 500 else words[:499] + "…"


def check_again(run: PlanImport, *, by: Person | None) -> None:
    """Put a file back in the queue: the draft has changed since, or the worker gave up."""
    with doing("plan_files.check_asked_again", by=by):
        held = PlanImport.objects.select_for_update().get(pk=run.pk)
        if held.state not in (State.CHECKED, State.REFUSED):
            raise ValidationError("Only a file that was read or refused can be read again.")
        held.state, held.attempts, held.refusal = State.UPLOADED, 0, ""
        held.save()


def discard(run: PlanImport, *, by: Person | None) -> None:
    """The file stays, what was read from it goes."""
    with doing("plan_files.plan_discarded", by=by):
        held = PlanImport.objects.select_for_update().get(pk=run.pk)
        if held.state not in (State.CHECKED, State.REFUSED, State.UPLOADED):
            raise ValidationError("Only a file that was not applied can be discarded.")
        plan = held.plan
        held.state, held.plan = State.DISCARDED, None
        held.save()
        if plan is not None:
            plan.delete()
