"""What nobody may do to a baseline, by whatever route."""

from __future__ import annotations

from datetime import date

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from mhhs_portal.db import save_checked
from mhhs_portal.documents.models import keep
from milestones.models import Baseline, BaselineDate, MilestoneNote, Stage
from tests import make

DAY = date(2025, 3, 7)
SEPTEMBER = {"first_on": date(2025, 9, 1), "last_on": date(2025, 9, 30), "precision": "month"}


@pytest.fixture
def agreed(db):
    """A date of a frozen baseline."""
    baseline = make.baseline()
    row = make.baseline_date(baseline, make.milestone(), DAY)
    make.freeze(baseline, current=True)
    return row


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE would stumble over the test's own rows
        cursor.execute(sql)


def refused(sql: str, words: str) -> None:
    with pytest.raises(IntegrityError, match=words):
        run(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE milestones_baselinedate SET first_on = '2030-01-01', last_on = '2030-01-01'",
        "UPDATE milestones_baselinedate SET note = 'better'",
        "DELETE FROM milestones_baselinedate",
        "TRUNCATE milestones_baselinedate",
        "TRUNCATE milestones_baselinedate CASCADE",
    ],
)
def test_a_date_is_never_changed_not_even_by_raw_sql(agreed, sql):
    refused(sql, "never changed or deleted")

    assert BaselineDate.objects.get().first_on == DAY


def test_a_date_is_never_changed_through_the_orm(agreed):
    agreed.note = "better"
    for change in (agreed.save, agreed.delete, BaselineDate.objects.all().delete):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            change()

    assert BaselineDate.objects.get().note == ""


def test_a_date_cannot_be_changed_even_before_its_baseline_is_frozen(db):
    make.baseline_date(make.baseline(), make.milestone(), DAY)

    refused("UPDATE milestones_baselinedate SET note = 'better'", "never changed or deleted")


def test_a_frozen_baseline_takes_no_more_dates(agreed):
    other = make.milestone()

    with pytest.raises(IntegrityError, match="takes no more dates"), transaction.atomic():
        make.baseline_date(agreed.baseline, other, DAY)
    refused(
        "INSERT INTO milestones_baselinedate (baseline_id, milestone_id, first_on, last_on, precision, source_id, "
        "confidence, note, alternative_precision, alternative_confidence) SELECT baseline_id, "
        f"{other.pk}, first_on, last_on, precision, source_id, confidence, '', '', '' FROM milestones_baselinedate",
        "takes no more dates",
    )

    assert BaselineDate.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "name = 'CR1'",
        "decided_on = '2020-01-01'",
        "decided_by = 'us'",
        "frozen_at = NULL",
        "frozen_at = now()",
        "note = 'x'",
    ],
)
def test_a_frozen_baselines_own_facts_do_not_change(agreed, change):
    refused(f"UPDATE milestones_baseline SET is_current = false, {change}", "frozen baseline does not change")


def test_a_frozen_baseline_may_stop_being_the_current_one(agreed):
    Baseline.objects.update(is_current=False)

    assert Baseline.objects.current() is None


def test_baselines_are_not_deleted_or_emptied(agreed):
    refused("TRUNCATE milestones_baseline CASCADE", "never deleted|never changed")
    refused("DELETE FROM milestones_baseline", "never deleted")
    make.baseline(slug="draft")
    refused("TRUNCATE milestones_baseline CASCADE", "never deleted|never changed")

    Baseline.objects.get(slug="draft").delete()  # nothing was agreed yet


def test_only_one_baseline_is_the_current_one(agreed):
    other = make.baseline(frozen=True)

    with pytest.raises(IntegrityError, match="baseline_one_current"), transaction.atomic():
        Baseline.objects.filter(pk=other.pk).update(is_current=True)


def test_a_baseline_that_is_not_frozen_is_nobodys_current_one(db):
    with pytest.raises(IntegrityError, match="baseline_current_is_frozen"), transaction.atomic():
        make.baseline(is_current=True)


def test_the_triggers_sleep_only_when_told_to(agreed):
    with pgtrigger.ignore("milestones.BaselineDate:baseline_date_never_changes"):
        BaselineDate.objects.update(note="put right by hand")

    assert BaselineDate.objects.get().note == "put right by hand"
    refused("UPDATE milestones_baselinedate SET note = 'x'", "never changed or deleted")


