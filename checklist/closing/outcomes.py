""" "You said, we did": what staff add to an item's outcome, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count

from checklist.closing.models import LogPublication, LogRow, OutcomeDetail, OutcomeTheme
from checklist.closing.models import Outcome as CommentOutcome
from checklist.closing.naming import ENOUGH
from checklist.models import ChecklistItem, Response
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation, Role
from milestones.governance.models import Meeting


def put_outcome_page(
    item: ChecklistItem,
    *,
    themes: Iterable[Mapping[str, Any]],
    seen_version: int,
    acting: Membership,
    now: datetime,
    decision_body: str = "",
    meeting: Meeting | None = None,
    next_item: ChecklistItem | None = None,
) -> OutcomeDetail:
    """Keep what the page says. Readers see it once the outcome is published; later changes show at once."""
    if acting.role != Role.OFFICE:
        raise PermissionDenied
    with doing("checklist.outcome_page_saved", by=acting.person):
        item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
        detail = OutcomeDetail.objects.filter(item=item).first() or OutcomeDetail(item=item)
        if detail.version != seen_version:
            raise ValidationError(
                f"{detail.saved_by} saved this page while you had it open. What you typed is below and not yet saved: "
                "open the page in a second tab to compare, then save again to replace it."
            )
        if next_item and next_item.pk == item.pk:
            raise ValidationError({"next_item": "An item does not lead to itself"})
        detail.decision_body, detail.meeting, detail.next_item = decision_body.strip(), meeting, next_item
        detail.version += 1
        detail.saved_by, detail.saved_at = acting.person, now
        save_checked(detail)
        detail.themes.all().delete()
        OutcomeTheme.objects.bulk_create(
            OutcomeTheme(detail=detail, position=place, **row) for place, row in enumerate(themes, start=1)
        )
    return detail


@dataclass(frozen=True)
class Numbers:
    """From the data, never typed."""

    asked: int
    responses: int
    comments: int
    #: (key of the status table, word, count), adding up to `comments`; empty before the log is published.
    outcomes: list[tuple[str, str, int]]
    #: The item says so: everybody may know who responded.
    is_open: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether an exact number leaves open who of those asked responded; always where everybody may know it."""
        return self.is_open or not self.asked or min(self.responses, self.asked - self.responses) >= ENOUGH

    @property
    def response_words(self) -> str:
        """ "41 of 61", or as near to it as may be said."""
        if self.is_exact:
            return f"{self.responses} of {self.asked}"
        if self.asked < 2 * ENOUGH:
            return f"Not given; {self.asked} asked"
        few = "Fewer than" if self.responses < ENOUGH else "All but fewer than"
        return f"{few} {ENOUGH} of {self.asked}"


class OutcomePage:
    """The page for one reader; `organisation` is theirs, None for everybody."""

    def __init__(self, item: ChecklistItem, organisation: Organisation | None = None) -> None:
        self.item, self.organisation = item, organisation
        details = OutcomeDetail.objects.select_related("meeting__group", "next_item")
        self.detail = details.prefetch_related("themes").filter(item=item).first()
        self.log: LogPublication | None = item.logs.first()

    @property
    def is_published(self) -> bool:
        return bool(self.item.outcome)

    def numbers(self) -> Numbers:
        responses = Response.objects.current().filter(item=self.item)
        found = responses.aggregate(
            organisations=Count("organisation", distinct=True), comments=Count("comments", distinct=True)
        )
        rows = LogRow.objects.filter(publication=self.log).order_by().values_list("outcome").annotate(n=Count("pk"))
        counted = dict(rows) if self.log else {}
        outcomes = [(str(key), str(word), counted[key]) for key, word in CommentOutcome.choices if counted.get(key)]
        comments = self.log.row_count if self.log else found["comments"]
        asked, is_open = self.item.addressees.count(), self.item.shows_responses
        return Numbers(asked, found["organisations"], comments, outcomes, is_open)

    @property
    def next_item(self) -> ChecklistItem | None:
        """Only where the reader may open it."""
        found = self.detail.next_item if self.detail else None
        if found is None or found.is_draft or found.is_withdrawn:
            return None
        if found.may_be_named:
            return found
        is_theirs = self.organisation is not None and found.addressees.filter(organisation=self.organisation).exists()
        return found if is_theirs else None

    def context(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "outcome": self,
            "detail": self.detail,
            "log": self.log,
            "numbers": self.numbers() if self.is_published else None,
            "next_item": self.next_item if self.is_published else None,
            "own": self.organisation,
        }
