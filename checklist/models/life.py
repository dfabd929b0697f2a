"""The life of an item: what staff decide is kept and goes by one table of steps; what the clock decides is computed.

A published item is scheduled, open or closed by its instants alone, so that nothing has to run for it to open.
"""

from __future__ import annotations

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models

from mhhs_portal.frozen import refuse


class State(models.TextChoices):
    """What staff decided. Upcoming, open and closed follow from the dates: see checklist/progress.py."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed by the Programme"
    OUTCOME = "outcome", "Outcome published"
    WITHDRAWN = "withdrawn", "Withdrawn"


#: Every step that an item can take. What is not in this table cannot happen, in SQL either.
STEPS: dict[tuple[str, str], State] = {
    ("publish", State.DRAFT): State.PUBLISHED,
    ("close", State.PUBLISHED): State.CLOSED,
    ("publish_outcome", State.PUBLISHED): State.OUTCOME,
    ("publish_outcome", State.CLOSED): State.OUTCOME,
    ("withdraw", State.PUBLISHED): State.WITHDRAWN,
    ("withdraw", State.CLOSED): State.WITHDRAWN,
}
_REFUSED = {
    "publish": "Only a draft can be published.",
    "close": "Only a published item can be closed.",
    "publish_outcome": "Only a published or closed item can have its outcome published.",
    "withdraw": "Only a published item can be withdrawn.",
}
#: For the trigger: the pairs of states between which there is a step.
ALLOWED = ", ".join(f"('{before.value}', '{after.value}')" for (_, before), after in STEPS.items())  # type: ignore[attr-defined]


def after(step: str, state: str) -> State:
    """The state that the step leads to; ValidationError in words when there is no such step from here."""
    if (step, state) not in STEPS:
        raise ValidationError(_REFUSED[step])
    return STEPS[step, state]  # type: ignore[index]


def can(step: str, state: str) -> bool:
    return (step, state) in STEPS


def kept_once_issued(noun: str, operation: pgtrigger.Operation, words: str) -> pgtrigger.Trigger:
    """For rows that belong to an item: they change only while it is a draft."""
    return refuse(
        f"{noun}_kept_once_issued",
        operation,
        when="EXISTS (SELECT 1 FROM checklist_checklistitem i WHERE i.id = OLD.item_id AND i.state <> 'draft')",
        words=words,
    )