@pytest.mark.parametrize(
    "dates",
    [
        {"first_on": DAY, "last_on": date(2025, 3, 8), "precision": "day"},
        {"first_on": date(2025, 9, 2), "last_on": date(2025, 9, 30), "precision": "month"},
        {"first_on": date(2025, 9, 1), "last_on": date(2025, 9, 29), "precision": "month"},
        {"first_on": date(2025, 9, 1), "last_on": date(2025, 10, 31), "precision": "month"},
        {"first_on": date(2024, 9, 1), "last_on": date(2025, 9, 30), "precision": "month"},
        {"first_on": date(2025, 6, 1), "last_on": date(2025, 3, 31), "precision": "range"},
        {"first_on": date(2025, 3, 1), "last_on": date(2025, 3, 31), "precision": "range"},
        {"first_on": date(2025, 3, 2), "last_on": date(2025, 6, 30), "precision": "range"},
        {"first_on": DAY, "last_on": DAY, "precision": "about"},
    ],
)
def test_dates_that_do_not_fit_their_precision_are_refused(db, dates):
    first_timetable = make.baseline(number=1)  # has no request, whose lines would be refused before

    with pytest.raises(IntegrityError, match="baseline_date_dates_fit_their_precision"), transaction.atomic():
        make.baseline_date(first_timetable, make.milestone(), DAY, **dates)


@pytest.mark.parametrize(
    "dates",
    [
        {"first_on": DAY, "last_on": DAY, "precision": "day"},
        SEPTEMBER,
        {"first_on": date(2024, 2, 1), "last_on": date(2024, 2, 29), "precision": "month"},
        {"first_on": date(2024, 12, 1), "last_on": date(2025, 1, 31), "precision": "range"},
    ],
)
def test_dates_that_fit_their_precision_are_taken(db, dates):
    row = make.baseline_date(make.baseline(), make.milestone(), DAY, **dates)

    assert (row.when.first, row.when.last, row.when.precision) == tuple(dates.values())


def test_an_alternative_date_needs_its_own_source(db):
    with pytest.raises(IntegrityError, match="alternative_has_a_source"), transaction.atomic():
        make.baseline_date(
            make.baseline(),
            make.milestone(),
            DAY,
            alternative_first_on=DAY,
            alternative_last_on=DAY,
            alternative_precision="day",
        )


def test_a_conflict_names_both_sources(db):
    note = MilestoneNote(
        milestone=make.milestone(),
        key="k",
        kind="conflict",
        words="Two days",
        source=make.source(),
        confidence="stated",
    )

    with pytest.raises(ValidationError, match="names both sources"):
        save_checked(note)


def test_a_stage_that_ends_before_it_starts_is_refused_in_words(db):
    day = {"start_precision": "day", "end_precision": "day"}
    first, last = {"start_first_on": DAY, "start_last_on": DAY}, {"end_first_on": date(2025, 3, 6)}
    stage = Stage(
        key="k", name="K", lane=make.lane(), source=make.source(), confidence="stated", **day, **first, **last
    )
    stage.end_last_on = stage.end_first_on

    with pytest.raises(ValidationError, match="cannot end before it starts"):
        save_checked(stage)


def test_a_forecast_is_never_edited_only_replaced(db):
    first = make.forecast(make.milestone(), DAY)
    refused("UPDATE milestones_forecast SET reason = 'better'", "never edited")
    refused("DELETE FROM milestones_forecast", "never edited")
    refused("TRUNCATE milestones_forecast", "never edited")

    second = make.forecast(first.milestone, date(2025, 4, 1), replaces=first)

    assert list(type(first).objects.in_force()) == [second]
    with pytest.raises(IntegrityError, match="forecast_one_first"), transaction.atomic():
        make.forecast(first.milestone, DAY)


def test_a_stored_file_is_kept_as_it_was(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = keep(b"bytes", name="plan.pdf", content_type="application/pdf")

    refused("UPDATE documents_storedfile SET name = 'x'", "kept as it was")
    refused("DELETE FROM documents_storedfile", "kept as it was")
    assert (stored.read(), stored.size, "plan" in stored.file.name) == (b"bytes", 5, False)
