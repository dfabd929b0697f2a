"""The published log: a row for each comment, frozen, with what is confidential withheld."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklist.closing.dispositions import decide, link_duplicates
from checklist.closing.log import CONFIDENTIAL, draft_of, publish_log
from checklist.closing.models import Disposition, LogPublication, LogRow
from checklist.closing.naming import set_naming_rule
from checklist.models import ChecklistItem, Comment, Response
from checklist.responding import respond
from mhhs_portal.notifications.models import Message
from tests import make


def publish(case, **words):
    return publish_log(case.item, **{"acting": case.office, "now": case.now} | words)


def test_every_comment_has_its_row_and_what_is_confidential_is_withheld(decided):
    log = publish(decided)

    rows = list(log.rows.values_list("number", "who", "text", "clause", "outcome", "reply", "own_reply"))
    assert rows == [
        (1, "Small supplier", "Say who signs", "2.10", "accepted", "Added in 2.10", ""),
        (2, "Withheld", CONFIDENTIAL, "", "rejected", "", "Marker private reply"),
        (3, "Small supplier", "Name the signatory", "2.10", "noted", "", ""),
        (4, "A participant", "Spelling", "1", "noted", "", ""),  # one agent alone would be known
    ]
    assert (log.number, log.row_count) == (1, 4)


def test_staff_may_publish_a_reply_beside_a_confidential_comment(decided):
    decide(
        decided.comments[1], outcome="rejected", reply="Private", public_reply="See 2.9", acting=decided.office,
        seen_version=1, now=decided.now,
    )  # fmt: skip

    assert publish(decided).rows.get(number=2).reply == "See 2.9"


def test_a_confidential_duplicate_does_not_say_of_what(decided):
    link_duplicates(
        [decided.comments[1]], original=decided.comments[0], acting=decided.office,
        seen={decided.comments[1].pk: 1}, now=decided.now,
    )  # fmt: skip

    row = publish(decided).rows.get(number=2)

    assert (row.same_as, row.reply, row.own_reply, row.outcome) == (None, "", "Added in 2.10", "accepted")


def test_it_is_refused_while_a_comment_lacks_a_decision(case):
    decide(case.comments[0], outcome="accepted", acting=case.office, seen_version=0, now=case.now)

    with pytest.raises(ValidationError, match="3 comments have no decision"):
        publish(case)

    assert [one.number for one in draft_of(case.item).lacking] == [2, 3, 4]
    assert not LogPublication.objects.exists()


def test_it_is_refused_while_the_item_is_open(decided):
    item = make.item(decided.asked)

    with pytest.raises(ValidationError, match="open until"):
        publish_log(item, acting=decided.office, now=decided.now)


def test_what_was_previewed_is_what_is_published(decided):
    seen = draft_of(decided.item).fingerprint
    decide(decided.comments[3], outcome="accepted", acting=decided.office, seen_version=1, now=decided.now)

    with pytest.raises(ValidationError, match="changed since you opened"):
        publish(decided, seen=seen)


def test_a_later_version_says_what_changed_and_the_first_stays(decided):
    first = publish(decided)
    with pytest.raises(ValidationError, match="Nothing has changed"):
        publish(decided)
    decide(decided.comments[3], outcome="accepted", acting=decided.office, seen_version=1, now=decided.now)
    facts = {"answer": "comments", "is_late": True, "on_behalf_reason": "It came by post."}
    make.comment(make.response(decided.item, decided.asked[2], **facts), comment="Late")
    late = Comment.objects.get(comment="Late")
    decide(late, outcome="noted", acting=decided.office, seen_version=0, now=decided.now)

    with pytest.raises(ValidationError, match="Say what changed"):
        publish(decided)
    second = publish(decided, what_changed="One more comment")

    assert list(second.rows.values_list("number", "change")) == [(1, ""), (2, ""), (3, ""), (4, "changed"), (5, "new")]
    assert first.rows.get(number=4).outcome == "noted"
    told = set(Message.objects.filter(dedupe_key__contains="/log/2/").values_list("organisation", flat=True))
    assert told == {decided.agent.pk, decided.asked[2].pk}


def test_names_stand_only_where_the_item_said_so_before_the_first_response(decided):
    with pytest.raises(ValidationError, match="were told"):
        set_naming_rule(decided.item, names_organisations=True, acting=decided.office, now=decided.now)
    assert publish(decided, with_names=True).names_organisations is False

    item = make.item(decided.asked, due_at=decided.now - timedelta(days=1))
    set_naming_rule(item, names_organisations=True, acting=decided.office, now=decided.now)
    one = make.comment(make.response(item, decided.asked[0], answer="comments"))
    decide(one, outcome="noted", acting=decided.office, seen_version=0, now=decided.now)
    log = publish_log(item, acting=decided.office, now=decided.now, with_names=True)
    assert [row.who for row in log.rows.all()] == ["Marker Supplier 1"]


def test_commenters_are_told_once_each_with_their_own_decisions(decided):
    publish(decided)

    told = {m.to_id: m.context["lead"] for m in Message.objects.filter(dedupe_key__contains="/log/1/")}
    assert told == {
        decided.leads[0].person_id: "The Programme has answered your 2 comments: 1 accepted, 1 rejected.",
        decided.leads[1].person_id: "The Programme has answered your 1 comment: 1 noted.",
        decided.leads[3].person_id: "The Programme has answered your 1 comment: 1 noted.",
    }


def test_postgresql_keeps_the_log_whole(decided):
    log = publish(decided)
    row = log.rows.first()

    def refused(match, do):
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            do()

    refused("stays as it is", lambda: LogRow.objects.filter(pk=row.pk).update(reply="x"))
    refused("stays as it is", lambda: LogRow.objects.filter(pk=row.pk).delete())
    refused("stays as it is", lambda: LogPublication.objects.update(row_count=3))
    row.pk, row.position = None, 5
    refused("no further rows", lambda: row.save(force_insert=True))

    def short() -> None:
        from django.db import connection

        made = LogPublication.objects.create(
            item=log.item, number=2, row_count=4, what_changed="x", published_at=decided.now
        )
        LogRow.objects.create(
            publication=made, position=1, number=1, comment=decided.comments[0], organisation=decided.asked[0],
            who="x", text="x", outcome="noted",
        )  # fmt: skip
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    refused("exactly one row for every comment", short)


_names = itertools.count(1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_the_log_has_exactly_as_many_rows_as_comments_were_received(db, sizes):
    """Whatever organisations sent, amended or sent to an earlier wording."""
    with transaction.atomic():
        office = make.office()
        now = timezone.now()
        asked = [make.organisation() for _ in sizes]
        item = make.item(asked, due_at=now - timedelta(days=1), revision=2)
        for who, (count, is_amended, is_earlier) in zip(asked, sizes, strict=True):
            revision = 1 if is_earlier else 2
            if is_amended:
                old = make.response(item, who, answer="comments", revision=revision, is_current=False)
                make.comment(old)
            sent = make.response(item, who, answer="comments", revision=revision, number=2 if is_amended else 1)
            for _ in range(count):
                make.comment(sent)
        expected = sum(count for count, _, _ in sizes)
        for comment in Comment.objects.filter(response__item=item, response__is_current=True):
            Disposition.objects.create(comment=comment, item=item, outcome="noted", is_decided=True)

        log = publish_log(item, acting=office, now=now)

        assert log.row_count == log.rows.count() == expected
        assert log.replaced_count == sum(is_amended for _, is_amended, _ in sizes)
        assert Response.objects.filter(item=item).exists()
        assert ChecklistItem.objects.filter(pk=item.pk).exists()
        transaction.set_rollback(True)


def test_once_the_log_is_published_nobody_responds_late_who_could_have_read_it(decided):
    """What everybody else said can be read by then, and the log would lack a row."""
    late = decided.leads[2]
    assert decided.item in ChecklistItem.objects.awaiting(late.organisation, decided.now)

    publish(decided)

    assert decided.item not in ChecklistItem.objects.awaiting(late.organisation, decided.now)
    with pytest.raises(ValidationError, match="late responses are not accepted"):
        respond(decided.item, answer="no-comments", acting=late, seen_revision=1, now=decided.now)
    assert late.organisation not in {response.organisation for response in Response.objects.all()}


def test_postgresql_takes_no_late_response_once_the_log_is_published_and_no_log_before(decided):
    asked = decided.asked[2]
    with pytest.raises(IntegrityError, match="no late responses before"), transaction.atomic():
        LogPublication.objects.create(
            item=decided.item,
            number=1,
            row_count=0,
            replaced_count=0,
            published_by=decided.office.person,
            published_at=decided.now,
        )
    publish(decided)
    with pytest.raises(IntegrityError, match="takes no late responses"), transaction.atomic():
        make.response(decided.item, asked, is_late=True)
    assert make.response(decided.item, asked, is_late=True, on_behalf_reason="It came by post.").is_late
