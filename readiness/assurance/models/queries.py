from __future__ import annotations

from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mhhs_portal.organisations.models import Organisation
from readiness.assurance.models.assignments import ANY_ROUND
from readiness.models import Question, Submission
from readiness.models.refusals import refuse, refuse_truncate


class QueryQuerySet(models.QuerySet["Query"]):
    def of(self, organisation: Organisation) -> QueryQuerySet:
        return self.filter(submission__organisation=organisation)

    def open(self) -> QueryQuerySet:
        return self.filter(replies__isnull=True)


@pghistory.track()
class Query(models.Model):
    """A question of an analyst to the participant about one answer or several. It reads as it was sent, always."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="queries")
    round_number = models.PositiveSmallIntegerField()
    text = models.TextField()
    due_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    objects = QueryQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="query_asks_something", violation_error_message="Write the question."
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")),
                name="query_due_later",
                violation_error_message="The deadline must lie in the future.",
            ),
        ]
        triggers = [
            refuse(
                "query_about_a_submitted_round",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM readiness_submission s JOIN readiness_submittedround r"
                " ON r.submission_id = s.id WHERE s.id = NEW.submission_id AND r.round_number = NEW.round_number"
                " AND s.status IN ('submitted', 'in-review'))",
                words="Only about a submitted round that is in review can a question be asked.",
            ),
            pgtrigger.Protect(name="query_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("query_kept_whole", when=ANY_ROUND, words="What was asked stays."),
        ]

    @property
    def reply(self) -> QueryReply | None:
        return next(iter(self.replies.all()), None)

    def is_overdue(self, now: datetime) -> bool:
        return self.reply is None and now > self.due_at


@pghistory.track()
class QueryQuestion(models.Model):
    """One of the answers that a question is about."""

    query = models.ForeignKey(Query, models.PROTECT, related_name="about")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["query", "question__section__position", "question__position"]
        constraints = [models.UniqueConstraint(fields=["query", "question"], name="query_question_once")]
        triggers = [pgtrigger.Protect(name="query_question_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


@pghistory.track()
class QueryReply(models.Model):
    """What the participant replied: once, and for good."""

    query = models.ForeignKey(Query, models.PROTECT, related_name="replies")
    text = models.TextField()
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replied_at = models.DateTimeField()

    class Meta:
        ordering = ["query", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["query"],
                name="query_replied_once",
                violation_error_message="A colleague has replied already. Reload to read the reply.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="query_reply_says_something", violation_error_message="Write the reply."
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="query_reply_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse_truncate("query_reply_kept_whole", when=ANY_ROUND, words="What was replied stays."),
        ]
