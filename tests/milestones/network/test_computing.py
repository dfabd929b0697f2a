"""Dates of a network in words: worked out by hand, a month never said as a day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mhhs_portal.deadlines import is_working_day, working_days_between
from milestones.network.computing import by_words, compute
from milestones.network.drawing import draw
from milestones.network.reading import Bond, Item, Network
from milestones.network.working_days import day_of, number_of
from milestones.poap import When

DAYS = st.dates(date(2016, 1, 1), date(2040, 12, 31))


def item(key, when=None, *, kind="milestone", start=None, achieved=False):
    return Item(key, kind, key.upper(), f"Name {key}", start, when, "CR055 baseline", is_achieved=achieved)


def network(items, bonds, anchor=""):
    return Network({one.key: one for one in items}, bonds, anchor)


@given(DAYS, DAYS)
def test_numbers_of_days_count_as_the_deadlines_do(one, other):
    assert number_of(other) - number_of(one) == working_days_between(one, other)
    assert day_of(number_of(one)) == (one if is_working_day(one) else day_of(number_of(one - timedelta(days=1))))


def test_dates_move_on_by_lags_in_working_days_over_bank_holidays():
    """10 working days after 30 March 2026 is 15 April 2026: Good Friday and Easter Monday lie between."""
    found = compute(
        network([item("a", When.day(date(2026, 3, 30))), item("b")], [Bond("a", "b", 10, is_inferred=False)])
    )

    assert found.get("b").earliest_words == "15 April 2026"
    assert [why.words for why in found.why("b")] == [
        "Stands on its own date, 30 March 2026 (CR055 baseline).",
        "Follows A Name a: 10 working days after it.",
    ]
    assert found.get("b").doubts == ()


def test_a_month_is_counted_with_its_last_day_and_said_as_its_end():
    found = compute(network([item("a", When.month(2025, 9)), item("b")], [Bond("a", "b", 3)]))

    assert found.get("b").earliest_words == "the end of October 2025"
    assert by_words(found.get("a").earliest) == "the end of September 2025"
    assert "a month counted with its last day" in found.get("b").doubts


def test_what_nobody_published_stays_unknown_and_says_so():
    found = compute(network([item("a", kind="step"), item("b", kind="step"), item("c", When.day(date(2026, 5, 1)))],
                            [Bond("a", "b"), Bond("b", "c")]))  # fmt: skip

    assert (found.get("a").earliest_words, found.get("b").float_words) == ("Not known", "Not known")
    assert found.get("b").latest_words == "1 May 2026"
    assert found.get("c").earliest_words == "1 May 2026"
    assert found.get("b").doubts[0] == "1 lag not published, counted as 0"


def test_float_counts_to_the_anchor_and_the_chain_is_critical():
    items = [
        item("a", When.day(date(2026, 6, 1)), kind="step"),
        item("b", When.day(date(2026, 6, 8)), kind="step"),
        item("gate", When.day(date(2026, 6, 22))),
        item("late", When.day(date(2027, 6, 1))),
    ]
    found = compute(network(items, [Bond("a", "gate", 3), Bond("b", "gate", 10), Bond("gate", "late", 0)], "gate"))

    said = {row.key: (row.float_days, row.band) for row in found.rows}
    assert said == {
        "a": (12, "Has float"),
        "b": (0, "Critical"),
        "gate": (0, "Critical"),
        "late": (0, "Critical"),
    }
    assert compute(found.network, near_days=12).get("a").band == "Near-critical"
    assert [why.row.key for why in found.why("gate")] == ["b", "gate"]


def test_a_missed_gate_is_said_to_be_late():
    items = [item("a", When.day(date(2026, 6, 30))), item("gate", When.day(date(2026, 6, 22)))]

    found = compute(network(items, [Bond("a", "gate")], "gate"))

    assert found.get("gate").earliest_words == "30 June 2026"
    assert found.get("a").float_words == "6 working days too late"
    assert found.get("a").band == "Late"


def test_a_month_does_not_contradict_a_day_within_it():
    items = [item("a", When.month(2027, 5)), item("b", When.day(date(2027, 5, 7)))]

    found = compute(network(items, [Bond("a", "b")]))

    assert found.get("b").earliest_words == "7 May 2027"


def test_moving_one_thing_moves_what_waits_and_nothing_else():
    items = [
        item("a", When.day(date(2026, 6, 1))),
        item("b", When.day(date(2026, 6, 10))),
        item("c", When.month(2026, 6)),
    ]
    before = network(items, [Bond("a", "b")])

    after = compute(before.moved({"a": When.day(date(2026, 6, 12))}))

    assert after.get("b").earliest_words == "12 June 2026"
    assert after.get("c").earliest_words == "the end of June 2026"
    assert before.items["a"].when == When.day(date(2026, 6, 1))


def test_what_is_achieved_does_not_move():
    items = [item("a", When.day(date(2026, 6, 1))), item("b", When.day(date(2026, 6, 2)), achieved=True)]

    after = compute(network(items, [Bond("a", "b")]).held().moved({"a": When.day(date(2026, 7, 1))}))

    assert after.get("b").earliest_words == "2 June 2026"


def test_boxes_never_overlap_and_arrows_lead_down_or_across():
    keys = [f"k{n}" for n in range(14)]
    kinds = ["milestone", "step", "outside", "step"]
    items = [item(key, kind=kinds[n % 4]) for n, key in enumerate(keys)]
    bonds = [
        Bond(keys[a], keys[b])
        for a in range(14)
        for b in range(a + 1, 14)
        if (a * b + b) % 3 == 0 and kinds[b % 4] != "outside"
    ]

    drawn = draw(compute(network(items, bonds)))

    spots = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(spots)) == len(spots)
    assert all(x >= 0 and y >= 0 and x + 212 <= drawn.width and y + 76 <= drawn.height for x, y in spots)
    place = {box.key: box.y for box in drawn.boxes}
    assert all(place[bond.before] < place[bond.after] for bond in bonds)
    assert len(drawn.arrows) == len(bonds)


def test_nothing_linked_is_no_drawing():
    assert draw(compute(network([item("a")], []))) is None
