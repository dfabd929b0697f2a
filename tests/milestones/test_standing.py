"""How far a milestone is from what was agreed, its colour by rule and by staff, and what must be met for it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from mhhs_portal.history.panel import verbs_on
from milestones import register
from milestones.models import Criterion, RagOverride, Tolerance
from milestones.poap import When
from milestones.register import criteria, rag, standing_data
from milestones.register.milestone_history import history_of
from milestones.register.standing import Limits, rate, slip
from tests import make

LIMITS = Limits(amber_over=0, red_over=10)
TODAY = date(2026, 11, 23)


def day(year: int, month: int, number: int) -> When:
    return When.day(date(year, month, number))


def test_two_days_differ_by_working_and_calendar_days():
    found = slip(day(2025, 3, 7), day(2025, 9, 24))

    assert (found.words, found.working_days, found.calendar_days) == ("138 working days later", 138, 201)
    assert found.calendar_words == "201 calendar days"


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (When.month(2026, 12), day(2027, 7, 2), "7 months later"),
        (When.months((2025, 3), (2025, 6)), When.month(2025, 9), "3 to 6 months later"),
        (When.month(2025, 9), day(2025, 9, 24), "Same month"),
    ],
)
def test_a_month_is_never_turned_into_a_day(before, now, words):
    found = slip(before, now)

    assert (found.words, found.working_days, found.calendar_days) == (words, None, None)


def test_what_is_inferred_stays_inferred_in_the_distance():
    assert slip(When.month(2025, 4, is_inferred=True), When.month(2025, 10)).is_inferred


@pytest.mark.parametrize(
    ("forecast", "colour"),
    [
        (day(2026, 10, 28), "green"),
        (day(2026, 10, 27), "green"),
        (day(2026, 10, 29), "amber"),
        (day(2026, 11, 11), "amber"),  # 10 working days: 29, 30, 2 to 6, 9 to 11 November
        (day(2026, 11, 12), "red"),  # 11 working days
        (When.month(2026, 10), "green"),  # may be earlier
        (When.month(2026, 11), "amber"),  # 3 working days later at the least: 29, 30 October, 2 November
        (When.month(2026, 12), "red"),
    ],
)
def test_the_colour_follows_from_the_tolerance(forecast, colour):
    assert rate(day(2026, 10, 28), forecast, None, LIMITS).key == colour


@pytest.mark.parametrize(
    ("forecast", "colour"),
    [
        (day(2025, 9, 30), "green"),
        (day(2025, 10, 3), "amber"),  # three working days after the end of the month
        (day(2025, 10, 15), "red"),
    ],
)
def test_against_a_month_only_what_is_certainly_later_counts(forecast, colour):
    assert rate(When.month(2025, 9), forecast, None, LIMITS).key == colour


def test_of_two_approved_dates_the_later_one_counts():
    agreed = When.month(2026, 12, alternative=When.month(2027, 5))

    assert rate(agreed, day(2027, 5, 20), None, LIMITS).key == "green"


def test_the_rule_is_said_in_words():
    said = rate(day(2026, 10, 28), day(2026, 11, 9), None, LIMITS)

    assert said.words == (
        "Amber by the rule: the forecast, 9 November 2026, is 8 working days later than the baseline, 28 October "
        "2026. The rule: amber when later by more than 0, red by more than 10 working days."
    )


@pytest.mark.parametrize(
    ("agreed", "forecast", "achieved", "limits", "words"),
    [
        (None, day(2026, 1, 5), None, LIMITS, "no published date"),
        (day(2026, 1, 5), None, None, LIMITS, "no forecast is published"),
        (day(2026, 1, 5), day(2026, 1, 5), None, None, "no tolerance"),
        (day(2026, 1, 5), day(2026, 1, 5), day(2026, 2, 5), LIMITS, "no longer rated"),
    ],
)
def test_what_cannot_be_rated_says_why(agreed, forecast, achieved, limits, words):
    said = rate(agreed, forecast, achieved, limits)

    assert not said.is_rated
    assert words in said.words


# --- with the database


@pytest.fixture
def late(db):
    """A Tier 2 milestone whose forecast is 8 working days late, with the portal's tolerances."""
    standing_data.load(TODAY)
    milestone = make.milestone(code="K1", slug="k1", tier=2)
    baseline = make.baseline()
    make.baseline_date(baseline, milestone, date(2026, 10, 28))
    make.freeze(baseline, current=True)
    make.forecast(milestone, date(2026, 11, 9), as_at=date(2026, 10, 1))
    return milestone


def entry_of(milestone) -> register.Entry:
    return register.read(TODAY).entry(milestone.slug)


def test_tolerances_go_by_tier_and_fall_back_to_the_one_without(late):
    Tolerance.objects.filter(tier=2).update(amber_over=8)
    assert entry_of(late).rag.key == "green"

    Tolerance.objects.filter(tier=2).delete()
    assert entry_of(late).rag.key == "amber"


def test_a_changed_tolerance_counts_at_once_and_is_in_the_history(late):
    office = make.office()
    row = Tolerance.objects.get(tier=2)

    rag.set_tolerance(row, amber_over=0, red_over=5, by=office.person)

    assert entry_of(late).rag.key == "red"
    assert verbs_on(row)[-1] == "milestones.tolerance_set"


def test_red_does_not_begin_before_amber(late):
    row = Tolerance.objects.get(tier=2)

    with pytest.raises(ValidationError, match="Red begins after amber"):
        rag.set_tolerance(row, amber_over=9, red_over=5, by=None)


