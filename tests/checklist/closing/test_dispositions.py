"""Answers to comments: what they need, who was first, duplicates, and what PostgreSQL refuses by itself."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from checklist.closing.dispositions import Clash, add_note, assign, decide, decide_many, link_duplicates, unlink
from checklist.closing.models import Disposition, InternalNote
from checklist.closing.past import happenings
from checklist.closing.queue import Choice, queue_of
from mhhs_portal.history.panel import verbs_on


def answer(case, place=0, **words):
    facts = {"outcome": "accepted", "acting": case.office, "seen_version": 0, "now": case.now}
    return decide(case.comments[place], **facts | words)


def states(case):
    return {slot.number: slot.state for slot in queue_of(case.item, Choice()).slots}


@pytest.mark.parametrize("outcome", ["accepted-in-part", "rejected", "out-of-scope"])
def test_whoever_is_not_followed_is_told_why(case, outcome):
    with pytest.raises(ValidationError, match="Write a reply"):
        answer(case, outcome=outcome, reply="  ")

    assert not Disposition.objects.exists()


@pytest.mark.parametrize("outcome", ["accepted", "noted"])
def test_accepted_and_noted_may_go_without_a_reply(case, outcome):
    assert answer(case, outcome=outcome).is_decided


def test_a_draft_may_lack_everything_and_is_not_a_decision(case):
    answer(case, outcome="rejected", is_decided=False)

    assert states(case)[1] == "drafted"


def test_a_second_pair_of_eyes_is_never_overwritten_unseen(case):
    answer(case, reply="First")

    with pytest.raises(Clash, match=case.office.person.name):
        answer(case, outcome="noted", reply="Second")
    answer(case, outcome="noted", reply="Second", seen_version=1)

    found = Disposition.objects.get()
    assert (found.reply, found.version) == ("Second", 2)
    assert verbs_on(found) == ["checklist.comment_decided"] * 3  # a place is made and filled, then filled again
    replies = [
        (one.before, one.after) for line in happenings(case.comments[0]) for one in line.changed if one.what == "Reply"
    ]
    assert ("First", "Second") in replies


def test_only_the_office_answers(case):
    with pytest.raises(PermissionDenied):
        answer(case, acting=case.leads[0])


def test_of_many_those_that_moved_on_are_left_alone_and_named(case):
    answer(case, reply="Mine")

    result = decide_many(
        case.comments[:3:2],
        outcome="noted",
        reply="All",
        acting=case.office,
        seen={case.comments[0].pk: 0},
        now=case.now,
    )

    assert (result.done, result.moved_on) == ([case.comments[2].pk], [case.comments[0].pk])
    assert Disposition.objects.get(comment=case.comments[0]).reply == "Mine"


def test_an_owner_works_in_the_office(case):
    with pytest.raises(ValidationError, match="does not work in the Programme office"):
        assign(case.comments, owner=case.leads[0].person, acting=case.office, seen={}, now=case.now)

    assign(case.comments, owner=case.office.person, acting=case.office, seen={}, now=case.now)
    assert Disposition.objects.filter(owner=case.office.person).count() == 4


def link(case, places, original):
    rows = [case.comments[place] for place in places]
    seen = dict(Disposition.objects.values_list("comment", "version"))
    return link_duplicates(rows, original=case.comments[original], acting=case.office, seen=seen, now=case.now)


def test_a_duplicate_takes_the_answer_of_its_original_whenever_that_is_given(case):
    link(case, [0, 2], 0)
    assert states(case)[3] == "to-decide"

    answer(case, reply="Both of you are right", seen_version=0)

    assert states(case) == {1: "decided", 2: "to-decide", 3: "decided", 4: "to-decide"}
    unlink(case.comments[2], acting=case.office, seen_version=1, now=case.now)
    assert states(case)[3] == "to-decide"


def test_duplicates_do_not_chain_and_do_not_loop(case):
    link(case, [2], 0)

    with pytest.raises(ValidationError, match="duplicate of another comment itself"):
        link(case, [3], 2)
    with pytest.raises(ValidationError, match="original of others"):
        link(case, [0], 3)


def test_postgresql_refuses_what_the_pages_do_not_offer(case):
    link(case, [2], 0)
    answer(case, 3)
    first, second, other = (Disposition.objects.get(comment=case.comments[place]) for place in (0, 2, 3))

    def refused(match, rows, **change):
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            rows.update(**change)

    rows = Disposition.objects.all()
    nothing = {"outcome": "", "is_decided": False}
    refused("no duplicate itself", rows.filter(pk=other.pk), duplicate_of=second, **nothing)
    refused("no duplicate itself", rows.filter(pk=first.pk), duplicate_of=other)
    refused("says_nothing_itself", rows.filter(pk=second.pk), outcome="noted")
    refused("own_duplicate", rows.filter(pk=other.pk), duplicate_of=other, **nothing)
    refused("says_why", rows.filter(pk=other.pk), outcome="rejected")
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        rows.filter(pk=other.pk).delete()


def test_an_open_comment_never_takes_the_reply_to_a_confidential_one(case):
    with pytest.raises(ValidationError, match="confidential"):
        link(case, [0], 1)
    assert link(case, [1], 0).done == [case.comments[1].pk]

    answer(case, 3)
    secret = Disposition.objects.get(comment=case.comments[1])
    Disposition.objects.filter(pk=secret.pk).update(duplicate_of=None)
    with pytest.raises(DatabaseError, match="confidential"), transaction.atomic():
        Disposition.objects.filter(comment=case.comments[3]).update(duplicate_of=secret, outcome="", is_decided=False)


def test_a_duplicate_is_of_the_same_item(case):
    from tests import make

    elsewhere = make.comment(make.response(make.item(case.asked), case.asked[0], answer="comments"))
    with pytest.raises(ValidationError, match="same item"):
        link_duplicates([elsewhere], original=case.comments[0], acting=case.office, seen={}, now=case.now)


def test_notes_are_added_and_never_changed(case):
    add_note(case.comments[0], text="Check Annex 1", acting=case.office, now=case.now)

    with pytest.raises(ValidationError):
        add_note(case.comments[0], text="  ", acting=case.office, now=case.now)
    with pytest.raises(DatabaseError, match="add another"), transaction.atomic():
        InternalNote.objects.update(text="x")
