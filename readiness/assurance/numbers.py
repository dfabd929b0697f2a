"""The figures of the dashboards, each from few questions to the database whatever the size."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from mhhs_portal.deadlines import local_day, working_days_between
from mhhs_portal.organisations.models import Organisation
from readiness.assurance.models import Finding, PlanStep
from readiness.models import OPEN, Assessment, Campaign, Status, Submission, SubmittedRound

#: Groups of fewer are not shown to those who might recognise somebody in them.
FEWEST = 3
SHORT = ["partly-adequate", "not-adequate", "more-needed"]
STAGES = [
    ("Issued", "asked"),
    ("Started", "started"),
    ("Submitted", "submitted"),
    ("Assessed", "assessed"),
    ("Accepted", "accepted"),
]


def percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def shade(share: int | None) -> str:
    """The class of a heat map's cell."""
    if share is None:
        return "h0"
    return next(f"h{n}" for n, top in enumerate((5, 20, 40, 60, 100), start=1) if share <= top)


def _submissions(campaign: Campaign) -> list[Any]:
    rounds = SubmittedRound.objects.filter(submission=OuterRef("pk"))
    first = rounds.filter(round_number=1)
    return list(
        Submission.objects.filter(campaign=campaign)
        .annotate(
            first_at=Subquery(first.values("submitted_at")[:1]),
            was_late=Subquery(first.values("is_late")[:1]),
            accepted_at=Subquery(Submission.objects.filter(pk=OuterRef("pk")).values("acceptance__accepted_at")[:1]),
        )
        .values("pk", "status", "round_number", "asked_for", "first_at", "was_late", "accepted_at")
        .order_by("pk")
    )


