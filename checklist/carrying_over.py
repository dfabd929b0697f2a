"""What an organisation answered to an earlier wording, taken into the draft for the new one."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from checklist.models import Answer, ChecklistItem, DraftFile, Response, ResponseDraft
from checklist.responding import locked_for
from checklist.response_drafting import TypedAnswer, add_rows, row_of, save_typed
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation


def previous(item: ChecklistItem, organisation: Organisation) -> Response | None:
    """The latest response to a wording that is no longer in force."""
    sent = Response.objects.current().filter(item=item, organisation=organisation, revision__lt=item.revision)
    return sent.select_related("item", "organisation", "given_by").order_by("-revision").first()


def carry_over(item: ChecklistItem, *, acting: Membership, now: datetime) -> ResponseDraft:
    """Put the earlier answer, its comments and its files into the draft; what is drafted already stays.

    Raises ValidationError in words if there is nothing to carry over or this wording has been answered.
    """
    us = acting.organisation
    with doing("checklist.carried_over", by=acting.person):
        item = locked_for(item, us)
        before = previous(item, us)
        if before is None:
            raise ValidationError("Your organisation has not responded to an earlier wording of this item.")
        if Response.objects.current().filter(item=item, organisation=us, revision=item.revision).exists():
            raise ValidationError("Your organisation has already responded to the new wording.")
        draft = ResponseDraft.objects.filter(item=item, organisation=us).first()
        there = {row_of(comment) for comment in draft.comments.all()} if draft else set()
        rows = [row for comment in before.comments.all() if (row := row_of(comment)) not in there]
        draft = add_rows(item, rows, acting=acting, now=now)
        draft.refresh_from_db()
        if not draft.answer or (not rows and not there and before.answer != Answer.COMMENTS):
            typed = TypedAnswer(before.answer, before.reason, draft.answer_version)
            save_typed(item, acting=acting, now=now, answer=typed, seen_draft=draft.version)
        titles = set(draft.files.values_list("title", flat=True))
        DraftFile.objects.bulk_create(
            DraftFile(draft=draft, title=each.title, file_id=each.file_id, added_by=acting.person, added_at=now)
            for each in ([] if before.is_on_behalf else before.files.all())  # evidence stays with what it proves
            if each.title not in titles
        )
        draft.refresh_from_db()
    return draft
