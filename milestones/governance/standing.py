"""A group or a meeting as pages show it: with a status word that everybody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from milestones.governance.models import GovernanceGroup, Meeting, Standing

_GROUP = {
    Standing.LIVE: ("open", "Live"),
    Standing.HISTORIC: ("closed", "Historic"),
    Standing.NEVER: ("withdrawn", "Never stood up"),
    Standing.UNKNOWN: ("not-published", "Not published"),
}


@dataclass(frozen=True)
class ShownMeeting:
    meeting: Meeting
    #: A key of the status table and what to say.
    key: str
    words: str


@dataclass(frozen=True)
class ShownGroup:
    group: GovernanceGroup
    key: str
    words: str

    @property
    def in_force(self) -> str:
        """ "Since February 2024", "Until February 2024", "Not published"."""
        since, until = self.group.since, self.group.until
        if since and until:
            return f"{since.words} to {until.words}"
        if since:
            return f"Since {since.words}"
        return f"Until {until.words}; since when is not published" if until else "Not published"


def shown(meeting: Meeting, today: date) -> ShownMeeting:
    return ShownMeeting(meeting, *meeting.standing(today))


def shown_group(group: GovernanceGroup) -> ShownGroup:
    return ShownGroup(group, *_GROUP[Standing(group.standing)])
