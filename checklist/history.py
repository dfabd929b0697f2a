"""What happened to an item, newest first, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Field
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string

from checklist.models import ChecklistItem
from mhhs_portal.deadlines import spoken
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
#: A value longer than this is told by its beginning; the versions page shows wordings side by side.
LONGEST = 300


#: What an empty value is called.
NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    who: str
    changed: list[Change] = field(default_factory=list)


def happenings(item: ChecklistItem) -> list[Line]:
    """Newest first: what changed on the item itself, and what the parts named in ITEM_HISTORY add to it."""
    fields = {name: one for one in ChecklistItem._meta.fields for name in (one.name, one.attname)}
    lines = [
        Line(event.at, VERBS.get(event.verb, "Changed"), event.actor, _changed(event.changes, fields))
        for event in events_of(item)
    ]
    for source in settings.ITEM_HISTORY:
        lines += import_string(source)(item)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _changed(changes: dict[str, tuple[Any, Any]], fields: dict[str, Field[Any, Any]]) -> list[Change]:
    shown = [(name, pair) for name, pair in changes.items() if name not in _HIDDEN]
    return [
        Change(
            str(fields[name].verbose_name).capitalize() if name in fields else name,
            *(_words(name, one, fields) for one in pair),
        )
        for name, pair in shown
    ]


def _words(name: str, value: Any, fields: dict[str, Field[Any, Any]]) -> str:
    """A recorded value as a reader of the page knows it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    known = fields.get(name)
    if known is not None and known.choices:
        return str(dict(known.flatchoices).get(value, value))
    if known is not None and known.get_internal_type() == "DateTimeField" and (moment := parse_datetime(str(value))):
        return spoken(moment)
    said = str(value)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
