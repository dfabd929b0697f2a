"""What happened to one thing, newest first, for the history on its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory.models
from django.contrib.auth import get_user_model
from django.db.models import Model


@dataclass(frozen=True)
class Happening:
    at: datetime
    verb: str
    actor: str
    #: {field: (before, after)}; before is None for a new row.
    changes: dict[str, tuple[Any, Any]]
    #: "milestones.Criterion" and its key: which of several rows it happened to.
    about: tuple[str, str] = ("", "")


def verbs_on(instance: Model) -> list[str]:
    """The verbs that touched the row, oldest first."""
    return [event.verb for event in reversed(events_of(instance))]


def events_of(*instances: Model, limit: int = 100) -> list[Happening]:
    """The recorded changes of the row, or of several, newest first; two queries whatever their number."""
    events = pghistory.models.Events.objects.tracks(*instances).order_by("-pgh_created_at", "-pgh_id")
    rows: list[Any] = list(events[:limit])
    names = _names((row.pgh_context or {}).get("actor") for row in rows)
    happenings = []
    for row in rows:
        context = row.pgh_context or {}
        changes = {field: tuple(pair) for field, pair in (row.pgh_diff or {}).items()}
        happenings.append(
            Happening(
                at=row.pgh_created_at,
                verb=context.get("verb", row.pgh_label),
                actor=names.get(context.get("actor"), "The portal"),
                changes=changes,  # type: ignore[arg-type]
                about=(row.pgh_obj_model, row.pgh_obj_id),
            )
        )
    return happenings


def _names(ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {pk for pk in ids if pk}
    return dict(get_user_model().objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
