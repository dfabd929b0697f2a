"""Organisations that the rules of a published item reach only now: offered to staff, never added by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError

from checklist.audiences import Addressed, resolve, rules_of
from checklist.models import Addressee, AudienceException, ChecklistItem, State
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership


def newcomers(item: ChecklistItem, known: Iterable[int], now: datetime) -> list[Addressed]:
    """Whom the kept rules reach today that are not `known`, asked or left out; none once the item has ended."""
    if item.state != State.PUBLISHED:
        return []
    rows = list(item.rules.select_related("market_role", "path", "organisation", "group"))
    names = {row.market_role.code: row.market_role.name for row in rows if row.market_role}
    known = set(known)
    audience = resolve(rules_of(rows), local_day(now), names=names)
    return [row for row in audience.addressed if row.organisation.pk not in known]


def offered(item: ChecklistItem, now: datetime) -> list[Addressed]:
    asked = item.addressees.order_by().values_list("organisation", flat=True)
    return newcomers(item, asked.union(item.exceptions.order_by().values_list("organisation", flat=True)), now)


def add(item: ChecklistItem, *, organisation: int, acting: Membership, now: datetime) -> Addressee:
    """Ask an organisation that has joined since; it gets the item's own deadline."""
    with doing("checklist.newcomer_added", by=acting.person):
        item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
        row = _offered(item, organisation, now)
        addressee = Addressee(
            item=item,
            organisation=row.organisation,
            rule=item.rules.filter(position=row.rules[0]).first(),
            reason=f"Joined later: {row.reason}"[:500],
            added_at=now,
        )
        save_checked(addressee)
    return addressee


def leave_out(
    item: ChecklistItem, *, organisation: int, reason: str, acting: Membership, now: datetime
) -> AudienceException:
    with doing("checklist.newcomer_left_out", by=acting.person):
        item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
        row = _offered(item, organisation, now)
        if not reason.strip():
            raise ValidationError(f"Say why {row.organisation.name} is left out.")
        exception = AudienceException(
            item=item,
            organisation=row.organisation,
            reason=reason.strip(),
            decided_by=acting.person,
            decided_at=now,
        )
        save_checked(exception)
    return exception


def _offered(item: ChecklistItem, organisation: int, now: datetime) -> Addressed:
    for row in offered(item, now):
        if row.organisation.pk == organisation:
            return row
    raise ValidationError("This organisation is on the list already, or no rule reaches it any more.")
