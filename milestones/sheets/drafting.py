"""The private copy of lanes and stages on which programme staff work until they publish or discard it.

Each write locks the draft, so that edits happen one after the other; a row that somebody else changed since it was
opened is not overwritten unseen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.models import CriticalPath, DraftLane, DraftStage, Lane, Milestone, PlanDraft, Stage
from milestones.poap import When

#: What a draft stage copies from the stage that it would change.
COPIED = (
    *("name", "short_name", "path_id", "position", "is_window"),
    *(f"{end}_{part}" for end in ("start", "end") for part in ("first_on", "last_on", "precision")),
)


def open_of() -> PlanDraft | None:
    return PlanDraft.objects.filter(published_at=None, discarded_at=None).select_related("started_by").first()


def open_draft(*, by: Person, now: datetime) -> PlanDraft:
    """A copy of what stands on the plan; refused while another draft is open."""
    with doing("milestones.plan_draft_opened", by=by):
        draft = PlanDraft(started_by=by, started_at=now)
        save_checked(draft)
        lanes = {
            lane.pk: DraftLane(draft=draft, lane=lane, name=lane.name, position=lane.position)
            for lane in Lane.objects.filter(is_removed=False)
        }
        DraftLane.objects.bulk_create(lanes.values())
        DraftStage.objects.bulk_create(
            DraftStage(
                draft=draft,
                stage=stage,
                lane=lanes[stage.lane_id] if stage.lane_id else None,
                **{name: getattr(stage, name) for name in COPIED},
            )
            for stage in Stage.objects.filter(is_removed=False)
            if stage.lane_id is None or stage.lane_id in lanes
        )
        return draft


def locked(draft: PlanDraft) -> PlanDraft:
    """The draft, held until the transaction ends; refused once it is published or discarded."""
    found = PlanDraft.objects.select_for_update().get(pk=draft.pk)
    if found.published_at or found.discarded_at:
        done = "published" if found.published_at else "discarded"
        raise ValidationError(f"This draft was {done} in the meantime. Open a new one to change the plan.")
    return found


def discard(draft: PlanDraft, *, by: Person, now: datetime) -> None:
    with doing("milestones.plan_draft_discarded", by=by):
        held = locked(draft)
        held.discarded_at = now
        save_checked(held)


# ---- lanes ------------------------------------------------------------------------------------


def save_lane(draft: PlanDraft, lane: DraftLane | None, *, name: str, version: int = 0, by: Person) -> DraftLane:
    """Rename a lane, or add one below the others."""
    with doing("milestones.draft_lane_saved", by=by):
        locked(draft)
        row = _fresh(lane, version) if lane else DraftLane(draft=draft, position=_after(draft.lanes))
        others = draft.lanes.exclude(pk=row.pk).filter(is_removed=False, name__iexact=name)
        if others.exists():
            raise ValidationError({"name": f"There is a lane called {name} already."})
        row.name = name
        return _saved(row, by)


def remove_lane(lane: DraftLane, *, by: Person) -> None:
    """Refused while something stands in it: no stage and no milestone leaves the plan unseen."""
    with doing("milestones.draft_lane_removed", by=by):
        locked(lane.draft)
        stages = lane.stages.filter(is_removed=False).count()
        held = Milestone.objects.filter(lane=lane.lane, is_removed=False).count() if lane.lane else 0
        if stages or held:
            what = [f"{stages} stage{'s' * (stages != 1)}"] * bool(stages)
            what += [f"{held} milestone{'s' * (held != 1)}"] * bool(held)
            hint = " Milestones move by a change request alone." if held else " Move or remove them first."
            raise ValidationError(f"{lane.name} still holds {' and '.join(what)}.{hint}")
        lane.refresh_from_db()
        lane.is_removed = True
        _saved(lane, by)


# ---- stages -----------------------------------------------------------------------------------


def save_stage(
    draft: PlanDraft,
    stage: DraftStage | None,
    *,
    name: str,
    short_name: str,
    place: str,
    starts: When | None,
    ends: When | None,
    is_window: bool,
    version: int = 0,
    by: Person,
) -> DraftStage:
    """Change a stage, or add one at the end; an end that is not known stays open."""
    with doing("milestones.draft_stage_saved", by=by):
        locked(draft)
        row = _fresh(stage, version) if stage else DraftStage(draft=draft, position=_after(draft.stages))
        row.lane, row.path = place_of(draft, place)
        row.name, row.short_name, row.is_window = name, short_name, is_window
        for end, when in (("start", starts), ("end", ends)):
            if when is not None and when.alternative is not None:
                raise ValidationError({f"{end}s": "A stage has one start and one end: give one date without “or”."})
            setattr(row, f"{end}_first_on", when.first if when else None)
            setattr(row, f"{end}_last_on", when.last if when else None)
            setattr(row, f"{end}_precision", when.precision if when else "")
        return _saved(row, by)


def place_of(draft: PlanDraft, place: str) -> tuple[DraftLane | None, CriticalPath | None]:
    kind, _, key = place.partition(":")
    if kind == "path":
        return None, CriticalPath.objects.get(slug=key)
    lane = draft.lanes.filter(pk=int(key)).first() if key.isdecimal() else None
    if lane is None or lane.is_removed:
        raise ValidationError({"place": "This lane was removed from the draft. Choose another one."})
    return lane, None


def remove_stage(stage: DraftStage, *, by: Person) -> None:
    with doing("milestones.draft_stage_removed", by=by):
        locked(stage.draft)
        stage.refresh_from_db()
        stage.is_removed = True
        _saved(stage, by)


def restore(row: DraftLane | DraftStage, *, by: Person) -> None:
    """Put a removed lane or stage back; a stage's lane comes back with it."""
    with doing("milestones.draft_row_restored", by=by):
        locked(row.draft)
        row.refresh_from_db()
        row.is_removed = False
        _saved(row, by)
        if isinstance(row, DraftStage) and row.lane and row.lane.is_removed:
            row.lane.is_removed = False
            _saved(row.lane, by)


