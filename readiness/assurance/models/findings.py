from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.organisations.models import Organisation
from readiness.assurance.models.assignments import ANY_ROUND
from readiness.models import Answer, Submission
from readiness.models.refusals import refuse, refuse_truncate
from readiness.models.reviews import CONFLICT, CONFLICT_WORDS


class Severity(models.TextChoices):
    HIGH = "high", "High severity"
    MEDIUM = "medium", "Medium severity"
    LOW = "low", "Low severity"


class Recommendation(models.TextChoices):
    NONE = "none", "No further action"
    SUPPORT = "support", "Support from the Operational Support Manager"
    ANALYSIS = "analysis", "Further analysis"
    TECHNICAL = "technical", "Technical Assurance check"
    AUDIT = "audit", "BSC Audit"
    EFR = "efr", "Error and Failure Resolution (EFR)"


class FindingStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    CHECK = "second-check", "Second check"
    ACCURACY = "factual-accuracy", "Factual accuracy"
    ISSUED = "issued", "Issued"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


S = FindingStatus
#: The whole life of a finding. What is not in this table cannot happen, in SQL either.
FINDING_STEPS: dict[tuple[str, str], FindingStatus] = {
    ("send_for_check", S.DRAFT): S.CHECK,
    ("disagree", S.CHECK): S.DRAFT,
    ("open_window", S.DRAFT): S.ACCURACY,
    ("open_window", S.CHECK): S.ACCURACY,
    ("revise", S.ACCURACY): S.DRAFT,
    ("issue", S.ACCURACY): S.ISSUED,
    ("close", S.ISSUED): S.CLOSED,
    ("withdraw", S.DRAFT): S.WITHDRAWN,
    ("withdraw", S.ACCURACY): S.WITHDRAWN,
}
#: What the organisation concerned may read; drafts are the analysts' alone.
SHOWN = (S.ACCURACY, S.ISSUED, S.CLOSED)
_ALLOWED = ", ".join(f"('{before.value}', '{after.value}')" for (_, before), after in FINDING_STEPS.items())  # type: ignore[attr-defined]
_SAID = "title, text, severity, risk, recommendation, submission_id, author_id, number"


def _row(name: str) -> str:
    return "(" + ", ".join(f"{name}.{column.strip()}" for column in _SAID.split(",")) + ")"


@pghistory.track()
class Theme(models.Model):
    """What several findings have in common, across participants."""

    name = models.CharField(max_length=120, unique=True, error_messages={"unique": "There is a theme of this name."})
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="theme_has_a_name", violation_error_message="Name the theme."
            )
        ]

    def __str__(self) -> str:
        return self.name


class FindingQuerySet(models.QuerySet["Finding"]):
    def shown_to(self, organisation: Organisation) -> FindingQuerySet:
        """What the organisation may read of its own findings; whatever else exists does not exist for it."""
        return self.filter(submission__organisation=organisation, status__in=SHOWN)


