"""The page on which staff answer the comments on one item: the list on one side, one comment with its reply beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from checklist.closing import dispositions
from checklist.closing.forms import DecideForm, NoteForm
from checklist.closing.models import Disposition, Outcome
from checklist.closing.queue import ORDERS, PER_PAGE, Choice, Queue, Slot, full_rows, queue_of
from checklist.models import ChecklistItem, Comment
from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Membership, Person

#: So many others on the same clause are offered as duplicates.
OFFERED = 10
COLUMNS = [
    Column("number", "No."),
    Column("organisation", "Organisation"),
    Column("response", "Response"),
    Column("received_at", "Received (UK time)"),
    Column("document", "Document"),
    Column("clause", "Clause or page"),
    Column("comment", "Comment"),
    Column("suggested_change", "Suggested change"),
    Column("kind", "Kind"),
    Column("severity", "Severity"),
    Column("is_confidential", "Confidential"),
    Column("state", "State"),
    Column("decision", "Decision"),
    Column("reply", "Reply"),
    Column("public_reply", "Reply in the published log"),
    Column("changed_in", "Change made in"),
    Column("same_as", "Same as no."),
    Column("owner", "Owner"),
]


@dataclass(frozen=True)
class Row:
    """One comment of the list: its place, and everything about it."""

    slot: Slot
    comment: Comment
    #: The number of the comment whose reply it takes.
    same_as: int | None

    @property
    def disposition(self) -> Disposition | None:
        return getattr(self.comment, "disposition", None)

    @property
    def version(self) -> int:
        return self.disposition.version if self.disposition else 0

    @property
    def outcome(self) -> str:
        return str(self.comment.said_outcome)  # type: ignore[attr-defined]  # full_rows() adds both

    @property
    def reply(self) -> str:
        return str(self.comment.said_reply)  # type: ignore[attr-defined]

    @property
    def mark(self) -> str:
        """A key of the status table."""
        if self.slot.state == "drafted":
            return "draft-reply"
        return self.outcome if self.slot.state == "decided" else self.slot.state


class TriagePage:
    def __init__(self, acting: Membership, reference: str, sent: QueryDict, now: datetime, comment: int = 0) -> None:
        self.acting, self.now = acting, now
        self.item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
        self.choice = Choice.of(sent.dict())
        self.asked_page, self.all_chosen = sent.get("page"), sent.get("choose") == "all"
        self.people: list[Person] = dispositions.office_people(now)
        self.said = ""
        self.form: DecideForm | None = None
        self.note_form = NoteForm()
        self.read(comment)

    def read(self, comment: int = 0) -> None:
        """The list as it is now, with this comment beside it."""
        self.queue: Queue = queue_of(self.item, self.choice)
        if comment and comment not in self.queue.numbers:
            raise Http404
        page = Paginator(self.queue.shown, PER_PAGE)
        wanted = self.queue.page_of(comment) if comment and not self.asked_page else self.asked_page
        self.page: Page[Slot] = page.get_page(wanted)
        known = {slot.pk: slot for slot in self.queue.slots}
        chosen = known.get(comment)
        near = self._near(chosen) if chosen else []
        wanted_rows = [*self.page, *near, *([chosen] if chosen else [])]
        rows = self._rows(wanted_rows)
        self.rows = [rows[slot.pk] for slot in self.page]
        self.near = [rows[slot.pk] for slot in near]
        self.selected = rows[chosen.pk] if chosen else None

    def _rows(self, slots: Iterable[Slot]) -> dict[int, Row]:
        known = {slot.pk: slot for slot in slots}
        return {
            comment.pk: Row(known[comment.pk], comment, self.queue.numbers.get(known[comment.pk].original or 0))
            for comment in full_rows(known)
        }

    def _near(self, chosen: Slot) -> list[Slot]:
        """Others on the same clause that nobody has linked yet: perhaps they say the same."""
        if not (chosen.document or chosen.clause) or chosen.original:
            return []
        place = (chosen.document.casefold(), chosen.clause.casefold())
        same = [
            slot
            for slot in self.queue.slots
            if (slot.document.casefold(), slot.clause.casefold()) == place
            and slot.pk != chosen.pk
            and slot.state in {"to-decide", "drafted"}
            and not slot.original
        ]
        return sorted(same, key=lambda slot: slot.number)[:OFFERED]

    @property
    def duplicates(self) -> list[Slot]:
        """Those that take the reply of the comment beside the list."""
        if self.selected is None:
            return []
        return [slot for slot in self.queue.slots if slot.original == self.selected.slot.pk]

    # --- what buttons do ----------------------------------------------------------------------------------------------

    def press(self, button: str, posted: QueryDict) -> bool:
        """Do what a button of the comment beside the list asks; whether it was done."""
        assert self.selected is not None
        comment = self.selected.comment
        if button == "note":
            self.note_form = NoteForm(posted)
            done = self.note_form.run(dispositions.add_note, comment, acting=self.acting, now=self.now)
            self.said = "Note added" if done else ""
            self.note_form = NoteForm() if done else self.note_form
            return done
        self.form = DecideForm(posted, people=self.people, comment=comment)
        if button == "unlink":
            done = self.form.unlink(comment, acting=self.acting, now=self.now)
        else:
            facts = {"is_decided": button != "draft", "acting": self.acting, "now": self.now}
            done = self.form.run(dispositions.decide, comment, **facts)
        words = {"unlink": "The link is taken away", "draft": "Draft of the reply saved"}
        self.said = words.get(button, f"Comment {self.selected.slot.number} decided") if done else ""
        return done

    def context(self) -> dict[str, Any]:
        row = self.selected
        if row and self.form is None:
            self.form = DecideForm(initial=_initial(row), people=self.people, comment=row.comment)
        return {
            "acting": self.acting,
            "item": self.item,
            "queue": self.queue,
            "choice": self.choice,
            "choices": self.queue.choices(),
            "orders": ORDERS.items(),
            "current": self.choice.with_state(self.choice.state),
            "outcomes": Outcome.choices,
            "people": self.people,
            "page": self.page,
            "rows": self.rows,
            "row": row,
            "near": self.near,
            "duplicates": self.duplicates,
            "clash": self._clash(),
            "form": self.form,
            "note_form": self.note_form,
            "notes": row.comment.internal_notes.select_related("written_by") if row else [],
            "next": self.queue.after(row.slot.pk) if row else None,
            "all_chosen": self.all_chosen,
            "log": self.item.logs.first(),
            "said": self.said,
            "now": self.now,
        }

    def _clash(self) -> Disposition | None:
        """What a colleague saved while this page was open, for the eye beside what was typed."""
        is_refused = self.form is not None and self.form.is_bound and self.form.has_clashed
        return self.selected.disposition if is_refused and self.selected else None

    def table(self) -> Table:
        """Exactly what the filters show. Internal notes are not in it."""
        rows = self._rows(self.queue.shown)
        name = f"{self.item.reference.lower()}-comments"
        return Table(name, COLUMNS, [_exported(rows[slot.pk]) for slot in self.queue.shown])


def _initial(row: Row) -> dict[str, Any]:
    found = row.disposition
    if found is None:
        return {"seen_version": 0}
    names = ("outcome", "reply", "public_reply", "changed_in")
    return {name: getattr(found, name) for name in names} | {"owner": found.owner_id, "seen_version": found.version}


def _exported(row: Row) -> dict[str, Any]:
    comment, found = row.comment, row.disposition
    return {
        "number": row.slot.number,
        "organisation": comment.response.organisation.name,
        "response": f"revision {comment.response.revision}, version {comment.response.number}",
        "received_at": comment.response.given_at,
        "document": comment.document,
        "clause": comment.clause,
        "comment": comment.comment,
        "suggested_change": comment.suggested_change,
        "kind": comment.get_kind_display(),
        "severity": comment.get_severity_display().split(":")[0],
        "is_confidential": comment.is_confidential,
        "state": row.slot.state,
        "decision": row.outcome,
        "reply": row.reply,
        "public_reply": found.public_reply if found else "",
        "changed_in": found.changed_in if found else "",
        "same_as": row.same_as,
        "owner": found.owner.name if found and found.owner else "",
    }
