"""What a draft of lanes and stages would change, what it would look like, and publishing it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones import charting, register
from milestones.changes.applying import announce
from milestones.models import Confidence, DraftLane, DraftStage, Lane, PlanDraft, Source, Stage
from milestones.poap import Plan
from milestones.sheets import editions
from milestones.sheets.drafting import COPIED, locked

#: The key of the source of what staff drew here.
PORTAL = "PORTAL"


def plans(draft: PlanDraft, today: date) -> tuple[Plan, Plan]:
    """The plan as it is published, and as it would be: the same dates, other lanes and stages."""
    read, paths = register.read(today), charting.paths()
    compared = charting.Drawn(compare=read.previous.slug if read.previous else "")
    before = charting.plan(read, paths, charting.stages(), compared, today=today)
    lanes = {row.pk: _lane(row) for row in draft.lanes.filter(is_removed=False).select_related("lane")}
    by_live = {lane.pk: lane for lane in lanes.values()}
    for entry in read.entries:  # the register is ours alone: nothing of it is saved
        drafted = by_live.get(entry.milestone.lane.pk)
        if drafted:
            entry.milestone.lane = drafted
    after = charting.plan(read, paths, stages_of(draft, lanes), compared, today=today)
    return before, after


def _lane(row: DraftLane) -> Lane:
    """The lane as the draft would have it; a new one has a number that no lane has."""
    slug = row.lane.slug if row.lane else f"new-{row.pk}"
    return Lane(pk=row.lane_id or -row.pk, slug=slug, name=row.name, position=row.position)


def stages_of(draft: PlanDraft, lanes: dict[int, Lane]) -> list[Stage]:
    """The stages as the draft would have them, unsaved."""
    rows = draft.stages.filter(is_removed=False).select_related("stage__source", "path")
    portal = Source(key=PORTAL, title="This portal", url=f"{settings.SITE_URL}{reverse('home')}")
    found = []
    for row in rows:
        live = row.stage
        stage = Stage(
            pk=live.pk if live else -row.pk,
            key=live.key if live else f"new-{row.pk}",
            lane=lanes.get(row.lane_id) if row.lane_id else None,
            source=live.source if live and not _differs(row) else portal,
            confidence=live.confidence if live else Confidence.STATED,
            note=live.note if live else "",
            **{name: getattr(row, name) for name in COPIED},
        )
        if row.path_id:
            stage.path = row.path
        found.append(stage)
    return sorted(found, key=lambda stage: (stage.position, stage.key))


def _differs(row: DraftStage) -> bool:
    live = row.stage
    if live is None:
        return True
    said = [name for name in COPIED if name != "position"]
    lane = row.lane.lane_id if row.lane else None
    return live.lane_id != lane or any(getattr(row, name) != getattr(live, name) for name in said)


def changes(draft: PlanDraft, today: date) -> list[str]:
    """In sentences, everything that publishing would change."""
    before, after = plans(draft, today)
    if editions.facts_of(before, {}) == editions.facts_of(after, {}):
        return _empty_lanes(draft)
    return [*editions.changes(editions.facts_of(before, {}), editions.facts_of(after, {})), *_empty_lanes(draft)]


def _empty_lanes(draft: PlanDraft) -> list[str]:
    """Lanes in which nothing stands are not drawn, so that the two plans do not show their changes."""
    said = []
    for row in draft.lanes.select_related("lane"):
        holds = row.stages.filter(is_removed=False).exists()
        holds = holds or bool(row.lane and row.lane.milestones.exists())
        if row.lane is None and not row.is_removed and not holds:
            said.append(f"The lane {row.name} is new; it is drawn once something stands in it.")
        elif row.lane and not holds and row.is_removed:
            said.append(f"The lane {row.lane.name} is removed; nothing stood in it.")
        elif row.lane and not holds and row.name != row.lane.name:
            said.append(f"The lane {row.lane.name}, in which nothing stands, is now called {row.name}.")
    return said


def seal_of(said: list[str]) -> str:
    """Stands for the changes that somebody read before publishing them."""
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def publish(draft: PlanDraft, *, note: str, seal: str, by: Person, now: datetime, today: date) -> list[str]:
    """All lanes and stages of the draft become the plan's, in one transaction."""
    with doing("milestones.plan_draft_published", by=by):
        held = locked(draft)
        said = changes(held, today)
        if not said:
            raise ValidationError("The draft is the same as the published plan: there is nothing to publish.")
        if seal != seal_of(said):
            raise ValidationError(
                "The draft has changed since you opened this page. Read the changes again, then publish."
            )
        lanes = {row.pk: _publish_lane(row) for row in held.lanes.select_related("lane").order_by("is_removed")}
        source = _source()
        for row in held.stages.select_related("stage", "path", "lane"):
            _publish_stage(row, lanes, source)
        held.published_at, held.published_by = now, by
        held.note = "\n".join([*([note] if note else []), *said])
        save_checked(held)
        announce(now)
        return said


def _source() -> Source:
    facts = {
        "title": "Drawn by the Programme in this portal",
        "url": f"{settings.SITE_URL}{reverse('home')}?view=table",
    }
    return Source.objects.get_or_create(key=PORTAL, defaults=facts)[0]


def _publish_lane(row: DraftLane) -> Lane | None:
    if row.lane is None and row.is_removed:
        return None
    lane = row.lane or Lane(slug=_free(Lane, "slug", row.name))
    facts = {"name": row.name, "position": row.position, "is_removed": row.is_removed}
    _write(lane, facts)
    if row.lane is None:
        row.lane = lane
        row.save(update_fields=["lane"])
    return lane


def _publish_stage(row: DraftStage, lanes: dict[int, Lane | None], source: Source) -> None:
    if row.stage is None and row.is_removed:
        return
    stage = row.stage or Stage(key=_free(Stage, "key", row.name), source=source, confidence=Confidence.STATED)
    facts = {name: getattr(row, name) for name in COPIED} | {"is_removed": row.is_removed}
    facts["lane_id"] = lanes[row.lane_id].pk if row.lane_id and lanes.get(row.lane_id) else None  # type: ignore[union-attr]
    if row.stage is not None and _differs(row):
        facts |= {"source_id": source.pk, "confidence": Confidence.STATED, "note": ""}
    _write(stage, facts)
    if row.stage is None:
        row.stage = stage
        row.save(update_fields=["stage"])


def _write(live: Lane | Stage, facts: dict[str, object]) -> None:
    """Only what differs is written, and what is written is staff's from then on."""
    if live.pk and all(getattr(live, name) == value for name, value in facts.items()):
        return
    for name, value in facts.items():
        setattr(live, name, value)
    live.is_edited = True
    save_checked(live)


def _free(model: type[Lane] | type[Stage], field: str, name: str) -> str:
    """A slug that nothing has yet."""
    base = slugify(name)[:40] or "stage"
    taken = set(model.objects.filter(**{f"{field}__startswith": base}).values_list(field, flat=True))
    return next(slug for n in range(len(taken) + 2) if (slug := f"{base}-{n + 1}" if n else base) not in taken)
