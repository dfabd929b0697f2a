"""What the register asks the database: every milestone with all that is known about it, in one query.

With `as_at` the rows say what was known on that day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, Lower

from milestones.models import (
    Achievement,
    Baseline,
    BaselineDate,
    BaselineMilestone,
    CriticalPath,
    Dependency,
    Forecast,
    Milestone,
    ProposedChange,
    RagOverride,
    Tolerance,
)

_REPORT = {name: name for name in ("first_on", "last_on", "precision", "confidence", "note")} | {
    "source_title": "source__title",
    "source_url": "source__url",
    "source_key": "source__key",
}


def milestones(as_at: date | None = None) -> QuerySet[Milestone]:
    """Milestones with lane, paths, what they wait for, forecast, outcome, tolerance and override: one query."""
    waits_for = Dependency.objects.filter(after=OuterRef("pk")).order_by("before__position").values("before__code")
    on_paths = CriticalPath.objects.filter(milestones=OuterRef("pk")).order_by("position")
    path = JSONObject(slug="slug", code="code", name="name")
    return Milestone.objects.select_related("lane", "decision_source").annotate(
        forecast_json=_one(_forecasts(as_at), _REPORT | {"words": "reason", "as_at": "as_at"}),
        achieved_json=_one(_achievements(as_at), _REPORT | {"words": "words"}),
        waits_for_codes=ArraySubquery(waits_for),
        paths_json=ArraySubquery(on_paths.values(json=path)),
        tolerance_json=_one(_tolerances(), {"amber_over": "amber_over", "red_over": "red_over"}),
        override_json=_one(_overrides(as_at), {"rag": "rag", "reason": "reason", "made_at": "made_at"}),
    )


def with_words_of(rows: QuerySet[Milestone], baseline: Baseline | None) -> QuerySet[Milestone]:
    """Also the words as that baseline has them, where it is known."""
    said = BaselineMilestone.objects.filter(milestone=OuterRef("pk"), baseline=baseline)
    return rows.annotate(then_json=_one(said, {"name": "name", "summary": "summary"}))


def added_and_removed() -> tuple[dict[str, str], dict[int, str]]:
    """The slug of the baseline whose change request last added or removed a milestone, by number and by key."""
    lines = ProposedChange.objects.filter(kind__in=["add", "remove"], change_request__state="applied").order_by("pk")
    added: dict[str, str] = {}
    removed: dict[int, str] = {}
    for kind, code, milestone, baseline in lines.values_list(
        "kind", Lower("new_code"), "milestone", "change_request__baseline__slug"
    ):
        if kind == "add":
            added[code] = baseline
        else:
            removed[milestone] = baseline
    return added, removed


def dates(as_at: date | None = None) -> QuerySet[BaselineDate]:
    """What each frozen baseline says, and whether it added the milestone."""
    rows = BaselineDate.objects.filter(baseline__frozen_at__isnull=False)
    if as_at:
        rows = rows.alias(known_on=Coalesce("baseline__published_on", "baseline__decided_on"))
        rows = rows.filter(known_on__lte=as_at)
    added = ProposedChange.objects.filter(kind="add", change_request=OuterRef("baseline__change_request"))
    its = added.alias(ours=Lower("new_code")).filter(ours=Lower(OuterRef("milestone__code")))
    rows = rows.annotate(is_where_added=Exists(its))
    return rows.select_related("baseline", "source", "alternative_source")


def _one(rows: QuerySet[Any], names: dict[str, str]) -> Subquery:
    return Subquery(rows.values(json=JSONObject(**names))[:1])


def _forecasts(as_at: date | None) -> QuerySet[Forecast]:
    rows = Forecast.objects.filter(milestone=OuterRef("pk"))
    if as_at is None:
        return rows.filter(replaced_by__isnull=True)
    return rows.filter(as_at__lte=as_at).order_by("-as_at", "-pk")


def _achievements(as_at: date | None) -> QuerySet[Achievement]:
    """What the portal was told by a person counts from that day on; facts from elsewhere from the day they are of."""
    rows = Achievement.objects.filter(milestone=OuterRef("pk"))
    if as_at is None:
        return rows.filter(replaced_by__isnull=True)
    told = Q(reported_by__isnull=True) | Q(reported_at__date__lte=as_at)
    return rows.filter(told, last_on__lte=as_at).order_by("-pk")


def _overrides(as_at: date | None) -> QuerySet[RagOverride]:
    rows = RagOverride.objects.filter(milestone=OuterRef("pk"))
    if as_at is None:
        return rows.filter(replaced_by__isnull=True)
    return rows.filter(made_at__date__lte=as_at).order_by("-pk")


def _tolerances() -> QuerySet[Tolerance]:
    """That of the milestone's tier, else the one for milestones without a tier."""
    rows = Tolerance.objects.filter(Q(tier=OuterRef("tier")) | Q(tier__isnull=True))
    return rows.order_by(F("tier").asc(nulls_last=True))
