"""Who is to be reminded of what, and when: one row for each thing, person and rung, made when the thing is asked."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mhhs_portal.frozen import refuse
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.models import Organisation, Person
from mhhs_portal.reminders.rungs import AUDIENCES, CALENDAR, DUE, EARLIEST, LATEST, NINE, START, WORKING, Rung


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    SKIPPED = "skipped", "Left out"
    SUPERSEDED = "superseded", "No longer needed"


class Reason(models.TextChoices):
    """Why a reminder did not go."""

    NONE = "", ""
    OVER = "over", "Answered, closed or withdrawn before it was due"
    MOVED = "moved", "The deadline moved"
    CHANGED = "changed", "Asked again with another wording or round"
    PERSON = "person", "The person left or has another role, or the ladder changed"
    OVERTAKEN = "overtaken", "A more urgent reminder went instead"
    PASSED = "passed", "The deadline had passed before it could go"
    TOO_OLD = "too-old", "It could not go for so long that it says nothing any more"
    LEFT = "left", "The person left before it could go"
    TOLD = "told", "The same had been said already"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def planned(self) -> ReminderQuerySet:
        return self.filter(state=State.PLANNED)

    def about(self, kind: str, thing: str) -> ReminderQuerySet:
        return self.filter(kind=kind, thing=thing)


class Reminder(models.Model):
    """That one person is reminded of one thing at one rung. No person changes it: it follows from what it is about.

    It is not tracked by pghistory: its own columns say what became of it, and a row that was sent stays as it is.
    """

    kind = models.CharField(max_length=30)
    #: The thing's name in its own part of the portal: "PCL-0401".
    thing = models.CharField(max_length=100)
    #: The revision or round: asked again, it is reminded of again.
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="reminders", db_index=False)
    #: The person is staff, who hear that the organisation has not done it.
    to_staff = models.BooleanField(default=False)
    #: "due-5w"; Rung.key.
    rung = models.CharField(max_length=20)
    urgency = models.IntegerField()
    send_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    planned_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="reminders", db_index=False
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["send_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thing", "organisation", "person", "version", "due_at", "rung"],
                name="reminder_once",
                violation_error_message="This person has this reminder already.",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="reminder_state_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="reminder_reason_known"),
            models.CheckConstraint(
                condition=Q(state=State.PLANNED, reason="", settled_at=None, message=None)
                | Q(state=State.SENT, reason="", settled_at__isnull=False, message__isnull=False)
                | (
                    Q(state__in=[State.SKIPPED, State.SUPERSEDED], settled_at__isnull=False, message=None)
                    & ~Q(reason="")
                ),
                name="reminder_says_what_became_of_it",
                violation_error_message="A reminder is planned, or sent with its message, or says why it was not.",
            ),
        ]
        indexes = [
            models.Index(fields=["send_at", "id"], name="reminder_planned", condition=Q(state=State.PLANNED)),
            models.Index(fields=["kind", "due_at"], name="reminder_by_due"),
            models.Index(fields=["message"], name="reminder_by_message", condition=Q(message__isnull=False)),
            models.Index(fields=["organisation", "person"], name="reminder_by_whom"),
        ]
        triggers = [
            refuse(
                "reminder_sent_stays",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.state = 'sent'",
                words="A reminder that was sent stays as it is.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.thing} {self.rung} to {self.person_id}"


class Change(models.Model):
    """Something changed that reminders follow from, by whatever route. Triggers write it; planning takes it away."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    thing = models.CharField(max_length=100, null=True)  # noqa: DJ001  # null: all things
    organisation = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    #: The transaction that wrote it, which plans it at its end.
    by = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.kind}/{self.thing}"


@pghistory.track()
class Ladder(models.Model):
    """A ladder that staff set: for a kind of thing, or for one thing. Without one the portal's own holds."""

    kind = models.CharField(max_length=30)
    #: Empty: for every thing of the kind that has no ladder of its own.
    thing = models.CharField(max_length=100, blank=True)
    #: False: it was taken back, and the standard holds again.
    is_in_force = models.BooleanField(default=True)
    #: Nobody is reminded of it.
    is_paused = models.BooleanField(default=False)
    reason = models.CharField("why", max_length=300)
    #: Counts up with each change, so that nobody overwrites a colleague unseen.
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "thing"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thing"],
                name="ladder_once",
                violation_error_message="There is a ladder for this already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="ladder_says_why", violation_error_message="Say why it is changed."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing}".strip()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LadderRung(models.Model):
    """One rung of a ladder that staff set."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="rungs")
    anchor = models.CharField(max_length=5, choices=[(DUE, "the deadline"), (START, "the start")], default=DUE)
    offset = models.SmallIntegerField()
    unit = models.CharField(
        max_length=8, choices=[(WORKING, "working days"), (CALENDAR, "calendar days")], default=WORKING
    )
    at = models.TimeField(default=NINE)
    audience = ArrayField(models.CharField(max_length=12, choices=list(AUDIENCES.items())))
    only_unstarted = models.BooleanField(default=False)

    class Meta:
        ordering = ["ladder", "anchor", "offset"]
        constraints = [
            models.UniqueConstraint(
                fields=["ladder", "anchor", "offset", "unit"],
                name="ladder_rung_once",
                violation_error_message="Two rungs fall on the same day. Put them together.",
            ),
            models.CheckConstraint(
                condition=Q(anchor=DUE, offset__range=(-90, 60)) | Q(anchor=START, offset__range=(0, 60)),
                name="ladder_rung_within_reach",
                violation_error_message="A rung is at most 90 days before and 60 days after.",
            ),
            models.CheckConstraint(condition=Q(unit__in=[WORKING, CALENDAR]), name="ladder_rung_unit_known"),
            models.CheckConstraint(
                condition=Q(at__gte=EARLIEST, at__lte=LATEST),
                name="ladder_rung_in_daytime",
                violation_error_message="Choose a time from 08:00 to 18:00.",
            ),
            models.CheckConstraint(
                condition=Q(audience__contained_by=list(AUDIENCES)) & Q(audience__len__gt=0),
                name="ladder_rung_reaches_somebody",
                violation_error_message="Choose whom the rung reaches.",
            ),
        ]

    def __str__(self) -> str:
        return self.rung.words

    @property
    def rung(self) -> Rung:
        return Rung(self.anchor, self.offset, self.unit, self.at, tuple(self.audience), self.only_unstarted)
