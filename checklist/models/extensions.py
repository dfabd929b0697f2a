from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from checklist.models.items import ChecklistItem
from mhhs_portal.deadlines import CLOSE_OF_PLAY
from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models import Organisation


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def seen_by(self, organisation: Organisation | None) -> ExtensionQuerySet:
        """Those for everybody, and its own; that another one got more time is nobody's business."""
        return self.filter(
            Q(organisation=None) | Q(organisation=organisation) if organisation else Q(organisation=None)
        )


@pghistory.track()
class Extension(models.Model):
    """A later deadline, for everybody or for one organisation, with its reason. The old deadline stays in view."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="extensions")
    #: Whom it is for; empty for everybody.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    old_due_at = models.DateTimeField()
    due_on = models.DateField()
    due_time = models.TimeField(default=CLOSE_OF_PLAY)
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=300, error_messages={"blank": "Say why the deadline moves."})
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["granted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("old_due_at")),
                name="extension_is_later",
                violation_error_message="An extension must end later than the deadline it replaces.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_says_why",
                violation_error_message="Say why the deadline moves.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="extension_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse(
                "extension_of_a_published_item",
                pgtrigger.Insert,
                when="NOT EXISTS (SELECT 1 FROM checklist_checklistitem i"
                " WHERE i.id = NEW.item_id AND i.state = 'published')",
                words="Only a published item can be extended.",
            ),
            refuse(
                "extension_for_somebody_asked",
                pgtrigger.Insert,
                when="NEW.organisation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checklist_addressee a"
                " WHERE a.item_id = NEW.item_id AND a.organisation_id = NEW.organisation_id)",
                words="Only an organisation that was asked can have a later deadline.",
            ),
        ]
