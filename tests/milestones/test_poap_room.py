"""How much room things keep between them in a row of the plan."""

from __future__ import annotations

import pytest

from milestones.poap.pack import Choice, Row, Thing, clear, pack
from milestones.poap.shapes import SCREEN, Rect


def choice(x1: float, x2: float, *, is_text: bool = False) -> Choice:
    return Choice(0, (), (), (Rect(x1, -5, x2, 5, is_text),))


@pytest.mark.parametrize(
    ("texts", "gap", "is_clear"),
    [
        ((False, False), 0, True),  # bars may touch
        ((True, False), 3, False),
        ((True, False), 4.5, True),
        ((True, True), 10, False),  # two labels would read as one
        ((True, True), 11.5, True),
    ],
)
def test_more_room_between_words_than_between_bars(texts, gap, is_clear):
    k = SCREEN.k
    one, other = choice(0, 50, is_text=texts[0]), choice(50 + gap * k, 90, is_text=texts[1])

    assert clear(one, other, SCREEN) == is_clear == clear(other, one, SCREEN)


def test_labels_that_would_run_together_get_rows_of_their_own():
    first, second = (Thing(key, 0, 9, (choice(x, x + 50, is_text=True),)) for key, x in (("a", 0), ("b", 53)))

    rows: list[Row] = pack([first, second], SCREEN)

    assert [[thing.key for thing in row.things] for row in rows] == [["a"], ["b"]]
