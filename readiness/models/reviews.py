from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from mhhs_portal.organisations.models import Organisation
from readiness.models.questionnaires import Question
from readiness.models.refusals import refuse, refuse_truncate
from readiness.models.submissions import _ANY_ROUND, Answer, Submission

#: The SQL condition that a person may not judge an organisation: they were ever one of its people, or have declared an
#: interest that has not ended.
CONFLICT = (
    "(EXISTS (SELECT 1 FROM organisations_membership m WHERE m.person_id = {person} AND m.organisation_id = {of})"
    " OR EXISTS (SELECT 1 FROM readiness_interest i WHERE i.person_id = {person} AND i.organisation_id = {of}"
    " AND i.ended_at IS NULL))"
)
CONFLICT_WORDS = "This analyst has an interest in the organisation, so another analyst reviews it."


@pghistory.track()
class Interest(models.Model):
    """What an analyst has to do with an organisation, as declared; while it stands, they do not review it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    nature = models.CharField(max_length=300)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature=""),
                name="interest_says_what",
                violation_error_message="Say what you have to do with the organisation.",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="interest_declared_once",
                violation_error_message="This interest is declared already.",
            ),
        ]
        triggers = [
            refuse(
                "interest_kept",
                pgtrigger.Update | pgtrigger.Delete,
                when="TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL"
                " OR (NEW.person_id, NEW.organisation_id, NEW.nature, NEW.declared_at)"
                " IS DISTINCT FROM (OLD.person_id, OLD.organisation_id, OLD.nature, OLD.declared_at)",
                words="A declared interest stays on record. It can only end.",
            )
        ]


class Mark(models.TextChoices):
    ADEQUATE = "adequate", "Adequate"
    PARTLY = "partly-adequate", "Partly adequate"
    NOT = "not-adequate", "Not adequate"
    MORE = "more-needed", "More needed"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def current(self) -> AssessmentQuerySet:
        """The latest mark of each answer; earlier ones stay and are superseded."""
        later = Assessment.objects.filter(answer=models.OuterRef("answer"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later))


@pghistory.track()
class Assessment(models.Model):
    """One analyst's mark of one answer of a submitted round. Never overwritten: a later one supersedes it."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="assessments")
    mark = models.CharField(max_length=20, choices=Mark)
    reason = models.TextField(blank=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["answer", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mark__in=Mark.values),
                name="assessment_mark_known",
                violation_error_message="Choose an assessment.",
            ),
            models.CheckConstraint(
                condition=Q(mark="adequate") | ~Q(reason=""),
                name="assessment_says_why_not_adequate",
                violation_error_message="Say why the answer is not adequate.",
            ),
        ]
        triggers = [
            refuse(
                "assessment_of_submitted",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM readiness_answer a JOIN readiness_submittedround r"
                " ON r.submission_id = a.submission_id AND r.round_number = a.round_number WHERE a.id = NEW.answer_id)",
                words="Only a submitted answer can be assessed.",
            ),
            refuse(
                "assessment_without_conflict",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM readiness_answer a JOIN readiness_submission s"  # noqa: S608
                " ON s.id = a.submission_id WHERE a.id = NEW.answer_id AND "
                + CONFLICT.format(person="NEW.assessed_by_id", of="s.organisation_id")
                + ")",
                words=CONFLICT_WORDS,
            ),
            pgtrigger.Protect(name="assessment_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("assessment_kept_whole", when=_ANY_ROUND, words="Assessments are never removed."),
        ]


@pghistory.track()
class AnalystNote(models.Model):
    """What analysts write to each other about a submission. Never shown to participants, in no form."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="notes")
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="+")
    round_number = models.PositiveSmallIntegerField()
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["submission", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="analyst_note_is_written", violation_error_message="Write the note."
            ),
        ]
        triggers = [pgtrigger.Protect(name="note_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


@pghistory.track()
class MoreNeeded(models.Model):
    """What a new round is for: which answers are asked for again, why, and by when. Nothing changes it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="more_needed")
    #: The round that it opens.
    round_number = models.PositiveSmallIntegerField()
    words = models.TextField()
    due_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["submission", "round_number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "round_number"], name="more_needed_once_per_round"),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="more_needed_says_why",
                violation_error_message="Say what is needed.",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("asked_at")),
                name="more_needed_due_later",
                violation_error_message="The deadline must lie in the future.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="more_needed_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("more_needed_kept_whole", when=_ANY_ROUND, words="What was asked for stays."),
        ]


@pghistory.track()
class Reopened(models.Model):
    """One answer that the new round opens. All others stay as they were submitted."""

    more_needed = models.ForeignKey(MoreNeeded, models.PROTECT, related_name="reopened")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["more_needed", "question__section__position", "question__position"]
        constraints = [models.UniqueConstraint(fields=["more_needed", "question"], name="reopened_once")]
        triggers = [
            refuse(
                "reopened_before_the_round",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM readiness_moreneeded m JOIN readiness_submission s"
                " ON s.id = m.submission_id WHERE m.id = NEW.more_needed_id AND s.round_number >= m.round_number)",
                words="Which answers are asked for again is settled before the round opens.",
            ),
            pgtrigger.Protect(name="reopened_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("reopened_kept_whole", when=_ANY_ROUND, words="What was asked for stays."),
        ]


_REOPENED = (
    "EXISTS (SELECT 1 FROM readiness_moreneeded m JOIN readiness_reopened o ON o.more_needed_id = m.id"
    " WHERE m.submission_id = {row}.submission_id AND m.round_number = {row}.round_number"
    " AND o.question_id = {row}.question_id)"
)


class AnswerOfALaterRound(Answer):
    """Only for its trigger: from the second round on, PostgreSQL lets exactly the reopened answers change."""

    class Meta:
        proxy = True
        triggers = [
            refuse(
                "answer_is_reopened",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when="(TG_OP = 'DELETE' AND OLD.round_number > 1 AND NOT "  # noqa: S608
                + _REOPENED.format(row="OLD")
                + ")"
                " OR (TG_OP = 'UPDATE' AND OLD.round_number > 1 AND NOT "
                + _REOPENED.format(row="OLD")
                + " AND (NEW.typed, NEW.value, NEW.text, NEW.question_id, NEW.round_number)"
                " IS DISTINCT FROM (OLD.typed, OLD.value, OLD.text, OLD.question_id, OLD.round_number))"
                # A copy of what was submitted may be put there: that is how a round begins.
                " OR (TG_OP = 'INSERT' AND NEW.round_number > 1 AND NOT "
                + _REOPENED.format(row="NEW")
                + " AND NOT EXISTS (SELECT 1 FROM readiness_answer b WHERE b.submission_id = NEW.submission_id"
                " AND b.round_number = NEW.round_number - 1 AND b.question_id = NEW.question_id"
                " AND b.typed IS NOT DISTINCT FROM NEW.typed AND b.value IS NOT DISTINCT FROM NEW.value))",
                words="Only the answers that are asked for again can be changed in this round.",
            )
        ]


class SubmissionSentBack(Submission):
    """Only for its trigger: a submission goes back with a list of what is asked for, or not at all."""

    class Meta:
        proxy = True
        triggers = [
            refuse(
                "submission_says_what_more",
                pgtrigger.Update,
                when="NEW.status = 'more-needed' AND OLD.status <> 'more-needed' AND NOT EXISTS (SELECT 1"
                " FROM readiness_moreneeded m JOIN readiness_reopened o ON o.more_needed_id = m.id"
                " WHERE m.submission_id = NEW.id AND m.round_number = NEW.round_number)",
                words="Say which answers are asked for again before you send a submission back.",
            )
        ]
