"""Numbers, counts, filters and order of the comments on one item."""

from __future__ import annotations

from checklist.closing.queue import Choice, natural, queue_of
from checklist.models import Response
from tests import make


def shown(case, **choice):
    return [slot.number for slot in queue_of(case.item, Choice(**choice)).shown]


def test_clauses_sort_as_people_count(case):
    assert shown(case, by="clause") == [4, 2, 1, 3]  # 1, 2.9, 2.10, 2.10
    assert shown(case, by="number") == [1, 2, 3, 4]
    assert sorted(["Table 10", "Table 2"], key=natural) == ["Table 2", "Table 10"]


def test_filters(case):
    assert shown(case, organisation=case.agent.slug) == [4]
    assert shown(case, kind="editorial") == [4]
    assert shown(case, clause="2.10") == [1, 3]
    assert shown(case, q="signatory") == [3]
    assert shown(case, q="2") == [2]  # the number of a comment
    assert shown(case, owner="nobody") == [4, 2, 1, 3]
    assert shown(case, owner=str(case.office.person_id)) == []


def test_states_add_up_to_what_was_received(decided):
    queue = queue_of(decided.item, Choice())

    assert [count for _, _, count in queue.tabs] == [0, 0, 4, 4]
    assert queue.sum_words == "0 + 0 + 4 = 4"


def test_what_its_author_replaced_keeps_its_number_and_needs_no_answer(case):
    Response.objects.filter(pk=case.responses[0].pk).update(is_current=False)
    again = make.response(case.item, case.asked[0], answer="comments", number=2)
    make.comment(again, comment="Say who signs, please")

    queue = queue_of(case.item, Choice())

    assert {slot.number: slot.state for slot in queue.slots if slot.state == "replaced"} == {
        1: "replaced",
        2: "replaced",
    }
    assert queue.in_force == 3
    assert [count for _, _, count in queue.tabs] == [3, 0, 0, 3, 2]


def test_comments_on_the_wording_before_still_count(db):
    who = make.organisation()
    item = make.item(who, revision=2)
    make.comment(make.response(item, who, answer="comments", revision=1))
    make.comment(make.response(item, who, answer="comments"))

    assert queue_of(item, Choice()).in_force == 2
