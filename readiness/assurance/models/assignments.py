from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from readiness.models import Submission
from readiness.models.refusals import refuse, refuse_truncate
from readiness.models.reviews import CONFLICT, CONFLICT_WORDS

ANY_ROUND = "EXISTS (SELECT 1 FROM readiness_submittedround)"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self) -> AssignmentQuerySet:
        return self.filter(ended_at__isnull=True)


@pghistory.track()
class Assignment(models.Model):
    """Who reviews a submission. A new assignment ends the one before; nobody with an interest is ever assigned."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(ended_at__isnull=True),
                name="assignment_one_at_a_time",
                violation_error_message="Somebody else has just been given this submission. Reload to see who.",
            ),
        ]
        indexes = [models.Index(fields=["analyst", "ended_at"], name="assignment_of_analyst")]
        triggers = [
            refuse(
                "assignment_without_conflict",
                pgtrigger.Insert | pgtrigger.UpdateOf("analyst_id"),
                when="EXISTS (SELECT 1 FROM readiness_submission s WHERE s.id = NEW.submission_id AND "  # noqa: S608
                + CONFLICT.format(person="NEW.analyst_id", of="s.organisation_id")
                + ")",
                words=CONFLICT_WORDS,
            ),
            pgtrigger.Protect(name="assignment_kept", operation=pgtrigger.Delete),
        ]


@pghistory.track()
class SampleCheck(models.Model):
    """A submission drawn for a second look by another analyst. It cannot be accepted before that look agrees."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="sample_checks")
    round_number = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    agrees = models.BooleanField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["submission", "round_number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "round_number"], name="sample_check_once_per_round"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True, agrees__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False, agrees__isnull=False),
                name="sample_check_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(agrees=False) | ~Q(reason=""),
                name="sample_check_says_why_not",
                violation_error_message="Say what you see differently.",
            ),
        ]
        triggers = [
            refuse(
                "sample_check_by_another",
                pgtrigger.Insert | pgtrigger.Update,
                when="NEW.checked_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM readiness_assessment x"
                " JOIN readiness_answer a ON a.id = x.answer_id WHERE a.submission_id = NEW.submission_id"
                " AND a.round_number = NEW.round_number AND x.assessed_by_id = NEW.checked_by_id)",
                words="The second check is made by an analyst who marked none of these answers.",
            ),
            pgtrigger.Protect(name="sample_check_kept", operation=pgtrigger.Delete),
        ]


@pghistory.track()
class Acceptance(models.Model):
    """That the review of a round ended, who ended it and when."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="acceptance")
    round_number = models.PositiveSmallIntegerField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="acceptance_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("acceptance_kept_whole", when=ANY_ROUND, words="What was accepted stays accepted."),
        ]


class SubmissionAccepted(Submission):
    """Only for its trigger: nothing is accepted while a second look or a question is open."""

    class Meta:
        proxy = True
        triggers = [
            refuse(
                "submission_accepted_when_done",
                pgtrigger.Update,
                when="NEW.status = 'accepted' AND OLD.status <> 'accepted' AND ("
                "EXISTS (SELECT 1 FROM assurance_samplecheck c WHERE c.submission_id = NEW.id"
                " AND c.round_number = NEW.round_number AND c.agrees IS NOT TRUE)"
                " OR EXISTS (SELECT 1 FROM assurance_query q WHERE q.submission_id = NEW.id AND NOT EXISTS"
                " (SELECT 1 FROM assurance_queryreply r WHERE r.query_id = q.id)))",
                words="A second check or a question to the participant is still open.",
            )
        ]
