"""One item for the Programme office: who has responded, who has opened it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist import joining
from checklist.chasing.asked import AskedList, Choice, asked
from checklist.chasing.drawing import drawn_states
from checklist.chasing.log import apart_of, chases_of, with_log
from checklist.chasing.tables import asked_table, views_table
from checklist.models import ChecklistItem
from checklist.models.responses import receipt_part
from checklist.own import dates_of
from checklist.progress import phase
from checklist.steps import possible
from mhhs_portal.export_streams import streamed
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest, page_or_part

PER_PAGE = 25


@require_safe
@acting_as(Role.OFFICE)
def office_item(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    now = timezone.now()
    item = get_object_or_404(with_log(ChecklistItem.objects.for_staff()), reference=reference)
    who = AskedList(asked(now, item), Choice.of(request.GET))
    if file := file_of(request, asked_table(item, who.shown)):
        return file
    page = Paginator(who.shown, PER_PAGE).get_page(request.GET.get("page"))
    drawn = drawn_states()
    known = [row.organisation for row in who.rows] + [row["organisation"] for row in apart_of(item)]
    context = {
        "acting": acting,
        "item": item,
        "phase": phase(dates_of(item), now),
        "who": who,
        "chases": chases_of(item),
        "choice": who.choice,
        "page": page,
        "rows": [(row, drawn[row.state], row.number and receipt_part(item.revision, row.number)) for row in page],
        "now": now,
        "newcomers": joining.newcomers(item, known, now),
        **possible(item, phase(dates_of(item), now)),
    }
    return page_or_part(request, "checklist/office_item.html", "rows", context)


@require_safe
@acting_as(Role.OFFICE)
def views(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse | StreamingHttpResponse:
    """Who has read an item that is not public, day by day, and who was the first to open any item."""
    item = get_object_or_404(ChecklistItem.objects.issued(), reference=reference)
    seen = item.views if not item.is_public else item.openings
    rows = seen.select_related("organisation", "person").order_by("-pk")
    pages = Paginator(rows, PER_PAGE)
    if file := streamed(request, views_table(item, rows.iterator()), count=pages.count):
        return file
    page = pages.get_page(request.GET.get("page"))
    return render(request, "checklist/chasing/views.html", {"acting": acting, "item": item, "page": page})
