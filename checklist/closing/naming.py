"""Whom the published log names: nobody, unless the item said so before the first response arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError

from checklist.closing.models import NamingRule
from checklist.models import ChecklistItem, Response
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Constituency, Membership

#: A constituency is said when at least so many of those asked belong to it; fewer would give the name away.
#: The portal's own rule.
ENOUGH = 3
NOBODY = "A participant"
WITHHELD = "Withheld"


def may_name(item: ChecklistItem) -> bool:
    """One query, or none where the item was read with its naming rule."""
    rule = getattr(item, "naming_rule", None)  # most items have none
    return item.shows_responses or bool(rule and rule.names_organisations)


def set_naming_rule(item: ChecklistItem, *, names_organisations: bool, acting: Membership, now: datetime) -> NamingRule:
    with doing("checklist.naming_rule_set", by=acting.person):
        if names_organisations and Response.objects.filter(item=item).exists():
            raise ValidationError(
                "Responses have arrived from organisations that were told that the log does not name them."
            )
        rule = NamingRule.objects.filter(item=item).first() or NamingRule(item=item)
        rule.names_organisations, rule.set_by, rule.set_at = names_organisations, acting.person, now
        save_checked(rule)
    return rule


def words_for(item: ChecklistItem) -> Mapping[int, str]:
    """What the log calls each organisation that was asked, where it does not name them; one query."""
    asked = dict(item.addressees.values_list("organisation", "organisation__constituency"))
    sizes = Counter(asked.values())
    labels = dict(Constituency.choices)
    return {
        organisation: labels[constituency] if constituency and sizes[constituency] >= ENOUGH else NOBODY
        for organisation, constituency in asked.items()
    }
