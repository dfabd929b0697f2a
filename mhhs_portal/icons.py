"""Drawings of 16 by 16 units and the table of status words.

Marks are knocked out of their shape (even-odd paths), so one drawing works on any ground, in both themes and in print.
"""

from __future__ import annotations

from dataclasses import dataclass

_DISC = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z"
_OCTAGON = "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"
_TICK = "M6.9 11.3 3.8 8.2l1.2-1.2 1.9 1.9 4.1-4.1 1.2 1.2z"
_CROSS = "M5.9 4.6 8 6.7l2.1-2.1 1.3 1.3L9.3 8l2.1 2.1-1.3 1.3L8 9.3l-2.1 2.1-1.3-1.3L6.7 8 4.6 5.9z"


def _solid(*paths: str) -> str:
    return f'<path fill="currentColor" fill-rule="evenodd" d="{"".join(paths)}"/>'


def _line(path: str, width: float = 1.6) -> str:
    return f'<path fill="none" stroke="currentColor" stroke-width="{width}" d="{path}"/>'


_RING = '<circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.8"/>'

ICONS: dict[str, str] = {
    # status shapes
    "hollow": _RING,
    "half": _RING + _solid("M8 1.9a6.1 6.1 0 0 1 0 12.2z"),
    "dotted": '<circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.8"'
    ' stroke-dasharray="1.7 2.13"/>',
    "clock": _RING + _line("M8 4.4V8.2l2.5 1.6"),
    "pause": _RING + _line("M6.4 5.4v5.2M9.6 5.4v5.2"),
    "octagon": _solid(_OCTAGON, "M7 3.9h2v5.2H7z", "M7 10.4h2v2H7z"),
    "triangle": _solid("M8 1 15.7 14.6H.3z", "M7.1 5.6h1.8v4.4H7.1z", "M7.1 11.2h1.8v1.8H7.1z"),
    "disc-tick": _solid(_DISC, _TICK),
    "disc-dash": _solid(_DISC, "M4.4 7h7.2v2H4.4z"),
    "disc-chevron": _solid(_DISC, "M6.2 5.6 7.5 4.3 11.2 8l-3.7 3.7-1.3-1.3L8.6 8z"),
    "disc-return": _solid(
        _DISC,
        "M7.1 3.9 3.9 6.9l3.2 3V7.8h1.6c.8 0 1.4.5 1.4 1.2s-.6 1.2-1.4 1.2H7v1.6h1.8c1.7 0 3-1.2"
        " 3-2.8s-1.3-2.8-3-2.8H7.1z",
    ),
    "square-tick": '<path fill="none" stroke="currentColor" stroke-width="1.5" d="M2.2 2.2h11.6v11.6H2.2z"/>'
    + _line("m4.9 8.2 2.2 2.2 4.1-4.6"),
    "square-cross": _solid("M1.5 1.5h13v13h-13z", _CROSS),
    "square-cross-hollow": '<path fill="none" stroke="currentColor" stroke-width="1.5" d="M2.2 2.2h11.6v11.6H2.2z"/>'
    + _line("m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"),
    "diamond-tick": _solid("M8 .2 15.8 8 8 15.8.2 8z", "M7.1 10.8 4.6 8.3l1.1-1.1 1.4 1.4L10.4 5.3l1.1 1.1z"),
    "diamond": _solid("M8 .6 15.4 8 8 15.4.6 8z"),
    "diamond-hollow": _line("M8 1.8 14.2 8 8 14.2 1.8 8z"),
    "diamond-dashed": '<path fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.2 1.7"'
    ' d="M8 1.8 14.2 8 8 14.2 1.8 8z"/>',
    "severity-high": _line("m3 8 5-5 5 5M3 13l5-5 5 5", 2),
    "severity-medium": _line("M2.5 5.5h11M2.5 10.5h11", 2.2),
    "severity-low": _line("m3 6 5 5 5-5", 2),
    # everything else
    "search": '<circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    + _line("m10.5 10.5 4 4"),
    "download": _line("M8 1.5v8.6M4.5 6.8 8 10.3l3.5-3.5M2 14h12"),
    "upload": _line("M8 10.5V2M4.5 5.4 8 1.9l3.5 3.5M2 14h12"),
    "calendar": _line("M2 3.3h12v10.9H2zM2 6.8h12M5.2 1v3.4m5.6-3.4v3.4", 1.5),
    "down": _line("m3.5 6 4.5 4.5L12.5 6", 1.8),
    "chart": _line("M2 3.5h6M5 8h6m-2 4.5h5", 2.2),
    "table": _line("M2 2.5h12v11H2zM2 6.2h12M6.2 6.2v7.3", 1.4),
    "plus": _line("M8 2.5v11M2.5 8h11"),
    "close": _line("m3.5 3.5 9 9m0-9-9 9"),
    "tick": _line("m2.5 8.5 3.7 3.7 7.3-8", 2),
    "right": _line("M2 8h11.4M9 3.6 13.4 8 9 12.4"),
    "left": _line("M14 8H2.6M7 3.6 2.6 8 7 12.4"),
    "comment": _line("M2 2.5h12v9H8.2L5 14.2v-2.7H2z", 1.5),
    "file": _line("M3.5 1.8H9l3.5 3.5v8.9h-9zM9 1.8v3.5h3.5", 1.5),
    "clip": _line(
        "M12.7 7.5 7.6 12.6a3 3 0 0 1-4.3-4.2l5.6-5.6a2 2 0 0 1 2.9 2.8l-5.4 5.5a1 1 0 0 1-1.5-1.4L9.6 5", 1.4
    ),
    "lock": _line("M3 7h10v7.2H3zM5 7V4.8a3 3 0 0 1 6 0V7", 1.6),
    "person": _line("M2.5 14.2c.6-3 2.6-4.4 5.5-4.4s4.9 1.4 5.5 4.4", 1.5)
    + '<circle cx="8" cy="4.8" r="2.8" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    "filter": _line("M1.5 4h13M4 8h8m-5.5 4h3", 1.8),
    "flask": _line("M6 1.6h4M6.6 1.6v4.2L3 13.9h10L9.4 5.8V1.6M4.6 10.4h6.8", 1.4),
    "bin": _line("M2.5 4h11M6 4V2h4v2M4 4l.6 10.2h6.8L12 4M6.6 6.6v5m2.8-5v5", 1.4),
    "pencil": _line("M2 14l.8-3.4L10.9 2.5l2.6 2.6-8.1 8.1zM9.2 4.2l2.6 2.6", 1.4),
    "info": _RING + _solid("M7.2 7h1.6v4.4H7.2zM7.2 4.4h1.6v1.7H7.2z"),
    "menu": _line("M1.5 3.5h13M1.5 8h13M1.5 12.5h13", 1.8),
}


