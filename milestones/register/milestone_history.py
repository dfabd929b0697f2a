"""What people did to a milestone, its criteria and its colour: for staff, on its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mhhs_portal.history.panel import Happening, events_of
from milestones.models import Criterion, Milestone, RagOverride

LIMIT = 30
_WORDS = {
    "milestones.facts_loaded": "Loaded from the published facts",
    "milestones.samples_loaded": "Loaded with the samples",
    "milestones.rag_overridden": "RAG overridden",
    "milestones.rag_back_to_rule": "RAG back to the rule",
}


@dataclass(frozen=True)
class Line:
    at: datetime
    actor: str
    words: str
    detail: str


def history_of(milestone: Milestone, criteria: list[Criterion]) -> list[Line]:
    """Newest first; six queries whatever their number."""
    said = {("milestones.Criterion", str(row.pk)): row.words for row in criteria}
    events = events_of(milestone, limit=LIMIT) + (events_of(*criteria, limit=LIMIT) if criteria else [])
    lines = [line_of(one, said.get(one.about, "")) for one in events]
    for row in RagOverride.objects.filter(milestone=milestone).select_related("made_by")[:LIMIT]:
        verb = "milestones.rag_overridden" if row.rag else "milestones.rag_back_to_rule"
        why = f"{row.get_rag_display()}. {row.reason}" if row.rag else row.reason  # type: ignore[attr-defined]
        lines.append(Line(row.made_at, row.made_by.name, _WORDS[verb], why))
    return sorted(lines, key=lambda line: line.at, reverse=True)[:LIMIT]


def line_of(one: Happening, about: str = "") -> Line:
    said = [
        f"{field.replace('_', ' ').capitalize()}: {_plain(before)} to {_plain(after)}"
        for field, (before, after) in one.changes.items()
        if not field.endswith("_id") and field not in ("position", "key")
    ]
    verb = one.verb.removeprefix("milestones.").replace("_", " ").capitalize()
    about = f"“{about}” " if about else ""
    return Line(one.at, one.actor, _WORDS.get(one.verb, verb), f"{about}{'; '.join(said)}".strip())


def _plain(value: object) -> str:
    return "empty" if value in (None, "") else str(value)
