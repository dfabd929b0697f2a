"""Forecasts, and the fortnightly plan release that bundles them.

A forecast waits in the draft release, seen by programme staff alone, until the release is published: then it is a
report that nobody edits any more, and only a later one replaces it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import day_words, local_day
from mhhs_portal.exports import Column, Table
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.changes import telling
from milestones.changes.applying import announce, portal_source
from milestones.models import (
    Achievement,
    Baseline,
    BaselineDate,
    Confidence,
    DraftForecast,
    Forecast,
    Milestone,
    PlanRelease,
)
from milestones.movement import is_later, movement, sentence
from milestones.poap import When
from milestones.poap.text import same_dates

_LOCK = 4_120_457  # the advisory lock under which releases are numbered and published


def _open_draft(today: date) -> PlanRelease:
    """The draft release of the current baseline; begun when there is none."""
    lock()
    release = PlanRelease.objects.filter(published_at=None).first()
    if release is None:
        release = PlanRelease(number=_next_number(_current()), baseline=_current(), as_at=today)
        save_checked(release)
    return release


def draft(
    *, milestone: Milestone, when: When, reason: str, by: Person | None, today: date | None = None
) -> DraftForecast:
    """Put a forecast into the draft release; one that it has for the milestone is replaced. Nobody else sees it."""
    _refuse_a_bad_forecast(milestone, when, reason)
    with doing("milestones.forecast_drafted", by=by):
        release = _open_draft(today or timezone.localdate())
        row = DraftForecast.objects.filter(release=release, milestone=milestone).first() or DraftForecast(
            release=release, milestone=milestone
        )
        row.first_on, row.last_on, row.precision = when.first, when.last, when.precision
        row.reason = reason.strip()
        save_checked(row)
    return row


def remove_draft(row: DraftForecast, *, by: Person | None) -> None:
    with doing("milestones.forecast_draft_removed", by=by):
        DraftForecast.objects.filter(pk=row.pk, release__published_at=None).delete()


def edit(release: PlanRelease, *, as_at: date, note: str, by: Person | None) -> None:
    """The day that the release speaks for, and its note; an empty note means the generated one."""
    with doing("milestones.release_edited", by=by):
        held = _draft_release(release)
        held.as_at, held.note = as_at, note.replace("\r\n", "\n").strip()
        save_checked(held)
    release.refresh_from_db()


def discard(release: PlanRelease, *, by: Person | None) -> None:
    with doing("milestones.release_discarded", by=by):
        _draft_release(release).delete()


def publish(release: PlanRelease, *, by: Person | None, now: datetime) -> list[Forecast]:
    """Publish the release: one transaction that turns its drafts into reports, with the number and the note."""
    from milestones.plan_files import applying as detailed_plan  # it imports this module

    with doing("milestones.release_published", by=by):
        lock()
        held = _draft_release(release)
        drafts = list(held.drafts.select_related("milestone"))
        if not drafts and not detailed_plan.has_draft():
            raise ValidationError("Add at least one forecast, or a draft of the detailed plan, before you publish.")
        if held.as_at > local_day(now):
            raise ValidationError(
                {"as_at": f"The forecasts cannot be as at a day after today, {day_words(local_day(now))}"}
            )
        if held.baseline_id != _current().pk:  # a new baseline came in between
            held.baseline, held.number = _current(), _next_number(_current())
        rows = previews(held)
        held.note = held.note or generated_note(rows)
        published = [_report_draft(row, held, by=by, now=now) for row in drafts]
        held.drafts.all().delete()
        held.published_at, held.published_by = now, by
        save_checked(held)
        detailed_plan.publish(held, by=by, now=now)
        telling.tell_of_release(held, [(row.milestone.code, row.words) for row in rows], now)
        announce(now)
    release.refresh_from_db()
    return published


def report(
    *,
    milestone: Milestone,
    when: When,
    reason: str,
    by: Person | None,
    now: datetime,
    as_at: date | None = None,
) -> Forecast:
    """A forecast that is public at once, outside a release. It replaces the one in force."""
    as_at = as_at or local_day(now)
    _refuse_a_bad_forecast(milestone, when, reason)
    if as_at > local_day(now):
        raise ValidationError({"as_at": "A forecast cannot be as at a day in the future"})
    with doing("milestones.forecast_reported", by=by):
        facts = {"first_on": when.first, "last_on": when.last, "precision": when.precision, "as_at": as_at}
        forecast = _report(milestone, by=by, now=now, reason=reason.strip(), **facts)
        announce(now)
    return forecast


def _report(milestone: Milestone, *, by: Person | None, now: datetime, **facts: Any) -> Forecast:
    """Two reports at once: the second one replaces the first."""
    Milestone.objects.select_for_update().get(pk=milestone.pk)
    forecast = Forecast(
        milestone=milestone,
        reported_at=now,
        reported_by=by,
        replaces=Forecast.objects.in_force().filter(milestone=milestone).first(),
        source=portal_source(),
        confidence=Confidence.STATED,
        **facts,
    )
    save_checked(forecast)
    return forecast


def _report_draft(row: DraftForecast, release: PlanRelease, *, by: Person | None, now: datetime) -> Forecast:
    _refuse_a_bad_forecast(row.milestone, row.when, row.reason)  # it may have been achieved since
    facts = {name: getattr(row, name) for name in ("first_on", "last_on", "precision", "reason")}
    return _report(row.milestone, by=by, now=now, as_at=release.as_at, release=release, **facts)


@dataclass(frozen=True)
class Preview:
    """What one draft forecast would change."""

    draft: DraftForecast
    baseline: When | None
    before: When | None
    words: str
    #: Critical paths that the milestone matters to, for "whom".
    paths: list[str]

    @property
    def milestone(self) -> Milestone:
        return self.draft.milestone


def previews(release: PlanRelease) -> list[Preview]:
    """Every draft with the forecast before it and the baseline's date: four queries."""
    drafts = list(release.drafts.select_related("milestone").prefetch_related("milestone__paths"))
    ids = [row.milestone_id for row in drafts]
    before = {row.milestone_id: row.when for row in Forecast.objects.in_force().filter(milestone__in=ids)}
    agreed = {
        row.milestone_id: row.when for row in BaselineDate.objects.filter(baseline__is_current=True, milestone__in=ids)
    }
    return [
        Preview(
            row,
            agreed.get(row.milestone_id),
            before.get(row.milestone_id),
            _words(
                row.milestone.code, row.when, before.get(row.milestone_id), agreed.get(row.milestone_id), row.reason
            ),
            [path.code for path in row.milestone.paths.all()],
        )
        for row in drafts
    ]


