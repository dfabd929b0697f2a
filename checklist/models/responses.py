from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models import Organisation


class Answer(models.TextChoices):
    COMMENTS = "comments", "Comments"
    NO_COMMENTS = "no-comments", "Reviewed, no comments"
    NOT_APPLICABLE = "not-applicable", "Does not apply to us"


def receipt_part(revision: int, number: int) -> str:
    return f"{revision}-v{number}" if number > 1 else str(revision)


class ResponseQuerySet(models.QuerySet["Response"]):
    def current(self) -> ResponseQuerySet:
        """The latest version that each organisation sent to each revision; the versions before it are kept."""
        return self.filter(is_current=True)


@pghistory.track()
class Response(models.Model):
    """One version of what an organisation answered to one revision of one item. Never edited, never deleted.

    Sending again before the item closes adds the next version and takes `is_current` from the one before: the only
    change that PostgreSQL lets a response undergo.
    """

    item = models.ForeignKey("checklist.ChecklistItem", models.PROTECT, related_name="responses")
    revision = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="responses")
    #: The version within the revision, from 1.
    number = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    answer = models.CharField(max_length=20, choices=Answer)
    reason = models.CharField(max_length=1000, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    #: The lead contact who approved it, where the organisation asks for that.
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: Why the Programme entered it for the organisation; empty when the organisation sent it itself.
    on_behalf_reason = models.CharField(max_length=300, blank=True)
    #: SHA-256 of what was sent, as checklist/receipts.py puts it together; empty for responses older than receipts.
    digest = models.CharField(max_length=64, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["given_at"]
        indexes = [
            models.Index(fields=["organisation", "item"], name="response_by_organisation"),
            # Where an organisation stands with an item is read from the index alone.
            models.Index(
                fields=["organisation", "item"],
                include=["revision", "answer", "is_late"],
                condition=Q(is_current=True),
                name="response_current_of",
            ),
            # Which items have comments is read from the index alone.
            models.Index(
                fields=["item"], condition=Q(is_current=True, answer="comments"), name="response_with_comments_on"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "revision", "organisation", "number"],
                name="response_once_per_version",
                violation_error_message="A colleague sent a response in the meantime. Open the page again.",
            ),
            models.UniqueConstraint(
                fields=["item", "revision", "organisation"],
                condition=Q(is_current=True),
                name="response_one_current",
                violation_error_message="Your organisation has already responded to this item.",
            ),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="response_answer_known"),
            models.CheckConstraint(
                condition=~Q(answer=Answer.NOT_APPLICABLE, reason=""),
                name="response_says_why_not_applicable",
                violation_error_message="Say why this item does not apply to you.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="responses_are_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NOT (OLD.is_current AND NOT NEW.is_current"
                    " AND to_jsonb(OLD) - 'is_current' = to_jsonb(NEW) - 'is_current')"
                ),
            ),
            pgtrigger.Protect(name="responses_stay", operation=pgtrigger.Delete),
            refuse(
                "response_given_by_one_of_them",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM organisations_membership m WHERE m.person_id = NEW.given_by_id"
                " AND CASE WHEN NEW.on_behalf_reason = '' THEN m.organisation_id = NEW.organisation_id"
                " ELSE m.role = 'office' END)",
                words="Somebody of the organisation responds, or the Programme on its behalf with a reason.",
            ),
            refuse(
                "response_late_where_late_is_taken",
                pgtrigger.Insert,
                when="NEW.is_late AND NEW.on_behalf_reason = '' AND NOT EXISTS (SELECT 1"
                " FROM checklist_checklistitem i WHERE i.id = NEW.item_id AND i.accepts_late)",
                words="This item takes no late responses.",
            ),
            refuse(
                "response_is_signed_off",
                pgtrigger.Insert,
                when="NEW.signed_off_by_id IS NULL AND NEW.on_behalf_reason = '' AND EXISTS (SELECT 1"
                " FROM checklist_signoffrule r WHERE r.organisation_id = NEW.organisation_id AND r.needs_sign_off)",
                words="This organisation sends no response without the sign-off of a lead contact.",
            ),
            refuse(
                "response_is_signed_off_by_a_lead",
                pgtrigger.Insert,
                when="NEW.signed_off_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM organisations_membership m"
                " WHERE m.person_id = NEW.signed_off_by_id AND m.organisation_id = NEW.organisation_id"
                " AND m.role = 'lead')",
                words="Only a lead contact of the organisation signs off its response.",
            ),
        ]

    @property
    def receipt(self) -> str:
        """The number that both sides quote: "PCL-0412-northmoor-1", and "…-1-v2" for what was sent again."""
        return f"{self.item.reference}-{self.organisation.slug}-{self.receipt_part}"

    @property
    def receipt_part(self) -> str:
        """What tells an organisation's receipts of one item apart: "1", "1-v2", and "2" for the next revision."""
        return receipt_part(self.revision, self.number)

    @property
    def is_on_behalf(self) -> bool:
        return bool(self.on_behalf_reason)


@pghistory.track()
class ResponseFile(models.Model):
    """A file that was sent with a response, or the evidence of one that the Programme entered."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="files")
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["response", "title"], name="response_file_one_per_title")]
        triggers = [pgtrigger.Protect(name="response_files_are_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.title
