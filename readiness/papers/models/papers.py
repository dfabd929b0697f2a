from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from mhhs_portal.frozen import never_changes
from readiness.models import Campaign
from readiness.models.refusals import refuse, refuse_truncate


class PaperStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    FROZEN = "frozen", "Frozen"
    DECIDING = "for-decision", "For decision"
    DECIDED = "decided", "Decided"
    QAG = "released-to-qag", "Released to the QAG"
    QWG = "released-to-qwg", "Released to the QWG"


S = PaperStatus
#: The whole life of a paper. What is not in this table cannot happen, in SQL either.
PAPER_STEPS: dict[tuple[str, str], PaperStatus] = {
    ("freeze", S.DRAFT): S.FROZEN,
    ("freeze", S.FROZEN): S.FROZEN,
    ("put_to_the_board", S.FROZEN): S.DECIDING,
    ("conclude", S.DECIDING): S.DECIDED,
    ("release_to_qag", S.DECIDED): S.QAG,
    ("release_to_qwg", S.QAG): S.QWG,
}
#: What board members may read; before that a paper is the analysts' alone.
SHOWN_TO_BOARD = (S.DECIDING, S.DECIDED, S.QAG, S.QWG)
#: What the Programme's staff, who serve the QAG, may read.
SHOWN_TO_QAG = (S.QAG, S.QWG)
_ALLOWED = ", ".join(f"('{before.value}', '{after.value}')" for (_, before), after in PAPER_STEPS.items())  # type: ignore[attr-defined]
_PUT = "('for-decision', 'decided', 'released-to-qag', 'released-to-qwg')"
_STAYS = "What the board was told stays as it was."


@pghistory.track()
class Paper(models.Model):
    """What the Performance Assurance Board is told about a campaign, and asked to decide."""

    Status = PaperStatus

    number = models.PositiveIntegerField(unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="papers")
    title = models.CharField(max_length=160)
    meeting_on = models.DateField()
    status = models.CharField(max_length=20, choices=PaperStatus, default=PaperStatus.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    released_to_qag_at = models.DateTimeField(null=True, blank=True)
    released_to_qwg_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaperStatus.values), name="paper_status_known"),
            models.CheckConstraint(
                condition=~Q(title=""), name="paper_has_a_title", violation_error_message="Enter the title."
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["released-to-qag", "released-to-qwg"])
                | Q(decided_at__isnull=False, released_to_qag_at__isnull=False),
                name="paper_released_after_decision",
            ),
        ]
        triggers = [
            refuse(
                "paper_steps",
                pgtrigger.Update,
                when=f"NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({_ALLOWED})",
                words="A paper cannot be taken from this status to that one.",
            ),
            refuse("paper_begins", pgtrigger.Insert, when="NEW.status <> 'draft'", words="A paper begins as a draft."),
            refuse(
                "paper_has_figures_and_asks",
                pgtrigger.Update,
                when="NEW.status = 'for-decision' AND OLD.status <> 'for-decision' AND NOT ("
                "EXISTS (SELECT 1 FROM papers_paperversion v WHERE v.paper_id = NEW.id) AND"
                " EXISTS (SELECT 1 FROM papers_paperrecommendation r WHERE r.paper_id = NEW.id))",
                words="A paper goes to the board with frozen figures and at least one recommendation.",
            ),
            refuse(
                "paper_decided_whole",
                pgtrigger.Update,
                when="NEW.status = 'decided' AND OLD.status <> 'decided' AND EXISTS (SELECT 1"
                " FROM papers_paperrecommendation r WHERE r.paper_id = NEW.id AND NOT EXISTS"
                " (SELECT 1 FROM papers_decision d WHERE d.recommendation_id = r.id))",
                words="Record a decision on every recommendation first.",
            ),
            refuse(
                "paper_stays",
                pgtrigger.Update,
                when=f"OLD.status IN {_PUT} AND (NEW.title, NEW.campaign_id, NEW.meeting_on, NEW.number)"
                " IS DISTINCT FROM (OLD.title, OLD.campaign_id, OLD.meeting_on, OLD.number)",
                words=_STAYS,
            ),
            pgtrigger.Protect(name="paper_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """ "PAB-P01"."""
        return f"PAB-P{self.number:02}"

    @property
    def is_with_the_board(self) -> bool:
        return self.status in SHOWN_TO_BOARD


class PaperVersion(models.Model):
    """The figures of a paper as they stood at one moment. Names stand apart, in the annex. Nothing changes them."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    as_at = models.DateTimeField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    figures = models.JSONField()
    annex = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["paper", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paper_version_numbered_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="paper_version_has_a_hash"),
        ]
        triggers = [
            *never_changes("paper_version", "Frozen figures stay as they were."),
            refuse(
                "paper_version_before_the_board",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM papers_paper p"  # noqa: S608
                f" WHERE p.id = NEW.paper_id AND p.status IN {_PUT})",
                words=_STAYS,
            ),
        ]

    @property
    def check_code(self) -> str:
        """The first 12 digits of the hash in groups: "b1e5 60c2 94aa"."""
        return " ".join(self.sha256[n : n + 4] for n in range(0, 12, 4))


class Asks(models.TextChoices):
    NOTE = "note", "Note"
    AGREE = "agree", "Agree"
    DECIDE = "decide", "Decide"


@pghistory.track()
class PaperRecommendation(models.Model):
    """One thing that the board is asked."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    asks = models.CharField(max_length=8, choices=Asks)
    text = models.TextField()

    class Meta:
        ordering = ["paper", "number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paper_recommendation_numbered_once"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="paper_recommendation_says_what",
                violation_error_message="Write what the board is asked.",
            ),
        ]
        triggers = [
            refuse(
                "paper_recommendation_stays",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when="EXISTS (SELECT 1 FROM papers_paper p WHERE p.id IN (OLD.paper_id, NEW.paper_id)"  # noqa: S608
                f" AND p.status IN {_PUT})",
                words=_STAYS,
            ),
            refuse_truncate(
                "paper_recommendation_kept", when="EXISTS (SELECT 1 FROM papers_paperversion)", words=_STAYS
            ),
        ]


class Outcome(models.TextChoices):
    APPROVED = "approved", "Approved"
    CHANGES = "with-changes", "Approved with changes"
    REJECTED = "rejected", "Rejected"


@pghistory.track()
class Decision(models.Model):
    """What the board decided on one recommendation. A later one replaces an earlier one, and both stay."""

    recommendation = models.ForeignKey(PaperRecommendation, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=12, choices=Outcome)
    words = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recommendation", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values),
                name="paper_decision_known",
                violation_error_message="Choose what the board decided.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="approved") | ~Q(words=""),
                name="paper_decision_says_what_changes",
                violation_error_message="Write down the change, or why it was rejected.",
            ),
        ]
        triggers = [
            refuse(
                "paper_decision_while_deciding",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM papers_paperrecommendation r JOIN papers_paper p ON p.id = r.paper_id"
                " WHERE r.id = NEW.recommendation_id AND p.status = 'for-decision')",
                words="A decision is recorded while the paper is with the board.",
            ),
            pgtrigger.Protect(name="paper_decision_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


@pghistory.track()
class AnnexPermission(models.Model):
    """That a person may open the named annexes of papers. Nobody has it by their role alone."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annex_permissions")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["person__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True),
                name="annex_permission_once",
                violation_error_message="This person has the permission already.",
            ),
        ]


class AnnexOpening(models.Model):
    """Somebody opened the named annex of a paper, or took it as a file."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="openings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form = models.CharField(max_length=5)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        triggers = never_changes("annex_opening", "Who has opened the annex stays on record.")
