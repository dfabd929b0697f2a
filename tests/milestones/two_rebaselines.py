"""A plan of nine milestones that is re-baselined twice, worked out by hand.

Everything is built through the real verbs; nothing below is computed by the portal. Whoever shows the plan (pages,
exports, PDF, calendar, API) must show the values of EXPECTED.

    from tests.milestones.two_rebaselines import EXPECTED, build
    plan = build()          # or the fixture `two_rebaselines`

Three baselines: "first" (number 1: words and links are not known), "rb1" and "rb2" (current).
Bank holidays that count here: 18 and 21 April 2025 (Easter), 25 August 2025, 25 and 26 December 2025, 1 January 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

import pytest

from mhhs_portal.deadlines import deadline
from mhhs_portal.organisations.models import Organisation
from milestones.changes import applying, change_requests, releases
from milestones.changes.change_requests import Line
from milestones.models import Baseline, BaselineDate, ChangeRequest, CriticalPath, Dependency, Milestone, Source
from milestones.poap import When
from tests import kept, make

#: code: name, and the date in the first timetable
FIRST: dict[str, tuple[str, When | None]] = {
    "T1": ("Design baselined", When.day(date(2025, 4, 10))),  # Thursday before Palm Sunday
    "T2": ("Build complete", When.month(2025, 12)),
    "T3": ("Test starts", When.day(date(2025, 12, 19))),  # Friday
    "T4": ("Test ends", When.months((2026, 3), (2026, 6))),
    "T5": ("Migration starts", When.month(2026, 12, alternative=When.month(2027, 5))),
    "T6": ("Old system frozen", When.day(date(2025, 8, 25))),  # Monday, a bank holiday
    "T7": ("Service active", When.day(date(2026, 6, 13))),  # Saturday
    "T8": ("Old name", None),
}
#: before, after, lag in working days
LINKS = [("T2", "T3", 5), ("T3", "T4", None), ("T6", "T7", None)]
ON_PATH = ("T1", "T3", "T6", "T7", "T8")  # of the path cp3

EXPECTED = {
    # What each baseline says, in words.
    "dates": {
        "first": {
            "T1": "10 April 2025",
            "T2": "December 2025",
            "T3": "19 December 2025",
            "T4": "March to June 2026",
            "T5": "December 2026 or May 2027",
            "T6": "25 August 2025",
            "T7": "13 June 2026",
        },
        "rb1": {
            "T1": "24 April 2025",
            "T2": "December 2025",
            "T3": "19 December 2025",
            "T4": "September 2026",
            "T5": "December 2026 or May 2027",
            "T6": "1 September 2025",
            "T7": "14 June 2026",
            "T8": "30 October 2026",
        },
        "rb2": {
            "T1": "24 April 2025",
            "T2": "12 January 2026",
            "T3": "5 January 2026",
            "T4": "30 September 2026",
            "T5": "2 July 2027",
            "T7": "5 June 2026",
            "T8": "30 October 2026",
            "T9": "27 March 2026",
        },
    },
    # From one baseline to another: how far in words, working days, calendar days (None where a month, a range or an
    # alternative takes part: it is never turned into a day).
    "slip": {
        ("first", "rb1"): {
            # Fri 11, Mon 14 to Thu 17 (4), not Good Friday 18, not Easter Monday 21, Tue 22, Wed 23, Thu 24: 1+4+3
            "T1": ("8 working days later", 8, 14),
            "T4": ("3 to 6 months later", None, None),  # June to September, March to September
            # not the bank holiday itself: Tue 26 to Fri 29 August (4), Mon 1 September: 5
            "T6": ("5 working days later", 5, 7),
            "T7": ("1 calendar day later", 0, 1),  # Saturday to Sunday
        },
        ("rb1", "rb2"): {
            "T2": ("1 month later", None, None),
            # Mon 22 to Wed 24 (3), not 25 and 26, Mon 29 to Wed 31 (3), not 1 January, Fri 2, Mon 5: 3+3+2
            "T3": ("8 working days later", 8, 17),
            "T4": ("Same month", None, None),
            "T5": ("7 or 2 months later", None, None),
            # from Sunday 14 back to Friday 5: the working days after Friday 5 are Mon 8 to Fri 12: 5
            "T7": ("5 working days earlier", -5, -9),
        },
        ("first", "rb2"): {
            "T1": ("8 working days later", 8, 14),
            "T2": ("1 month later", None, None),
            "T3": ("8 working days later", 8, 17),
            "T4": ("3 to 6 months later", None, None),
            "T5": ("7 or 2 months later", None, None),
            "T7": ("5 working days earlier", -5, -8),  # from Saturday 13 back to Friday 5
        },
    },
    # kind, milestone, sentence; exactly these and nothing else, in this order.
    "compare": {
        ("first", "rb1"): [
            ("moved", "T1", "T1 moves from 10 April 2025 to 24 April 2025, 8 working days later."),
            ("moved", "T4", "T4 moves from March to June 2026 to September 2026, 3 to 6 months later."),
            ("moved", "T6", "T6 moves from 25 August 2025 to 1 September 2025, 5 working days later."),
            ("moved", "T7", "T7 moves from 13 June 2026 to 14 June 2026, 1 calendar day later."),
        ],
        ("rb1", "rb2"): [
            ("moved", "T2", "T2 moves from December 2025 to 12 January 2026, 1 month later."),
            ("moved", "T3", "T3 moves from 19 December 2025 to 5 January 2026, 8 working days later."),
            ("moved", "T4", "T4 moves from September 2026 to 30 September 2026, within the same month."),
            ("moved", "T5", "T5 moves from December 2026 or May 2027 to 2 July 2027."),
            ("moved", "T7", "T7 moves from 14 June 2026 to 5 June 2026, 5 working days earlier."),
            ("added", "T9", "T9 Extra checkpoint is added, at 27 March 2026."),
            ("removed", "T6", "T6 Old system frozen is removed; it was at 1 September 2025."),
            ("re-worded", "T8", "T8 is re-worded from “Old name” to “New name”."),
            ("re-linked", "T3", "T3 still waits for T2, now plus 10 working days; before plus 5 working days."),
            ("re-linked", "T4", "T4 no longer waits for T3."),
            ("re-linked", "T5", "T5 now waits for T4."),
            ("re-linked", "T7", "T7 no longer waits for T6."),
        ],
        ("first", "rb2"): [
            ("moved", "T1", "T1 moves from 10 April 2025 to 24 April 2025, 8 working days later."),
            ("moved", "T2", "T2 moves from December 2025 to 12 January 2026, 1 month later."),
            ("moved", "T3", "T3 moves from 19 December 2025 to 5 January 2026, 8 working days later."),
            ("moved", "T4", "T4 moves from March to June 2026 to 30 September 2026, 3 to 6 months later."),
            ("moved", "T5", "T5 moves from December 2026 or May 2027 to 2 July 2027."),
            ("moved", "T7", "T7 moves from 13 June 2026 to 5 June 2026, 5 working days earlier."),
        ],
        ("rb2", "forecast"): [
            ("moved", "T2", "T2 is forecast to move from 12 January 2026 to February 2026, 1 month later."),
            # Tue 6 to Fri 9 (4), Mon 12 to Wed 14 (3): 7
            ("moved", "T3", "T3 is forecast to move from 5 January 2026 to 14 January 2026, 7 working days later."),
        ],
    },
    # What the first timetable said about words and links is not known: these are listed below, never as added.
    "not comparable": {
        ("first", "rb1"): ["T8 is at 30 October 2026 in RB1; First timetable has no published date for it."],
        ("rb1", "rb2"): [],
        ("first", "rb2"): [
            "T6 is at 25 August 2025 in First timetable; RB2 has no published date for it.",
            "T8 is at 30 October 2026 in RB2; First timetable has no published date for it.",
            "T9 is at 27 March 2026 in RB2; First timetable has no published date for it.",
        ],
    },
    "forecasts": {"T2": "February 2026", "T3": "14 January 2026"},
    # Of the forecast against rb2, as in "slip".
    "forecast slip": {"T2": ("1 month later", None, None), "T3": ("7 working days later", 7, 9)},
    "note": """\
