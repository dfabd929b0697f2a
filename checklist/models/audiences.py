from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mhhs_portal.organisations.models import Constituency, MarketRole, Organisation
from milestones.models import CriticalPath


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

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="rule_one_per_position"),
            models.CheckConstraint(
                condition=Q(everyone=True, market_role=None, path=None, constituency="", organisation=None)
                | (
                    Q(everyone=False)
                    & (
                        Q(market_role__isnull=False)
                        | Q(path__isnull=False)
                        | ~Q(constituency="")
                        | Q(organisation__isnull=False)
                    )
                ),
                name="rule_says_something",
                violation_error_message="Choose a role, a path, a constituency or an organisation, or everyone.",
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
        triggers = [pgtrigger.Protect(name="addressees_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]
