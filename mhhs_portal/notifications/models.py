"""What the portal has promised to send, and when its background work last ran."""

from __future__ import annotations

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mhhs_portal.organisations.models import Organisation, Person


class Status(models.TextChoices):
    """The life of a message: queued, sending, then sent; or back to queued for another try; or parked for good."""

    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    PARKED = "parked", "Given up"


class Priority(models.IntegerChoices):
    """Who waits for whom when much is due at once: the lower number goes first."""

    RECEIPT = 1, "Receipt"
    NOTICE = 5, "Notice"
    DIGEST = 9, "Digest"


class MessageQuerySet(models.QuerySet["Message"]):
    def unsent(self) -> MessageQuerySet:
        return self.filter(status__in=[Status.QUEUED, Status.SENDING])

    def due(self, now: datetime) -> MessageQuerySet:
        """What should have left by now and has not, whether or not a worker is at it."""
        return self.unsent().filter(not_before__lte=now)

    def parked(self) -> MessageQuerySet:
        return self.filter(status=Status.PARKED)

    def for_the_programme(self) -> MessageQuerySet:
        """What Programme staff may read: everything but what assurance asks of an organisation."""
        return self.exclude(about__startswith=settings.ABOUT_ASSURANCE)

    def about(self, thing: str) -> MessageQuerySet:
        return self.filter(about=thing)


class Message(models.Model):
    """One e-mail to one person that we have promised to send: the row is the promise, and later the record of it.

    It is not tracked by pghistory: no person can change it, and its own columns say what became of it.
    """

    #: Names the reason, so that the same reason can never ask twice: "checklist/pcl-0401/northmoor/soon/17".
    dedupe_key = models.CharField(max_length=200, unique=True)
    to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="messages")
    #: Instead of a person: somebody without an account, who asked to be written to at this address.
    to_address = models.EmailField(blank=True)
    #: On whose behalf the person is written to; empty for messages about the person alone.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="messages")
    #: Names emails/<template>-subject.txt, -body.txt and -body.html.
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    #: What it is about, such as "checklist/pcl-0401", so that the thing's own page can show its messages.
    about = models.CharField(max_length=120, blank=True)
    #: The path of the page that the message links to. No secret belongs in it: it is mailed as it is.
    about_url = models.CharField(max_length=300, blank=True)

    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NOTICE)
    queued_at = models.DateTimeField(default=timezone.now)
    #: When it may leave; after a failed try, when the next try is.
    not_before = models.DateTimeField(default=timezone.now)

    #: The time that the cap of its domain gave it; when it leaves then, it is not counted a second time.
    slot_at = models.DateTimeField(null=True, blank=True)

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Since when a worker has had it. A claim older than the lease belongs to a worker that died.
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    #: What was sent and to which address, as it was at that moment.
    sent_to = models.CharField(max_length=254, blank=True)
    sent_subject = models.CharField(max_length=300, blank=True)
    sent_text = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="message_status_known"),
            models.CheckConstraint(
                condition=Q(to__isnull=False, to_address="") | (Q(to__isnull=True) & ~Q(to_address="")),
                name="message_to_a_person_or_an_address",
            ),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="message_priority_known"),
            models.CheckConstraint(
                condition=Q(status=Status.SENT, sent_at__isnull=False)
                | (~Q(status=Status.SENT) & Q(sent_at__isnull=True)),
                name="message_sent_has_sent_at",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SENT) | ~(Q(sent_to="") | Q(sent_subject="") | Q(sent_text="")),
                name="message_sent_keeps_what_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SENDING, claimed_at__isnull=False)
                | (~Q(status=Status.SENDING) & Q(claimed_at__isnull=True)),
                name="message_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PARKED) | ~Q(last_error=""), name="message_parked_says_why"
            ),
            models.CheckConstraint(
                condition=Q(about_url="") | (Q(about_url__startswith="/") & ~Q(about_url__startswith="//")),
                name="message_links_into_the_portal",
            ),
        ]
        indexes = [
            # Sent rows are nearly all of them; they stay out of what the senders and the watch read.
            models.Index(
                fields=["priority", "not_before", "id"], name="message_waiting", condition=Q(status=Status.QUEUED)
            ),
            models.Index(fields=["claimed_at"], name="message_claimed", condition=Q(status=Status.SENDING)),
            models.Index(fields=["id"], name="message_parked", condition=Q(status=Status.PARKED)),
            models.Index(fields=["-queued_at", "-id"], name="message_newest"),
            models.Index(fields=["about"], name="message_about", condition=~Q(about="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} to {self.to or self.to_address}"

    @property
    def email(self) -> str:
        """Where it goes if it leaves now."""
        return self.to.email if self.to else self.to_address

    def without_secret(self, text: str) -> str:
        """As it may be kept and shown to staff: the key of the reader's own links (`secret=`) is left out."""
        secret = self.context.get("secret", "")
        return text.replace(secret, "…") if secret else text

    @property
    def unsubscribe_link(self) -> str:
        """Where one POST ends the subscription (RFC 8058); empty for what is no subscription."""
        path = self.context.get("unsubscribe_path", "")
        return f"{settings.SITE_URL}{path}" if path else ""

    @property
    def number(self) -> str:
        """ "N-00042": what the person quotes and the log shows."""
        return f"N-{self.pk:05d}"

    @property
    def kind(self) -> str:
        """ "Checklist reminder": what it is called before it has a subject."""
        return self.template.replace("-", " ").capitalize()

    @property
    def state(self) -> str:
        """Its key in the table of status words."""
        if self.status == Status.QUEUED:
            return "trying-again" if self.last_error else "planned"
        return {Status.SENDING: "being-sent", Status.SENT: "sent", Status.PARKED: "given-up"}[Status(self.status)]

    @property
    def message_id(self) -> str:
        """The Message-ID header. A second copy after a crash carries the same, so mail systems can fold it away."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"<{hashlib.sha256(self.dedupe_key.encode()).hexdigest()[:32]}@{host}>"

    @property
    def link(self) -> str:
        """The absolute address of the page it is about, for the mail."""
        return f"{settings.SITE_URL}{self.about_url}" if self.about_url else ""


class Heartbeat(models.Model):
    """When a worker last ran what the scheduler sent. In PostgreSQL, so that an emptied Redis cannot lie about it."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M:%S}"


class Pace(models.Model):
    """From when the next message may leave, where a cap is set: for each receiving domain, and "" for all together."""

    domain = models.CharField(max_length=255, primary_key=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.domain or 'everybody'}, from {self.free_at:%Y-%m-%d %H:%M:%S}"
