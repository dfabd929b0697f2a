"""What an item's page reads, in a fixed number of queries whatever the draft and the versions hold."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404

from checklist.models import (
    Addressee,
    Attachment,
    ChecklistItem,
    Comment,
    DraftComment,
    DraftFile,
    Extension,
    ItemLink,
    ItemRevision,
    Response,
    ResponseDraft,
    ResponseFile,
    SignOffRule,
)
from mhhs_portal.documents.serving import SCAN
from mhhs_portal.organisations.models import Membership, Organisation


def find_item(acting: Membership, reference: str) -> ChecklistItem:
    """The item if it was addressed to the organisation, else 404; with what its page asks of it in one query."""
    us = acting.organisation
    items = (
        ChecklistItem.objects.addressed_to(us)
        .with_answer_of(us)
        .select_related("parent", "milestone", "path", "naming_rule")
    )
    items = items.annotate(
        asked_because=Subquery(Addressee.objects.filter(item=OuterRef("pk"), organisation=us).values("reason")[:1]),
        has_revisions=Exists(ItemRevision.objects.filter(item=OuterRef("pk"))),
        has_sent=Exists(Response.objects.filter(item=OuterRef("pk"), organisation=us)),
        kept_links=ArraySubquery(
            ItemLink.objects.filter(item=OuterRef("pk")).values(json=JSONObject(title="title", url="url", note="note"))
        ),
        needs_sign_off=Exists(SignOffRule.objects.filter(organisation=us, needs_sign_off=True)),
    ).prefetch_related(
        Prefetch("attachments", Attachment.objects.select_related("file", f"file__{SCAN}")),
        Prefetch("extensions", Extension.objects.seen_by(us).select_related("organisation")),
    )
    return get_object_or_404(items, reference=reference)


def find_draft(item: ChecklistItem, acting: Membership) -> ResponseDraft | None:
    """With row_total, kept_files [{pk, title, size}] and writers [{name, at}], all in one query."""
    if not item.has_draft:  # type: ignore[attr-defined]  # with_answer_of() adds it
        return None
    files = DraftFile.objects.filter(draft=OuterRef("pk")).order_by("pk")
    rows = DraftComment.objects.filter(draft=OuterRef("pk")).order_by()
    writers = rows.values("saved_by__name").annotate(last=Max("saved_at"))
    drafts = ResponseDraft.objects.filter(item=item, organisation=acting.organisation)
    found = (
        drafts.select_related("saved_by", "handed_by", "returned_by")
        .annotate(
            row_total=_total(rows, "draft"),
            kept_files=ArraySubquery(files.values(json=JSONObject(pk="pk", title="title", size="file__size"))),
            writers=ArraySubquery(writers.values(json=JSONObject(name="saved_by__name", at="last"))),
        )
        .first()
    )
    if found:
        found.people = _people(found)  # type: ignore[attr-defined]
    return found


def _people(draft: ResponseDraft) -> list[tuple[str, datetime]]:
    """Who wrote in the draft and when last, the latest first."""
    last = {draft.saved_by.name: draft.saved_at}
    for writer in draft.writers:  # type: ignore[attr-defined]
        at = datetime.fromisoformat(writer["at"])
        last[writer["name"]] = max(at, last.get(writer["name"], at))
    return sorted(last.items(), key=lambda pair: pair[1], reverse=True)


def find_rows(draft: ResponseDraft, start: int, count: int) -> list[DraftComment]:
    return list(draft.comments.select_related("saved_by")[start : start + count])


def _total(rows: QuerySet[DraftComment] | QuerySet[Comment] | QuerySet[ResponseFile], by: str) -> Subquery:
    counted = rows.order_by().values(by).annotate(total=Count("pk")).values("total")
    return Subquery(counted, output_field=IntegerField())


def versions_of(item: ChecklistItem, organisation: Organisation) -> QuerySet[Response]:
    """Everything that the organisation ever sent for the item, the latest first; with comment_total and file_total."""
    sent = Response.objects.filter(item=item, organisation=organisation)
    sent = sent.select_related("item", "organisation", "given_by", "signed_off_by")
    return sent.annotate(
        comment_total=_total(Comment.objects.filter(response=OuterRef("pk")), "response"),
        file_total=_total(ResponseFile.objects.filter(response=OuterRef("pk")), "response"),
    ).order_by(F("revision").desc(), F("number").desc())


def find_versions(item: ChecklistItem, acting: Membership) -> list[Response]:
    return list(versions_of(item, acting.organisation)) if item.has_sent else []  # type: ignore[attr-defined]


def files_of(response: Response) -> list[ResponseFile]:
    return list(response.files.select_related("file", f"file__{SCAN}"))