def generated_note(rows: list[Preview]) -> str:
    return "\n".join(row.words for row in rows)


def _words(code: str, now: When, before: When | None, agreed: When | None, reason: str) -> str:
    """ "M14 is forecast for 9 November 2026, 8 working days later than the baseline. Reason." """
    against = before or agreed
    name = "the last forecast" if before else "the baseline"
    if against is None:
        said = f"{code} is forecast for {now.words}; no date was published before."
    elif same_dates(against, now):
        said = f"{code} is still forecast for {now.words}, as in {name}."
    else:
        said = sentence(code, against, now).replace(" moves from ", " is now forecast to move from ", 1)
    return f"{said} {reason.strip()}".strip()


def _refuse_a_bad_forecast(milestone: Milestone, when: When, reason: str) -> None:
    if when.alternative is not None:
        raise ValidationError({"when": "A forecast is one date; give a range of months if it is not sure"})
    if not reason.strip():
        raise ValidationError({"reason": "Give the reason for the forecast"})
    if milestone.is_removed:
        raise ValidationError({"milestone": f"{milestone.code} is not in the current baseline any more"})
    if Achievement.objects.filter(milestone=milestone).exists():
        raise ValidationError({"milestone": f"{milestone.code} is achieved: it is not forecast any more"})


def _draft_release(release: PlanRelease) -> PlanRelease:
    held = PlanRelease.objects.select_for_update().get(pk=release.pk)
    if held.published_at is not None:
        raise ValidationError(f"Plan release {held.number} is published: it does not change any more.")
    return held


def _current() -> Baseline:
    current = Baseline.objects.current()
    if current is None:
        raise ValidationError("There is no baseline yet that a release could stand on.")
    return current


def _next_number(baseline: Baseline) -> str:
    taken: Any = PlanRelease.objects.filter(number__startswith=f"{baseline.number}.").values_list("number", flat=True)
    counts = [int(number.split(".")[1]) for number in taken]
    return f"{baseline.number}.{max(counts, default=0) + 1}"


def lock() -> None:
    """Whoever also locks the detailed plan takes this one first, or two of them would wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@dataclass(frozen=True)
class Content:
    """One forecast of a published release."""

    forecast: Forecast
    baseline: When | None
    movement: str
    is_later: bool


def published() -> Any:
    return (
        PlanRelease.objects.exclude(published_at=None)
        .select_related("baseline")
        .annotate(count=Count("forecasts"))
        .order_by("-published_at")
    )


def contents(release: PlanRelease) -> list[Content]:
    """Two queries."""
    agreed = {row.milestone_id: row.when for row in BaselineDate.objects.filter(baseline=release.baseline_id)}
    rows = release.forecasts.select_related("milestone", "reported_by").order_by("milestone__position")
    return [
        Content(
            row,
            old := agreed.get(row.milestone_id),
            movement(old, row.when) if old else "",
            bool(old and is_later(old, row.when)),
        )
        for row in rows
    ]


def table(release: PlanRelease, rows: list[Content]) -> Table:
    columns = [
        Column("milestone", "Milestone"),
        Column("name", "Name"),
        Column("baseline", f"Baseline {release.baseline.name}"),
        Column("forecast", "Forecast"),
        Column("first_on", "First day"),
        Column("last_on", "Last day"),
        Column("movement", "Movement"),
        Column("reason", "Reason"),
        Column("as_at", "As at"),
    ]
    made = [
        {
            "milestone": row.forecast.milestone.code,
            "name": row.forecast.milestone.name,
            "baseline": row.baseline.words if row.baseline else None,
            "forecast": row.forecast.when.words,
            "first_on": row.forecast.first_on,
            "last_on": row.forecast.last_on,
            "movement": row.movement,
            "reason": row.forecast.reason,
            "as_at": row.forecast.as_at,
        }
        for row in rows
    ]
    return Table(f"plan-release-{release.number}", columns, made)
