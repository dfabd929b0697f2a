"""Programme staff keep the governance calendar: groups, meetings, decisions, and the cancelling of a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership
from milestones.governance.models import DecidedMilestone, Decision, GovernanceGroup, Meeting, Succession
from milestones.models import Milestone, Source
from milestones.models.dates import Confidence
from milestones.poap import When

#: The source of what staff write here themselves.
OWN_TITLE = "MHHS Planning and Readiness: entered by the Programme"


def own_source(url: str) -> Source:
    return Source.objects.get_or_create(key="GOVERNANCE", defaults={"title": OWN_TITLE, "url": url})[0]


def save_group(
    *,
    acting: Membership,
    group: GovernanceGroup | None = None,
    since: When | None = None,
    until: When | None = None,
    successors: Iterable[GovernanceGroup] = (),
    url: str = "",
    **facts: Any,
) -> GovernanceGroup:
    """Add a group, or change one. A month stays a month."""
    with doing("governance.group_saved", by=acting.person):
        if group is None:
            slug = slugify(facts["short_name"]) or "group"
            slug = f"{slug}-group" if slug in {"new", "meetings"} else slug  # pages of ours have these addresses
            group = GovernanceGroup(slug=slug, source=own_source(url), confidence=Confidence.STATED)
        for name, value in facts.items():
            setattr(group, name, value)
        _set_when(group, "since", since)
        _set_when(group, "until", until)
        group.is_edited = True
        save_checked(group)
        _set_successors(group, successors)
    return group


def _set_when(group: GovernanceGroup, prefix: str, when: When | None) -> None:
    if when and when.alternative:
        raise ValidationError({prefix: "Give one date."})
    setattr(group, f"{prefix}_first_on", when.first if when else None)
    setattr(group, f"{prefix}_last_on", when.last if when else None)
    setattr(group, f"{prefix}_precision", when.precision if when else "")


def _set_successors(group: GovernanceGroup, successors: Iterable[GovernanceGroup]) -> None:
    wanted = {successor.pk: successor for successor in successors}
    Succession.objects.filter(group=group).exclude(successor__in=wanted).delete()
    for successor in wanted.values():
        if not Succession.objects.filter(group=group, successor=successor).exists():
            save_checked(Succession(group=group, successor=successor))


def save_meeting(
    *,
    acting: Membership,
    now: datetime,
    meeting: Meeting | None = None,
    group: GovernanceGroup,
    starts_on: date,
    ends_on: date | None = None,
    starts_time: time | None = None,
    ends_time: time | None = None,
    **facts: Any,
) -> Meeting:
    """Announce a meeting or change it; its address and its entry in calendars stay the same."""
    if facts.get("state") == Meeting.State.HELD and starts_on > local_day(now):
        raise ValidationError({"state": "A meeting that is still ahead has not been held."})
    with doing("governance.meeting_saved", by=acting.person):
        if meeting is None:
            meeting = Meeting(key=_new_key(group, starts_on, bool(facts.get("is_extraordinary"))))
        elif meeting.state == Meeting.State.CANCELLED:
            raise ValidationError("This meeting is cancelled. Announce a new one instead.")
        meeting.group, meeting.starts_on, meeting.ends_on = group, starts_on, ends_on or starts_on
        meeting.starts_time, meeting.ends_time = starts_time, ends_time
        for name, value in facts.items():
            setattr(meeting, name, value)
        meeting.is_edited = True
        save_checked(meeting)
    return meeting


def _new_key(group: GovernanceGroup, day: date, is_extraordinary: bool) -> str:
    """ "psg-2026-12-02", "psg-2026-12-02-e"; a second meeting of the group that day gets a number."""
    first = f"{group.slug}-{day}" + ("-e" if is_extraordinary else "")
    taken = set(Meeting.objects.filter(key__startswith=first).values_list("key", flat=True))
    numbered = (f"{first}-{number}" for number in range(2, 100))
    return first if first not in taken else next(key for key in numbered if key not in taken)


def cancel_meeting(meeting: Meeting, *, acting: Membership, reason: str, now: datetime) -> None:
    """Calendars show it as cancelled from now on. What has been held cannot be cancelled."""
    with doing("governance.meeting_cancelled", by=acting.person):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if meeting.state == Meeting.State.HELD:
            raise ValidationError("This meeting has been held.")
        if meeting.state == Meeting.State.CANCELLED:
            raise ValidationError("This meeting is cancelled already.")
        if meeting.decisions.exists():
            raise ValidationError("This meeting has decisions: it was held.")
        meeting.state, meeting.cancel_reason, meeting.is_edited = Meeting.State.CANCELLED, reason.strip(), True
        save_checked(meeting)


def save_decision(
    *,
    acting: Membership,
    meeting: Meeting,
    now: datetime,
    decision: Decision | None = None,
    milestones: Iterable[Milestone] = (),
    **facts: Any,
) -> Decision:
    """Write down what a meeting decided; a meeting that has decided something was held."""
    if meeting.state == Meeting.State.CANCELLED:
        raise ValidationError("A cancelled meeting decides nothing.")
    if meeting.starts_on > local_day(now):
        raise ValidationError("This meeting is still ahead: it has decided nothing yet.")
    with doing("governance.decision_saved", by=acting.person):
        if decision is None:
            decision = Decision(meeting=meeting, key=f"decision-{meeting.decisions.count() + 1}")
        for name, value in facts.items():
            setattr(decision, name, value)
        decision.is_edited = True
        save_checked(decision)
        _set_milestones(decision, milestones)
        if meeting.state != Meeting.State.HELD:
            meeting.state, meeting.is_edited = Meeting.State.HELD, True
            save_checked(meeting)
    return decision


def _set_milestones(decision: Decision, milestones: Iterable[Milestone]) -> None:
    wanted = {milestone.pk for milestone in milestones}
    rows = DecidedMilestone.objects.filter(decision=decision)
    rows.exclude(milestone__in=wanted).delete()
    known = set(rows.values_list("milestone", flat=True))
    DecidedMilestone.objects.bulk_create(
        DecidedMilestone(decision=decision, milestone_id=pk) for pk in sorted(wanted - known)
    )
