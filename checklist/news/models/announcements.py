from __future__ import annotations

from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from mhhs_portal.frozen import never_changes, refuse, refuse_truncate
from mhhs_portal.organisations.models import Organisation


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def opened(self, now: datetime) -> AnnouncementQuerySet:
        """Published, its time has come, and not withdrawn. What has expired is still here: it can be read by link."""
        return self.filter(state=Announcement.State.PUBLISHED, opens_at__lte=now)

    def current(self, now: datetime) -> AnnouncementQuerySet:
        return self.opened(now).filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def public(self) -> AnnouncementQuerySet:
        return self.filter(is_public=True)

    def for_organisation(self, organisation: Organisation) -> AnnouncementQuerySet:
        """What everybody may read, and what was addressed to them."""
        ours = NewsRecipient.objects.filter(organisation=organisation, announcement=models.OuterRef("pk"))
        return self.filter(Q(is_public=True) | Q(models.Exists(ours)))

    def in_order(self) -> AnnouncementQuerySet:
        return self.order_by("-is_pinned", "-opens_at", "-pk")


@pghistory.track()
class Announcement(models.Model):
    """News from the Programme: for everybody, or for the organisations that its rules reached when it was published."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    slug = models.SlugField("address", max_length=80, unique=True)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=400, blank=True)
    #: Plain text: empty lines part paragraphs, lines that begin with "- " are lists, addresses become links.
    body = models.TextField("text", blank=True, max_length=20_000)
    is_public = models.BooleanField("for everybody", default=True)
    #: Lines of the audience as typed, for announcements that are not public: {"market_role": "supplier", …}.
    rules = models.JSONField("audience", default=list, blank=True, encoder=DjangoJSONEncoder)
    is_pinned = models.BooleanField("kept on top", default=False)
    is_mailed = models.BooleanField("sent by e-mail", default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField("opens", null=True, blank=True)
    expires_at = models.DateTimeField("leaves the list", null=True, blank=True)
    corrected_at = models.DateTimeField("corrected", null=True, blank=True)
    withdrawn_at = models.DateTimeField("withdrawn", null=True, blank=True)
    withdrawn_reason = models.CharField("why it was withdrawn", max_length=300, blank=True)
    source_title = models.CharField("who published it first", max_length=200, blank=True)
    source_url = models.URLField("where", max_length=500, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="news_has_a_title"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(opens_at__isnull=False), name="news_published_opens"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(opens_at=None) | Q(expires_at__gt=models.F("opens_at")),
                name="news_expires_after_it_opens",
                violation_error_message="It would leave the list before it opens.",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="news_withdrawn_says_why",
                violation_error_message="Say why it is withdrawn.",
            ),
            models.CheckConstraint(
                condition=Q(source_url="") | Q(source_url__startswith="https://"),
                name="news_source_is_https",
                violation_error_message="A link begins with https://",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_pinned", "-opens_at", "-id"], name="news_in_order", condition=Q(state="published")
            )
        ]
        triggers = [
            refuse(
                "news_audience_stays",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR NEW.state = 'draft'"
                " OR OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn'"
                " OR (NEW.is_public, NEW.rules, NEW.slug, NEW.opens_at)"
                " IS DISTINCT FROM (OLD.is_public, OLD.rules, OLD.slug, OLD.opens_at))",
                words="What was published keeps its readers, address and time; it can be corrected or withdrawn.",
            ),
            refuse_truncate("news", "Announcements are kept."),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def has_opened(self, now: datetime) -> bool:
        return self.state == self.State.PUBLISHED and self.opens_at is not None and self.opens_at <= now

    def standing(self, now: datetime) -> str:
        """Its key in the table of status words."""
        if self.state != self.State.PUBLISHED:
            return self.state
        if not self.has_opened(now):
            return "upcoming"
        return "closed" if self.expires_at and self.expires_at <= now else "published"


class NewsRecipient(models.Model):
    """An organisation that an announcement was addressed to, fixed at publication, with the reason in words."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="recipients")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "announcement"], name="news_recipient_once"),
        ]
        triggers = [
            *never_changes("news_recipient", "Whom an announcement was addressed to is kept."),
            refuse(
                "news_recipient_fixed_at_publication",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM news_announcement a"
                " WHERE a.id = NEW.announcement_id AND a.state <> 'draft')",
                words="The list of readers is fixed at publication.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.reason}"


class Correction(models.Model):
    """What a published announcement said before it was corrected, and what staff said about the correction."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: For readers: "The date of the webinar was wrong."
    what_changed = models.CharField(max_length=300)
    title_before = models.CharField(max_length=160)
    summary_before = models.CharField(max_length=400, blank=True)
    body_before = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what_changed=""),
                name="news_correction_says_what",
                violation_error_message="Say what you corrected.",
            )
        ]
        triggers = never_changes("news_correction", "What was said before a correction is kept.")

    def __str__(self) -> str:
        return self.what_changed


class NewsReading(models.Model):
    """A person opened an announcement: it is no longer unread on their organisation's home."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "announcement"], name="news_reading_once")]

    def __str__(self) -> str:
        return f"{self.person} opened {self.announcement}"
