from __future__ import annotations

from datetime import datetime
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from mhhs_portal.organisations.models import Organisation
from readiness.models.campaigns import Campaign
from readiness.models.questionnaires import Question, section_state
from readiness.models.refusals import refuse, refuse_truncate


class Status(models.TextChoices):
    NOT_STARTED = "not-started", "Not started"
    IN_PROGRESS = "in-progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in-review", "In review"
    RETURNED = "more-needed", "More needed"
    ACCEPTED = "accepted", "Accepted"


#: The whole life of a submission. What is not in this table cannot happen, in SQL either.
STEPS: dict[tuple[str, str], Status] = {
    ("start", Status.NOT_STARTED): Status.IN_PROGRESS,
    ("submit", Status.IN_PROGRESS): Status.SUBMITTED,
    ("submit", Status.RETURNED): Status.SUBMITTED,
    ("take_up", Status.SUBMITTED): Status.IN_REVIEW,
    ("send_back", Status.IN_REVIEW): Status.RETURNED,
    ("accept", Status.IN_REVIEW): Status.ACCEPTED,
}
#: The steps that begin a new round of answers.
NEW_ROUND = ("send_back",)
#: While it stands like this, the organisation may change its answers.
OPEN = (Status.NOT_STARTED, Status.IN_PROGRESS, Status.RETURNED)

_ALLOWED = ", ".join(
    f"('{before.value}', '{after.value}', {int(step in NEW_ROUND)})"  # type: ignore[attr-defined]
    for (step, before), after in STEPS.items()
)
_OPEN = ", ".join(f"'{status.value}'" for status in OPEN)
_LOCKED = "This round has been submitted. Nobody can change its answers."
_HAS_ROUND = "EXISTS (SELECT 1 FROM readiness_submittedround r WHERE r.submission_id = {0} AND r.round_number = {1})"
_ANY_ROUND = "EXISTS (SELECT 1 FROM readiness_submittedround)"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, organisation: Organisation) -> SubmissionQuerySet:
        """What this organisation was asked; whatever else exists does not exist for it."""
        return self.filter(organisation=organisation).select_related("campaign", "campaign__version", "organisation")

    def open(self) -> SubmissionQuerySet:
        return self.filter(status__in=OPEN)

    def with_counts(self) -> SubmissionQuerySet:
        """`answered` of `asked` questions in the round now in hand."""
        asked = Question.objects.filter(section__version=OuterRef("campaign__version")).order_by()
        given = Answer.objects.filter(
            submission=OuterRef("pk"), round_number=OuterRef("round_number"), value__isnull=False
        ).order_by()
        return self.annotate(
            asked=Coalesce(Subquery(asked.values("section__version").annotate(n=Count("pk")).values("n")), 0),
            answered=Coalesce(Subquery(given.values("submission").annotate(n=Count("pk")).values("n")), 0),
        )

    def with_marked(self) -> SubmissionQuerySet:
        """`marked`: how many answers of the round now in hand have a mark."""
        marked = Answer.objects.filter(
            submission=OuterRef("pk"), round_number=OuterRef("round_number"), assessments__isnull=False
        ).order_by()
        counts = marked.values("submission").annotate(n=Count("pk", distinct=True)).values("n")
        return self.annotate(marked=Coalesce(Subquery(counts), 0))

    def with_section_states(self) -> SubmissionQuerySet:
        """Makes `section_states` known, without another query."""
        asked = Question.objects.filter(section__version=OuterRef("campaign__version"))
        given = Answer.objects.filter(submission=OuterRef("pk"), round_number=OuterRef("round_number"))
        return self.annotate(
            questions_asked=ArraySubquery(
                asked.order_by("section__position", "position").values(
                    row=JSONObject(section="section_id", must="is_required")
                )
            ),
            answers_given=ArraySubquery(
                given.order_by().values(
                    row=JSONObject(
                        section="question__section_id",
                        must="question__is_required",
                        problem="problem",
                        value="value",
                    )
                )
            ),
        )

    def with_standing(self, now: datetime) -> SubmissionQuerySet:
        """Where each stands; every submission is in exactly one standing, so that the counts add up to those asked."""
        rounds = SubmittedRound.objects.filter(submission=OuterRef("pk"))
        latest = rounds.order_by("-round_number")
        return self.annotate(
            was_late=Exists(rounds.filter(is_late=True, round_number=1)),
            submitted_at=Subquery(latest.values("submitted_at")[:1]),
        ).annotate(
            standing=models.Case(
                models.When(status=Status.RETURNED, then=models.Value("more-needed")),
                models.When(status__in=OPEN, campaign__due_at__lt=now, then=models.Value("overdue")),
                models.When(status__in=OPEN, then=F("status")),
                models.When(was_late=True, then=models.Value("submitted-late")),
                default=models.Value("submitted"),
                output_field=models.CharField(),
            )
        )

    def standing(self, key: str) -> SubmissionQuerySet:
        """After with_standing()."""
        return self.filter(Q(("standing", key)))

    def counts_by_standing(self) -> dict[str, int]:
        """After with_standing(): how many there are of each."""
        return dict(self.order_by().values_list(F("standing")).annotate(n=Count("pk")))


