"""A list as a file: every row that the filters leave, on all its pages, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from checklist.models import ChecklistItem
from checklist.own import dates_of
from checklist.reading.lists import ItemList, OfficeList, OwnList
from mhhs_portal.calendars.sources import address
from mhhs_portal.exports import Column, Table
from mhhs_portal.icons import STATUSES

_COLUMNS = {
    "reference": "Reference",
    "title": "Title",
    "type": "Type",
    "state": "State",
    "workstream": "Workstream",
    "group": "Group that decides",
    "document_number": "Document number",
    "document_version": "Version",
    "summary": "What is asked",
    "issued_at": "Issued",
    "opens_at": "Opens",
    "due_at": "Due",
    "milestone": "Milestone",
    "path": "Critical path",
    "revision": "Revision",
    "is_mandatory": "Mandatory",
    "legal_basis": "Legal basis",
    "decision": "Decision",
    "is_sample": "Sample",
    "address": "Address",
}
_OWN = {"answered_at": "Answered"}
_OFFICE = {
    "is_public": "Public",
    "asked": "Asked",
    "sent_in_time": "Sent in time",
    "sent_late": "Sent late",
    "not_sent": "Not sent",
}


def table(shown: ItemList) -> Table:
    more = _OWN if isinstance(shown, OwnList) else _OFFICE if isinstance(shown, OfficeList) else {}
    columns = [Column(key, label) for key, label in (_COLUMNS | more).items()]
    return Table("checklist", columns, _rows(shown))


def _rows(shown: ItemList) -> Iterator[dict[str, Any]]:
    items = shown.detailed(shown.chosen).select_related("milestone", "path")
    for row in shown.rows(items):
        yield _about(shown, row.item) | _counts(row)


def _about(shown: ItemList, item: ChecklistItem) -> dict[str, Any]:
    standing = item.standing  # type: ignore[attr-defined]  # the list adds it
    return {
        "reference": item.reference,
        "title": item.title,
        "type": item.get_kind_display(),
        "state": "Outcome published" if standing == "outcome" else STATUSES[standing].word,
        "workstream": item.workstream,
        "group": item.governance_group or None,
        "document_number": item.document_number or None,
        "document_version": item.document_version or None,
        "summary": item.summary,
        "issued_at": item.issued_at,
        "opens_at": item.opens_at,
        "due_at": dates_of(item).due_at,
        "milestone": item.milestone.code if item.milestone else None,
        "path": item.path.code if item.path else None,
        "revision": item.revision,
        "is_mandatory": item.is_mandatory,
        "legal_basis": item.legal_basis or None,
        "decision": item.outcome_decision or None,
        "is_sample": item.is_sample,
        "address": address(item_path(shown, item)),
        "answered_at": getattr(item, "answered_at", None),
        "is_public": item.is_public,
    }


def _counts(row: Any) -> dict[str, int]:
    if not hasattr(row, "asked"):
        return {}
    return {"asked": row.asked, "sent_in_time": row.in_time, "sent_late": row.late, "not_sent": row.outstanding}


def item_path(shown: ItemList, item: ChecklistItem) -> str:
    """The page of the item for whoever reads the list."""
    if shown.acting is None:
        return reverse("checklist:item", args=[item.reference])
    name = "checklist:office_item" if isinstance(shown, OfficeList) else "checklist:own_item"
    return reverse(name, args=[shown.acting.organisation.slug, item.reference])


def list_path(shown: ItemList) -> str:
    """The page of the list itself."""
    if shown.acting is None:
        return reverse("checklist:list")
    name = "checklist:office_list" if isinstance(shown, OfficeList) else "checklist:own_list"
    return reverse(name, args=[shown.acting.organisation.slug])
