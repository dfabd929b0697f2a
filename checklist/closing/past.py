"""What happened to one comment's answer, newest first, in words."""

from __future__ import annotations

from typing import Any

from checklist.closing.models import Disposition, Outcome
from checklist.history import NOTHING, Change, Line
from checklist.models import Comment
from mhhs_portal.history.panel import events_of

VERBS = {
    "checklist.comment_decided": "Decided",
    "checklist.reply_drafted": "Reply drafted",
    "checklist.comment_assigned": "Owner changed",
    "checklist.comment_linked": "Linked as a duplicate",
    "checklist.comment_unlinked": "Link taken away",
}
_SHOWN = {
    "outcome": "Decision",
    "reply": "Reply",
    "public_reply": "Reply in the published log",
    "changed_in": "Change made in",
}


def happenings(comment: Comment) -> list[Line]:
    """Every saved answer with its words, so that none is lost; two queries."""
    found = getattr(comment, "disposition", None)
    if not isinstance(found, Disposition):
        return []
    return [
        Line(event.at, VERBS.get(event.verb, "Changed"), event.actor, _changed(event.changes))
        for event in events_of(found)
    ]


def _changed(changes: dict[str, tuple[Any, Any]]) -> list[Change]:
    return [Change(words, *(_words(one) for one in changes[name])) for name, words in _SHOWN.items() if name in changes]


def _words(value: Any) -> str:
    return str(dict(Outcome.choices).get(value, value)) if value else NOTHING
