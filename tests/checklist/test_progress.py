from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from checklist.progress import (
    ANSWERED,
    MARKS,
    MEANINGS,
    OUTSTANDING,
    TRACKED,
    Answered,
    Dates,
    Reached,
    phase,
    state_for,
    tally,
    tracked,
)
from mhhs_portal.deadlines import deadline

GMT_DUE, BST_DUE = deadline(date(2026, 1, 30)), deadline(date(2026, 6, 30))
SECOND = timedelta(seconds=1)


def dates(due_at: datetime = GMT_DUE, **fields) -> Dates:
    opened = due_at - timedelta(days=21)
    return Dates(**{"opens_at": opened, "due_at": due_at, "issued_at": opened} | fields)


@pytest.mark.parametrize("due_at", [GMT_DUE, BST_DUE], ids=["GMT", "BST"])
def test_five_o_clock_is_in_time_and_a_second_later_is_not(due_at):
    assert phase(dates(due_at), due_at) == "open"
    assert phase(dates(due_at), due_at + SECOND) == "closed"
    assert state_for(dates(due_at), Answered(), due_at) == "due-soon"
    assert state_for(dates(due_at), Answered(), due_at + SECOND) == "overdue"


def test_summer_and_winter_close_at_five_in_london():
    assert (GMT_DUE.hour, BST_DUE.hour) == (17, 16)  # UTC


@pytest.mark.parametrize(
    ("answered", "moment", "state"),
    [
        (Answered(), GMT_DUE - timedelta(days=30), "upcoming"),
        (Answered(), GMT_DUE - timedelta(days=21), "new-today"),
        (Answered(), GMT_DUE - timedelta(days=20), "open"),
        (Answered(has_draft=True), GMT_DUE - timedelta(days=20), "draft-saved"),
        (Answered(), GMT_DUE - timedelta(days=7), "due-soon"),
        (Answered(has_draft=True), GMT_DUE + SECOND, "overdue"),
        (Answered("comments"), GMT_DUE + SECOND, "response-sent"),
        (Answered("no-comments"), GMT_DUE, "no-comments-sent"),
        (Answered("not-applicable"), GMT_DUE, "does-not-apply"),
        (Answered("comments", is_late=True), GMT_DUE + SECOND, "sent-late"),
        (Answered("comments", has_draft=True, is_handed=True), GMT_DUE, "change-waits-for-sign-off"),
        (Answered("comments", has_draft=True, is_handed=True), GMT_DUE + SECOND, "response-sent"),
    ],
)
def test_an_organisation_sees_one_state(answered, moment, state):
    assert state_for(dates(), answered, moment) == state


def test_an_item_without_late_responses_is_closed_and_not_overdue():
    assert state_for(dates(accepts_late=False), Answered(), GMT_DUE + SECOND) == "closed"


def test_a_withdrawn_item_is_withdrawn_for_everybody():
    withdrawn = dates(is_withdrawn=True)

    assert phase(withdrawn, GMT_DUE) == "withdrawn"
    assert state_for(withdrawn, Answered(has_draft=True), GMT_DUE) == "withdrawn"


def test_the_programme_sees_each_organisation_in_one_state_and_zeros_too():
    before, after = GMT_DUE, GMT_DUE + SECOND
    silent = Reached(has_contact=False)
    states = [
        tracked(dates(), Answered(), before),
        tracked(dates(), Answered(), before, Reached(has_opened=True)),
        tracked(dates(), Answered(has_draft=True), before, Reached(has_opened=True)),
        tracked(dates(), Answered(has_draft=True), before, silent),  # nobody is left who could send it
        tracked(dates(), Answered(), before, Reached(all_failed=True)),
        tracked(dates(), Answered(), before, Reached(has_opened=True, all_failed=True)),  # they came without an e-mail
        tracked(dates(), Answered(has_draft=True), after),
        tracked(dates(), Answered(), after, silent),
        tracked(dates(), Answered("comments"), after, silent),
        tracked(dates(), Answered("no-comments"), after),
        tracked(dates(), Answered("not-applicable"), after),
        tracked(dates(), Answered("no-comments", is_late=True), after),
    ]

    assert states == [
        *("not-opened", "opened", "drafting", "not-reached", "not-reached", "opened", "overdue", "overdue"),
        *("submitted", "nil", "not-applicable", "late"),
    ]
    assert tally(["nil"]) == dict.fromkeys(TRACKED, 0) | {"nil": 1}
    assert set(TRACKED) == set(MARKS) == set(MEANINGS) == {*ANSWERED, *OUTSTANDING}