Baseline RB2 replaces RB1. RB2 was decided by Ofgem on 3 June 2024.

T2 moves from December 2025 to 12 January 2026, 1 month later.
T3 moves from 19 December 2025 to 5 January 2026, 8 working days later.
T4 moves from September 2026 to 30 September 2026, within the same month.
T5 moves from December 2026 or May 2027 to 2 July 2027.
T7 moves from 14 June 2026 to 5 June 2026, 5 working days earlier.

T9 Extra checkpoint is added, at 27 March 2026.

T6 Old system frozen is removed; it was at 1 September 2025.

T8 is re-worded from “Old name” to “New name”.

T3 still waits for T2, now plus 10 working days; before plus 5 working days.
T4 no longer waits for T3.
T5 now waits for T4.
T7 no longer waits for T6.""",
    # For an organisation on cp3 (T1, T3, T6, T7, T8): T3 and T7 moved.
    "own note": "2 of the 5 milestones on your path moved.",
    # The comparison of rb1 and rb2 as CSV, without the byte order mark.
    "csv": """\
Change,Milestone,Name,Before,"Before, first day","Before, last day",After,"After, first day","After, last day",\
Movement,Working days,Calendar days,In words
moved,T2,Build complete,December 2025,2025-12-01,2025-12-31,12 January 2026,2026-01-12,2026-01-12,\
1 month later,,,"T2 moves from December 2025 to 12 January 2026, 1 month later."
moved,T3,Test starts,19 December 2025,2025-12-19,2025-12-19,5 January 2026,2026-01-05,2026-01-05,\
8 working days later,8,17,"T3 moves from 19 December 2025 to 5 January 2026, 8 working days later."
moved,T4,Test ends,September 2026,2026-09-01,2026-09-30,30 September 2026,2026-09-30,2026-09-30,\
Same month,,,"T4 moves from September 2026 to 30 September 2026, within the same month."
moved,T5,Migration starts,December 2026 or May 2027,2026-12-01,2026-12-31,2 July 2027,2027-07-02,2027-07-02,\
,,,T5 moves from December 2026 or May 2027 to 2 July 2027.
moved,T7,Service active,14 June 2026,2026-06-14,2026-06-14,5 June 2026,2026-06-05,2026-06-05,\
5 working days earlier,-5,-9,"T7 moves from 14 June 2026 to 5 June 2026, 5 working days earlier."
added,T9,Extra checkpoint,,,,27 March 2026,2026-03-27,2026-03-27,,,,"T9 Extra checkpoint is added, at 27 March 2026."
removed,T6,Old system frozen,1 September 2025,2025-09-01,2025-09-01,,,,,,,\
T6 Old system frozen is removed; it was at 1 September 2025.
re-worded,T8,New name,30 October 2026,2026-10-30,2026-10-30,30 October 2026,2026-10-30,2026-10-30,,,,\
T8 is re-worded from “Old name” to “New name”.
re-linked,T3,Test starts,,,,,,,,,,"T3 still waits for T2, now plus 10 working days; before plus 5 working days."
re-linked,T4,Test ends,,,,,,,,,,T4 no longer waits for T3.
re-linked,T5,Migration starts,,,,,,,,,,T5 now waits for T4.
re-linked,T7,Service active,,,,,,,,,,T7 no longer waits for T6.
""",
}


@dataclass
class TwoRebaselines:
    milestones: dict[str, Milestone]
    baselines: dict[str, Baseline] = field(default_factory=dict)
    requests: dict[str, ChangeRequest] = field(default_factory=dict)
    #: A participant with a supplier on cp3.
    organisation: Organisation | None = None


def build(*, with_forecasts: bool = True) -> TwoRebaselines:
    """The whole plan, in an empty database."""
    plan = _first_timetable()
    plan.organisation = make.organisation(name="Northern Supply", short_name="Northern", slug="northern")
    make.on_path(make.role_held(plan.organisation))
    make.lead(plan.organisation)
    _rebaseline(plan, "RB1", date(2024, 2, 5), "Programme Steering Group (PSG)", _first_lines(plan))
    _rebaseline(plan, "RB2", date(2024, 6, 3), "Ofgem", _second_lines(plan))
    plan.milestones = {milestone.code: milestone for milestone in Milestone.objects.all()}
    if with_forecasts:
        for code, said in (("T2", When.month(2026, 2)), ("T3", When.day(date(2026, 1, 14)))):
            releases.report(
                milestone=plan.milestones[code], when=said, reason="Late delivery.", by=None, now=at(date(2024, 7, 1))
            )
    return plan


def at(day: date) -> datetime:
    """Noon in London."""
    return deadline(day, time(12))


def _first_timetable() -> TwoRebaselines:
    lane, source = make.lane("two", name="Two re-baselines"), make.source(title="The first timetable")
    facts = {"title": "Change requests decided in this portal", "url": "https://sample.example/"}
    Source.objects.get_or_create(key="PORTAL", defaults=facts)
    path = CriticalPath.objects.create(
        slug="cp3", code="CP3", name="Path three", who="Somebody", summary="A path", source=source, confidence="stated"
    )
    milestones = {
        code: make.milestone(code=code, slug=code.lower(), name=name, lane=lane, position=place)
        for place, (code, (name, _)) in enumerate(FIRST.items(), start=1)
    }
    Milestone.objects.filter(code="T5").update(tier=1, needs_ofgem_approval=True)
    path.milestones.set(milestones[code] for code in ON_PATH)
    for before, after, lag in LINKS:
        ends = {"before": milestones[before], "after": milestones[after]}
        Dependency.objects.create(**ends, lag_working_days=lag, source=source, confidence="stated")
    first = Baseline(
        slug="first",
        name="First timetable",
        number=1,
        decided_on=date(2023, 9, 4),
        decided_by="Ofgem",
        published_on=date(2023, 9, 4),
        source=source,
        confidence="stated",
        title="The first timetable",
    )
    dates = []
    for code, (_, said) in FIRST.items():
        if said:
            other = {"alternative_source": source, "alternative_confidence": "stated"} if said.alternative else {}
            fields = change_requests.date_fields(said)
            dates.append(
                BaselineDate(milestone=milestones[code], source=source, confidence="stated", **fields, **other)
            )
    applying.fill(first, dates, now=at(date(2023, 9, 4)), knows_words_and_links=False)
    Baseline.objects.filter(pk=first.pk).update(is_current=True)
    first.refresh_from_db()
    return TwoRebaselines(milestones, {"first": first})


def _rebaseline(plan: TwoRebaselines, code: str, decided_on: date, body: str, lines: list[Line]) -> None:
    """Drafted, assessed, decided and applied, all in the month of the decision or before it."""
    by = None
    request = change_requests.draft_change(
        code=code, title=f"Re-baseline {code}", raised_by_words="Somebody", by=by, lines=lines
    )
    opened = at(date(decided_on.year, decided_on.month - 1, 8))
    change_requests.publish_for_assessment(
        request, due_on=date(decided_on.year, decided_on.month - 1, 22), by=by, now=opened
    )
    change_requests.close_assessment(request, by=by, now=at(date(decided_on.year, decided_on.month - 1, 23)))
    change_requests.decide(
        request, decided_by=body, decided_on=decided_on, is_ofgem=body == "Ofgem", by=by, now=at(decided_on)
    )
    plan.baselines[code.lower()] = change_requests.apply(request, by=by, now=at(decided_on))
    plan.baselines = {slug: Baseline.objects.get(slug=slug) for slug in plan.baselines}
    plan.requests[code.lower()] = request


def _first_lines(plan: TwoRebaselines) -> list[Line]:
    to = {
        "T1": When.day(date(2025, 4, 24)),
        "T4": When.month(2026, 9),
        "T6": When.day(date(2025, 9, 1)),
        "T7": When.day(date(2026, 6, 14)),
        "T8": When.day(date(2026, 10, 30)),
    }
    return [Line("move", plan.milestones[code], said) for code, said in to.items()]


def _second_lines(plan: TwoRebaselines) -> list[Line]:
    of = plan.milestones
    return [
        Line("move", of["T2"], When.day(date(2026, 1, 12))),
        Line("move", of["T3"], When.day(date(2026, 1, 5))),
        Line("move", of["T4"], When.day(date(2026, 9, 30))),
        Line("move", of["T5"], When.day(date(2027, 7, 2))),
        Line("move", of["T7"], When.day(date(2026, 6, 5))),
        Line(
            "add", when=When.day(date(2026, 3, 27)), new_code="T9", new_name="Extra checkpoint", new_lane=of["T1"].lane
        ),
        Line("remove", of["T6"]),
        Line("reword", of["T8"], new_name="New name"),
        Line("link", of["T3"], before=of["T2"], lag_working_days=10),
        Line("unlink", of["T4"], before=of["T3"]),
        Line("link", of["T5"], before=of["T4"]),
    ]


@pytest.fixture
def two_rebaselines(db) -> TwoRebaselines:
    return kept.made(build)
