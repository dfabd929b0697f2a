"""What colleagues have typed and not sent. Every part carries a version, so that nobody overwrites another unseen."""

from __future__ import annotations

import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.models.comments import CommentKind, Severity
from checklist.models.responses import Answer
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.organisations.models import Organisation


def new_key() -> str:
    """The name of a row while it is typed: given by the page that first shows it, so that nothing is kept twice."""
    return secrets.token_hex(6)


@pghistory.track()
class ResponseDraft(models.Model):
    """One per organisation and item: the answer and its reason; comments and files hang on it."""

    item = models.ForeignKey("checklist.ChecklistItem", models.CASCADE, related_name="drafts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="response_drafts")
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    reason = models.TextField(blank=True)
    #: Rises with every change to the draft, its rows and its files: whoever sends says which one they saw.
    version = models.PositiveIntegerField(default=1)
    #: Rises with the answer and its reason alone.
    answer_version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    #: Who handed it to the lead contacts for sign-off, and when; empty while colleagues work on it.
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)
    #: A lead contact handed it back with words, until it is handed over again or sent.
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_words = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "organisation"],
                name="draft_one_per_organisation",
                violation_error_message="A colleague has started a draft in the meantime. Open the page again.",
            ),
            models.CheckConstraint(
                condition=Q(handed_by__isnull=True, handed_at__isnull=True)
                | Q(handed_by__isnull=False, handed_at__isnull=False),
                name="draft_handed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(returned_by__isnull=True, returned_at__isnull=True, returned_words="")
                | (Q(returned_by__isnull=False, returned_at__isnull=False) & ~Q(returned_words="")),
                name="draft_returned_with_words",
                violation_error_message="Say what has to be changed.",
            ),
        ]


@pghistory.track()
class DraftComment(models.Model):
    """One comment row as typed, complete or not; saved by itself, so that two colleagues can write two rows."""

    draft = models.ForeignKey(ResponseDraft, models.CASCADE, related_name="comments")
    key = models.CharField(max_length=16, default=new_key)
    position = models.PositiveIntegerField()
    document = models.CharField(max_length=120, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    comment = models.TextField(blank=True)
    suggested_change = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=CommentKind, default=CommentKind.SUBSTANTIVE)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.MEDIUM)
    is_confidential = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["draft", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="draft_comment_one_per_key")]


@pghistory.track()
class DraftFile(models.Model):
    """A file that will be sent with the response."""

    draft = models.ForeignKey(ResponseDraft, models.CASCADE, related_name="files")
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "title"],
                name="draft_file_one_per_title",
                violation_error_message="The response has a file of this name already.",
            )
        ]


@pghistory.track()
class SignOffRule(models.Model):
    """Whether an organisation wants a lead contact to approve each response before it is sent. No row: it does not."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="sign_off_rule")
    needs_sign_off = models.BooleanField(default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
