from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from readiness.models.questionnaires import Question
from readiness.models.refusals import refuse, refuse_truncate
from readiness.models.submissions import _ANY_ROUND, Answer, Submission


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
