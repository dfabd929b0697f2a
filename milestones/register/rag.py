"""Where staff see a milestone's colour differently from the rule, and the tolerances that the rule goes by."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.models import Milestone, RagOverride, Tolerance


def override_rag(milestone: Milestone, *, rag: str, reason: str, by: Person, now: datetime) -> RagOverride:
    """Staff's colour in place of the rule's; an empty `rag` goes back to the rule. Both with a reason."""
    with doing("milestones.rag_overridden" if rag else "milestones.rag_back_to_rule", by=by):
        Milestone.objects.select_for_update().get(pk=milestone.pk)
        last = RagOverride.objects.filter(milestone=milestone, replaced_by__isnull=True).first()
        if not rag and not (last and last.rag):
            raise ValidationError(f"{milestone.code} follows the rule already.")
        reason = reason.strip()
        if not reason:
            raise ValidationError({"reason": "Say why, in words that everybody may read"})
        row = RagOverride(milestone=milestone, rag=rag, reason=reason, made_by=by, made_at=now, replaces=last)
        save_checked(row)
    return row


def set_tolerance(row: Tolerance, *, amber_over: int, red_over: int, by: Person | None) -> Tolerance:
    """From how many working days on a forecast is amber or red, for all milestones of the tier."""
    with doing("milestones.tolerance_set", by=by):
        held = Tolerance.objects.select_for_update().get(pk=row.pk)
        held.amber_over, held.red_over = amber_over, red_over
        save_checked(held)
    return held
