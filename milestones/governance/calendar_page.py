"""The governance calendar as a reader chooses it: groups by level, meetings ahead and past, by group and year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from mhhs_portal.exports import Column, Table
from milestones.governance.models import Decision, GovernanceGroup, Meeting
from milestones.models import Milestone

LEVELS = {
    1: "Level 1: the sponsor",
    2: "Level 2: steering",
    3: "Level 3: advisory groups",
    4: "Level 4: working groups",
    None: "Outside the Programme’s levels, or level not published",
}


@dataclass(frozen=True)
class Choice:
    """What the address asks for; what it cannot mean is left out."""

    group: str = ""
    year: int | None = None
    words: str = ""

    @classmethod
    def of(cls, asked: dict[str, str], years: list[int]) -> Choice:
        year = asked.get("year", "")
        known = int(year) if year.isdecimal() and len(year) == 4 and int(year) in years else None
        group, words = (asked.get(name, "").replace("\x00", "").strip() for name in ("group", "q"))
        return cls(group[:60], known, words[:80])


@dataclass(frozen=True)
class Level:
    words: str
    groups: list[GovernanceGroup]


def decisions() -> QuerySet[Decision]:
    milestones = Prefetch("milestones", Milestone.objects.order_by("position"))
    return Decision.objects.select_related("change_request", "source").prefetch_related(milestones).order_by("pk")


def meetings() -> QuerySet[Meeting]:
    """Meetings with group, decisions and the milestones that these were about: three queries."""
    return Meeting.objects.select_related("group", "source").prefetch_related(Prefetch("decisions", decisions()))


def chosen(choice: Choice) -> QuerySet[Meeting]:
    found = meetings()
    if choice.group:
        found = found.filter(group__slug=choice.group)
    if choice.year:
        found = found.filter(starts_on__year=choice.year)
    for word in choice.words.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(group__short_name__icontains=word)
            | Q(group__name__icontains=word)
            | Q(pk__in=Decision.objects.filter(words__icontains=word).values("meeting"))
        )
    return found


def years() -> list[int]:
    return [day.year for day in Meeting.objects.dates("starts_on", "year", order="DESC")]


def groups() -> QuerySet[GovernanceGroup]:
    return (
        GovernanceGroup.objects.select_related("source")
        .prefetch_related("successors", "predecessors")
        .annotate(meeting_count=Count("meetings", distinct=True))
        .order_by("level", "position", "short_name")
    )


def by_level(found: Iterable[GovernanceGroup]) -> list[Level]:
    rows = list(found)
    return [
        Level(words, here) for level, words in LEVELS.items() if (here := [row for row in rows if row.level == level])
    ]


def split(found: Iterable[Meeting], today: date) -> tuple[list[Meeting], list[Meeting]]:
    """Those ahead, soonest first; those past, latest first."""
    rows = list(found)
    ahead = [meeting for meeting in rows if meeting.ends_on >= today]
    return ahead, [meeting for meeting in rows if meeting.ends_on < today][::-1]


def deciding(milestone: Milestone) -> list[Decision]:
    """The decisions about a milestone, newest first: for its own page."""
    found = Decision.objects.filter(milestones=milestone).select_related("meeting__group", "source")
    return list(found.order_by("-meeting__starts_on", "-pk"))


def meeting_table(found: Iterable[Meeting], today: date) -> Table:
    columns = [
        Column("group", "Group"),
        Column("meeting", "Meeting"),
        Column("starts_on", "First day"),
        Column("ends_on", "Last day"),
        Column("starts_time", "Starts, UK time"),
        Column("state", "State"),
        Column("decisions", "Decisions"),
        Column("milestones", "Milestones"),
        Column("papers", "Papers"),
        Column("source", "Source"),
        Column("confidence", "How it is known"),
        Column("is_sample", "Sample"),
    ]
    return Table("governance-meetings", columns, [_meeting_row(meeting, today) for meeting in found])


def _meeting_row(meeting: Meeting, today: date) -> dict[str, str | date | bool | None]:
    said = list(meeting.decisions.all())
    codes = dict.fromkeys(milestone.code for decision in said for milestone in decision.milestones.all())
    return {
        "group": meeting.group.short_name,
        "meeting": meeting.words,
        "starts_on": meeting.starts_on,
        "ends_on": meeting.ends_on,
        "starts_time": f"{meeting.starts_time:%H:%M}" if meeting.starts_time else None,
        "state": meeting.standing(today)[1],
        "decisions": " ".join(f"{d.get_kind_display()}: {d.words}" for d in said) or None,
        "milestones": ", ".join(codes) or None,
        "papers": meeting.papers_url or None,
        "source": meeting.source.title if meeting.source else None,
        "confidence": meeting.get_confidence_display() if meeting.source else None,
        "is_sample": meeting.is_sample,
    }


def group_table(found: Iterable[GovernanceGroup]) -> Table:
    columns = [
        Column("short_name", "Group"),
        Column("name", "Name"),
        Column("level", "Level"),
        Column("level_words", "Level in words"),
        Column("purpose", "Purpose"),
        Column("cadence", "Cadence seen"),
        Column("standing", "Status"),
        Column("since", "In force since"),
        Column("until", "Until"),
        Column("successors", "Went on in"),
        Column("source", "Source"),
        Column("confidence", "How it is known"),
    ]
    rows = [
        {
            "short_name": group.short_name,
            "name": group.name or None,
            "level": group.level,
            "level_words": group.level_words or None,
            "purpose": group.purpose or None,
            "cadence": group.cadence or None,
            "standing": group.get_standing_display(),
            "since": group.since.words if group.since else None,
            "until": group.until.words if group.until else None,
            "successors": ", ".join(other.short_name for other in group.successors.all()) or None,
            "source": group.source.title,
            "confidence": group.get_confidence_display(),
        }
        for group in found
    ]
    return Table("governance-groups", columns, rows)
