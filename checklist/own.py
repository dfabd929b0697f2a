"""The checklist as one organisation has it: each item with its state for them, in the order of what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F

from checklist.models import ChecklistItem
from checklist.periods import Period, grouped, period_of
from checklist.progress import ANSWER_STATES, Answered, Dates, state_for
from checklist.standings import with_standing_of
from mhhs_portal.deadlines import local_day
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Membership, Role

#: A change of what was sent may wait for sign-off: the response stands, and a lead contact has something to do.
AWAITING = ("overdue", "change-waits-for-sign-off", "draft-saved", "due-soon", "new-today", "open")
ANSWERED = (*ANSWER_STATES.values(), "sent-late")
#: The tabs of the list and the states under each; none means all.
TABS: dict[str, tuple[str, ...]] = {
    "awaiting": AWAITING,
    "overdue": ("overdue",),
    "upcoming": ("upcoming",),
    "answered": (*ANSWERED, "change-waits-for-sign-off"),
    "closed": ("closed", "withdrawn"),
    "all": (),
}
_VERBS = {"draft-saved": "Continue", "overdue": "Respond late"}


@dataclass(frozen=True)
class OwnItem:
    """An item and where one organisation stands with it. `item` carries the annotations of with_answer_of()."""

    item: ChecklistItem
    state: str
    #: Somebody who may respond for the organisation is looking, and a response would be taken now.
    can_answer: bool
    #: A lead contact is looking.
    signs: bool = False

    @property
    def is_answered(self) -> bool:
        return self.state in ANSWERED

    @property
    def waits(self) -> bool:
        """For the sign-off of a lead contact."""
        return self.needs_action and self.item.handed_at is not None  # type: ignore[attr-defined]

    @property
    def shown_state(self) -> str:
        return "waits-for-sign-off" if self.state == "draft-saved" and self.waits else self.state

    @property
    def needs_action(self) -> bool:
        return self.state in AWAITING

    @property
    def verb(self) -> str:
        """What the row's link says."""
        if self.waits and self.signs:
            return "Sign off"
        if self.needs_action and self.can_answer:
            return _VERBS.get(self.state, "Respond")
        return "Preview" if self.state == "upcoming" else "View"

    @property
    def quick_no_comments(self) -> bool:
        """A review that nobody has started may be answered from the list: "no comments" is a full response."""
        return self.can_answer and self.needs_action and self.item.is_review and self.state != "draft-saved"


def dates_of(item: ChecklistItem) -> Dates:
    assert item.opens_at is not None
    assert item.closes_at is not None
    assert item.issued_at is not None
    return Dates(
        item.opens_at, item.closes_at, item.issued_at, item.is_withdrawn, item.accepts_late, item.has_been_closed
    )


def own_items(acting: Membership, now: datetime) -> list[OwnItem]:
    """Everything that was ever asked of the organisation, soonest deadline first; one query."""
    us = acting.organisation
    items = ChecklistItem.objects.addressed_to(us).with_answer_of(us).order_by(F("own_due_at"), "reference")
    return [standing(item, acting, now) for item in items]


def standing(item: ChecklistItem, acting: Membership, now: datetime) -> OwnItem:
    answered = Answered(
        answer=item.answer,  # type: ignore[attr-defined]  # with_answer_of() adds these
        is_late=bool(item.answered_late),  # type: ignore[attr-defined]
        has_draft=item.has_draft,  # type: ignore[attr-defined]
        is_handed=item.handed_at is not None,  # type: ignore[attr-defined]
    )
    can_answer = acting.role in RESPONDERS and not answered.answer and item.takes_answers(now)
    return OwnItem(item, state_for(dates_of(item), answered, now), can_answer, signs=acting.role == Role.LEAD)


def counts(acting: Membership, now: datetime) -> dict[str, int]:
    """How many items each tab shows; one query."""
    items = with_standing_of(ChecklistItem.objects.addressed_to(acting.organisation), acting.organisation, now)
    rows = items.order_by().values("standing").annotate(count=Count("pk"))
    return under_tabs(TABS, {row["standing"]: row["count"] for row in rows})


def under_tabs(tabs: dict[str, tuple[str, ...]], by_standing: dict[str, int]) -> dict[str, int]:
    return {key: sum(by_standing.get(s, 0) for s in states or by_standing) for key, states in tabs.items()}


def by_period(items: list[OwnItem], now: datetime) -> list[Period[OwnItem]]:
    """Overdue first, then by the calendar, then what opens later, then what is over, the latest first."""
    today = local_day(now)
    monday = today - timedelta(days=today.weekday())

    def place(own: OwnItem) -> int:
        if own.state in {"closed", "withdrawn"} or (own.is_answered and local_day(dates_of(own.item).due_at) < monday):
            return 3
        return {"overdue": 0, "upcoming": 2}.get(own.state, 1)

    def period(own: OwnItem) -> tuple[str, str]:
        at = place(own)
        if at == 1:
            return period_of(local_day(dates_of(own.item).due_at), today)
        return {0: ("Overdue", ""), 2: ("Opening later", "So that you can plan people"), 3: ("Closed", "")}[at]

    over = sorted((own for own in items if place(own) == 3), key=lambda own: dates_of(own.item).due_at, reverse=True)
    coming = sorted((own for own in items if place(own) < 3), key=lambda own: (place(own), dates_of(own.item).due_at))
    return grouped([*coming, *over], period)