@dataclass(frozen=True)
class Status:
    word: str
    shape: str
    #: One of the colour words of the style sheet: blue, amber, red, green, brand, grey.
    colour: str


def _statuses(*rows: tuple[str, str, str]) -> dict[str, Status]:
    return {
        word.lower().replace(",", "").replace(" ", "-"): Status(word, shape, colour) for word, shape, colour in rows
    }


#: Every word that says how something stands; the key is the word with hyphens ("due-soon").
STATUSES: dict[str, Status] = {
    **_statuses(
        # checklist item
        ("Open", "hollow", "blue"),
        ("New today", "hollow", "blue"),
        ("Due soon", "clock", "amber"),
        ("Overdue", "octagon", "red"),
        ("Draft saved", "half", "blue"),
        ("Waits for sign-off", "pause", "amber"),
        ("Change waits for sign-off", "pause", "amber"),
        ("Response sent", "disc-tick", "brand"),
        ("No comments sent", "disc-dash", "brand"),
        ("Sent late", "disc-tick", "brand"),
        ("Does not apply", "disc-dash", "brand"),
        ("Upcoming", "dotted", "grey"),
        ("Closed", "square-tick", "grey"),
        ("Withdrawn", "square-cross-hollow", "grey"),
        ("Draft", "half", "blue"),
        # path step and milestone
        ("Not started", "hollow", "grey"),
        ("You can start now", "hollow", "blue"),
        ("In progress", "half", "blue"),
        ("Waits", "pause", "grey"),
        ("On track", "disc-chevron", "green"),
        ("At risk", "triangle", "amber"),
        ("Late", "octagon", "red"),
        ("Achieved", "diamond-tick", "green"),
        ("Not published", "dotted", "grey"),
        # red, amber, green: always a word and a shape
        ("Green", "disc-chevron", "green"),
        ("Amber", "triangle", "amber"),
        ("Red", "octagon", "red"),
        ("Not rated", "dotted", "grey"),
        # section of an assurance request
        ("Completed", "disc-tick", "green"),
        ("There is a problem", "octagon", "red"),
        ("Cannot start yet", "pause", "grey"),
        ("Submitted", "disc-tick", "brand"),
        ("In review", "half", "blue"),
        # assessment of an answer
        ("Adequate", "disc-tick", "green"),
        ("Partly adequate", "half", "amber"),
        ("Not adequate", "square-cross", "red"),
        ("More needed", "disc-return", "blue"),
        ("Not assessed", "hollow", "grey"),
        # severity
        ("High severity", "severity-high", "red"),
        ("Medium severity", "severity-medium", "amber"),
        ("Low severity", "severity-low", "grey"),
        # reply to a comment
        ("Accepted", "disc-tick", "green"),
        ("Accepted in part", "half", "amber"),
        ("Not accepted", "square-cross", "red"),
        ("Noted", "disc-dash", "brand"),
        ("Out of scope", "square-cross-hollow", "grey"),
        ("To decide", "hollow", "grey"),
        ("Draft reply", "half", "blue"),
        ("Replaced", "disc-return", "grey"),
        # who has responded
        ("Not asked", "", "grey"),
        ("Not reached", "octagon", "red"),
        ("Not opened", "hollow", "grey"),
        ("Opened", "hollow", "blue"),
        ("Sent", "disc-tick", "brand"),
        ("No comments", "disc-dash", "brand"),
        # file
        ("Not scanned", "dotted", "grey"),
        ("No virus found", "disc-tick", "green"),
        ("Clean", "disc-tick", "green"),
        ("Infected", "octagon", "red"),
        ("Could not be scanned", "triangle", "amber"),
        # news
        ("Published", "disc-tick", "brand"),
        ("Unread", "hollow", "blue"),
        # message
        ("Planned", "dotted", "grey"),
        ("Held", "pause", "amber"),
        ("Delivered", "disc-tick", "green"),
        ("Being sent", "half", "blue"),
        ("Trying again", "clock", "amber"),
        ("Given up", "octagon", "red"),
        ("Bounced", "octagon", "red"),
        ("Skipped", "square-tick", "grey"),
        ("Stopped", "disc-dash", "grey"),
        # finding, plan and paper
        ("Second check", "half", "blue"),
        ("Factual accuracy", "comment", "blue"),
        ("Issued", "disc-tick", "brand"),
        ("Proposed", "half", "blue"),
        ("Escalated", "triangle", "amber"),
        ("Complete", "disc-tick", "green"),
        ("Frozen", "pause", "blue"),
        ("For decision", "half", "blue"),
        ("Decided", "disc-tick", "brand"),
        ("Released to QAG", "disc-tick", "brand"),
        ("Released to QWG", "disc-tick", "brand"),
        # decision
        ("Approved", "disc-tick", "green"),
        ("Agreed", "disc-tick", "green"),
        ("With changes", "half", "amber"),
        ("Rejected", "square-cross", "red"),
        ("Deferred", "pause", "grey"),
    ),
}
