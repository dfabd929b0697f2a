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

from checklist.audiences import Apart, Audience, Rule, resolve
from checklist.drafting import locked_draft, next_reference, put_parts
from checklist.models import OPENING_TIME, Addressee, ChecklistItem, ItemKind, State
from checklist.models.life import after
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
#: The plan ends in 2027; a deadline further away than this is a slip of the hand.
LONGEST = timedelta(days=3 * 366)
#: The same person, title and deadline within this time is the same publication.
SECOND_PRESS = timedelta(minutes=1)


@dataclass(frozen=True)
class Warning:
    text: str
    #: The date that would remove the warning, for a "Use 4 June" button.
    use: date | None = None
    #: Whether keeping the date needs a reason.
    needs_reason: bool = True


def preview(rules: Sequence[Rule], today: date, apart: Sequence[Apart] = ()) -> Audience:
    """Whom the rules would reach if the item were published now."""
    return resolve([rule for rule in rules if not rule.is_empty], today, apart)


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
    return found + christmas_gap(opens_on, due_on)


def christmas_gap(opens_on: date, due_on: date) -> list[Warning]:
    """A period that runs into 24 December to 1 January, when few people are at work. Our own span; it asks nothing."""
    for year in range(opens_on.year - 1, due_on.year + 1):
        eve, new_year = date(year, 12, 24), date(year + 1, 1, 1)
        if opens_on > new_year or due_on < eve:
            continue
        after = add_working_days(new_year, 5)
        first = f"{day_words(eve)} to {day_words(new_year)}"
        if due_on <= new_year:
            return [Warning(f"It closes in the Christmas gap, {first}. Many people are away.", after, False)]
        return [Warning(f"The period runs over the Christmas gap, {first}. Many people are away.", None, False)]
    return []


def publish(
    *,
    acting: Membership,
    now: datetime,
    rules: Sequence[Rule],
    due_on: date,
    due_time: time = CLOSE_OF_PLAY,
    opens_on: date | None = None,
    opens_time: time = OPENING_TIME,
    questions_on: date | None = None,
    questions_time: time = CLOSE_OF_PLAY,
    reason_for_dates: str = "",
    links: Sequence[dict[str, str]] = (),
    apart: Sequence[Apart] = (),
    draft: ChecklistItem | None = None,
    seen_edit: int = 0,
    seen_audience: str = "",
    **facts: Any,
) -> ChecklistItem:
    """Publish a new item, or a draft, to everybody whom the rules reach now. `facts` are the item's own fields.

    With an opening in the future the item is scheduled: it opens at that instant without anything having to run.
    `seen_audience` is the fingerprint of the list that the publisher looked at; when the list has changed since,
    nothing is published. Raises ValidationError in words; then nothing at all is written.
    """
    today = local_day(now)
    opens_at = _opening(opens_on, opens_time, now)
    due_at = _deadline_that_can_be_kept(due_on, due_time, opens_at, now)
    _reason_for_warnings(facts["kind"], local_day(opens_at), due_on, reason_for_dates)
    with doing("checklist.published", by=acting.person):
        audience = resolve(rules, today, apart)
        _refuse_audience(audience, seen_audience)
        reference = next_reference()
        _refuse_a_second_press(acting.person, facts["title"], due_at, now)
        item = locked_draft(draft, seen_edit) if draft else ChecklistItem(reference=reference)
        dates = {
            "opens_on": opens_on,
            "opens_time": opens_time,
            "opens_at": opens_at,
            "questions_on": questions_on,
            "questions_time": questions_time,
            "questions_at": deadline(questions_on, questions_time) if questions_on else None,
            "due_on": due_on,
            "due_time": due_time,
            "due_at": due_at,
            "reason_for_dates": reason_for_dates.strip(),
        }
        for name, value in (facts | dates).items():
            setattr(item, name, value)
        _refuse_empty_rules(rules)
        if draft:  # its rules and links change while it is still a draft
            item.save()
            put_parts(item, rules, links, apart, acting, now)
        item.state = after("publish", State.DRAFT)
        item.issued_at, item.issued_by = now, acting.person
        save_checked(item)
        if not draft:
            put_parts(item, rules, links, apart, acting, now)
        _freeze(item, audience, now)
    return item


def _opening(opens_on: date | None, opens_time: time, now: datetime) -> datetime:
    """The instant at which it opens; at once when no day is given or the day is past."""
    if opens_on is None:
        return now
    return max(deadline(opens_on, opens_time), now)


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
    if any(warning.needs_reason for warning in warnings_about(kind, opens_on, due_on)) and not reason.strip():
        raise ValidationError({"reason_for_dates": "Give the reason for these dates, or use the suggested date"})


def _refuse_empty_rules(rules: Sequence[Rule]) -> None:
    for position, rule in enumerate(rules, start=1):
        if rule.is_empty:
            raise ValidationError(f"Rule {position} is empty: choose something or remove the rule")


def _refuse_audience(audience: Audience, seen: str) -> None:
    if not audience.addressed:
        raise ValidationError("These rules reach no organisation; add or change a rule")
    if seen and seen != audience.fingerprint:
        raise ValidationError(
            "The list of organisations has changed since you looked at it. Look at the new list below, then publish."
        )


def _refuse_a_second_press(person: Person, title: str, due_at: datetime, now: datetime) -> None:
    """Publish pressed twice publishes once. Asked after _next_reference, which makes the second press wait."""
    recent = ChecklistItem.objects.filter(
        issued_by=person, title=title, due_at=due_at, issued_at__gt=now - SECOND_PRESS
    )
    if (first := recent.first()) is not None:
        raise ValidationError(f"You published this a moment ago as {first.reference}. It was not published again.")


def _freeze(item: ChecklistItem, audience: Audience, now: datetime) -> None:
    rows = {row.position: row for row in item.rules.all()}
    Addressee.objects.bulk_create(
        Addressee(
            item=item,
            organisation=addressed.organisation,
            rule=rows[addressed.rules[0]] if addressed.rules else None,
            reason=addressed.reason,
            added_at=now,
        )
        for addressed in audience.addressed
    )
