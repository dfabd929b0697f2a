"""Asking those who have not responded once more: exactly those who were on the preview, once.

The preview's fingerprint stands for every organisation, person and wording on it. Sending locks the items, so that no
response can slip in between, looks again, and refuses when the list is another one by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse

from checklist.chasing.asked import Asked, Choice, asked
from checklist.chasing.models import Chase, Chased
from checklist.chasing.wording import filled, refuse_unknown_gaps
from checklist.models import ChecklistItem
from checklist.progress import TRACKED
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import days_left_words, local_day, spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership

#: Within it, the same organisation is chased about the same item only when that is confirmed. Our own number.
PAUSE = timedelta(hours=1)
#: So many items fit into one chase. Our own number.
MOST_ITEMS = 20


class ListChangedError(ValidationError):
    """The list is not the one that was previewed."""


@dataclass(frozen=True)
class Target:
    """One organisation that will be written to: about these items, to these people."""

    rows: list[tuple[ChecklistItem, Asked]]
    people: list[Membership]

    @property
    def first(self) -> Asked:
        return self.rows[0][1]


@dataclass
class Preview:
    items: list[ChecklistItem]
    targets: list[Target] = field(default_factory=list)
    #: Who has not responded and is not written to: the row, its item, and why.
    left_out: list[tuple[Asked, ChecklistItem, str]] = field(default_factory=list)
    #: Of the targets, those whose messages all failed so far: they are tried again.
    failing: list[Asked] = field(default_factory=list)
    #: Names of those who were chased less than an hour ago.
    recent: list[str] = field(default_factory=list)

    @property
    def people(self) -> int:
        return sum(len(target.people) for target in self.targets)

    @property
    def outstanding(self) -> int:
        """Organisations that have not responded, whether they can be written to or not."""
        rows = [row for target in self.targets for _, row in target.rows] + [row for row, _, _ in self.left_out]
        return len({row.organisation for row in rows})

    @property
    def fingerprint(self) -> str:
        said = [
            f"{item.reference}.{item.revision}/{row.organisation}/{','.join(str(m.person_id) for m in target.people)}"
            for target in self.targets
            for item, row in target.rows
        ]
        return sha256("\n".join(sorted(said)).encode()).hexdigest()


def look(items: Sequence[ChecklistItem], choice: Choice, now: datetime, *, without_drafts: bool = False) -> Preview:
    """Who is outstanding at this moment; three queries however many organisations there are."""
    by_id = {item.pk: item for item in items}
    preview = Preview(list(items))
    waiting = [
        row
        for row in asked(now, *items)
        if row.is_outstanding and choice.takes(row) and not (without_drafts and row.state == "drafting")
    ]
    contacts = _contacts({row.organisation for row in waiting}, now)
    targets: dict[int, Target] = {}
    for row in waiting:
        item = _as_read_by(by_id[row.item], row)
        if why := _why_not(item, row, now):
            preview.left_out.append((row, item, why))
        elif people := contacts.get(row.organisation):
            targets.setdefault(row.organisation, Target([], people)).rows.append((item, row))
            if row.failure:
                preview.failing.append(row)
    preview.targets = list(targets.values())
    preview.recent = _recent(by_id, targets, now)
    return preview


def _as_read_by(item: ChecklistItem, row: Asked) -> ChecklistItem:
    """The item with this organisation's own deadline."""
    item = copy(item)
    item.__dict__["own_due_at"] = row.own_due_at or item.due_at
    return item


def _why_not(item: ChecklistItem, row: Asked, now: datetime) -> str:
    if not item.takes_answers(now):
        if not item.has_opened(now):
            return "The item has not opened yet."
        return "The item takes no response from it any more."
    return row.why_not_reached if not row.has_contact else ""


def _contacts(organisations: set[int], now: datetime) -> dict[int, list[Membership]]:
    rows = Membership.objects.current(local_day(now)).filter(role__in=RESPONDERS, organisation__in=organisations)
    found: dict[int, list[Membership]] = {}
    for row in rows.select_related("person", "organisation").order_by("pk"):
        found.setdefault(row.organisation_id, []).append(row)
    return found


