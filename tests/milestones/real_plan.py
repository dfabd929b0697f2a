"""The published facts as one `Plan`, by hand, for tests of the drawing."""

from __future__ import annotations

from datetime import date

from milestones.poap import (
    Bar,
    Decision,
    Flag,
    Lane,
    Link,
    Mark,
    PathRow,
    Plan,
    Revision,
    When,
)

TODAY = date(2026, 11, 23)

LANES = (
    Lane("governance", "Governance and assurance"),
    Lane("code", "Design and code"),
    Lane("sit", "Systems integration testing"),
    Lane("qualification", "Qualification"),
    Lane("cutover", "Central systems and cutover"),
    Lane("migration", "Migration"),
    Lane("settlement", "Settlement timetable"),
)

PATHS = (
    PathRow("cp1", "CP1", "SIT minimum viable cohort", "/critical-paths/cp1/"),
    PathRow("cp2", "CP2", "Other SIT participants", "/critical-paths/cp2/",
            "Go live between CP2 and CP3; no date is published"),
    PathRow("cp3", "CP3", "Non-SIT, Tranche 1", "/critical-paths/cp3/"),
    PathRow("later", "Later", "Later Qualification", "/critical-paths/later/",
            "Follow the Qualification route in later tranches; no date is published"),
)  # fmt: skip

ALL = ("cp1", "cp2", "cp3", "later")


def mark(code: str, lane: str, short_name: str, name: str = "", **rest: object) -> Mark:
    url = f"/milestones/{code.lower().replace(' ', '-')}/"
    return Mark(code, lane, short_name, name or short_name, url=url, **rest)  # type: ignore[arg-type]


MARKS = (
    *(mark(f"M{n}", "governance", "Name not published") for n in (1, 2, 3, 4, 5, 9)),
    mark("M6", "code", "Code text baselined", achieved=When.month(2024, 8)),
    mark("M7", "code", "Code text approved", "Ofgem approval of code text",
         achieved=When.month(2024, 11)),
    mark("M8", "code", "Code changes in force", "Code changes delivered", tier=2, paths=ALL,
         baseline=When.day(date(2025, 9, 24)), compared=When.day(date(2025, 3, 7)),
         achieved=When.day(date(2025, 9, 22))),
    mark("SIT exit", "sit", "Operational exit report", "SIT Operational exit report approved",
         tier=2, paths=("cp1", "cp2"), achieved=When.day(date(2025, 8, 15))),
    mark("M10", "cutover", "Central systems ready", "Central systems ready to migrate MPANs",
         paths=ALL, baseline=When.month(2025, 9), compared=When.months((2025, 3), (2025, 6)),
         achieved=When.day(date(2025, 9, 24))),
    mark("M11", "migration", "Migration starts", "Start of migration, unmetered and Advanced",
         paths=("cp1",), baseline=When.month(2025, 10),
         compared=When.month(2025, 4, is_inferred=True),
         achieved=When.month(2025, 10, is_inferred=True)),
    mark("M12", "migration", "Migration starts", "Start of migration, Smart and Non-Smart",
         paths=("cp1",), baseline=When.month(2025, 10, is_inferred=True),
         compared=When.month(2025, 4, is_inferred=True),
         achieved=When.month(2025, 10, is_inferred=True)),
    mark("M13", "settlement", "Load shaping on", "Load Shaping Service switched on",
         baseline=When.month(2025, 9, is_inferred=True), achieved=When.day(date(2025, 9, 24))),
    mark("M14", "qualification", "All suppliers able to accept MPANs", paths=("cp3", "later"),
         baseline=When.day(date(2026, 10, 28)), status="Outcome not published"),
    mark("M15", "migration", "Transition complete", "Full transition complete", paths=ALL,
         baseline=When.day(date(2027, 5, 7)), compared=When.month(2026, 10), status="Open"),
    mark("M16", "settlement", "New timetable", "Cutover to the new settlement timetable",
         baseline=When.day(date(2027, 7, 2)),
         compared=When.month(2026, 12, alternative=When.month(2027, 5)), status="Open"),
)  # fmt: skip

BARS = (
    Bar("sit", "sit", "Systems integration testing (SIT)", ("SIT",), When.month(2023, 10), None),
    Bar("regression", "sit", "Regression framework consultations", ("Regression",),
        When.day(date(2025, 3, 17)), When.day(date(2025, 4, 9))),
    Bar("pqs", "qualification", "Pre-Qualification Submission window", ("PQS window", "PQS"),
        When.day(date(2024, 2, 5)), When.day(date(2024, 4, 26))),
    Bar("qap", "qualification", "QA&P consultation", ("QA&P",),
        When.day(date(2025, 5, 19)), When.day(date(2025, 5, 30))),
    Bar("enduring", "qualification", "Enduring qualification process", ("Enduring",),
        When.day(date(2026, 4, 1)), None),
    Bar("sprints", "migration", "Nine migration sprints", (), When.month(2025, 10),
        When.day(date(2027, 5, 7))),
    Bar("rf7", "settlement", "RF at 7 months", ("RF 7",), When.day(date(2027, 4, 1)),
        When.day(date(2027, 7, 1))),
)  # fmt: skip

DECISIONS = (
    Decision("cr055", "governance", "CR055 approved, published",
             (When.day(date(2024, 11, 29)), When.day(date(2024, 12, 20)))),
    Decision("rf", "settlement", "RF decision", (When.month(2026, 10),)),
)  # fmt: skip

REAL = Plan(
    lanes=LANES,
    today=TODAY,
    baseline_name="CR055",
    path_rows=PATHS,
    bars=BARS,
    marks=MARKS,
    flags=(
        Flag("cp1", "Earliest migration start", When.month(2025, 10, is_inferred=True)),
        Flag("cp3", "Early migration", When.month(2026, 5, is_inferred=True)),
    ),
    decisions=DECISIONS,
    links=(Link("M8", "M10"), Link("M10", "M11"), Link("M10", "M12")),
    compared_name="CR022",
)

REVISION = Revision(
    baseline="CR055, published 20 December 2024",
    approved_by="Ofgem, 29 November 2024",
    replaces="CR022, PSG, 8 June 2023",
    forecast="No forecast has been published in this portal",
    as_at="09:40 on Monday 23 November 2026, UK time",
    check_code="7f3a 91c4 02be",
    table_url="https://portal.example/?view=table",
)
