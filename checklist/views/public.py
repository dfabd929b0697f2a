"""The Participant Checklist for everybody."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.models import Attachment, ChecklistItem, Extension
from checklist.own import dates_of
from checklist.progress import phase
from mhhs_portal.documents.serving import SCAN
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest


@require_safe
@public("the Programme publishes its requests for review")
def item_detail(request: PortalRequest, reference: str) -> HttpResponse:
    now = timezone.now()
    items = ChecklistItem.objects.public().select_related("parent", "milestone", "path")
    items = items.prefetch_related(
        "links",
        Prefetch("attachments", Attachment.objects.select_related("file", f"file__{SCAN}")),
        Prefetch("extensions", Extension.objects.seen_by(None)),
    )
    item = get_object_or_404(items, reference=reference)
    context = {"item": item, "phase": phase(dates_of(item), now), "now": now}
    return render(request, "checklist/public_item.html", context)