def _recent(items: dict[int, ChecklistItem], targets: dict[int, Target], now: datetime) -> list[str]:
    lines = Chased.objects.filter(item__in=items, organisation__in=targets, chase__at__gt=now - PAUSE).order_by()
    pairs = set(lines.values_list("item", "organisation"))
    return [
        target.first.name
        for target in targets.values()
        if any((item.pk, row.organisation) in pairs for item, row in target.rows)
    ]


def chase(
    items: Sequence[ChecklistItem],
    choice: Choice,
    *,
    subject: str,
    text: str,
    seen: str,
    press: UUID,
    acting: Membership,
    now: datetime,
    without_drafts: bool = False,
    again: bool = False,
) -> Chase:
    """Write to everybody on the preview whose fingerprint was `seen`; pressing twice is one chase.

    Raises ListChangedError when the list is another one now, and ValidationError in words for everything else.
    """
    refuse_unknown_gaps(subject, text)
    with doing("checklist.chased", by=acting.person):
        # responses wait for us, since they hold on to their item
        locked = ChecklistItem.objects.select_for_update().filter(pk__in=[item.pk for item in items])
        items = list(locked.order_by("due_at", "reference"))
        if before := Chase.objects.filter(press=press).first():
            return before
        preview = look(items, choice, now, without_drafts=without_drafts)
        _refuse(preview, seen, again)
        made = Chase(
            press=press,
            by=acting.person,
            at=now,
            subject=subject.strip(),
            text=text.strip(),
            people=preview.people,
            fingerprint=preview.fingerprint,
        )
        save_checked(made)
        Chased.objects.bulk_create(
            Chased(chase=made, item=item, organisation_id=row.organisation, state=row.state)
            for target in preview.targets
            for item, row in target.rows
        )
        enqueue_many(message(made, target, person, now) for target in preview.targets for person in target.people)
    return made


def _refuse(preview: Preview, seen: str, again: bool) -> None:
    if seen != preview.fingerprint:
        raise ListChangedError(
            "The list has changed since you looked: somebody has responded, or people or deadlines have changed. "
            "Look at it again and press once more."
        )
    if not preview.targets:
        raise ValidationError("Nobody is left to write to.")
    if preview.recent and not again:
        count = len(preview.recent)
        raise ValidationError(
            {
                "again": f"{count} of these organisations {'was' if count == 1 else 'were'} chased less than an hour "
                "ago. Tick this to write to them again, or wait."
            }
        )


def facts_for(target: Target, person: Membership, now: datetime) -> dict[str, str]:
    """What stands in the gaps for one person."""
    items = [item for item, _ in target.rows]
    soonest = min(item.closes_at for item in items if item.closes_at)
    return {
        "name": person.person.name.split()[0],
        "organisation": target.first.name,
        "item": items[0].title if len(items) == 1 else f"{len(items)} items",
        "reference": ", ".join(item.reference for item in items),
        "deadline": spoken(soonest),
        "left": days_left_words(soonest, now),
    }


def message(made: Chase, target: Target, person: Membership, now: datetime) -> Message:
    """The message to one person, as the preview shows it too."""
    gaps = facts_for(target, person, now)
    items, slug = [item for item, _ in target.rows], target.first.slug
    is_one = len(items) == 1
    page = reverse("checklist:own_item", args=[slug, items[0].reference])
    return draft(
        "checklist-chase",
        to=person.person,
        dedupe_key=f"chase/{made.pk}/{slug}/{person.person_id}",
        for_organisation=person.organisation,
        about=f"checklist/{items[0].reference}" if is_one else f"chase/{made.pk}",
        about_url=page if is_one else reverse("checklist:own_list", args=[slug]),
        headline=filled(made.subject, gaps)[:200],
        text=filled(made.text, gaps),
        facts=[
            [item.reference, f"{item.title}. {TRACKED[row.state]}. Closes at {spoken(item.closes_at)}"]
            for item, row in target.rows
            if item.closes_at
        ],
        action="Open the item" if is_one else "Open your checklist",
        why=f"You receive this because {target.first.name} was asked and has not responded.",
    )
