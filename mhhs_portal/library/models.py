"""The documents around the plan, with their versions: links to what others publish, or files that are kept here."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mhhs_portal.deadlines import day_words
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import refuse, refuse_truncate


class DocumentKind(models.TextChoices):
    PLAN = "plan", "Plan"
    REGISTER = "register", "Register"
    APPROACH = "approach", "Approach or framework"
    RELEASE_NOTE = "release-note", "Release note"
    ADVISORY = "advisory", "Advisory note"
    GUIDE = "guide", "Guide"
    CRITERIA = "criteria", "Acceptance criteria"
    REPORT = "report", "Report"
    QUALIFICATION = "qualification", "Qualification document"
    PAPER = "paper", "Meeting paper"
    LOG = "log", "Log"
    OTHER = "other", "Other"


@pghistory.track()
class Document(models.Model):
    """A document of the Programme, under one name whatever its version. What is not published stays empty."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=DocumentKind, default=DocumentKind.OTHER)
    #: As printed: "DEL1590".
    del_number = models.CharField("DEL number", max_length=40, blank=True)
    #: The workstream: "Planning", "Qualification".
    theme = models.CharField(max_length=60, blank=True)
    summary = models.TextField(blank=True)
    source_title = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    #: "Stated by the source", "Known through quotations".
    confidence_words = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_sample = models.BooleanField(default=False)
    is_edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["theme", "position", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(condition=~Q(title=""), name="document_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class DocumentVersion(models.Model):
    """One version. It is never replaced: a later one comes beside it, and a wrong one is withdrawn with a reason."""

    class Precision(models.TextChoices):
        DAY = "day", "day"
        MONTH = "month", "month"

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    key = models.SlugField(max_length=80)
    #: "v5.27"; empty where no number is published.
    number = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    #: A month is kept as its first day and never shown as a day.
    issued_precision = models.CharField(max_length=6, choices=Precision, blank=True)
    #: "Approved", "Out for review": what the source says about it.
    status_words = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(max_length=500, blank=True)
    source_title = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    #: What it was made from, for documents that the portal makes itself.
    made_from = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["document", models.F("issued_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "key"],
                name="document_version_once",
                violation_error_message="The document has this version already.",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True) | Q(url=""),
                name="document_version_file_or_link",
                violation_error_message="Give a file or a link, not both.",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://"),
                name="document_version_link_is_https",
                violation_error_message="A link begins with https://",
            ),
            models.CheckConstraint(
                condition=(Q(issued_on__isnull=True, issued_precision=""))
                | Q(issued_on__isnull=False, issued_precision="day")
                | Q(issued_on__isnull=False, issued_on__day=1, issued_precision="month"),
                name="document_version_date_fits_its_precision",
                violation_error_message="A month is kept as its first day.",
            ),
            models.CheckConstraint(
                condition=(Q(withdrawn_at__isnull=True, withdrawn_reason=""))
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="document_version_withdrawn_says_why",
                violation_error_message="Say why the version is withdrawn.",
            ),
        ]
        triggers = [
            refuse(
                "document_version_stays",
                pgtrigger.Update | pgtrigger.Delete,
                when="TG_OP = 'DELETE' OR (OLD.document_id, OLD.key) IS DISTINCT FROM (NEW.document_id, NEW.key)"
                " OR (OLD.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id)"
                " OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawn_reason)"
                " IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_reason))",
                words="A version of a document stays as it was: add a later one, or withdraw it once.",
            ),
            refuse_truncate("document_version", "Versions of documents are kept."),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.words}"

    @property
    def words(self) -> str:
        return self.number or "Version number not published"

    @property
    def issued_words(self) -> str:
        if self.issued_on is None:
            return "Not published"
        return f"{self.issued_on:%B %Y}" if self.issued_precision == "month" else day_words(self.issued_on)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
