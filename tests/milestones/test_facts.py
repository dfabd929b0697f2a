"""The files against the table of sourced facts, cell by cell; and what loading them twice, or wrongly, does."""

from __future__ import annotations

import shutil
from datetime import date

import pghistory.models
import pytest
from django.apps import apps
from django.db import connection

from mhhs_portal.organisations import facts as organisations
from milestones import facts, register
from milestones.models import Baseline, BaselineDate, CriticalPath, Milestone, MilestoneNote, PathGate, Stage
from milestones.models.dates import Confidence
from tests import kept

TODAY = date(2026, 11, 23)

#: milestone, baseline: words with precision, source, confidence. Whatever is not here is not published.
DATES = {
    ("M11", "original"): ("October 2024", "CCDG", "inferred"),
    ("M15", "original"): ("October 2025", "UW22", "inferred"),
    ("M16", "original"): ("October 2025", "UW22", "inferred"),
    ("M8", "cr022"): ("7 March 2025", "ELXLEG", "stated"),
    ("M10", "cr022"): ("March to June 2025", "RECFRZ", "stated"),
    ("M11", "cr022"): ("April 2025", "NPW24", "inferred"),
    ("M12", "cr022"): ("April 2025", "NPW24", "inferred"),
    ("M15", "cr022"): ("October 2026", "M15AC", "stated"),
    ("M16", "cr022"): ("December 2026 or May 2027", "ELX55", "stated"),
    ("M8", "cr055"): ("24 September 2025", "PLAN", "stated"),
    ("M10", "cr055"): ("September 2025", "ELX55", "stated"),
    ("M11", "cr055"): ("October 2025", "ELX55", "stated"),
    ("M12", "cr055"): ("October 2025", "ELX55", "inferred"),
    ("M13", "cr055"): ("September 2025", "M10P", "inferred"),
    ("M14", "cr055"): ("28 October 2026", "KPM", "stated_second_hand"),
    ("M15", "cr055"): ("7 May 2027", "KPM", "stated_second_hand"),
    ("M16", "cr055"): ("2 July 2027", "DEL1590", "stated_second_hand"),
}
ACHIEVED = {
    "M6": ("August 2024", "Stated by the source"),
    "M7": ("November 2024", "Stated by the source"),
    "M8": ("22 September 2025", "Stated by the source"),
    "SIT exit": ("15 August 2025", "Stated by the source"),
    "M10": ("24 September 2025", "Stated by the source"),
    "M11": ("October 2025", "Inferred"),
    "M12": ("October 2025", "Inferred"),
    "M13": ("24 September 2025", "Stated by the source"),
}


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load)


@pytest.fixture
def files(tmp_path):
    """A copy of the files that a test may change."""
    return shutil.copytree(facts.DATA, tmp_path / "data")


def test_every_baseline_says_what_the_sources_say_and_nothing_else(plan):
    rows = BaselineDate.objects.select_related("baseline", "milestone", "source")

    said = {(r.milestone.code, r.baseline.slug): (r.when.words, r.source.key, r.confidence) for r in rows}

    assert said == DATES


def test_the_alternative_of_m16_has_its_own_source_and_confidence(plan):
    row = BaselineDate.objects.get(milestone__code="M16", baseline__slug="cr022")

    assert (row.alternative.words, row.alternative_source.key, row.alternative_confidence) == (
        "May 2027",
        "UW22",
        Confidence.TRADE_PRESS,
    )


def test_what_was_achieved_is_what_the_sources_say(plan):
    entries = register.read(TODAY).entries

    assert {e.milestone.code: (e.achieved.when.words, e.achieved.confidence) for e in entries if e.achieved} == ACHIEVED


def test_milestones_that_nobody_names_have_no_name_and_no_date(plan):
    unknown = [e for e in register.read(TODAY).entries if e.now is None]

    assert [e.milestone.code for e in unknown] == ["M1", "M2", "M3", "M4", "M5", "M9"]
    assert {e.milestone.title for e in unknown} == {"Name not published"}
    assert {e.milestone.decided_by for e in unknown} == {""}


def test_the_three_baselines_say_who_decided_and_when(plan):
    said = [(b.slug, b.decided_on, b.published_on, b.is_current) for b in Baseline.objects.all()]

    assert said == [
        ("original", date(2021, 4, 20), None, False),
        ("cr022", date(2023, 6, 8), None, False),
        ("cr055", date(2024, 11, 29), date(2024, 12, 20), True),
    ]
    assert [b.decided_by for b in Baseline.objects.exclude(slug="cr022")] == ["Ofgem", "Ofgem"]
    assert not Baseline.objects.filter(frozen_at__isnull=True).exists()


def test_there_is_no_forecast_because_none_is_published(plan):
    assert {e.forecast for e in register.read(TODAY).entries} == {None}


def test_m14_has_passed_with_an_outcome_that_is_not_known(plan):
    read = register.read(TODAY)

    assert read.entry("m14").status.words == "Outcome not known"
    assert read.next.milestone.code == "M15"


def test_the_two_days_of_m8_are_a_conflict_with_both_sources(plan):
    note = MilestoneNote.objects.get(milestone__code="M8", kind="conflict")

    assert (note.source.key, note.other_source.key) == ("PLAN", "M8CODE")
    assert "24 September 2025" in note.words
    assert "22 September 2025" in note.words