def move(row: Any, up: bool, *, by: Person) -> None:
    """One place up or down among its neighbours; at the end nothing happens."""
    with doing("milestones.draft_row_moved", by=by):
        draft = locked(row.draft)
        row.refresh_from_db()
        siblings = (
            draft.lanes.all() if isinstance(row, DraftLane) else draft.stages.filter(lane=row.lane, path=row.path)
        )
        shown: list[Any] = list(siblings.filter(is_removed=False))
        at = shown.index(row)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(shown):
            return
        other: Any = shown[to]
        if other.position == row.position:  # two that were added to different places: give each its own
            for n, each in enumerate(shown):
                each.position = shown[0].position + n
                _saved(each, by)
            row.refresh_from_db()
            other.refresh_from_db()
        row.position, other.position = other.position, row.position
        _saved(row, by)
        _saved(other, by)


# ---- rows -------------------------------------------------------------------------------------


def _after(rows: object) -> int:
    last = rows.order_by("-position").values_list("position", flat=True).first()  # type: ignore[attr-defined]
    return 0 if last is None else last + 1


def _saved(row: Any, by: Person) -> Any:
    row.version += 1
    row.changed_by = by
    save_checked(row)
    return row


def _fresh(row: Any, version: int) -> Any:
    """The row as it is now; refused when it is not what the page showed."""
    now = type(row).objects.select_related("changed_by").get(pk=row.pk)
    if now.version != version:
        who = now.changed_by.name if now.changed_by else "Somebody"
        words = f"{who} changed this in the meantime: {said(now)}"
        raise ValidationError(f"{words} What you typed is kept; save again to replace theirs.")
    return now


def said(row: DraftLane | DraftStage) -> str:
    if row.is_removed:
        return f"“{row.name}” was removed."
    if isinstance(row, DraftLane):
        return f"it is now called “{row.name}”."
    start = row.start.words if row.start else "start not given"
    end = row.end.words if row.end else "end not given"
    return f"it is now “{row.name}”, {start} to {end}."