def test_loading_again_leaves_what_staff_changed(late):
    rag.set_tolerance(Tolerance.objects.get(tier=None), amber_over=3, red_over=30, by=None)

    said = standing_data.load(TODAY)

    assert said == ["Tolerances of the portal: 0 rows written"]
    assert Tolerance.objects.get(tier=None).red_over == 30


def test_an_override_shows_with_its_reason_and_what_the_rule_says(late):
    rag.override_rag(late, rag="green", reason="Agreed with PSG.", by=make.office().person, now=timezone.now())

    said = entry_of(late).rag

    assert (said.key, said.is_override, said.rule.key) == ("green", True, "amber")
    assert said.words == "Green, set by the Programme office: Agreed with PSG. By the rule it would be amber."


def test_back_to_the_rule_keeps_both_in_the_history(late):
    office = make.office()
    rag.override_rag(late, rag="red", reason="Supplier gave notice.", by=office.person, now=timezone.now())
    rag.override_rag(late, rag="", reason="Notice withdrawn.", by=office.person, now=timezone.now())

    assert not entry_of(late).rag.is_override
    lines = [(line.words, line.detail, line.actor) for line in history_of(late, [])]
    assert lines[:2] == [
        ("RAG back to the rule", "Notice withdrawn.", office.person.name),
        ("RAG overridden", "Red. Supplier gave notice.", office.person.name),
    ]


def test_going_back_when_there_is_nothing_to_go_back_from_is_refused(late):
    with pytest.raises(ValidationError, match="follows the rule already"):
        rag.override_rag(late, rag="", reason="Why not", by=make.office().person, now=timezone.now())


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_override_needs_a_reason(late, reason):
    with pytest.raises(ValidationError, match="Say why"):
        rag.override_rag(late, rag="red", reason=reason, by=make.office().person, now=timezone.now())


def test_an_override_is_never_edited_or_deleted(late):
    row = rag.override_rag(late, rag="red", reason="So.", by=make.office().person, now=timezone.now())

    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        RagOverride.objects.filter(pk=row.pk).update(rag="green")
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        row.delete()


def test_what_is_achieved_is_rated_by_nobody(late):
    rag.override_rag(late, rag="red", reason="So.", by=make.office().person, now=timezone.now())
    from milestones.models import Achievement

    Achievement.objects.create(
        milestone=late,
        first_on=date(2026, 11, 9),
        last_on=date(2026, 11, 9),
        precision="day",
        source=make.source(),
        confidence="stated",
        words="Done",
    )

    assert entry_of(late).rag.label == "Achieved"


@pytest.mark.django_db(transaction=True)
def test_two_who_override_in_the_same_moment_both_count_one_after_the_other():
    milestone, people = make.milestone(), [make.office().person for _ in range(4)]
    refused: list[Exception] = []

    def override(person) -> None:
        try:
            rag.override_rag(milestone, rag="red", reason=f"{person.pk}", by=person, now=timezone.now())
        except Exception as error:  # whatever it is, the test names it
            refused.append(error)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=override, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == []
    assert RagOverride.objects.filter(milestone=milestone, replaced_by__isnull=True).count() == 1


# --- criteria


def test_criteria_are_counted_without_the_waived_ones(late):
    criteria.add(late, words="One", by=None)
    criteria.add(late, words="Two", by=None, state="met", approved_at_words="SITAG, 15 August 2025")
    criteria.add(late, words="Three", by=None, state="waived")

    found = criteria.standing_of(late)

    assert (found.met, found.counted, [row.position for row in found.rows]) == (1, 2, [1, 2, 3])
    assert criteria.counts() == {late.pk: (1, 2)}


def test_what_is_met_names_evidence_or_a_meeting(late):
    row = criteria.add(late, words="One", by=None)

    with pytest.raises(ValidationError, match="names its evidence or the meeting"):
        criteria.change(row, words="One", state="met", by=None)

    criteria.change(row, words="One", state="met", evidence_url="https://sample.example/report", by=None)
    assert Criterion.objects.get().state == "met"


def test_the_same_criterion_twice_is_refused(late):
    criteria.add(late, words="One", by=None)

    with pytest.raises(ValidationError, match="has this criterion already"):
        criteria.add(late, words=" one ", by=None)


def test_two_who_change_one_criterion_do_not_overwrite_each_other(late):
    row = criteria.add(late, words="One", by=None)
    seen = criteria.version_of(row)
    criteria.change(row, words="One, better", by=None, seen_version=seen)

    with pytest.raises(ValidationError, match="Somebody has changed this criterion"):
        criteria.change(row, words="One, worse", by=None, seen_version=seen)


def test_every_change_of_a_criterion_is_in_the_history_with_its_words(late):
    person = make.office().person
    row = criteria.add(late, words="One", by=person)
    criteria.change(row, words="One", state="in-progress", by=person)

    found = history_of(late, list(Criterion.objects.all()))

    said = [(line.words, line.detail, line.actor) for line in found]
    assert ("Criterion changed", "“One” State: not-started to in-progress", person.name) in said
    assert verbs_on(row) == ["milestones.criterion_added", "milestones.criterion_changed"]


def test_the_owner_is_named_and_the_facts_do_not_take_it_back(late):
    criteria.name_owner(late, owner=" Head of Testing ", by=make.office().person)

    late.refresh_from_db()
    assert late.owner == "Head of Testing"
    assert verbs_on(late)[-1] == "milestones.owner_named"
