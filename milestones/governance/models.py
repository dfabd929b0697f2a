"""Who decides: groups with the time in which they were in force, their meetings, and what these decided."""

from __future__ import annotations

from datetime import date, datetime, time

import pghistory
from django.db import models
from django.db.models import F, Q

from mhhs_portal.deadlines import LONDON, day_words
from milestones.models import ChangeRequest, Milestone, Source
from milestones.models.dates import Confidence, Precision, Sourced, confidence_rule, date_rules, when
from milestones.poap import When


class Standing(models.TextChoices):
    """Whether a group still meets, as far as anybody published it."""

    LIVE = "live", "Live"
    HISTORIC = "historic", "Historic"
    NEVER = "never", "Never stood up"
    UNKNOWN = "unknown", "Not published"


@pghistory.track()
class GovernanceGroup(Sourced):
    """A body that recommends or decides. What no source says is empty and shown as "Not published"."""

    slug = models.SlugField(unique=True)
    short_name = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160, blank=True)
    purpose = models.TextField(blank=True)
    #: 1 (Ofgem) to 4 (working groups); empty for groups outside the Programme's levels and where it is not published.
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    #: What a source says beside or instead of the number: "Code bodies", "Under migration governance".
    level_words = models.CharField(max_length=80, blank=True)
    #: As seen in published dates: "First Wednesday of the month (2021 to 2022)".
    cadence = models.CharField(max_length=200, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.UNKNOWN)
    since_first_on = models.DateField(null=True, blank=True)
    since_last_on = models.DateField(null=True, blank=True)
    since_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    until_first_on = models.DateField(null=True, blank=True)
    until_last_on = models.DateField(null=True, blank=True)
    until_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_sample = models.BooleanField(default=False)
    #: Staff changed it in the portal since: the file of facts no longer does.
    is_edited = models.BooleanField(default=False)
    successors = models.ManyToManyField("self", through="Succession", symmetrical=False, related_name="predecessors")

    class Meta:
        ordering = ["level", "position", "short_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 4)),
                name="governance_group_level_is_1_to_4",
                violation_error_message="A level is 1 to 4.",
            ),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="governance_group_standing_known"),
            models.CheckConstraint(
                condition=Q(since_first_on__isnull=True)
                | Q(until_last_on__isnull=True)
                | Q(since_first_on__lte=F("until_last_on")),
                name="governance_group_ends_after_it_starts",
                violation_error_message="A group cannot end before it starts.",
            ),
            *date_rules("governance_group", prefix="since_", required=False),
            *date_rules("governance_group", prefix="until_", required=False),
            confidence_rule("governance_group"),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def since(self) -> When | None:
        return when(self.since_first_on, self.since_last_on, self.since_precision)

    @property
    def until(self) -> When | None:
        return when(self.until_first_on, self.until_last_on, self.until_precision)

    @property
    def title(self) -> str:
        return self.name or f"{self.short_name} (full name not published)"


@pghistory.track()
class Succession(models.Model):
    """That one group's work went on in another: TMAG in SITAG, QAG and MCAG."""

    group = models.ForeignKey(GovernanceGroup, models.CASCADE, related_name="+")
    successor = models.ForeignKey(GovernanceGroup, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=~Q(group=F("successor")),
                name="succession_not_to_itself",
                violation_error_message="A group cannot be its own successor.",
            ),
        ]


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def ahead(self, today: date) -> MeetingQuerySet:
        return self.filter(ends_on__gte=today)

    def past(self, today: date) -> MeetingQuerySet:
        return self.filter(ends_on__lt=today)


