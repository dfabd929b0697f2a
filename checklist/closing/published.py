"""A published log as its readers see it: the version, the part and the order that the address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404

from checklist.closing.models import LogPublication, LogRow, Outcome
from checklist.closing.telling import summary
from checklist.models import ChecklistItem
from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Organisation

PER_PAGE = 100
COLUMNS = [
    Column("number", "No."),
    Column("from", "From"),
    Column("document", "Document"),
    Column("clause", "Clause or page"),
    Column("kind", "Kind"),
    Column("comment", "Comment"),
    Column("suggested_change", "Suggested change"),
    Column("decision", "Decision"),
    Column("reply", "Reply"),
    Column("changed_in", "Change made in"),
    Column("same_as", "Same as no."),
    Column("change", "Against the version before"),
]
_CHANGES = {"new": "New", "changed": "Changed"}


@dataclass(frozen=True)
class Own:
    """One row of the reader's own organisation, with what only they and the Programme read."""

    row: LogRow

    @property
    def text(self) -> str:
        return self.row.comment.comment

    @property
    def suggested_change(self) -> str:
        return self.row.comment.suggested_change

    @property
    def reply(self) -> str:
        return self.row.own_reply or self.row.reply


class PublishedLog:
    """`organisation` is the reader's own, whose rows come first; None for everybody."""

    def __init__(self, item: ChecklistItem, sent: Mapping[str, str], organisation: Organisation | None = None) -> None:
        self.item, self.organisation = item, organisation
        self.versions = list(item.logs.all())
        self.asked_page = sent.get("page")
        self.outcome = sent.get("outcome", "") if sent.get("outcome") in Outcome.values else ""
        self.q = sent.get("q", "").replace("\x00", "").strip()[:200]
        self.by_clause = sent.get("by") == "clause"
        self.log = self._version(sent.get("version", ""))

    def _version(self, asked: str) -> LogPublication | None:
        if not asked or not self.versions:
            return next(iter(self.versions), None)
        found = next((log for log in self.versions if str(log.number) == asked), None)
        if found is None:
            raise Http404
        return found

    def rows(self) -> QuerySet[LogRow]:
        """Only what was published; an organisation's own rows first for its own people."""
        found = LogRow.objects.filter(publication=self.log)
        if self.outcome:
            found = found.filter(outcome=self.outcome)
        if self.q:
            found = found.filter(
                Q(text__icontains=self.q)
                | Q(suggested_change__icontains=self.q)
                | Q(reply__icontains=self.q)
                | Q(document__icontains=self.q)
                | Q(clause__icontains=self.q)
            )
        order = ["document", "clause", "position"] if self.by_clause else ["position"]
        if self.organisation:
            own = Case(
                When(organisation=self.organisation, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
            found = found.annotate(place=own)
            order = ["place", *order]
        return found.order_by(*order)

    @property
    def page(self) -> Page[LogRow]:
        return Paginator(self.rows(), PER_PAGE).get_page(self.asked_page)

    def own(self) -> list[Own]:
        """The reader's own rows, all of them; one query."""
        if self.organisation is None or self.log is None:
            return []
        found = LogRow.objects.filter(publication=self.log, organisation=self.organisation).select_related("comment")
        return [Own(row) for row in found.order_by("position")]

    def counts(self) -> list[tuple[str, str, int]]:
        """Each decision with its number; they add up to the rows. One query."""
        rows = LogRow.objects.filter(publication=self.log).order_by().values_list("outcome").annotate(n=Count("pk"))
        found = dict(rows)
        return [(str(value), str(label), found.get(value, 0)) for value, label in Outcome.choices]

    def query(self, **over: Any) -> str:
        said = {
            "version": self.log.number if self.log and self.log != self.versions[0] else "",
            "outcome": self.outcome,
            "q": self.q,
            "by": "clause" if self.by_clause else "",
        } | over
        return "?" + urlencode({name: value for name, value in said.items() if value})

    def context(self) -> dict[str, Any]:
        if self.log is None:
            return {"item": self.item, "log": None, "view": self}
        own = self.own()
        counts = self.counts()
        return {
            "item": self.item,
            "view": self,
            "log": self.log,
            "versions": self.versions,
            "is_latest": self.log == self.versions[0],
            "page": self.page,
            "counts": [(key, words, count, self.query(outcome=key)) for key, words, count in counts if count],
            "own": own,
            "own_summary": summary(one.row for one in own),
        }

    def table(self) -> Table:
        """What the page shows to everybody; nobody's own confidential text is in a file."""
        name = f"{self.item.reference.lower()}-comments-log"
        rows = (
            {
                "number": row.number,
                "from": row.who,
                "document": row.document,
                "clause": row.clause,
                "kind": row.kind,
                "comment": row.text,
                "suggested_change": row.suggested_change,
                "decision": row.get_outcome_display(),
                "reply": row.reply,
                "changed_in": row.changed_in,
                "same_as": row.same_as,
                "change": _CHANGES.get(row.change, ""),
            }
            for row in self.rows().iterator(chunk_size=1_000)
        )
        return Table(f"{name}-v{self.log.number}" if self.log else name, COLUMNS, rows)
