"""An organisation changes its own plan: field by field, so that two colleagues at once never lose a word.

Every save says which version of the step the person saw. What they changed is what differs from that version; a field
that somebody else changed meanwhile, to something else, is a clash: nothing is written over, and both are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import day_words, local_day
from mhhs_portal.history.panel import events_of
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership
from milestones.models import Likelihood, PathStep, Placement, StepPlan

FIELDS = ("target_on", "forecast_on", "achieved_on", "likelihood", "comment", "evidence_title", "evidence_url")
LABELS = {
    "target_on": "target",
    "forecast_on": "forecast",
    "achieved_on": "achieved",
    "likelihood": "confidence",
    "comment": "comment",
    "evidence_title": "evidence",
    "evidence_url": "evidence link",
}
MOVED = "This role is on another path now. Reload the page to see its plan."


@dataclass(frozen=True)
class Clash:
    """Somebody else changed the field since this person saw it."""

    theirs: Any
    #: The version that holds theirs; "keep mine" writes on top of it.
    version: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Saved:
    plan: StepPlan | None
    written: list[str] = field(default_factory=list)
    clashes: dict[str, Clash] = field(default_factory=dict)


def save_step(
    placement: Placement,
    step: PathStep,
    values: Mapping[str, Any],
    *,
    seen: int | None,
    older: Mapping[str, int | None] | None = None,
    keep: Mapping[str, int] | None = None,
    acting: Membership,
    now: datetime,
) -> Saved:
    """Write the fields that the person changed since version `seen` (None: the step had no plan yet).

    `older` names fields that the person's page shows as they were at another version. `keep` names fields whose clash
    the person has settled, with the version of the other text that they were shown.
    Raises ValidationError in words for a day that cannot be, and when the role is no longer on this path.
    """
    if acting.organisation_id != placement.role_held.organisation_id or acting.role not in RESPONDERS:
        raise PermissionDenied("Only a lead contact or a contributor changes the plan. You can read it.")
    _refuse_the_future(values.get("achieved_on"), now)
    if not step.belongs_to(placement) or step.path_id != placement.path_id:
        raise ValidationError(MOVED)
    with doing("milestones.own_plan_saved", by=acting.person):
        if not Placement.objects.current().filter(pk=placement.pk).select_for_update(of=("self",)).exists():
            raise ValidationError(MOVED)
        plan = StepPlan.objects.filter(placement=placement, step=step).select_for_update().first()
        if plan is None and not any(values.values()):
            return Saved(None)
        if plan is None:
            plan = StepPlan.objects.create(placement=placement, step=step, changed_at=now, changed_by=acting.person)
        bases = dict.fromkeys(values, seen) | dict(older or {}) | dict(keep or {})
        written, clashing = _merge(plan, values, bases, keep or {})
        if written:
            plan.changed_at, plan.changed_by = now, acting.person
            save_checked(plan)
            plan.refresh_from_db(fields=["version"])
    return Saved(plan, written, _clashes(plan, clashing))


def _refuse_the_future(achieved_on: date | None, now: datetime) -> None:
    if achieved_on and achieved_on > local_day(now):
        raise ValidationError({"achieved_on": f"A step cannot be achieved after today, {day_words(local_day(now))}"})


def _merge(
    plan: StepPlan, values: Mapping[str, Any], seen: Mapping[str, int | None], keep: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """Sets what may be set on the plan; gives the names of what was set, and of what clashes."""
    bases = {version: _at_version(plan, version) for version in set(seen.values())}
    written, clashing = [], []
    for name, mine in values.items():
        theirs = getattr(plan, name)
        before = bases[seen[name]]
        if mine == theirs or (before and mine == before[name] and name not in keep):
            continue  # nothing to do, or this person did not touch it
        if before is None or theirs != before[name]:
            clashing.append(name)
        else:
            setattr(plan, name, mine)
            written.append(name)
    return written, clashing


def _at_version(plan: StepPlan, version: int | None) -> dict[str, Any] | None:
    """The fields as they were at that version; None when it is not known."""
    if version is None:
        return {name: None if name.endswith("_on") else "" for name in FIELDS}
    if version == plan.version:
        return {name: getattr(plan, name) for name in FIELDS}
    events = apps.get_model("milestones", "StepPlanEvent")._default_manager
    return events.filter(pgh_obj=plan.pk, version=version).order_by("pgh_id").values(*FIELDS).last()


def _clashes(plan: StepPlan, names: list[str]) -> dict[str, Clash]:
    if not names:
        return {}
    happenings = events_of(plan)
    found = {}
    for name in names:
        last = next((one for one in happenings if name in one.changes), happenings[0])
        found[name] = Clash(getattr(plan, name), plan.version, last.actor, last.at)
    return found


def said(name: str, value: Any) -> str:
    """A field's value as a sentence shows it."""
    if value in (None, ""):
        return "empty"
    if isinstance(value, date):
        return day_words(value)
    return str(Likelihood(value).label) if name == "likelihood" else str(value)


@dataclass(frozen=True)
class Change:
    """One save of one step, for its history."""

    at: datetime
    by: str
    #: "Forecast: 9 July 2026, was 4 July 2026".
    words: list[str]


def history_of(plan: StepPlan | None) -> list[Change]:
    """Who changed what, newest first."""
    if plan is None:
        return []
    changes = []
    for one in events_of(plan):
        words = [
            f"{LABELS[name].capitalize()}: {said(name, _read(name, after))}"
            + (f", was {said(name, _read(name, before))}" if before not in (None, "") else "")
            for name in LABELS
            if name in one.changes
            for before, after in [one.changes[name]]
        ]
        if words:
            changes.append(Change(one.at, one.actor, words))
    return changes


def _read(name: str, value: Any) -> Any:
    """What the history holds as JSON."""
    return date.fromisoformat(value) if value and name.endswith("_on") else value or ""
