"""What the page of a list shows: one page of its rows under the periods in which they are due."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Page

from checklist.own import by_period
from checklist.periods import Period, grouped, period_of
from checklist.reading.choice import ORDERS
from checklist.reading.lists import MOST_AT_ONCE, ItemList, OwnList
from checklist.reading.searching import has_marks, marked_code, marks
from mhhs_portal.deadlines import local_day


def page_of(shown: ItemList, *, pressed: str) -> dict[str, Any]:
    """`pressed` is the id of what htmx says was used: the focus goes where its reader looks next."""
    page, choice = shown.page(), shown.choice
    rows = shown.rows(page.object_list)
    if shown.search:
        _mark([row.item for row in rows], choice.q)
    periods = _periods(shown, page, rows) if choice.sort == "due" else [Period("", "", rows)]
    return {
        "list": shown,
        "choice": choice,
        "rows": rows,
        "periods": [period for period in periods if period.rows],
        "page": page,
        "most_at_once": MOST_AT_ONCE,
        "order": ORDERS[choice.sort],
        "focus": "tab" if pressed.startswith("tab-") else "" if pressed == "filters" else "line",
        "now": shown.now,
    }


def _mark(items: list[Any], q: str) -> None:
    for item in items:
        item.shown_title = marks(item.marked_title)
        item.shown_words = marks(item.marked_words) if has_marks(item.marked_words) else ""
        item.shown_reference = marked_code(item.reference, q)
        item.shown_document = marked_code(item.document_number, q) if item.document_number else ""


def _periods(shown: ItemList, page: Page[Any], rows: list[Any]) -> list[Period[Any]]:
    """A period that goes on before or after this page does not say how many items it has."""
    if isinstance(shown, OwnList):
        periods = by_period(rows, shown.now)
    else:
        today = local_day(shown.now)
        periods = grouped(rows, lambda row: _period(row, today))
    for period, goes_on in ((periods[0], page.has_previous()), (periods[-1], page.has_next())) if periods else ():
        if goes_on and period.note.endswith(("item", "items")):
            period.note = ""
    return periods


def _period(row: Any, today: date) -> tuple[str, str]:
    if row.is_over:
        return "Closed", ""
    assert row.item.due_at is not None
    return period_of(local_day(row.item.due_at), today)
