"""Programme staff publish an item: the audience becomes a fixed list and the deadline a fixed instant.

What stops a publication is refused in words. What is only unwise is a warning that names the date which would remove
it, and needs a reason that is kept with the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from checklist.audiences import Audience, Rule, resolve, rows_of
from checklist.models import Addressee, ChecklistItem, Extension, ItemKind, ItemLink, State
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import (
    CLOSE_OF_PLAY,
    add_working_days,
    day_words,
    deadline,
    is_past,
    is_working_day,
    local_day,
    working_days_between,
)
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Person

#: Working days that participants usually get. Inferred from the review periods that the Programme has published
#: (5, 8, 10, 10, 14, 16 and more); it is nobody's published rule, so it warns and never refuses.
USUAL_DAYS: dict[str, int] = {
    ItemKind.CONSULTATION: 10,
    ItemKind.IMPACT_ASSESSMENT: 10,
    ItemKind.INFORMATION_REQUEST: 10,
}
USUAL_DAYS_OTHERWISE = 5
OPENING_TIME = time(9, 0)
#: The plan ends in 2027; a deadline further away than this is a slip of the hand.
LONGEST = timedelta(days=3 * 366)
#: The same person, title and deadline within this time is the same publication.
SECOND_PRESS = timedelta(minutes=1)
_REFERENCES = 4_120_412  # the advisory lock under which references are counted


@dataclass(frozen=True)
class Warning:
    text: str
    #: The date that would remove the warning, for a "Use 4 June" button.
    use: date | None = None


def preview(rules: Sequence[Rule], today: date) -> Audience:
    """Whom the rules would reach if the item were published now."""
    return resolve([rule for rule in rules if not rule.is_empty], today)


def warnings_about(kind: str, opens_on: date, due_on: date) -> list[Warning]:
    """What is unwise about the dates; each says which date would be better."""
    found = []
    if not is_working_day(due_on):
        what = "a bank holiday" if due_on.weekday() < 5 else f"a {due_on:%A}"
        better = add_working_days(due_on, 1)
        found.append(
            Warning(
                f"{day_words(due_on)} is {what}. The next working day is {day_words(better, weekday=True)}.", better
            )
        )
    usual = USUAL_DAYS.get(kind, USUAL_DAYS_OTHERWISE)
    given = working_days_between(opens_on, due_on)
    if given < usual:
        first = add_working_days(opens_on, usual)
        days = f"{given} working day{'s' * (given != 1)}"
        found.append(
            Warning(
                f"{days} is short for this type. The usual minimum is {usual}. "
                f"The first day that gives {usual} is {day_words(first, weekday=True)}.",
                first,
            )
        )
    return found


def publish(
    *,
    acting: Membership,
    now: datetime,
    rules: Sequence[Rule],
    due_on: date,
    due_time: time = CLOSE_OF_PLAY,
    opens_on: date | None = None,
    reason_for_dates: str = "",
    links: Sequence[dict[str, str]] = (),
    seen_audience: str = "",
    **facts: Any,
) -> ChecklistItem:
    """Publish a new item to everybody whom the rules reach now. `facts` are the item's own fields.

    `seen_audience` is the fingerprint of the list that the publisher looked at; when the list has changed since,
    nothing is published. Raises ValidationError in words; then nothing at all is written.
    """
    today = local_day(now)
    opens_at = deadline(opens_on, OPENING_TIME) if opens_on and opens_on > today else now
    due_at = _deadline_that_can_be_kept(due_on, due_time, opens_at, now)
    _reason_for_warnings(facts["kind"], local_day(opens_at), due_on, reason_for_dates)
    with doing("checklist.published", by=acting.person):
        audience = resolve(rules, today)
        _refuse_audience(audience, seen_audience)
        reference = _next_reference()
        _refuse_a_second_press(acting.person, facts["title"], due_at, now)
        item = ChecklistItem(
            reference=reference,
            state=State.PUBLISHED,
            due_on=due_on,
            due_time=due_time,
            due_at=due_at,
            opens_at=opens_at,
            issued_at=now,
            issued_by=acting.person,
            reason_for_dates=reason_for_dates.strip(),
            **facts,
        )
        save_checked(item)
        _keep_links(item, links)
        _freeze(item, rules, audience, now)
    return item


def extend(
    item: ChecklistItem, *, due_on: date, due_time: time = CLOSE_OF_PLAY, reason: str, by: Person, now: datetime
) -> Extension:
    """Move the deadline of a published item to a later instant for everybody; the old one stays on record."""
    with doing("checklist.extended", by=by):
        item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
        if item.state != State.PUBLISHED or item.due_at is None:
            raise ValidationError("Only a published item can be extended.")
        extension = Extension(
            item=item,
            old_due_at=item.due_at,
            due_on=due_on,
            due_time=due_time,
            due_at=deadline(due_on, due_time),
            reason=reason.strip(),
            granted_by=by,
            granted_at=now,
        )
        if is_past(extension.due_at, now):
            raise ValidationError({"due_on": "The new deadline has already passed"})
        save_checked(extension)
        item.due_on, item.due_time, item.due_at = extension.due_on, extension.due_time, extension.due_at
        item.save(update_fields=["due_on", "due_time", "due_at"])
    return extension


def withdraw(item: ChecklistItem, *, by: Person) -> None:
    """Take a published item back: it stays in view as withdrawn, and nobody is asked or reminded any more."""
    with doing("checklist.withdrawn", by=by):
        if not ChecklistItem.objects.filter(pk=item.pk, state=State.PUBLISHED).update(state=State.WITHDRAWN):
            raise ValidationError("Only a published item can be withdrawn.")


def _deadline_that_can_be_kept(due_on: date, due_time: time, opens_at: datetime, now: datetime) -> datetime:
    if due_on > local_day(now) + LONGEST:
        raise ValidationError({"due_on": "The closing date must be within three years"})
    due_at = deadline(due_on, due_time)
    if is_past(due_at, now):
        raise ValidationError({"due_on": "The closing date and time must be in the future"})
    if due_at <= opens_at:
        raise ValidationError({"due_on": "The closing date must be after the opening date"})
    return due_at


def _reason_for_warnings(kind: str, opens_on: date, due_on: date, reason: str) -> None:
    if warnings_about(kind, opens_on, due_on) and not reason.strip():
        raise ValidationError({"reason_for_dates": "Give the reason for these dates, or use the suggested date"})


def _refuse_audience(audience: Audience, seen: str) -> None:
    if not audience.addressed:
        raise ValidationError("These rules reach no organisation; add or change a rule")
    if seen and seen != audience.fingerprint:
        raise ValidationError(
            "The list of organisations has changed since you looked at it. Look at the new list below, then publish."
        )


def _next_reference() -> str:
    """The next free PCL number; two publishers at once wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REFERENCES])
        cursor.execute("SELECT coalesce(max(substring(reference FROM 5)::int), 0) + 1 FROM checklist_checklistitem")
        return f"PCL-{cursor.fetchone()[0]:04}"


def _refuse_a_second_press(person: Person, title: str, due_at: datetime, now: datetime) -> None:
    """Publish pressed twice publishes once. Asked after _next_reference, which makes the second press wait."""
    recent = ChecklistItem.objects.filter(
        issued_by=person, title=title, due_at=due_at, issued_at__gt=now - SECOND_PRESS
    )
    if (first := recent.first()) is not None:
        raise ValidationError(f"You published this a moment ago as {first.reference}. It was not published again.")


def _keep_links(item: ChecklistItem, links: Sequence[dict[str, str]]) -> None:
    for position, link in enumerate(links):
        save_checked(ItemLink(item=item, position=position, **link))


def _freeze(item: ChecklistItem, rules: Sequence[Rule], audience: Audience, now: datetime) -> None:
    rows = rows_of(rules)
    for row in rows:
        row.item = item
        save_checked(row)
    Addressee.objects.bulk_create(
        Addressee(
            item=item,
            organisation=addressed.organisation,
            rule=rows[addressed.rules[0]],
            reason=addressed.reason,
            added_at=now,
        )
        for addressed in audience.addressed
    )
