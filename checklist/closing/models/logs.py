"""The consolidated comments log as it was published: frozen, with exactly as many rows as comments were received."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.closing.models.dispositions import Outcome
from checklist.models import ChecklistItem, Comment
from mhhs_portal.frozen import never_changes, refuse
from mhhs_portal.organisations.models import Organisation

_IN_FORCE = (
    "checklist_comment c JOIN checklist_response p ON p.id = c.response_id"
    " WHERE p.item_id = NEW.item_id AND p.is_current"
)
#: Constant words of our own; nothing typed comes in.
_COUNT = f"""
    IF NEW.row_count <> (SELECT count(*) FROM {_IN_FORCE})
       OR NEW.row_count <> (SELECT count(*) FROM closing_logrow r WHERE r.publication_id = NEW.id)
       OR EXISTS (SELECT 1 FROM {_IN_FORCE} AND NOT EXISTS (
            SELECT 1 FROM closing_logrow r WHERE r.publication_id = NEW.id AND r.comment_id = c.id))
    THEN
        RAISE EXCEPTION 'The log needs exactly one row for every comment that was received.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
"""  # noqa: S608


@pghistory.track()
class NamingRule(models.Model):
    """Whether the log of an item will name the organisations. No row: it does not.

    Said before the first response arrives, so that everybody knows it when they write.
    """

    item = models.OneToOneField(ChecklistItem, models.PROTECT, related_name="naming_rule")
    names_organisations = models.BooleanField("the log names the organisations", default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        triggers = [
            refuse(
                "naming_rule_stands_before_the_first_response",
                pgtrigger.Insert | pgtrigger.Update,
                when="NEW.names_organisations AND"
                " EXISTS (SELECT 1 FROM checklist_response r WHERE r.item_id = NEW.item_id)",
                words="Responses have arrived that were written under the rule before.",
            )
        ]


@pghistory.track(pghistory.InsertEvent())
class LogPublication(models.Model):
    """One version of the log of one item. A later version stands beside it."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="logs")
    number = models.PositiveSmallIntegerField()
    names_organisations = models.BooleanField(default=False)
    row_count = models.PositiveIntegerField()
    #: Comments that their authors replaced by a later response before it; they have no row.
    replaced_count = models.PositiveIntegerField(default=0)
    #: For readers of the version before, in the words of whoever published; empty for the first.
    what_changed = models.CharField(max_length=600, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number"],
                name="log_one_per_number",
                violation_error_message="A colleague has published the log in the meantime. Open the page again.",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(what_changed=""),
                name="log_says_what_changed",
                violation_error_message="Say what changed, for those who read the version before.",
            ),
        ]
        triggers = [
            refuse(
                "log_ends_late_responses",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM checklist_checklistitem i WHERE i.id = NEW.item_id AND i.accepts_late)",
                words="The item takes no late responses before its log can be read.",
            ),
            *never_changes("log_publication", "A published log stays as it is; publish the next version."),
            pgtrigger.Trigger(
                name="log_has_a_row_for_every_comment",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_COUNT,
            ),
        ]

    @property
    def words(self) -> str:
        return f"version {self.number}"


class LogRow(models.Model):
    """One comment as the log shows it: what is withheld was never written here, but for `own_reply`."""

    publication = models.ForeignKey(LogPublication, models.PROTECT, related_name="rows")
    #: 1, 2, 3 … within the version; `number` is the comment's own within the item and stays from version to version.
    position = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="log_rows")
    #: Whose comment it is: for their own page, never for anybody else's.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    #: "Medium supplier", "A participant", or the name where the item said that names are published.
    who = models.CharField(max_length=200)
    document = models.CharField(max_length=120, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    suggested_change = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome)
    reply = models.TextField(blank=True)
    changed_in = models.CharField(max_length=200, blank=True)
    #: The number of the comment whose reply this one takes.
    same_as = models.PositiveIntegerField(null=True, blank=True)
    is_confidential = models.BooleanField(default=False)
    #: The reply to a confidential comment, for its author only.
    own_reply = models.TextField(blank=True)
    #: Against the version before: "new", "changed" or nothing.
    change = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["publication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "position"], name="log_row_one_per_position"),
            models.UniqueConstraint(fields=["publication", "comment"], name="log_row_one_per_comment"),
            models.CheckConstraint(condition=Q(position__gte=1), name="log_row_counts_from_one"),
            models.CheckConstraint(
                condition=Q(is_confidential=True) | Q(own_reply=""), name="log_row_own_reply_is_confidential"
            ),
        ]
        triggers = [
            *never_changes("log_row", "A published row stays as it is; publish the next version of the log."),
            refuse(
                "log_row_belongs_to_the_count",
                pgtrigger.Insert,
                when="NEW.position >"
                " (SELECT p.row_count FROM closing_logpublication p WHERE p.id = NEW.publication_id)",
                words="A published log takes no further rows.",
            ),
        ]
