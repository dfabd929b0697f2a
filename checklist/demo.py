"""Loads the invented items of a sample portal from data/samples.toml, with dates around the day of loading.

They are made by the same verbs that people use. An item that is there already is left alone, on whatever day the
samples are loaded again.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from checklist.audiences import Rule
from checklist.models import ChecklistItem
from checklist.publishing import publish
from checklist.responding import CommentRow, respond
from checklist.response_drafting import TypedAnswer, TypedRow, save_typed
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.loading import read_toml
from mhhs_portal.organisations.models import Membership, Organisation, Role

SAMPLES = Path(__file__).parent / "data" / "samples.toml"
FACTS = ("kind", "title", "summary", "workstream")
OPTIONAL = ("body", "governance_group", "document_number", "document_version", "contact")
MORNING = time(9, 30)


def load(today: date) -> list[str]:
    rows = read_toml(SAMPLES)["item"]
    known = set(ChecklistItem.objects.filter(is_sample=True).values_list("title", flat=True))
    new = [row for row in rows if row["title"] not in known]
    for row in new:
        _load(row, today)
    return [f"Sample checklist items: {len(new)} new, {len(rows) - len(new)} there already"]


def _load(row: dict[str, Any], today: date) -> None:
    item = _publish(row, today)
    for draft in row.get("drafts", []):
        save_typed(
            item,
            acting=_acting(draft["organisation"], Role.CONTRIBUTOR),
            answer=TypedAnswer(draft.get("answer", ""), "", 0),
            rows=[TypedRow(str(number), row, 0) for number, row in enumerate(_comments(draft), start=1)],
            now=_moment(row["issued"] + 1, today),
        )
    for answer in row.get("answers", []):
        respond(
            item,
            acting=_acting(answer["organisation"], Role.LEAD),
            answer=answer["answer"],
            reason=answer.get("reason", ""),
            comments=_comments(answer),
            seen_revision=item.revision,
            now=_moment(answer["day"], today),
        )


def _publish(row: dict[str, Any], today: date) -> ChecklistItem:
    opens = row.get("opens")
    return publish(
        acting=_acting("programme", Role.OFFICE),
        now=_moment(row["issued"], today),
        rules=[Rule(**rule) for rule in row["rules"]],
        due_on=add_working_days(today, row["due"]),
        opens_on=add_working_days(today, opens) if opens is not None else None,
        reason_for_dates="Sample",
        accepts_late=row.get("accepts_late", True),
        is_public=row.get("is_public", False),
        is_sample=True,
        **{name: row[name] for name in FACTS},
        **{name: row.get(name, "") for name in OPTIONAL},
    )


def _comments(row: dict[str, Any]) -> list[CommentRow]:
    return [CommentRow(**comment) for comment in row.get("comments", [])]


def _moment(days: int, today: date) -> datetime:
    """The morning of the day that is so many working days from today."""
    return deadline(add_working_days(today, days), MORNING)


def _acting(slug: str, role: Role) -> Membership:
    """Somebody of the sample organisation with the role, else its lead."""
    members = Membership.objects.filter(organisation=Organisation.objects.get(slug=slug), person__is_sample=True)
    found = members.filter(role=role).first() or members.filter(role=Role.LEAD).first()
    if found is None:
        raise LookupError(f"No sample person at {slug}; load the organisations first")
    return found
