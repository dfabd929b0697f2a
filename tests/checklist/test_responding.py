from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from checklist.models import Answer, ChecklistItem, Comment, Response, ResponseDraft
from checklist.responding import CommentRow, OnBehalf, respond
from checklist.response_drafting import TypedRow, save_typed
from checklist.todo import open_tasks
from mhhs_portal.deadlines import LONDON, deadline
from mhhs_portal.history.panel import verbs_on
from tests import make

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ROW = CommentRow(document="Plan", clause="4.3", comment="It is not clear whether it applies.")


def answer(item, acting, *, answer=Answer.NO_COMMENTS, seen_revision=1, now=None, **fields):
    now = now or timezone.now()
    return respond(item, answer=answer, acting=acting, seen_revision=seen_revision, now=now, **fields)


def row(comment, key="1", seen=0, **fields):
    return TypedRow(key, CommentRow(comment=comment, **fields), seen)


def save(item, acting, *rows, now=None, **fields):
    return save_typed(item, acting=acting, rows=rows, now=now or timezone.now(), **fields)


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


def test_sending_again_before_the_close_is_the_next_version_and_keeps_the_first(org, lead):
    item = make.item(for_=org)
    first = answer(item, lead, answer=Answer.COMMENTS, comments=[ROW])

    second = answer(item, lead, answer=Answer.NOT_APPLICABLE, reason="No meters")

    assert list(Response.objects.order_by("number").values_list("number", "answer", "is_current")) == [
        (1, Answer.COMMENTS, False),
        (2, Answer.NOT_APPLICABLE, True),
    ]
    assert (first.comments.count(), second.receipt) == (1, f"{item.reference}-{org.slug}-1-v2")


@pytest.mark.parametrize("day", [date(2026, 1, 30), date(2026, 6, 30)], ids=["GMT", "BST"])
@pytest.mark.parametrize("accepts_late", [True, False])
def test_what_was_sent_is_changed_until_the_second_of_the_close_and_not_later(lead, day, accepts_late):
    due_at = deadline(day)
    item = make.item(for_=lead.organisation, due_at=due_at, accepts_late=accepts_late)

    numbers = [answer(item, lead, now=moment).number for moment in (due_at - 2 * SECOND, due_at - SECOND, due_at)]
    with pytest.raises(ValidationError):
        answer(item, lead, now=due_at + SECOND)

    assert numbers == [1, 2, 3]
    assert not Response.objects.filter(is_late=True).exists()


def test_a_colleagues_response_is_not_replaced_unseen(org, lead):
    item = make.item(for_=org)
    answer(item, make.contributor(org))

    with pytest.raises(ValidationError, match="has sent a response"):
        answer(item, lead, answer=Answer.NOT_APPLICABLE, reason="No meters", seen_number=0)

    assert Response.objects.get().answer == Answer.NO_COMMENTS


def test_who_enters_a_response_for_another_says_how_it_was_given(org):
    with pytest.raises(ValidationError, match="Say how the organisation gave this response"):
        OnBehalf(org, "  ")


def test_nobody_responds_by_a_role_that_may_not_whichever_route_calls(org, lead):
    item, by_mail = make.item(for_=org), OnBehalf(org, "By e-mail of 3 May")

    with pytest.raises(ValidationError, match="Only a lead contact or a contributor"):
        answer(item, make.viewer(org))
    for stranger in (lead, make.analyst()):
        with pytest.raises(ValidationError, match="Only the Programme's staff"):
            answer(item, stranger, on_behalf=by_mail)

    assert not Response.objects.exists()


def test_staff_enter_a_response_for_an_organisation_whose_own_draft_stays(org, lead):
    item = make.item(for_=org)
    save(item, lead, row("Ours"))

    response = answer(item, make.office(), on_behalf=OnBehalf(org, "By e-mail of 3 May"))

    assert (response.organisation, response.on_behalf_reason) == (org, "By e-mail of 3 May")
    assert ResponseDraft.objects.get().comments.get().comment == "Ours"


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
        save(item, lead, row("Mine"))

    assert list(ChecklistItem.objects.awaiting(org, timezone.now())) == []


@pytest.mark.parametrize(
    ("clock", "is_late"), [((16, 59, 59), False), ((17, 0, 0), False), ((17, 0, 1), True)], ids=str
)
@pytest.mark.parametrize("day", [date(2026, 1, 30), date(2026, 6, 30)], ids=["GMT", "BST"])
def test_until_five_o_clock_is_in_time_and_one_second_later_is_late(lead, day, clock, is_late):
    item = make.item(for_=lead.organisation, due_at=deadline(day))
    moment = datetime(day.year, day.month, day.day, *clock, tzinfo=LONDON)

    assert answer(item, lead, now=moment).is_late is is_late


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


def test_no_draft_after_the_close(org, lead):
    closed = make.item(for_=org, due_at=timezone.now() - timedelta(days=1), accepts_late=False)

    with pytest.raises(ValidationError, match="closed at"):
        save(closed, lead, row("Mine"))


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
            answer(item, acting, answer=Answer.COMMENTS, comments=[ROW], seen_number=0)
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

    assert (outcomes.count("sent"), sum("has sent a response" in words for words in outcomes)) == (1, 5)
    assert (Response.objects.count(), Comment.objects.count()) == (1, 1)


def test_postgresql_takes_a_response_from_one_of_them_or_from_the_programme_with_a_reason(org):
    item, stranger, office = make.item(for_=org), make.lead(make.organisation()).person, make.office().person
    for facts in ({"given_by": stranger}, {"given_by": office}, {"given_by": stranger, "on_behalf_reason": "By post"}):
        with pytest.raises(IntegrityError, match="Somebody of the organisation responds"), transaction.atomic():
            make.response(item, org, **facts)
    assert make.response(item, org, given_by=office, on_behalf_reason="By post").is_on_behalf
