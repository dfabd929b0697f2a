"""Meetings as calendar entries. A cancelled one stays, as cancelled; nothing is entered that nobody announced."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from mhhs_portal.calendars.ics import Event
from mhhs_portal.calendars.sources import Feed, address
from milestones.governance.models import Meeting


def feeds(now: datetime) -> list[Feed]:
    return [Feed("governance", "Governance meetings", "Meetings of the groups that recommend and decide", events)]


def events(now: datetime) -> list[Event]:
    meetings = Meeting.objects.select_related("group").prefetch_related("decisions")
    return [_event(meeting) for meeting in meetings]


def _event(meeting: Meeting) -> Event:
    is_cancelled = meeting.state == Meeting.State.CANCELLED
    said = [f"{meeting.group.title}."]
    if is_cancelled:
        said.append(f"Cancelled: {meeting.cancel_reason}")
    if meeting.is_sample:
        said.append("A sample: this meeting is invented.")
    said += [f"{decision.get_kind_display()}: {decision.words}" for decision in meeting.decisions.all()]
    said += [
        f"{name}: {url}" for name, url in (("Papers", meeting.papers_url), ("Minutes", meeting.minutes_url)) if url
    ]
    return Event(
        uid=f"meeting-{meeting.key}",
        title=meeting.words + (", sample" if meeting.is_sample else ""),
        starts=meeting.starts,
        ends=meeting.ends,
        words="\n".join(said),
        url=address(reverse("governance:meeting", args=[meeting.key])),
        place=meeting.place or meeting.link,
        category="Governance",
        is_cancelled=is_cancelled,
    )
