"""Staff set when people are reminded: for a kind of thing, or for one thing. The due-table follows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from mhhs_portal.reminders.kinds import Kind
from mhhs_portal.reminders.models import Ladder, LadderRung
from mhhs_portal.reminders.planning import STANDARD, ladders_of
from mhhs_portal.reminders.rungs import Rung, urgency_of

#: So many rungs have room on the page; more would be a nuisance.
MOST_RUNGS = 12


def ladder_of(kind: Kind, thing: str = STANDARD) -> Ladder | None:
    """The ladder that staff set for exactly this, in force or taken back."""
    return Ladder.objects.filter(kind=kind.key, thing=thing).select_related("set_by").first()


def in_force(kind: Kind, thing: str = STANDARD) -> tuple[Rung, ...]:
    """The rungs that hold for the thing, soonest first."""
    ladders = ladders_of(kind)
    return tuple(sorted(ladders.get(thing, ladders[STANDARD]), key=urgency_of))


def set_ladder(
    kind: Kind,
    thing: str = STANDARD,
    *,
    rungs: Sequence[Rung],
    is_paused: bool,
    reason: str,
    seen_version: int,
    by: Person,
    now: datetime,
) -> Ladder:
    """These rungs hold from now on; nobody hears the same rung twice. Raises ValidationError in words."""
    if not rungs and not is_paused:
        raise ValidationError("A ladder needs at least one rung. To remind nobody, pause it and say why.")
    if len(rungs) > MOST_RUNGS:
        raise ValidationError(f"A ladder has at most {MOST_RUNGS} rungs.")
    if len({rung.key for rung in rungs}) < len(rungs):
        raise ValidationError("Two rungs fall on the same day. Put them together.")
    with doing("reminders.ladder_set", by=by):
        ladder = _at_version(kind, thing, seen_version)
        ladder.is_in_force, ladder.is_paused, ladder.reason = True, is_paused, reason.strip()
        ladder.set_by, ladder.set_at = by, now
        save_checked(ladder)
        ladder.rungs.all().delete()
        for rung in sorted(rungs, key=urgency_of):
            row = LadderRung(
                ladder=ladder,
                anchor=rung.anchor,
                offset=rung.offset,
                unit=rung.unit,
                at=rung.at,
                audience=list(rung.audience),
                only_unstarted=rung.only_unstarted,
            )
            save_checked(row)
    return ladder


def take_back(kind: Kind, thing: str = STANDARD, *, seen_version: int, by: Person, now: datetime) -> None:
    """The standard holds again: the kind's, or the portal's own."""
    with doing("reminders.ladder_taken_back", by=by):
        ladder = _at_version(kind, thing, seen_version)
        if ladder.pk is None or not ladder.is_in_force:
            raise ValidationError("The standard ladder is in force already.")
        ladder.is_in_force, ladder.set_by, ladder.set_at = False, by, now
        ladder.reason = "The standard ladder holds again."
        save_checked(ladder)


def _at_version(kind: Kind, thing: str, seen_version: int) -> Ladder:
    """The row, locked; a new one when nothing was seen. Refused when a colleague was quicker."""
    ladder = Ladder.objects.select_for_update().filter(kind=kind.key, thing=thing).first()
    if (ladder.version if ladder else 0) != seen_version:
        raise ValidationError("A colleague has changed this ladder since you opened the page. Look at theirs first.")
    if ladder is None:
        return Ladder(kind=kind.key, thing=thing)
    ladder.version += 1
    return ladder
