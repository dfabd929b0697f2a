"""How far dates have moved, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from milestones.movement import is_later, movement, sentence
from milestones.poap import When

D, M, R = When.day, When.month, When.months


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (D(date(2025, 3, 7)), D(date(2025, 9, 24)), "138 working days later"),
        (D(date(2025, 9, 24)), D(date(2025, 9, 22)), "2 working days earlier"),
        (D(date(2025, 9, 24)), D(date(2025, 9, 25)), "1 working day later"),
        (D(date(2025, 9, 24)), D(date(2025, 9, 24)), "Not moved"),
        (D(date(2025, 9, 27)), D(date(2025, 9, 28)), "1 calendar day later"),  # Saturday to Sunday
        (D(date(2025, 9, 28)), D(date(2025, 9, 27)), "1 calendar day earlier"),
        (M(2025, 4), M(2025, 10), "6 months later"),
        (M(2026, 10), D(date(2027, 5, 7)), "7 months later"),
        (R((2025, 3), (2025, 6)), M(2025, 9), "3 to 6 months later"),
    ],
)
def test_movement_is_said_in_working_days_only_between_two_days(before, now, words):
    assert movement(before, now) == words


def test_a_sentence_never_turns_a_month_into_a_day():
    before = M(2026, 12, alternative=M(2027, 5))

    assert sentence("M16", before, D(date(2027, 7, 2))) == ("M16 moves from December 2026 or May 2027 to 2 July 2027.")


def test_a_sentence_says_what_is_inferred_and_what_was_not_published():
    assert sentence("M13", None, M(2025, 9, is_inferred=True)) == (
        "M13 is at September 2025 (inferred); its date before is not published."
    )
    assert sentence("M8", D(date(2025, 3, 7)), D(date(2025, 3, 7))) == ""


def test_later_is_what_begins_later_not_what_is_known_less_exactly():
    assert is_later(D(date(2025, 9, 1)), D(date(2025, 9, 2)))
    assert not is_later(D(date(2025, 9, 1)), M(2025, 9))
