"""The comments that one person of the office owns over all items, and the items that wait for their log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from checklist.closing.models import LogPublication
from checklist.closing.queue import OUTCOME, REPLY, STATE, STATES
from checklist.models import Answer, ChecklistItem, Comment, Response, State
from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Membership

PER_PAGE = 50
ITEMS_PER_PAGE = 20
COLUMNS = [
    Column("item", "Item"),
    Column("title", "Title"),
    Column("closes_at", "Closes (UK time)"),
    Column("organisation", "Organisation"),
    Column("document", "Document"),
    Column("clause", "Clause or page"),
    Column("comment", "Comment"),
    Column("state", "State"),
]


@dataclass(frozen=True)
class ItemRow:
    item: ChecklistItem
    comments: int
    decided: int
    unowned: int

    @property
    def open(self) -> int:
        return self.comments - self.decided


class OwnQueue:
    def __init__(self, acting: Membership, sent: QueryDict, now: datetime) -> None:
        self.acting, self.now = acting, now
        state = sent.get("state", "")
        self.state = state if state in {"to-decide", "drafted", "decided"} else ""
        self.q = sent.get("q", "").replace("\x00", "").strip()[:200]
        self.asked_page, self.asked_items = sent.get("page"), sent.get("items")

    def mine(self) -> QuerySet[Any]:
        """Soonest closing date first."""
        found = Comment.objects.filter(disposition__owner=self.acting.person, response__is_current=True)
        if self.q:
            found = found.filter(
                Q(comment__icontains=self.q)
                | Q(response__item__title__icontains=self.q)
                | Q(response__item__reference__iexact=self.q)
            )
        return found.annotate(state=STATE)

    def shown(self) -> QuerySet[Any]:
        found = self.mine().annotate(said_outcome=OUTCOME, said_reply=REPLY)
        found = found.filter(state=self.state) if self.state else found.exclude(state="decided")
        return found.select_related("response__item", "response__organisation").order_by(
            "response__item__due_at", "response__item__reference", "document", "clause", "pk"
        )

    def counts(self) -> dict[str, int]:
        rows = self.mine().order_by().values_list("state").annotate(total=Count("pk"))
        return {"to-decide": 0, "drafted": 0, "decided": 0} | dict(rows)

    def waiting(self) -> QuerySet[ChecklistItem]:
        """Items with comments and without a published log, the one that closed first on top."""
        # A response whose answer is "comments" has some: it is never sent without.
        comments = Response.objects.current().filter(item=OuterRef("pk"), answer=Answer.COMMENTS)
        logs = LogPublication.objects.filter(item=OuterRef("pk"))
        items = ChecklistItem.objects.filter(~Exists(logs), Exists(comments), state__in=[State.PUBLISHED, State.CLOSED])
        return items.order_by("due_at", "reference")

    def item_rows(self, items: list[ChecklistItem]) -> list[ItemRow]:
        counted = (
            Comment.objects.filter(response__item__in=items, response__is_current=True)
            .order_by()
            .annotate(state=STATE)
            .values_list("response__item")
            .annotate(
                comments=Count("pk"),
                decided=Count("pk", filter=Q(state="decided")),
                unowned=Count("pk", filter=Q(disposition__owner__isnull=True) & ~Q(state="decided")),
            )
        )
        numbers = {item: tuple(rest) for item, *rest in counted}
        return [ItemRow(item, *numbers.get(item.pk, (0, 0, 0))) for item in items]

    def context(self) -> dict[str, Any]:
        counts = self.counts()
        items = Paginator(self.waiting(), ITEMS_PER_PAGE).get_page(self.asked_items)
        return {
            "acting": self.acting,
            "page": Paginator(self.shown(), PER_PAGE).get_page(self.asked_page),
            "counts": counts,
            "tabs": [("", "To do", counts["to-decide"] + counts["drafted"])]
            + [(state, STATES[state], counts[state]) for state in ("to-decide", "drafted", "decided")],
            "state": self.state,
            "q": self.q,
            "items": items,
            "item_rows": self.item_rows(list(items)),
            "now": self.now,
        }

    def table(self) -> Table:
        rows = (
            {
                "item": row.response.item.reference,
                "title": row.response.item.title,
                "closes_at": row.response.item.due_at,
                "organisation": row.response.organisation.name,
                "document": row.document,
                "clause": row.clause,
                "comment": row.comment,
                "state": row.state,  # type: ignore[attr-defined]
            }
            for row in self.shown().iterator(chunk_size=1_000)
        )
        return Table("my-comments", COLUMNS, rows)
