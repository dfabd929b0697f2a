from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from checklist.models import Answer, ChecklistItem, Comment, Response, ResponseDraft
from checklist.responding import CommentRow, respond, save_draft
from checklist.todo import open_tasks
from mhhs_portal.deadlines import deadline
from mhhs_portal.history.panel import verbs_on
from tests import make

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ROW = CommentRow(document="Plan", clause="4.3", comment="It is not clear whether it applies.")


def answer(item, acting, *, answer=Answer.NO_COMMENTS, seen_revision=1, now=None, **fields):
    now = now or timezone.now()
    return respond(item, answer=answer, acting=acting, seen_revision=seen_revision, now=now, **fields)


def test_respond_answers_the_wording_in_force_and_is_seen_everywhere(org, lead):
    item, now = make.item(for_=org, revision=3), timezone.now()

    response = answer(item, lead, seen_revision=3, now=now)

    assert (response.revision, response.given_by, response.given_at, response.is_late) == (3, lead.person, now, False)
    assert list(ChecklistItem.objects.awaiting(org, now)) == []
    assert open_tasks(lead, now) == []
    assert verbs_on(response) == ["checklist.responded"]


def test_comments_are_kept_in_their_order_without_blank_rows(org, lead):
    rows = [ROW, CommentRow(), CommentRow(comment="Second", kind="question")]

    response = answer(make.item(for_=org), lead, answer=Answer.COMMENTS, comments=rows)

    kept = list(response.comments.values_list("number", "comment", "kind"))
    assert kept == [(1, ROW.comment, "substantive"), (2, "Second", "question")]


@pytest.mark.parametrize("rows", [[], [CommentRow()], [CommentRow(document="Plan")]])
def test_comments_without_a_comment_are_refused_and_nothing_is_written(org, lead, rows):
    with pytest.raises(ValidationError, match="comment"):
        answer(make.item(for_=org), lead, answer=Answer.COMMENTS, comments=rows)

    assert (Response.objects.count(), Comment.objects.count()) == (0, 0)


def test_comments_typed_beside_another_answer_are_not_sent(org, lead):
    answer(make.item(for_=org), lead, comments=[ROW])

    assert not Comment.objects.exists()


def test_responding_twice_is_refused_and_leaves_the_first(org, lead):
    item = make.item(for_=org)
    answer(item, lead)

    with pytest.raises(ValidationError, match="already responded"):
        answer(item, lead, answer=Answer.NOT_APPLICABLE, reason="No meters")

    assert Response.objects.get().answer == Answer.NO_COMMENTS


def test_does_not_apply_needs_a_reason(org, lead):
    with pytest.raises(ValidationError, match="Say why"):
        answer(make.item(for_=org), lead, answer=Answer.NOT_APPLICABLE, reason="  ")


def test_nobody_answers_a_wording_they_have_not_seen(org, lead):
    with pytest.raises(ValidationError, match="wording has changed"):
        answer(make.item(for_=org, revision=2), lead, seen_revision=1)

    assert not Response.objects.exists()


def test_a_wording_raised_while_the_page_was_open_is_noticed(org, lead):
    item = make.item(for_=org)
    make.revised(ChecklistItem.objects.get())  # the row in hand still says 1

    with pytest.raises(ValidationError, match="wording has changed"):
        answer(item, lead, seen_revision=1)


def test_new_wording_asks_again_and_keeps_the_old_answer(org, lead):
    item = make.item(for_=org)
    answer(item, lead)

    make.revised(item)

    assert list(ChecklistItem.objects.awaiting(org, timezone.now())) == [item]
    assert Response.objects.get().revision == 1


def test_an_item_addressed_to_others_takes_no_answer_or_draft(org, lead):
    item = make.item(for_=make.organisation())

    with pytest.raises(ValidationError, match="not addressed"):
        answer(item, lead)
    with pytest.raises(ValidationError, match="not addressed"):
        save_draft(item, acting=lead, answer="", seen_version=0, now=timezone.now())

    assert list(ChecklistItem.objects.awaiting(org, timezone.now())) == []


