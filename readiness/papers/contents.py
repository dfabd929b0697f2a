"""What a paper says, block by block: one list from which the page, the PDF and the Word file are all made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mhhs_portal.deadlines import day_words, spoken
from readiness.assurance.models import Severity
from readiness.papers.models import Paper, PaperVersion

RAG_WORDS = {"green": "Green", "amber": "Amber", "red": "Red", "not-rated": "Not rated"}


@dataclass(frozen=True)
class Block:
    """A heading with text and one table under it; `keys` names the figure behind each row."""

    heading: str
    text: str = ""
    caption: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    #: The first column is a number or text: numbers are set to the right from this column on.
    numbers_from: int = 1

    @property
    def keyed(self) -> list[tuple[str, list[str]]]:
        keys = self.keys or [""] * len(self.rows)
        return list(zip(keys, self.rows, strict=True))


def cover(paper: Paper, version: PaperVersion) -> list[tuple[str, str]]:
    return [
        ("Paper", f"{paper.code}, version {version.number}"),
        ("Meeting", f"Performance Assurance Board, {day_words(paper.meeting_on)}"),
        ("Figures as at", spoken(version.as_at)),
        ("Author", paper.author.name),
        ("Check code", version.check_code),
    ]


def asks(paper: Paper) -> list[str]:
    return [f"{one.get_asks_display()}: {one.text}" for one in paper.recommendations.all()]


def _moment(value: str) -> str:
    return spoken(datetime.fromisoformat(value)) if value else "not opened"


def blocks(version: PaperVersion, *, is_public: bool = False) -> list[Block]:
    """`is_public` leaves out what groups of fewer than three would give away."""
    told: dict[str, Any] = version.figures
    opened = f"The request went to {told['funnel'][0]['value']} organisations at {_moment(told['opened_at'])}."
    letters = [section["letter"] for section in told["sections"]]
    made = [
        Block(
            "1. Where we are",
            f"{opened} It closes at {_moment(told['due_at'])}.",
            "From asked to assessed",
            ["Stage", "Organisations", "Share"],
            [[row["label"], str(row["value"]), f"{row['share']}%"] for row in told["funnel"]],
            [row["key"] for row in told["funnel"]],
        ),
        _groups("2. Response rates by role", "Role", told["by_role"], is_public),
        _groups("3. Response rates by constituency", "Constituency", told["by_constituency"], is_public),
        Block(
            "4. Where answers fall short, by role and section",
            "Per cent of assessed answers that are partly or not adequate. Groups in which fewer than 3 organisations"
            " are assessed are not shown.",
            "Per cent of assessed answers partly or not adequate",
            ["Role", *letters, "All"],
            [[row["name"], *map(_cell, [*row["cells"], row["all"]])] for row in told["by_role"]],
            [row["key"] for row in told["by_role"]],
        ),
        Block(
            "5. RAG by section",
            told["rule"] + " This rule is our own.",
            "RAG by section",
            ["Section", "Assessed", "Partly or not adequate", "RAG"],
            [
                [f"{row['letter']}. {row['title']}", str(row["assessed"]), str(row["short"]), RAG_WORDS[row["rag"]]]
                for row in told["sections"]
                if not is_public or row["rag"] != "not-rated"
            ],
        ),
        Block(
            "6. RAG by question",
            "",
            "RAG by question",
            ["Question", "Adequate", "Partly", "Not", "More needed", "Not assessed", "RAG"],
            [
                [
                    f"{row['number']} {row['text']}",
                    *(str(row[name]) for name in ("adequate", "partly", "not", "more", "unassessed")),
                    RAG_WORDS[row["rag"]],
                ]
                for row in told["questions"]
                if not is_public or row["rag"] != "not-rated"
            ],
            [row["key"] for row in told["questions"] if not is_public or row["rag"] != "not-rated"],
        ),
        _counts("7. Findings by severity", "Severity", told["findings"]["by_severity"]),
        _counts("8. What is recommended", "Recommendation", told["findings"]["by_recommendation"]),
        Block(
            "9. Themes",
            "" if told["themes"] else "No theme has been named in an issued finding.",
            "Themes across participants",
            ["Theme", "Worst severity", "Participants", "Findings", "Most frequent recommendation"],
            [
                [row["theme"], _severity(row), str(row["participants"]), str(row["findings"]), row["recommendation"]]
                for row in told["themes"]
                if not is_public or row["participants"] >= 3
            ],
            [row["key"] for row in told["themes"] if not is_public or row["participants"] >= 3],
        ),
    ]
    return made


def _severity(row: dict[str, Any]) -> str:
    return str(Severity(row["severity"]).label)


def _cell(value: int | None) -> str:
    return "–" if value is None else str(value)


def _groups(heading: str, noun: str, rows: list[dict[str, Any]], is_public: bool) -> Block:
    shown = [row for row in rows if not is_public or row["asked"] >= 3]
    return Block(
        heading,
        "Groups of fewer than 3 organisations are not shown." if len(shown) < len(rows) else "",
        f"Asked and submitted by {noun.lower()}",
        [noun, "Asked", "Submitted", "Share"],
        [[row["name"], str(row["asked"]), str(row["submitted"]), f"{row['share']}%"] for row in shown],
        [row["key"] for row in shown],
    )


def _counts(heading: str, noun: str, rows: list[dict[str, Any]]) -> Block:
    return Block(
        heading,
        "",
        heading.partition(" ")[2],
        [noun, "Findings", "Participants"],
        [[row["label"], str(row["value"]), str(row["participants"])] for row in rows],
        [row["key"] for row in rows],
    )


def annex(version: PaperVersion) -> list[Block]:
    """Annex A: the names. For those with the permission alone."""
    told: dict[str, Any] = version.annex
    return [
        Block(
            "Annex A. Who has not submitted",
            "" if told["non_responders"] else "Everybody who was asked has submitted.",
            "Organisations that have not submitted",
            ["Organisation", "Roles"],
            [[row["organisation"], row["roles"]] for row in told["non_responders"]],
            numbers_from=9,
        ),
        Block(
            "Annex A. Findings by participant",
            "" if told["findings"] else "No finding has been issued.",
            "Issued findings",
            ["Finding", "Organisation", "Title", "Severity", "Recommendation", "State"],
            [
                [
                    row["number"],
                    row["organisation"],
                    row["title"],
                    _severity(row),
                    row["recommendation"],
                    "Closed" if row["is_closed"] else "Open",
                ]
                for row in told["findings"]
            ],
            numbers_from=9,
        ),
    ]


def figures_listed(version: PaperVersion) -> list[tuple[str, str, str]]:
    """(key, what it counts, value) of every figure with records behind it."""
    listed = []
    for block in blocks(version):
        for key, row in block.keyed:
            if (key and block.columns[0] != "Role") or (key and block.heading.startswith("2.")):
                listed.append((key, row[0], row[1]))
    return listed