def test_only_m8_and_the_sit_exit_are_tier_2_and_no_other_tier_is_published(plan):
    assert dict(Milestone.objects.exclude(tier=None).values_list("code", "tier")) == {"M8": 2, "SIT exit": 2}


def test_no_gate_of_a_path_passes_as_the_programmes_fact(plan):
    gates = {gate.path.slug: (gate.when.words, gate.confidence) for gate in PathGate.objects.select_related("path")}

    assert gates == {"cp1": ("October 2025", "inferred"), "cp3": ("May 2026", "trade_press")}


def test_stages_without_a_published_end_stay_open(plan):
    open_ended = Stage.objects.filter(end_first_on__isnull=True).values_list("key", flat=True)

    assert set(open_ended) == {"cit", "enduring-qualification", "cp1-sit", "cp2-sit"}


def test_sit_and_qualification_testing_are_never_on_one_path(plan):
    steps = {p.slug: [s.key for s in p.steps.whole()] for p in CriticalPath.objects.all()}

    shared = ["final-qad", "approval", "activation", "migration"]
    assert steps["cp1"] == steps["cp2"] == ["pit", "dip", "initial-qad", "sit", *shared]
    assert steps["cp3"] == steps["later"] == ["pqs", "pit", "dip", "initial-qad", "qt", *shared]


def test_loading_again_writes_nothing_and_adds_no_history(plan):
    def rows():
        return {model._meta.label: model.objects.count() for model in apps.get_app_config("milestones").get_models()}

    before, events = rows(), pghistory.models.Events.objects.count()

    assert facts.load(TODAY) == ["The plan: 0 rows written"]
    assert (rows(), pghistory.models.Events.objects.count()) == (before, events)


@pytest.mark.parametrize(
    ("was", "now", "where"),
    [
        ('M8 = { date = "2025-09-24"', 'M8 = { date = "2025-09-25"', "CR055: M8"),
        (
            'M13 = { date = "2025-09", source = "M10P"',
            'M9 = { date = "2025-09", source = "M10P"',
            "CR055: M13; CR055: M9",
        ),
        (
            'decided_by = "Ofgem"\nsource = "FBC"',
            'decided_by = "DESNZ"\nsource = "FBC"',
            "Original timetable: decided_by",
        ),
    ],
)
def test_a_file_that_differs_from_a_frozen_baseline_is_refused_in_words(plan, files, was, now, where):
    file = files / "baselines.toml"
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, now))

    with pytest.raises(facts.FactsError, match="A frozen baseline does not change") as refusal:
        facts.load(TODAY, files)

    assert all(part in str(refusal.value) for part in where.split("; "))
    assert BaselineDate.objects.get(milestone__code="M8", baseline__slug="cr055").first_on == date(2025, 9, 24)


def test_a_corrected_outcome_replaces_the_report_and_keeps_the_old_one(plan, files):
    file = files / "plan.toml"
    file.write_text(file.read_text().replace('achieved = { date = "2024-08"', 'achieved = { date = "2024-08-28"'))

    facts.load(TODAY, files)

    m6 = Milestone.objects.get(code="M6")
    assert [r.when.words for r in m6.achievements.order_by("pk")] == ["August 2024", "28 August 2024"]
    assert register.read(TODAY).entry("m6").achieved.when.words == "28 August 2024"


def test_an_unknown_source_or_a_wrong_date_is_refused_in_words(files, plan):
    file = files / "plan.toml"
    good = file.read_text()

    file.write_text(good.replace('source = "SIT"', 'source = "NOWHERE"', 1))
    with pytest.raises(facts.FactsError, match="No source is called 'NOWHERE'"):
        facts.load(TODAY, files)

    file.write_text(good.replace('start = "2023-10-30"', 'start = "30/10/2023"', 1))
    with pytest.raises(facts.FactsError, match="is no date"):
        facts.load(TODAY, files)


def test_a_new_baseline_becomes_the_current_one_and_the_old_ones_stay(plan, files):
    file = files / "baselines.toml"
    text = file.read_text().replace("is_current = true\n", "")
    file.write_text(
        text
        + '\n[[baseline]]\nslug = "cr099"\nname = "CR099"\nnumber = 4\ndecided_on = 2026-12-01\ndecided_by = "Ofgem"\n'
        + 'replaces = "cr055"\nis_current = true\nsource = "PLAN"\nconfidence = "stated"\n[baseline.dates]\n'
        + 'M16 = { date = "2027-08", source = "PLAN", confidence = "stated" }\n'
    )

    facts.load(TODAY, files)

    assert Baseline.objects.current().slug == "cr099"
    assert BaselineDate.objects.filter(baseline__slug="cr055").count() == 8


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2025-09-24", date(2025, 9, 24), date(2025, 9, 24), "day"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2025-03..2025-06", date(2025, 3, 1), date(2025, 6, 30), "range"),
    ],
)
def test_dates_in_files_carry_their_precision(text, first, last, precision):
    assert facts.parse(text) == (first, last, precision)


def test_a_month_is_a_month_in_the_database_too(plan):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM milestones_baselinedate WHERE precision = 'month' "
            "AND last_on = (date_trunc('month', first_on) + interval '1 month - 1 day')::date"
        )
        assert cursor.fetchone()[0] == sum(words[0][0].isalpha() and " to " not in words[0] for words in DATES.values())