@pghistory.track()
class Finding(models.Model):
    """What a review found: how severe, which risk it belongs to, and what should be done."""

    Status = FindingStatus

    number = models.PositiveIntegerField(unique=True)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="findings")
    title = models.CharField(max_length=160)
    text = models.TextField()
    severity = models.CharField(max_length=10, choices=Severity)
    #: The settlement risk it belongs to, as the Risk Operating Plan calls it.
    risk = models.CharField(max_length=120, blank=True)
    recommendation = models.CharField(max_length=12, choices=Recommendation)
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="findings")
    status = models.CharField(max_length=20, choices=FindingStatus, default=FindingStatus.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    #: Rises with each change of the words: whoever changes or judges them says which they saw.
    version = models.PositiveIntegerField(default=1)
    #: By when the participant says whether the facts are right.
    accuracy_due_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closing_words = models.TextField(blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["submission", "status"], name="finding_of_submission"),
            models.Index(fields=["status", "-number"], name="finding_by_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values),
                name="finding_severity_known",
                violation_error_message="Choose how severe it is.",
            ),
            models.CheckConstraint(
                condition=Q(recommendation__in=Recommendation.values),
                name="finding_recommendation_known",
                violation_error_message="Choose what you recommend.",
            ),
            models.CheckConstraint(condition=Q(status__in=FindingStatus.values), name="finding_status_known"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""),
                name="finding_is_written",
                violation_error_message="Write what was found.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["factual-accuracy", "issued", "closed"]) | Q(accuracy_due_at__isnull=False),
                name="finding_window_has_a_deadline",
                violation_error_message="Say by when the participant answers.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["issued", "closed"]) | Q(issued_at__isnull=False),
                name="finding_says_when_issued",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(closing_words="")
                    & ~Q(closed_by=F("author"))
                ),
                name="finding_closed_by_another",
                violation_error_message="A finding is closed by an analyst other than its author, who says why.",
            ),
        ]
        triggers = [
            refuse(
                "finding_begins",
                pgtrigger.Insert,
                when="NEW.status <> 'draft' OR NOT EXISTS (SELECT 1 FROM readiness_submittedround r"
                " WHERE r.submission_id = NEW.submission_id)",
                words="A finding begins as a draft, about a submission that was made.",
            ),
            refuse(
                "finding_author_without_conflict",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM readiness_submission s WHERE s.id = NEW.submission_id AND "  # noqa: S608
                + CONFLICT.format(person="NEW.author_id", of="s.organisation_id")
                + ")",
                words=CONFLICT_WORDS,
            ),
            refuse(
                "finding_steps",
                pgtrigger.Update,
                when=f"NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({_ALLOWED})",
                words="A finding cannot be taken from this status to that one.",
            ),
            refuse(
                "finding_words_frozen",
                pgtrigger.Update,
                when=f"OLD.status <> 'draft' AND {_row('NEW')} IS DISTINCT FROM {_row('OLD')}",
                words="Only a draft can be changed.",
            ),
            refuse(
                "finding_high_is_checked",
                pgtrigger.Update,
                when="NEW.status = 'factual-accuracy' AND OLD.status <> 'factual-accuracy' AND NEW.severity = 'high'"
                " AND NOT EXISTS (SELECT 1 FROM assurance_findingcheck c WHERE c.finding_id = NEW.id AND c.agrees"
                " AND c.version = NEW.version AND c.checked_by_id <> NEW.author_id)",
                words="A high severity finding needs a second check by another analyst first.",
            ),
            refuse(
                "finding_issued_after_the_window",
                pgtrigger.Update,
                when="NEW.status = 'issued' AND OLD.status <> 'issued' AND NEW.issued_at <= OLD.accuracy_due_at"
                " AND NOT EXISTS (SELECT 1 FROM assurance_accuracyreply r WHERE r.finding_id = NEW.id"
                " AND r.version = NEW.version)",
                words="The participant still has time to say whether the facts are right.",
            ),
            refuse(
                "finding_closed_with_evidence",
                pgtrigger.Update,
                when="NEW.status = 'closed' AND OLD.status <> 'closed' AND NOT EXISTS (SELECT 1"
                " FROM assurance_findingevidence e WHERE e.finding_id = NEW.id AND e.is_for_closing)",
                words="A finding is closed only with evidence.",
            ),
            pgtrigger.Protect(name="finding_kept", operation=pgtrigger.Delete),
            refuse_truncate("finding_kept_whole", when=ANY_ROUND, words="Findings are never removed."),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """ "F-031"."""
        return f"F-{self.number:03}"

    @property
    def severity_key(self) -> str:
        return f"{self.severity}-severity"

    @property
    def is_shown(self) -> bool:
        return self.status in SHOWN


@pghistory.track()
class FindingAnswer(models.Model):
    """An answer that a finding comes from."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="comes_from")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["finding", "answer__question__section__position", "answer__question__position"]
        constraints = [models.UniqueConstraint(fields=["finding", "answer"], name="finding_answer_once")]
        triggers = [
            refuse(
                "finding_answer_of_its_submission",
                pgtrigger.Insert | pgtrigger.Update,
                when="NOT EXISTS (SELECT 1 FROM assurance_finding f JOIN readiness_answer a"
                " ON a.submission_id = f.submission_id WHERE f.id = NEW.finding_id AND a.id = NEW.answer_id)",
                words="A finding comes from answers of its own submission.",
            ),
        ]


@pghistory.track()
class FindingEvidence(models.Model):
    """A file that belongs to a finding: what it rests on, or what closes it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    is_for_closing = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    #: The participant sent it; else an analyst did.
    is_from_participant = models.BooleanField(default=False)

    class Meta:
        ordering = ["finding", "pk"]
        triggers = [
            pgtrigger.Protect(name="finding_evidence_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("finding_evidence_kept_whole", when=ANY_ROUND, words="Evidence is never removed."),
        ]


@pghistory.track()
class FindingCheck(models.Model):
    """A second analyst's judgement of one version of a finding. Never overwritten: a later one stands beside it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="checks")
    version = models.PositiveIntegerField()
    agrees = models.BooleanField()
    reason = models.TextField(blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["finding", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(reason=""),
                name="finding_check_says_why_not",
                violation_error_message="Say what you see differently.",
            )
        ]
        triggers = [
            refuse(
                "finding_check_by_another",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM assurance_finding f JOIN readiness_submission s ON s.id = f.submission_id"  # noqa: S608
                " WHERE f.id = NEW.finding_id AND (f.author_id = NEW.checked_by_id OR "
                + CONFLICT.format(person="NEW.checked_by_id", of="s.organisation_id")
                + "))",
                words="The second check is made by an analyst who did not write the finding and has no interest.",
            ),
            pgtrigger.Protect(name="finding_check_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


@pghistory.track()
class AccuracyReply(models.Model):
    """What the participant says of the facts of a finding, before anybody else reads it."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="accuracy_replies")
    version = models.PositiveIntegerField()
    is_right = models.BooleanField()
    text = models.TextField(blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replied_at = models.DateTimeField()

    class Meta:
        ordering = ["finding", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "version"],
                name="accuracy_replied_once",
                violation_error_message="A colleague has replied already. Reload to read the reply.",
            ),
            models.CheckConstraint(
                condition=Q(is_right=True) | ~Q(text=""),
                name="accuracy_reply_says_what_is_wrong",
                violation_error_message="Say which facts are wrong.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="accuracy_reply_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("accuracy_reply_kept_whole", when=ANY_ROUND, words="What was replied stays."),
        ]
