"""What an item says apart from its dates: what a copy, a template and a row of an import have in common."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from checklist.audiences import Apart, Rule, rules_of
from checklist.models import ChecklistItem

#: The item's own fields that are copied as they are.
WORDS = (
    "title",
    "kind",
    "workstream",
    "governance_group",
    "summary",
    "body",
    "document_number",
    "document_version",
    "contact",
    "is_mandatory",
    "legal_basis",
    "response_method",
    "response_address",
    "accepts_late",
    "is_public",
    "shows_responses",
)
_NUMBER = re.compile(r"(?:MHHS[- ]?)?DEL[- ]?([0-9]+)\Z", re.IGNORECASE)


@dataclass
class Content:
    facts: dict[str, Any] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Exceptions are of one publication, so they are not kept."""
        return {"facts": self.facts, "rules": [asdict(rule) for rule in self.rules], "links": self.links}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Content:
        facts = {name: value for name, value in kept.get("facts", {}).items() if name in (*WORDS, *_KEYS)}
        return cls(facts, [Rule(**rule) for rule in kept.get("rules", [])], kept.get("links", []))


#: Foreign keys, kept by their number.
_KEYS = ("parent_id", "milestone_id", "path_id")


def content_of(item: ChecklistItem) -> Content:
    """The item's words, rules, links and exceptions; four queries."""
    rows = item.rules.select_related("market_role", "path", "organisation", "group")
    return Content(
        facts={name: getattr(item, name) for name in (*WORDS, *_KEYS)},
        rules=rules_of(rows),
        links=[{"title": link.title, "url": link.url, "note": link.note} for link in item.links.all()],
        apart=[
            Apart(row.organisation.slug, row.reason, row.is_left_out)
            for row in item.exceptions.select_related("organisation")
        ],
    )


def document_number(typed: str) -> str:
    """A deliverable's number in one form, DEL2428, however it was typed; other numbers (CR041) as they are."""
    said = typed.strip()
    if found := _NUMBER.match(said):
        return f"DEL{found[1]}"
    if re.match(r"(?:MHHS[- ]?)?DEL[- ]?\b", said, re.IGNORECASE) and not re.search(r"\d", said):
        raise ValidationError("A deliverable’s number is DEL and digits, such as DEL2428")
    return said
