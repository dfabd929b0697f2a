"""An organisation may want a lead contact to approve what it sends; anybody may ask for that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from checklist.models import Answer, ChecklistItem, ResponseDraft, SignOffRule
from checklist.responding import locked_for, refuse_when_closed
from checklist.sending import sendable_rows, the_draft
from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day, spoken
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft as message
from mhhs_portal.notifications.outbox import enqueue_many
from mhhs_portal.organisations.models import Membership, Organisation, Person, Role


def set_rule(needs_sign_off: bool, *, acting: Membership, now: datetime) -> SignOffRule:
    with doing("checklist.sign_off_rule_set", by=acting.person):
        if acting.role != Role.LEAD:
            raise ValidationError("A lead contact decides this.")
        rule = SignOffRule.objects.filter(organisation=acting.organisation).first()
        rule = rule or SignOffRule(organisation=acting.organisation)
        rule.needs_sign_off, rule.set_by, rule.set_at = needs_sign_off, acting.person, now
        save_checked(rule)
    return rule


def rule_of(organisation: Organisation) -> SignOffRule | None:
    return SignOffRule.objects.filter(organisation=organisation).select_related("set_by").first()


def hand_over(item: ChecklistItem, *, acting: Membership, now: datetime) -> ResponseDraft:
    """Give the draft to the lead contacts, each of whom gets a message; what could not be sent is refused here."""
    with doing("checklist.handed_for_sign_off", by=acting.person):
        item = locked_for(item, acting.organisation)
        refuse_when_closed(item, now)
        draft = the_draft(item, acting)
        if draft is None or not draft.answer:
            raise ValidationError("Choose how you respond")
        if draft.answer == Answer.NOT_APPLICABLE and not draft.reason.strip():
            raise ValidationError("Say why this item does not apply to you")
        if draft.answer == Answer.COMMENTS and not sendable_rows(draft):
            raise ValidationError("Add at least one comment, or choose “Reviewed, no comments”")
        leads = _leads(acting.organisation, now)
        if not leads:
            raise ValidationError("Your organisation has no lead contact at this moment. Ask the Programme for help.")
        draft.handed_by, draft.handed_at = acting.person, now
        draft.returned_by, draft.returned_at, draft.returned_words = None, None, ""
        draft.version += 1
        save_checked(draft)
        enqueue_many(_ask(item, draft, lead, acting.organisation) for lead in leads if lead != acting.person)
    return draft


def hand_back(item: ChecklistItem, words: str, *, acting: Membership, now: datetime) -> ResponseDraft:
    """A lead contact wants something changed first; whoever handed it over is told what."""
    with doing("checklist.handed_back", by=acting.person):
        if acting.role != Role.LEAD:
            raise ValidationError("Only a lead contact hands a response back.")
        item = locked_for(item, acting.organisation)
        draft = the_draft(item, acting)
        if draft is None or draft.handed_by is None:
            raise ValidationError("Nothing waits for your sign-off here any more.")
        if not words.strip():
            raise ValidationError("Say what has to be changed")
        author, draft.handed_by, draft.handed_at = draft.handed_by, None, None
        draft.returned_by, draft.returned_at, draft.returned_words = acting.person, now, words.strip()
        draft.version += 1
        save_checked(draft)
        if author != acting.person:
            enqueue_many([_tell(item, draft, author, acting)])
    return draft


def _leads(organisation: Organisation, now: datetime) -> list[Person]:
    leads = Membership.objects.current(local_day(now)).filter(organisation=organisation, role=Role.LEAD)
    return [membership.person for membership in leads.select_related("person").order_by("pk")]


def _ask(item: ChecklistItem, draft: ResponseDraft, lead: Person, organisation: Organisation) -> Message:
    assert draft.handed_by is not None
    assert item.closes_at is not None
    return message(
        "notice",
        to=lead,
        dedupe_key=f"checklist/{item.reference}/{organisation.slug}/sign-off/{draft.pk}.{draft.version}/{lead.pk}",
        **_about(item, organisation),
        headline=f"Waits for your sign-off: {item.title}",
        lead=f"{draft.handed_by.name} has prepared a response for {organisation.name} and asks you to sign it off. "
        "You can send it in one step, or hand it back.",
        facts=[
            ["Item", f"{item.reference}, {item.title}"],
            ["Responses close", spoken(item.closes_at)],
            ["Answer", draft.get_answer_display()],
        ],
        action="Look at the response",
        why=f"You receive this because you are a lead contact of {organisation.name}.",
    )


def _tell(item: ChecklistItem, draft: ResponseDraft, author: Person, acting: Membership) -> Message:
    organisation = acting.organisation
    return message(
        "notice",
        to=author,
        dedupe_key=f"checklist/{item.reference}/{organisation.slug}/handed-back/{draft.pk}.{draft.version}/{author.pk}",
        **_about(item, organisation),
        headline=f"Handed back to you: {item.title}",
        lead=f"{acting.person.name} wants something changed before the response is sent: {draft.returned_words}",
        facts=[["Item", f"{item.reference}, {item.title}"]],
        action="Open the draft",
        why="You receive this because you handed this response over for sign-off.",
    )


def _about(item: ChecklistItem, organisation: Organisation) -> dict[str, Any]:
    return {
        "for_organisation": organisation,
        "about": f"checklist/{item.reference}",
        "about_url": reverse("checklist:own_item", args=[organisation.slug, item.reference]),
    }
