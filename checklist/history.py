"""What happened to an item, newest first, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checklist.models import ChecklistItem
from mhhs_portal.history.panel import events_of

VERBS = {
    "checklist.drafted": "Draft saved",
    "checklist.imported": "Draft imported",
    "checklist.published": "Published",
    "checklist.extended": "More time given",
    "checklist.withdrawn": "Withdrawn",
    "checklist.closed": "Closed",
    "checklist.outcome_published": "Outcome published",
    "checklist.newcomer_added": "An organisation that joined later was asked",
    "checklist.newcomer_left_out": "An organisation that joined later was left out",
    "checklist.revised": "Revision raised: everybody is asked again",
    "checklist.corrected": "Corrected without asking again",
    "checklist.file_attached": "File attached",
    "checklist.file_detached": "File taken off",
    "checklist.responded": "Response sent",
    "checklist.responded_on_behalf": "Response entered by the Programme",
    "checklist.draft_saved": "Draft saved",
    "checklist.draft_row_removed": "Comment removed from the draft",
    "checklist.draft_rows_added": "Comments added to the draft",
    "checklist.change_started": "Change of the response started",
    "checklist.change_discarded": "Change of the response discarded",
    "checklist.response_file_attached": "File added to the draft",
    "checklist.response_file_detached": "File taken off the draft",
    "checklist.handed_for_sign_off": "Handed over for sign-off",
    "checklist.handed_back": "Handed back",
    "checklist.sign_off_rule_set": "Rule for sign-off set",
}
_HIDDEN = {"id", "edit_number", "edited_at", "edited_by", "edited_by_id", "issued_by", "issued_by_id"}


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    who: str
    changed: list[str]


def happenings(item: ChecklistItem) -> list[Line]:
    names = {field.attname: str(field.verbose_name) for field in ChecklistItem._meta.fields}
    names |= {field.name: str(field.verbose_name) for field in ChecklistItem._meta.fields}
    return [
        Line(event.at, VERBS.get(event.verb, "Changed"), event.actor, _changed(event.changes, names))
        for event in events_of(item)
    ]


def _changed(changes: dict[str, tuple[Any, Any]], names: dict[str, str]) -> list[str]:
    return [names.get(field, field).capitalize() for field in changes if field not in _HIDDEN]
