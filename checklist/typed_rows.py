"""The comment rows that a page shows: as kept, as typed, and both where they clash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from checklist.models import CommentKind, DraftComment, Severity
from checklist.responding import CommentRow
from checklist.response_drafting import TypedRow, row_of
from mhhs_portal.forms import sent_number

ROWS_PER_PAGE = 20  # a page with the fields of more is slow to draw and to read
PREFIX = "comments"
_NAME = re.compile(rf"{PREFIX}-([a-z0-9]{{1,16}})-(\w+)\Z")
LONGEST = {"document": 120, "clause": 80, "comment": 8_000, "suggested_change": 8_000}
_WORDS = {
    "document": "document",
    "clause": "clause or page",
    "comment": "comment",
    "suggested_change": "proposed wording",
}


@dataclass
class Line:
    """One row of the page."""

    key: str
    row: CommentRow
    seen: int = 0
    kept: DraftComment | None = None
    number: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    #: A colleague changed or removed the row while this text was typed.
    is_clash: bool = False
    is_new: bool = False
    has_attention: bool = False

    @property
    def name(self) -> str:
        return f"{PREFIX}-{self.key}"

    @property
    def is_open(self) -> bool:
        """Drawn with its fields in sight."""
        return self.is_new or self.is_clash or bool(self.errors) or self.has_attention

    @property
    def latest(self) -> int:
        """The version that "keep mine" goes over."""
        return self.kept.version if self.kept else 0

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return list(CommentKind.choices)

    @property
    def severities(self) -> list[tuple[str, str]]:
        return list(Severity.choices)

    @property
    def kind_word(self) -> str:
        return CommentKind(self.row.kind).label

    @property
    def severity_key(self) -> str:
        return f"{self.row.severity}-severity"

    @property
    def params(self) -> str:
        """What a save of this row alone sends."""
        fields = (
            "document",
            "clause",
            "comment",
            "suggested_change",
            "kind",
            "severity",
            "is_confidential",
            "seen",
            "number",
        )
        return ",".join(
            [*(f"{self.name}-{one}" for one in fields), "seen_draft", "seen_number", "seen_revision", "page"]
        )


def kept_line(comment: DraftComment, number: int) -> Line:
    return Line(comment.key, row_of(comment), comment.version, comment, number)


def typed_lines(data: Mapping[str, str]) -> dict[str, Line]:
    """The rows that a form sent, in its order, judged by their shape alone."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        if match := _NAME.match(name):
            # PostgreSQL keeps no null characters; browsers send two characters for a line's end
            found.setdefault(match[1], {})[match[2]] = value.replace("\x00", "").replace("\r\n", "\n")
    return {key: _line(key, fields) for key, fields in found.items()}


def _line(key: str, typed: dict[str, str]) -> Line:
    kind, severity = typed.get("kind", ""), typed.get("severity", "")
    row = CommentRow(
        **{name: typed.get(name, "") for name in LONGEST},
        kind=kind if kind in CommentKind.values else CommentKind.SUBSTANTIVE,
        severity=severity if severity in Severity.values else Severity.MEDIUM,
        is_confidential=bool(typed.get("is_confidential")),
    )
    errors = {
        name: f"The {_WORDS[name]} has {len(typed[name]):,} characters; at most {most:,} fit"
        for name, most in LONGEST.items()
        if len(typed.get(name, "")) > most
    }
    return Line(key, row, sent_number(typed.get("seen", "")), errors=errors)


def as_typed(lines: Mapping[str, Line]) -> list[TypedRow]:
    """What can be kept of them."""
    return [TypedRow(line.key, line.row, line.seen) for line in lines.values() if not line.errors]
