"""The comments log as a workbook: downloaded with what is drafted, uploaded, looked at, and put into the draft."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from checklist import comment_uploads
from checklist.comment_forms import UploadForm
from checklist.comment_sheets import COLUMNS
from checklist.models import ChecklistItem, CommentsUpload
from checklist.views.posted import sent
from mhhs_portal.documents.serving import make_safe
from mhhs_portal.exports import FORMATS
from mhhs_portal.organisations.access import RESPONDERS, acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest

#: Rows that the page shows; the rest is counted.
SHOWN = 200


def _item(acting: Membership, reference: str) -> ChecklistItem:
    items = ChecklistItem.objects.addressed_to(acting.organisation).with_deadline_of(acting.organisation)
    return get_object_or_404(items, reference=reference)


@require_safe
@acting_as(*RESPONDERS)
def comments_template(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item = _item(acting, reference)
    response = HttpResponse(comment_uploads.template(item, acting.organisation), content_type=FORMATS["xlsx"])
    name = f"{item.reference}-comments-{acting.organisation.slug}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    make_safe(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*RESPONDERS)
def upload_comments(request: PortalRequest, acting: Membership, reference: str) -> HttpResponse:
    item, now = _item(acting, reference), timezone.now()
    form = UploadForm(sent(request), request.FILES)
    if request.method == "POST" and form.run(comment_uploads.upload, item, acting=acting, now=now):
        address = {"org": acting.organisation.slug, "reference": reference, "comments_log": form.result.pk}
        return redirect("checklist:uploaded_comments", **address)
    ours = CommentsUpload.objects.filter(item=item, organisation=acting.organisation)
    context = {
        "acting": acting,
        "item": item,
        "form": form,
        "uploads": ours.select_related("file", "uploaded_by")[:10],
        "columns": [heading for heading, _ in COLUMNS.values()],
        "takes_answers": item.takes_answers(now),
    }
    return render(request, "checklist/upload_comments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*RESPONDERS)
def uploaded_comments(request: PortalRequest, acting: Membership, reference: str, comments_log: int) -> HttpResponse:
    """What is in the file, row by row, and what to do with it."""
    ours = CommentsUpload.objects.select_related("item", "organisation", "file", "uploaded_by")
    found = get_object_or_404(ours, item=_item(acting, reference), organisation=acting.organisation, pk=comments_log)
    refusal = ""
    if request.method == "POST" and request.POST.get("do") in ("add", "replace"):
        try:
            replace = request.POST["do"] == "replace"
            added, gone = comment_uploads.take(found, replace=replace, acting=acting, now=timezone.now())
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        else:
            messages.success(request, _done(added, gone))
            return redirect("checklist:own_item", org=acting.organisation.slug, reference=reference)
    look = comment_uploads.look(found)
    context = {
        "acting": acting,
        "item": found.item,
        "upload": found,
        "look": look,
        "new": look.new[:SHOWN],
        "bad": look.bad[:SHOWN],
        "shown": SHOWN,
        "refusal": refusal,
    }
    return render(request, "checklist/uploaded_comments.html", context)


def _done(added: int, gone: int) -> str:
    words = f"{added} comment{'s' * (added != 1)} added to the draft"
    return f"{words}{f', {gone} replaced' if gone else ''}. Nothing has been sent."
