from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from checklist.models.items import ChecklistItem
from checklist.models.life import kept_once_issued
from mhhs_portal.documents.models import StoredFile
from mhhs_portal.documents.serving import is_held_back
from mhhs_portal.frozen import refuse

#: The newest wording that is kept of an issued item names this link or file; until it was asked, anything goes.
_ISSUED = "EXISTS (SELECT 1 FROM checklist_checklistitem i WHERE i.id = {row}.item_id AND i.state <> 'draft')"
_ASKED = "EXISTS (SELECT 1 FROM checklist_addressee a WHERE a.item_id = {row}.item_id)"
_NEWEST = (
    "COALESCE((SELECT r.wording->'{part}' @> jsonb_build_array({{made}}) FROM checklist_itemrevision r"
    " WHERE r.item_id = NEW.item_id ORDER BY r.number DESC, r.correction DESC LIMIT 1), false)"
)
_LINK = "jsonb_build_object('title', {row}.title, 'url', {row}.url, 'note', {row}.note)"
_FILE = (
    "jsonb_build_object('title', NEW.title, 'sha256',"
    " (SELECT f.sha256 FROM documents_storedfile f WHERE f.id = NEW.file_id))"
)
_KEPT = (  # noqa: S608  # names of our own columns
    "EXISTS (SELECT 1 FROM checklist_itemrevision r WHERE r.item_id = OLD.item_id"
    " AND r.wording->'links' @> jsonb_build_array({made}))"
).format(made=_LINK.format(row="OLD"))


@pghistory.track()
class ItemLink(models.Model):
    """A document or page that belongs to an item, kept where the Programme publishes it."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=500)
    #: Type, size and pages, in words: "PDF, 1.4 MB, 62 pages".
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="link_one_per_position")]
        triggers = [
            refuse(
                "link_changes_by_revision",
                pgtrigger.Insert | pgtrigger.Update,
                when=f"{_ISSUED.format(row='NEW')} AND {_ASKED.format(row='NEW')}"
                f" AND NOT {_NEWEST.format(part='links').format(made=_LINK.format(row='NEW'))}",
                words="The links of a published item change only with a revision that keeps both wordings.",
            ),
            refuse(
                "link_is_kept_in_a_revision",
                pgtrigger.Delete,
                when=f"{_ISSUED.format(row='OLD')} AND NOT {_KEPT}",
                words="The links of a published item change only with a revision that keeps both wordings.",
            ),
        ]


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def current(self) -> AttachmentQuerySet:
        """The newest version of each file."""
        return self.filter(next=None)


@pghistory.track()
class Attachment(models.Model):
    """One version of a file that staff put beside an item. While the item is a draft it can be taken off again."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    #: The version that this one takes the place of. It stays, and can still be downloaded.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "title", "version"],
                name="attachment_one_per_title",
                violation_error_message="The item has a file of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, version=1) | Q(replaces__isnull=False, version__gt=1),
                name="attachment_first_version_replaces_nothing",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="attachment_stays", operation=pgtrigger.Update),
            kept_once_issued("attachment", pgtrigger.Delete, "The files of a published item stay."),
            refuse(
                "attachment_follows_the_version_before",
                pgtrigger.Insert,
                when="NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checklist_attachment a"
                " WHERE a.id = NEW.replaces_id AND a.item_id = NEW.item_id AND a.version = NEW.version - 1)",
                words="A version of a file follows the version before it, on the same item.",
            ),
            refuse(
                "attachment_added_by_revision",
                pgtrigger.Insert,
                when=f"{_ISSUED.format(row='NEW')} AND {_ASKED.format(row='NEW')}"
                f" AND NOT {_NEWEST.format(part='files').format(made=_FILE)}",
                words="A published item gets files only with a revision that says what changed.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_held_back(self) -> bool:
        """Its readers see the name and cannot open it; one query unless file__scan was read ahead."""
        return is_held_back(self.file)