def of_campaign(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """Three queries: submissions, marks by section, and who is outstanding."""
    rows = _submissions(campaign)
    marks = _marks(campaign)
    assessed = {submission for (submission, _), counts in marks.items() if sum(counts.values())}
    counts = {
        "asked": len(rows),
        "started": sum(row["status"] != Status.NOT_STARTED for row in rows),
        "submitted": sum(row["first_at"] is not None for row in rows),
        "assessed": len(assessed),
        "accepted": sum(row["status"] == Status.ACCEPTED for row in rows),
    }
    sections = list(campaign.version.sections.order_by("position").values_list("letter", "short_title"))
    return {
        "funnel": [(words, counts[key], percent(counts[key], len(rows))) for words, key in STAGES],
        "counts": counts,
        "sections": sections,
        "heat": _heat(rows, marks, [letter for letter, _ in sections]),
        "days": _by_day(rows, now),
        "to_submit": _middle(row["first_at"] and _days(campaign.opened_at, row["first_at"]) for row in rows),
        "in_review": _middle(
            row["first_at"] and row["accepted_at"] and _days(row["first_at"], row["accepted_at"]) for row in rows
        ),
        "ageing": _ageing(rows, now),
        "outstanding": _outstanding(campaign),
        "missing": sum(row["first_at"] is None and row["status"] in OPEN for row in rows),
    }


def _marks(campaign: Campaign) -> dict[tuple[int, str], Counter[str]]:
    """{(submission, section's letter): how many answers have which mark} of the round in hand or the last one."""
    later = Assessment.objects.filter(answer=OuterRef("answer"), pk__gt=OuterRef("pk"))
    newest = SubmittedRound.objects.filter(submission=OuterRef("answer__submission")).order_by("-round_number")
    rows = (
        Assessment.objects.filter(answer__submission__campaign=campaign)
        .annotate(newer=Subquery(later.values("pk")[:1]), latest=Subquery(newest.values("round_number")[:1]))
        .filter(newer=None, answer__round_number=F("latest"))
        .order_by()
        .values_list("answer__submission", "answer__question__section__letter", "mark")
        .annotate(n=Count("pk"))
    )
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for submission, letter, mark, number in rows:
        found[submission, letter][mark] += number
    return found


def _heat(rows: list[Any], marks: dict[tuple[int, str], Counter[str]], letters: list[str]) -> list[dict[str, Any]]:
    """By role: how many submitted, and per section the share of assessed answers that fall short."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for role in dict.fromkeys(one["role"] for one in row["asked_for"]):
            groups[role].append(row)
    heat = []
    for role in sorted(groups):
        cells = []
        for letter in [*letters, None]:
            total: Counter[str] = Counter()
            whose = 0
            for row in groups[role]:
                ours = [marks[row["pk"], one] for one in ([letter] if letter else letters) if (row["pk"], one) in marks]
                whose += bool(ours)
                for counts in ours:
                    total += counts
            share = percent(sum(total[mark] for mark in SHORT), total.total()) if whose >= FEWEST else None
            cells.append((share, shade(share)))
        submitted = sum(row["first_at"] is not None for row in groups[role])
        heat.append({"role": role, "asked": len(groups[role]), "submitted": submitted, "cells": cells})
    return heat


def _by_day(rows: list[Any], now: datetime) -> list[tuple[date, int]]:
    """How many had submitted by the end of each day on which somebody did."""
    days = Counter(local_day(row["first_at"]) for row in rows if row["first_at"])
    total, found = 0, []
    for day in sorted(days):
        total += days[day]
        found.append((day, total))
    return found


def _days(start: datetime | None, end: datetime) -> int:
    return working_days_between(local_day(start), local_day(end)) if start else 0


def _middle(values: Any) -> int | None:
    known = [value for value in values if value is not None and value is not False]
    return round(median(known)) if known else None


def _ageing(rows: list[Any], now: datetime) -> list[tuple[str, int]]:
    """How long submissions have waited for the end of their review, in working days."""
    waiting = [
        _days(row["first_at"], now)
        for row in rows
        if row["first_at"] and row["status"] in (Status.SUBMITTED, Status.IN_REVIEW)
    ]
    spans = [("Up to 5", 0, 5), ("6 to 10", 6, 10), ("11 to 20", 11, 20), ("More than 20", 21, 100_000)]
    return [(words, sum(low <= days <= high for days in waiting)) for words, low, high in spans]


def _outstanding(campaign: Campaign) -> list[Submission]:
    rows = Submission.objects.filter(campaign=campaign, status__in=OPEN, rounds=None)
    return list(rows.select_related("organisation").order_by("organisation__name")[:100])


def of_organisation(organisation: Organisation, now: datetime) -> dict[str, Any]:
    """An organisation's submissions, findings and steps; and its place among all, without a name."""
    rounds = SubmittedRound.objects.filter(submission=OuterRef("pk")).order_by("-round_number")
    submissions = list(
        Submission.objects.of(organisation)
        .filter(campaign__opened_at__lte=now)
        .annotate(sent_at=Subquery(rounds.values("submitted_at")[:1]), late=Subquery(rounds.values("is_late")[:1]))
        .order_by("-campaign__due_at")
    )
    findings = Finding.objects.shown_to(organisation).select_related("submission__campaign")
    steps = PlanStep.objects.filter(plan__finding__in=findings, plan__status__in=["agreed", "complete"])
    return {
        "submissions": submissions,
        "findings": list(findings),
        "steps": list(steps.select_related("plan__finding").order_by("due_on")),
        "places": [place for one in submissions[:3] if (place := _place(one))],
    }


def _place(submission: Any) -> dict[str, Any] | None:
    """Where it stands among those who have submitted; nothing while fewer than three others have."""
    firsts = SubmittedRound.objects.filter(submission__campaign=submission.campaign, round_number=1)
    counted = firsts.aggregate(
        everybody=Count("pk"),
        earlier=Count("pk", filter=Q(submitted_at__lt=firsts.filter(submission=submission).values("submitted_at")[:1])),
    )
    if submission.sent_at is None or counted["everybody"] < FEWEST + 1:
        return None
    return {
        "campaign": submission.campaign,
        "place": counted["earlier"] + 1,
        "everybody": counted["everybody"],
        "quarter": min(4, 1 + 4 * counted["earlier"] // counted["everybody"]),
    }


def of_programme(now: datetime) -> dict[str, Any]:
    """Response by campaign and role, for the Programme: counts alone, and groups of fewer than three left out."""
    campaigns = []
    for campaign in Campaign.objects.opened()[:10]:
        groups: dict[str, list[Any]] = defaultdict(list)
        rows = _submissions(campaign)
        for row in rows:
            for role in dict.fromkeys(one["role"] for one in row["asked_for"]):
                groups[role].append(row)
        table = [
            {
                "role": role,
                "asked": len(group),
                "submitted": sum(row["first_at"] is not None for row in group) if len(group) >= FEWEST else None,
                "accepted": sum(row["status"] == Status.ACCEPTED for row in group) if len(group) >= FEWEST else None,
            }
            for role, group in sorted(groups.items())
        ]
        submitted = sum(row["first_at"] is not None for row in rows)
        campaigns.append({"campaign": campaign, "asked": len(rows), "submitted": submitted, "table": table})
    return {"campaigns": campaigns, "fewest": FEWEST}