@pghistory.track()
class Meeting(models.Model):
    """One meeting of a group. Only the day is known for most; then it is an all-day entry in every calendar."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    #: In the address and the calendar; never changes: "psg-2025-09-24-e".
    key = models.SlugField(max_length=80, unique=True)
    group = models.ForeignKey(GovernanceGroup, models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=160, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    is_extraordinary = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    #: UK time by the clock; both empty when only the day is known.
    starts_time = models.TimeField(null=True, blank=True)
    ends_time = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    papers_url = models.URLField(max_length=500, blank=True)
    minutes_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    #: Why it was cancelled; empty otherwise.
    cancel_reason = models.TextField(blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    confidence = models.CharField(max_length=20, choices=Confidence, default=Confidence.STATED)
    note = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    is_edited = models.BooleanField(default=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "starts_time", "key"]
        indexes = [models.Index(fields=["starts_on"], name="meeting_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="meeting_ends_after_it_starts",
                violation_error_message="A meeting cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(starts_time__isnull=True, ends_time__isnull=True)
                | Q(starts_time__isnull=False, ends_time__isnull=True)
                | Q(ends_on__gt=F("starts_on"))
                | Q(ends_time__gt=F("starts_time")),
                name="meeting_times_are_in_order",
                violation_error_message="A meeting must end after the time at which it starts.",
            ),
            models.CheckConstraint(
                condition=Q(ends_time__isnull=True) | Q(starts_time__isnull=False),
                name="meeting_end_time_needs_a_start_time",
                violation_error_message="Give the time at which the meeting starts too.",
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled") & ~Q(cancel_reason="")) | (~Q(state="cancelled") & Q(cancel_reason="")),
                name="meeting_cancelled_says_why",
                violation_error_message="Say why the meeting is cancelled.",
            ),
            models.CheckConstraint(condition=Q(state__in=["planned", "held", "cancelled"]), name="meeting_state_known"),
            confidence_rule("meeting"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """ "ePSG", "TOG 49", "PSG: plan v5.27": what a calendar shows; the group's letters with an e in front."""
        name = f"{'e' if self.is_extraordinary else ''}{self.group.short_name}"
        numbered = f"{name} {self.number}" if self.number else name
        return f"{numbered}: {self.title}" if self.title else numbered

    @property
    def when_words(self) -> str:
        """ "Wednesday 24 September 2025", "26 to 27 August 2025", with times where they are known."""
        if self.ends_on == self.starts_on:
            said = day_words(self.starts_on, weekday=True)
        else:
            said = f"{day_words(self.starts_on)} to {day_words(self.ends_on)}"
        if self.starts_time is None:
            return said
        return f"{said}, {self.starts_time:%H:%M}" + (f" to {self.ends_time:%H:%M}" if self.ends_time else "")

    @property
    def starts(self) -> date | datetime:
        """The first day, or the first moment when it is known."""
        return _moment(self.starts_on, self.starts_time)

    @property
    def ends(self) -> date | datetime:
        """The last day (which counts), or the last moment when it is known."""
        if self.starts_time is None:
            return self.ends_on
        return _moment(self.ends_on, self.ends_time or self.starts_time)

    def standing(self, today: date) -> tuple[str, str]:
        """A key of the status table and what to say."""
        if self.state == self.State.CANCELLED:
            return "withdrawn", "Cancelled"
        if self.state == self.State.HELD:
            return "closed", "Held"
        return ("upcoming", "Planned") if self.ends_on >= today else ("not-published", "Outcome not published")


def _moment(day: date, clock: time | None) -> date | datetime:
    return day if clock is None else datetime.combine(day, clock, tzinfo=LONDON)


@pghistory.track()
class Decision(models.Model):
    """What a meeting decided or recommended, and the milestones and the change request that it was about."""

    class Kind(models.TextChoices):
        DECIDED = "decided", "Decided"
        RECOMMENDED = "recommended", "Recommended"
        NOTED = "noted", "Presented or noted"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    key = models.SlugField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DECIDED)
    words = models.TextField()
    milestones = models.ManyToManyField(Milestone, through="DecidedMilestone", related_name="decisions")
    change_request = models.ForeignKey(
        ChangeRequest, models.PROTECT, null=True, blank=True, related_name="governance_decisions"
    )
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    confidence = models.CharField(max_length=20, choices=Confidence, default=Confidence.STATED)
    note = models.TextField(blank=True)
    is_edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "key"],
                name="decision_once_per_meeting",
                violation_error_message="This meeting has that decision already.",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="decision_says_something"),
            models.CheckConstraint(
                condition=Q(kind__in=["decided", "recommended", "noted"]), name="decision_kind_known"
            ),
            confidence_rule("decision"),
        ]


@pghistory.track()
class DecidedMilestone(models.Model):
    """That a decision was about a milestone."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="+")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "milestone"], name="decided_milestone_once")]
