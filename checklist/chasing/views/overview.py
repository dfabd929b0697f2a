"""All items at once: who has responded to what, and every response as a file."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.chasing.asked import Choice
from checklist.chasing.drawing import drawn_states
from checklist.chasing.matrix import PERIODS, PHASES, ItemChoice, Matrix, options
from checklist.chasing.responses import COLUMNS, Responses
from checklist.models import ItemKind
from checklist.progress import MARKS, MEANINGS, TRACKED
from mhhs_portal.export_streams import MOST_ROWS, streamed
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Constituency, Membership, Role
from mhhs_portal.web import PortalRequest

#: For XLSX and JSON, which are made in memory, a cell weighs what a short row does.
CELLS_A_ROW = 10
FIXED = {
    "kinds": ItemKind.choices,
    "phases": PHASES.items(),
    "periods": PERIODS.items(),
    "constituencies": [pair for pair in Constituency.choices if pair[0]],
    "states": [(state, TRACKED[state], MARKS[state], MEANINGS[state]) for state in TRACKED],
}


@require_safe
@acting_as(Role.OFFICE)
def matrix(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    now = timezone.now()
    pages = request.GET.get("columns", ""), request.GET.get("page", "")
    found = Matrix(ItemChoice.of(request.GET), Choice.of(request.GET), request.GET.get("order", ""), pages, now)
    if request.GET.get("format"):
        file = streamed(request, found.table(), count=found.size // CELLS_A_ROW)
        assert file is not None
        return file
    drawn = drawn_states()
    context = {
        "acting": acting,
        "matrix": found,
        "rows": [(row, zip(found.items, (drawn.get(s, "") for s in row.states), strict=True)) for row in found.rows],
        "totals": [(TRACKED[state], drawn[state], counts) for state, counts in found.totals],
        "kept": found.choice.of_organisations_typed,
        "now": now,
        **FIXED,
        **options(),
    }
    return render(request, "checklist/chasing/matrix.html", context)


@require_safe
@acting_as(Role.OFFICE)
def responses(request: PortalRequest, acting: Membership) -> HttpResponseBase:
    now = timezone.now()
    items = ItemChoice.of({"items": "all", **request.GET.dict()})
    found = Responses(items, Choice.of(request.GET), now)
    count = found.count()
    if file := streamed(request, found.table(), count=count):
        return file
    context = {
        "acting": acting,
        "rows": found.newest(),
        "count": count,
        "most": MOST_ROWS,
        "columns": COLUMNS,
        "items": items,
        "choice": found.choice,
        **FIXED,
        **options(),
    }
    return render(request, "checklist/chasing/responses.html", context)
