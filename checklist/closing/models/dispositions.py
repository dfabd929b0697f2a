"""What the Programme makes of each comment, and what staff note beside it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from checklist.models import ChecklistItem, Comment
from mhhs_portal.frozen import never_changes, refuse


class Outcome(models.TextChoices):
    """What becomes of a comment."""

    ACCEPTED = "accepted", "Accepted"
    PART = "accepted-in-part", "Accepted in part"
    REJECTED = "rejected", "Rejected"
    NOTED = "noted", "Noted"
    OUT_OF_SCOPE = "out-of-scope", "Out of scope"


#: Whoever is told "no", or "not all of it", is told why.
NEEDS_REPLY = (Outcome.PART, Outcome.REJECTED, Outcome.OUT_OF_SCOPE)


@pghistory.track()
class Disposition(models.Model):
    """The Programme's answer to one comment, from the first draft on. No row: nobody has touched the comment.

    A duplicate says nothing itself: it takes outcome and reply of its original, and keeps its own row in the log.
    """

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="disposition")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="dispositions")
    outcome = models.CharField("decision", max_length=20, choices=Outcome, blank=True)
    #: To whoever wrote the comment; published in the log unless the comment is confidential.
    reply = models.TextField(blank=True, max_length=5_000)
    #: What the log says beside a confidential comment; empty: nothing.
    public_reply = models.TextField("reply in the published log", blank=True, max_length=5_000)
    #: "Annex 2 v2.3, Table 3".
    changed_in = models.CharField("change made in", max_length=200, blank=True)
    #: Decided, and not only drafted.
    is_decided = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    #: Rises with each save: whoever saves says which one they saw.
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "is_decided"], name="disposition_by_owner"),
            models.Index(fields=["item"], name="disposition_by_item"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="disposition_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(is_decided=False) | ~Q(outcome=""),
                name="disposition_decided_has_an_outcome",
                violation_error_message="Choose a decision.",
            ),
            models.CheckConstraint(
                condition=Q(is_decided=False) | ~Q(outcome__in=NEEDS_REPLY) | ~Q(reply=""),
                name="disposition_says_why",
                violation_error_message="Write a reply: whoever is not followed is told why.",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True)
                | Q(outcome="", reply="", public_reply="", changed_in="", is_decided=False),
                name="disposition_duplicate_says_nothing_itself",
                violation_error_message="A duplicate takes the reply of its original.",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("pk")),
                name="disposition_is_not_its_own_duplicate",
                violation_error_message="A comment cannot be a duplicate of itself.",
            ),
        ]
        triggers = [
            refuse(
                "disposition_is_of_its_item",
                pgtrigger.Insert | pgtrigger.Update,
                when="NOT EXISTS (SELECT 1 FROM checklist_comment c JOIN checklist_response r ON r.id = c.response_id"
                " WHERE c.id = NEW.comment_id AND r.item_id = NEW.item_id)",
                words="A decision stands on a comment of the same item.",
            ),
            refuse(
                "disposition_duplicates_do_not_chain",
                pgtrigger.Insert | pgtrigger.Update,
                declare="original",
                first="SELECT d.duplicate_of_id, d.item_id, c.is_confidential INTO original"
                " FROM closing_disposition d JOIN checklist_comment c ON c.id = d.comment_id"
                " WHERE d.id = NEW.duplicate_of_id FOR UPDATE OF d;",
                when="NEW.duplicate_of_id IS NOT NULL AND (original.duplicate_of_id IS NOT NULL"
                " OR original.item_id <> NEW.item_id"
                " OR EXISTS (SELECT 1 FROM closing_disposition d WHERE d.duplicate_of_id = NEW.id))",
                words="A duplicate points to an original of the same item that is no duplicate itself.",
            ),
            refuse(
                "disposition_keeps_what_is_confidential",
                pgtrigger.Insert | pgtrigger.Update,
                when="NEW.duplicate_of_id IS NOT NULL"
                " AND NOT (SELECT is_confidential FROM checklist_comment WHERE id = NEW.comment_id)"
                " AND (SELECT c.is_confidential FROM closing_disposition d JOIN checklist_comment c"
                " ON c.id = d.comment_id WHERE d.id = NEW.duplicate_of_id)",
                words="The reply to a confidential comment is not published, so no open comment can take it.",
            ),
            pgtrigger.Protect(name="dispositions_stay", operation=pgtrigger.Delete),
        ]


@pghistory.track(pghistory.InsertEvent())
class InternalNote(models.Model):
    """What staff tell each other about a comment. Never shown to participants, never exported."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="internal_notes")
    text = models.TextField(max_length=2_000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="internal_note_says_something", violation_error_message="Write the note."
            )
        ]
        triggers = never_changes("internal_note", "A note stays as it was written; add another one.")