@pghistory.track()
class Submission(models.Model):
    """What one organisation answers to one campaign. It exists from the moment of asking, and is never removed."""

    Status = Status

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="submissions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions")
    #: The roles that it was asked about, as they were then: [{"mpid": "ZZN4", "role": "NHHDC"}].
    asked_for = models.JSONField(default=list)
    status = models.CharField(max_length=20, choices=Status, default=Status.NOT_STARTED)
    round_number = models.PositiveSmallIntegerField(default=1)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "organisation"],
                name="submission_once_per_organisation",
                violation_error_message="This organisation has been asked already.",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="submission_status_known"),
        ]
        triggers = [
            refuse(
                "submission_begins",
                pgtrigger.Insert,
                when="NEW.status <> 'not-started' OR NEW.round_number <> 1",
                words="A submission begins as not started, in its first round.",
            ),
            refuse(
                "submission_steps",
                pgtrigger.Update,
                when="(NEW.status <> OLD.status OR NEW.round_number <> OLD.round_number) AND"
                f" (OLD.status, NEW.status, NEW.round_number - OLD.round_number) NOT IN ({_ALLOWED})",
                words="A submission cannot be taken from this status to that one.",
            ),
            refuse(
                "submission_has_its_round",
                pgtrigger.Update,
                when="NEW.status = 'submitted' AND NOT " + _HAS_ROUND.format("NEW.id", "NEW.round_number"),
                words="A submission is submitted only with a record of what was submitted.",
            ),
            refuse(
                "submission_stays",
                pgtrigger.Update,
                when="(NEW.campaign_id, NEW.organisation_id, NEW.asked_for) IS DISTINCT FROM"
                " (OLD.campaign_id, OLD.organisation_id, OLD.asked_for)",
                words="Who was asked, and about which roles, does not change.",
            ),
            pgtrigger.Protect(name="submission_kept", operation=pgtrigger.Delete),
            refuse_truncate("submission_kept_whole", when=_ANY_ROUND, words="Submitted rounds are never removed."),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.organisation}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def section_states(self) -> list[str]:
        """After with_section_states(): the state of each section in order, such as ["completed", "not-started"]."""
        must: dict[int, int] = {}
        for row in self.questions_asked:  # type: ignore[attr-defined]
            must[row["section"]] = must.get(row["section"], 0) + row["must"]
        counts = {section: {"must": n, "answered": 0, "must_answered": 0, "problems": 0} for section, n in must.items()}
        for row in self.answers_given:  # type: ignore[attr-defined]
            count = counts[row["section"]]
            count["answered"] += row["value"] is not None
            count["must_answered"] += row["value"] is not None and row["must"]
            count["problems"] += bool(row["problem"])
        return [section_state(**count) for count in counts.values()]

    @property
    def sections_words(self) -> str:
        """After with_section_states(): "3 of 4"."""
        states = self.section_states
        return f"{states.count('completed')} of {len(states)}"

    @property
    def roles_words(self) -> str:
        """ "NHHDC (ZZN4) and MOA (ZZO1)"."""
        names = [f"{row['role']} ({row['mpid']})" for row in self.asked_for]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@pghistory.track()