@pytest.mark.parametrize("day", [date(2026, 1, 30), date(2026, 6, 30)], ids=["GMT", "BST"])
def test_five_o_clock_is_in_time_and_one_second_later_is_late(lead, day):
    due_at = deadline(day)
    first, second = make.item(for_=lead.organisation, due_at=due_at), make.item(for_=lead.organisation, due_at=due_at)

    assert answer(first, lead, now=due_at).is_late is False
    assert answer(second, lead, now=due_at + SECOND).is_late is True


@pytest.mark.parametrize("day", [date(2026, 1, 30), date(2026, 6, 30)], ids=["GMT", "BST"])
def test_where_late_responses_are_not_accepted_the_second_after_is_refused(lead, day):
    due_at = deadline(day)
    first, second = (make.item(for_=lead.organisation, due_at=due_at, accepts_late=False) for _ in range(2))

    assert answer(first, lead, now=due_at).is_late is False
    with pytest.raises(ValidationError, match=f"closed at 17:00 on {day:%A}.*late responses are not accepted"):
        answer(second, lead, now=due_at + SECOND)


def test_an_item_that_has_not_opened_or_is_withdrawn_takes_no_answer(org, lead):
    opens = timezone.now() + timedelta(days=2)

    with pytest.raises(ValidationError, match="opens at"):
        answer(make.item(for_=org, opens_at=opens), lead)
    with pytest.raises(ValidationError, match="withdrawn"):
        answer(make.item(for_=org, state="withdrawn"), lead)


def test_a_draft_keeps_what_was_typed_and_is_used_up_by_the_response(org, lead):
    item = make.item(for_=org)

    draft = save_draft(
        item, acting=lead, answer="comments", reason="", comments=[ROW], seen_version=0, now=timezone.now()
    )

    assert (draft.version, draft.comments.get().comment) == (1, ROW.comment)
    assert open_tasks(lead, timezone.now())[0].status == "draft-saved"
    answer(item, lead, answer=Answer.COMMENTS, comments=[ROW])
    assert not ResponseDraft.objects.exists()


def test_a_draft_that_a_colleague_saved_meanwhile_is_not_overwritten_unseen(org, lead):
    item, priya, now = make.item(for_=org), make.contributor(org), timezone.now()
    save_draft(item, acting=priya, answer="comments", comments=[ROW], seen_version=0, now=now)

    with pytest.raises(ValidationError, match=f"{priya.person.name} saved a draft"):
        save_draft(item, acting=lead, answer="no-comments", seen_version=0, now=now)

    assert ResponseDraft.objects.get().answer == "comments"
    assert save_draft(item, acting=lead, answer="no-comments", seen_version=1, now=now).version == 2


def test_no_draft_after_the_response_or_the_close(org, lead):
    answered = make.item(for_=org)
    make.response(answered, org)
    due_at = timezone.now() - timedelta(days=1)
    closed = make.item(for_=org, due_at=due_at, accepts_late=False)

    for item, words in ((answered, "already responded"), (closed, "closed at")):
        with pytest.raises(ValidationError, match=words):
            save_draft(item, acting=lead, answer="", seen_version=0, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_press_send_together_one_is_told_in_words():
    org = make.organisation()
    item, people, barrier = (
        make.item(for_=org),
        [make.lead(org), *(make.contributor(org) for _ in range(5))],
        Barrier(6),
    )
    outcomes: list[str] = []

    def press(acting):
        try:
            barrier.wait(timeout=10)
            answer(item, acting, answer=Answer.COMMENTS, comments=[ROW])
            outcomes.append("sent")
        except ValidationError as refusal:
            outcomes.append(refusal.messages[0])
        finally:
            connection.close()

    threads = [Thread(target=press, args=[acting]) for acting in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == sorted(["sent"] + ["Your organisation has already responded to this item."] * 5)
    assert (Response.objects.count(), Comment.objects.count()) == (1, 1)
