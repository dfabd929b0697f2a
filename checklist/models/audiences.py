from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklist.models.life import kept_once_issued
from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models import Constituency, MarketRole, Organisation
from milestones.models import CriticalPath


@pghistory.track()
class NamedGroup(models.Model):
    """Organisations that staff ask together, under a name: "Migration pilots"."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(
        max_length=80, unique=True, error_messages={"unique": "There is a group of this name already."}
    )
    purpose = models.CharField("what it is for", max_length=200, blank=True)
    members = models.ManyToManyField(Organisation, through="GroupMember", related_name="+")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="named_group_has_a_name")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GroupMember(models.Model):
    """An organisation that is in a group now. Who was asked through it stays with the item."""

    group = models.ForeignKey(NamedGroup, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "organisation"],
                name="group_member_once",
                violation_error_message="This organisation is in the group already.",
            )
        ]


@pghistory.track()
class AudienceRule(models.Model):
    """One line of an audience. Its conditions must all hold; an organisation that meets any line is asked."""

    item = models.ForeignKey("checklist.ChecklistItem", models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    #: Every participant; then no other condition.
    everyone = models.BooleanField(default=False)
    market_role = models.ForeignKey(MarketRole, models.PROTECT, null=True, blank=True, related_name="+")
    path = models.ForeignKey(CriticalPath, models.PROTECT, null=True, blank=True, related_name="+")
    constituency = models.CharField(max_length=30, blank=True, choices=Constituency)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(NamedGroup, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="rule_one_per_position"),
            models.CheckConstraint(
                condition=Q(everyone=True, market_role=None, path=None, constituency="", organisation=None, group=None)
                | (
                    Q(everyone=False)
                    & (
                        Q(market_role__isnull=False)
                        | Q(path__isnull=False)
                        | ~Q(constituency="")
                        | Q(organisation__isnull=False)
                        | Q(group__isnull=False)
                    )
                ),
                name="rule_says_something",
                violation_error_message="Choose a role, path, constituency, group or organisation, or everyone.",
            ),
        ]
        triggers = [
            kept_once_issued("rule", pgtrigger.Update | pgtrigger.Delete, "The rules of a published item stay.")
        ]


@pghistory.track()
class AudienceException(models.Model):
    """An organisation that is asked although no rule reaches it, or is left out although one does: who and why."""

    item = models.ForeignKey("checklist.ChecklistItem", models.CASCADE, related_name="exceptions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    #: False: it is asked.
    is_left_out = models.BooleanField(default=True)
    reason = models.CharField(max_length=200)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "organisation"],
                name="exception_once_per_item",
                violation_error_message="There is an exception for this organisation already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="exception_says_why",
                violation_error_message="Say why this organisation is an exception.",
            ),
        ]
        triggers = [
            kept_once_issued(
                "exception", pgtrigger.Update | pgtrigger.Delete, "The exceptions of a published item stay."
            ),
            refuse(
                "exception_is_not_asked_too",
                pgtrigger.Insert,
                when="NEW.is_left_out AND EXISTS (SELECT 1 FROM checklist_addressee a"
                " WHERE a.item_id = NEW.item_id AND a.organisation_id = NEW.organisation_id)",
                words="This organisation has been asked already.",
            ),
        ]


@pghistory.track()
class Addressee(models.Model):
    """An organisation that an item was addressed to, fixed at publication, with the reason in words."""

    item = models.ForeignKey("checklist.ChecklistItem", models.PROTECT, related_name="addressees")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="addressed")
    rule = models.ForeignKey(AudienceRule, models.PROTECT, null=True, related_name="addressees")
    #: Every line that it met: "Supplier (ZZN1), path CP3".
    reason = models.CharField(max_length=500)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["organisation__name"]
        indexes = [models.Index(fields=["organisation", "item"], name="addressee_by_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "organisation"],
                name="addressee_once_per_item",
                violation_error_message="This organisation is already on the list of this item.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="addressee_has_a_reason",
                violation_error_message="Say why this organisation is asked.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="addressees_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
            refuse(
                "addressee_is_not_left_out_too",
                pgtrigger.Insert,
                when="EXISTS (SELECT 1 FROM checklist_audienceexception e WHERE e.item_id = NEW.item_id"
                " AND e.organisation_id = NEW.organisation_id AND e.is_left_out)",
                words="This organisation was left out of the item.",
            ),
        ]