class Answer(models.Model):
    """One organisation's answer to one question in one round, as typed and as understood.

    What was typed is kept even when it cannot be understood; then `problem` says why and `value` is empty.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="answers")
    round_number = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    #: A text; a list of three for a date.
    typed = models.JSONField(default=str, blank=True)
    #: What it means; null when it is empty or a problem.
    value = models.JSONField(null=True, blank=True)
    #: The value in words, for reading and export.
    text = models.TextField(blank=True)
    problem = models.CharField(max_length=300, blank=True)
    #: Rises with each save: whoever saves says which one they saw.
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["submission", "round_number", "question__section__position", "question__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "round_number", "question"],
                name="answer_once_per_question_and_round",
                violation_error_message="This question has an answer already.",
            ),
            models.CheckConstraint(
                condition=Q(problem="") | Q(value__isnull=True),
                name="answer_with_a_problem_has_no_value",
                violation_error_message="An answer that is not understood has no value.",
            ),
        ]
        triggers = [
            # FOR SHARE makes a save wait for a submit that is under way, and the other way round.
            refuse(
                "answer_locked",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                first="PERFORM 1 FROM readiness_submission"
                " WHERE id IN (NEW.submission_id, OLD.submission_id) FOR SHARE;",
                when="EXISTS (SELECT 1 FROM (VALUES (NEW.submission_id, NEW.round_number),"  # noqa: S608
                " (OLD.submission_id, OLD.round_number)) a(sid, round)"
                " LEFT JOIN readiness_submission s ON s.id = a.sid"
                f" WHERE a.sid IS NOT NULL AND (s.status NOT IN ({_OPEN}) OR s.round_number <> a.round"
                f" OR {_HAS_ROUND.format('a.sid', 'a.round')}))",
                words=_LOCKED,
            ),
            refuse(
                "answer_asked",
                pgtrigger.Insert | pgtrigger.Update,
                when="NOT EXISTS (SELECT 1 FROM readiness_submission s"
                " JOIN readiness_campaign c ON c.id = s.campaign_id"
                " JOIN readiness_section x ON x.version_id = c.version_id JOIN readiness_question q"
                " ON q.section_id = x.id WHERE s.id = NEW.submission_id AND q.id = NEW.question_id)",
                words="This campaign does not ask that question.",
            ),
            refuse_truncate("answer_kept", when=_ANY_ROUND, words=_LOCKED),
        ]

    @property
    def is_answered(self) -> bool:
        return self.value is not None


@pghistory.track()
class SubmittedRound(models.Model):
    """What was submitted, by whom and when, as it was. Nothing changes it afterwards."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="rounds")
    round_number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=140, unique=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    authorised_by = models.CharField(max_length=120)
    declaration = models.TextField()
    due_at = models.DateTimeField()
    is_late = models.BooleanField()
    #: Each question as it was asked, with the answer as it was given.
    answers = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["submission", "round_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "round_number"],
                name="submitted_round_once",
                violation_error_message="This round has been submitted already.",
            ),
            models.CheckConstraint(
                condition=Q(is_late=True, submitted_at__gt=F("due_at"))
                | Q(is_late=False, submitted_at__lte=F("due_at")),
                name="submitted_round_late_is_not_disguised",
                violation_error_message="A round is late exactly when it was submitted after the deadline.",
            ),
            models.CheckConstraint(
                condition=~Q(authorised_by=""),
                name="submitted_round_names_who_authorised",
                violation_error_message="Name the person who authorised the submission.",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="submitted_round_has_a_hash"),
        ]
        triggers = [
            refuse(
                "round_is_in_hand",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM readiness_submission s WHERE s.id = NEW.submission_id"  # noqa: S608
                f" AND s.status IN ({_OPEN}) AND s.round_number = NEW.round_number)",
                words="Only the round in hand can be submitted, and only once.",
            ),
            pgtrigger.Protect(name="round_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("round_kept", when=_ANY_ROUND, words="Submitted rounds are never removed."),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def check_code(self) -> str:
        """The first 16 digits of the hash in groups: "9a07 e2c4 51bd 3f18"."""
        return " ".join(self.sha256[n : n + 4] for n in range(0, 16, 4))

    @property
    def facts(self) -> dict[str, Any]:
        return {"answers": len(self.answers), "given": sum(row["value"] is not None for row in self.answers)}
