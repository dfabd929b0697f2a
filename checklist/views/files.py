"""The files of an item: for everybody where the item is public, else for those asked and for the office."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from checklist.attachments import served
from checklist.models import Attachment, ChecklistItem
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as, public
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

FILES = Attachment.objects.select_related("file__scan")


@require_safe
@public("files of items that everybody may read")
def public_file(request: PortalRequest, reference: str, file: int) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.public(), reference=reference)
    return served(get_object_or_404(FILES.all(), item=item, pk=file), from_others=True)


@require_safe
@acting_as(*PARTICIPANTS)
def own_file(request: PortalRequest, acting: Membership, reference: str, file: int) -> HttpResponse:
    item = get_object_or_404(ChecklistItem.objects.addressed_to(acting.organisation), reference=reference)
    return served(get_object_or_404(FILES.all(), item=item, pk=file), from_others=True)


@require_safe
@acting_as(Role.OFFICE)
def office_file(request: PortalRequest, acting: Membership, reference: str, file: int) -> HttpResponse:
    return served(get_object_or_404(FILES.all(), item__reference=reference, pk=file), from_others=False)
