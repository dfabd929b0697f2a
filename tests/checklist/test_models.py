"""What the database refuses by whatever route."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from checklist.models import Addressee, AudienceRule, ChecklistItem, Comment, Extension, Response
from checklist.steps import extend, withdraw
from mhhs_portal.deadlines import deadline
from mhhs_portal.history.panel import verbs_on
from tests import make

pytestmark = pytest.mark.django_db


def refused(act, *args, **kwargs) -> str:
    with pytest.raises((DatabaseError, IntegrityError)) as refusal, transaction.atomic():
        act(*args, **kwargs)
    return str(refusal.value)


@pytest.mark.parametrize("field", ["due_at", "due_on", "due_time"])
def test_the_deadline_of_an_issued_item_cannot_be_rewritten(org, field):
    item = make.item(for_=org)
    later = {"due_at": item.due_at + timedelta(days=1), "due_on": item.due_on + timedelta(days=1), "due_time": "09:00"}

    words = refused(ChecklistItem.objects.filter(pk=item.pk).update, **{field: later[field]})

    assert "moves only by an extension" in words


@pytest.mark.parametrize("change", [{"issued_at": timezone.now()}, {"opens_at": timezone.now()}, {"state": "draft"}])
def test_the_issue_of_an_item_is_never_rewritten(org, change):
    item = make.item(for_=org)

    refused(ChecklistItem.objects.filter(pk=item.pk).update, **change)


def test_a_draft_may_still_move(db):
    item = make.item(state="draft")

    ChecklistItem.objects.filter(pk=item.pk).update(due_at=item.due_at + timedelta(days=1))


def test_an_extension_moves_the_deadline_and_keeps_the_old_one(org):
    item, office, now = make.item(for_=org), make.office(), timezone.now()
    old, due_on = item.due_at, item.due_on + timedelta(days=7)

    extend(item, due_on=due_on, reason="The document came late", by=office.person, now=now)

    item.refresh_from_db()
    assert (item.due_on, item.due_at) == (due_on, deadline(due_on))
    assert Extension.objects.get().old_due_at == old
    assert verbs_on(item)[-1] == "checklist.extended"


@pytest.mark.parametrize(("days", "reason", "words"), [(-7, "Because", "later"), (7, " ", "Say why")])
def test_an_extension_is_later_and_says_why(org, days, reason, words):
    item, office = make.item(for_=org), make.office()

    with pytest.raises(ValidationError, match=words):
        extend(item, due_on=item.due_on + timedelta(days=days), reason=reason, by=office.person, now=timezone.now())

    assert not Extension.objects.exists()


def test_issued_items_and_their_list_are_kept(org):
    item = make.item(for_=org)

    refused(Addressee.objects.all().delete)
    refused(Addressee.objects.update, reason="Another")
    refused(ChecklistItem.objects.filter(pk=item.pk)._raw_delete, "default")
    with pytest.raises(IntegrityError), transaction.atomic():
        Addressee.objects.create(item=item, organisation=org, reason="Twice")


def test_responses_and_comments_are_never_edited_or_deleted(org):
    response = make.response(make.item(for_=org), org, answer="comments")
    Comment.objects.create(response=response, number=1, comment="As it was sent")

    refused(Response.objects.update, answer="no-comments")
    refused(Response.objects.filter(pk=response.pk)._raw_delete, "default")
    refused(Comment.objects.update, comment="Something else")
    refused(Comment.objects.all().delete)
    assert Comment.objects.get().comment == "As it was sent"


def test_one_organisation_gives_one_response_to_a_revision(org):
    item = make.item(for_=org)
    make.response(item, org)

    assert "response_once_per_version" in refused(make.response, item, org)
    make.response(item, org, revision=2)


def test_does_not_apply_needs_a_reason_in_the_database_too(org):
    assert "response_says_why" in refused(make.response, make.item(for_=org), org, answer="not-applicable")


def test_a_rule_says_something_and_everyone_is_not_narrowed(org):
    item = make.item(state="draft")

    assert "rule_says_something" in refused(AudienceRule.objects.create, item=item, position=0)
    assert "rule_says_something" in refused(
        AudienceRule.objects.create, item=item, position=0, everyone=True, organisation=org
    )


def test_an_issued_item_has_its_instants_and_closes_after_it_opens(db):
    assert "item_issued_has_its_instants" in refused(make.item, due_at=timezone.now(), issued_at=None)
    opens = timezone.now() + timedelta(days=40)
    assert "item_closes_after_it_opens" in refused(make.item, opens_at=opens)


def test_a_withdrawn_item_stays_in_view_and_is_withdrawn_once(org):
    item, office = make.item(for_=org), make.office()

    withdraw(item, reason="Asked twice", by=office.person, now=timezone.now())

    assert ChecklistItem.objects.addressed_to(org).get().is_withdrawn
    assert list(ChecklistItem.objects.awaiting(org, timezone.now())) == []
    with pytest.raises(ValidationError, match="Only a published item"):
        withdraw(item, reason="Asked twice", by=office.person, now=timezone.now())
