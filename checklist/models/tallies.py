from __future__ import annotations

from django.db import models

from checklist.models.items import ChecklistItem


class ItemTally(models.Model):
    """How many organisations were asked for one item, and answered the wording in force.

    Triggers on the tables of addressees, responses and items count again whatever changed: no verb need think of it,
    and none can forget it. What nobody was asked has no row.
    """

    item = models.OneToOneField(ChecklistItem, models.CASCADE, related_name="tally", primary_key=True)
    asked = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    #: Organisations that were asked and have not answered.
    missing = models.PositiveIntegerField(default=0)
