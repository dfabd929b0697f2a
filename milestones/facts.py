"""Loads the published plan from data/*.toml: sources, lanes, milestones, the three baselines, stages, critical paths.

Loading twice writes nothing the second time. What is frozen is compared and never written: where the file and a frozen
baseline differ, the loader refuses and says where.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from mhhs_portal.organisations.models import MarketRole
from milestones.changes import applying
from milestones.models import (
    Achievement,
    Baseline,
    BaselineDate,
    ChangeRequest,
    CriticalPath,
    Dependency,
    Lane,
    Milestone,
    MilestoneNote,
    PathGate,
    PathLabel,
    PathStep,
    ProposedChange,
    Route,
    Source,
    Stage,
    StepDuty,
)
from milestones.models.change_requests import STEPS, State
from milestones.models.dates import Precision

DATA = Path(__file__).parent / "data"


class FactsError(ValueError):
    """The files say something that cannot be loaded; the message says where and what to do."""


def load(today: date, data: Path = DATA) -> list[str]:
    with doing("milestones.facts_loaded", by=None):
        loader = _Loader(data)
        loader.load()
    return [f"The plan: {loader.written} rows written"]


def parse(text: str) -> tuple[date, date, str]:
    """First day, last day and precision of "2025-09-24", "2025-09" or "2025-03..2025-06"."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return day, day, Precision.DAY
    if re.fullmatch(r"\d{4}-\d\d(\.\.\d{4}-\d\d)?", text):
        first, _, last = text.partition("..")
        end_year, end_month = (int(part) for part in (last or first).split("-"))
        end = date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
        return date.fromisoformat(f"{first}-01"), end, Precision.RANGE if last else Precision.MONTH
    raise FactsError(f"{text!r} is no date. Write 2025-09-24, 2025-09 or 2025-03..2025-06.")


def _dates(text: str | None, prefix: str = "") -> dict[str, Any]:
    first, last, precision = parse(text) if text else (None, None, "")
    return {f"{prefix}first_on": first, f"{prefix}last_on": last, f"{prefix}precision": precision}


class _Loader:
    """One run: what it has read, and how many rows it wrote."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.written = 0
        self.sources: dict[str, Source] = {}

    def load(self) -> None:
        plan, paths = read_toml(self.data / "plan.toml"), read_toml(self.data / "paths.toml")
        self._sources()
        for position, row in enumerate(plan["lane"]):
            if not Lane.objects.filter(slug=row["slug"], is_edited=True).exists():  # staff changed it since
                self._put(Lane, by={"slug": row["slug"]}, to={"name": row["name"], "position": position})
        for position, row in enumerate(paths["path"]):
            self._path(row, position)
        for position, row in enumerate(plan["milestone"]):
            self._milestone(row, position)
        decided_here = self._links_decided_here()
        for row in plan.get("dependency", []):
            if (row["before"], row["after"]) in decided_here:
                continue
            by = {end: Milestone.objects.get(code=row[end]) for end in ("before", "after")}
            self._put(Dependency, by=by, to=self._sourced(row))
        for position, row in enumerate(plan["stage"]):
            self._stage(row, position)
        for row in read_toml(self.data / "baselines.toml")["baseline"]:
            self._baseline(row)
        for row in paths["path"]:
            self._gate(row)
        for position, row in enumerate(paths["step"]):
            for slug in row["paths"]:
                self._step(row, position, CriticalPath.objects.get(slug=slug))

    def _put(self, model: Any, *, by: dict[str, Any], to: dict[str, Any]) -> Any:
        row, was_written = put(model, by=by, to=to)
        self.written += was_written
        return row

    def _sources(self) -> None:
        for key, row in read_toml(self.data / "sources.toml").items():
            facts = {
                "title": row["title"],
                "url": row["url"],
                "was_read_directly": not row.get("quoted", False),
            }
            self.sources[key] = self._put(Source, by={"key": key}, to=facts)

    def _source(self, key: str) -> Source:
        try:
            return self.sources[key]
        except KeyError:
            raise FactsError(f"No source is called {key!r}. Add it to sources.toml.") from None

    def _sourced(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "source": self._source(row["source"]),
            "confidence": row["confidence"],
            "note": row.get("note", ""),
        }

    # -- milestones

    @cached_property
    def _reworded_here(self) -> set[str]:
        """Milestones whose words an applied change request of this portal changed: the files no longer do."""
        return set(_decided_here("reword").values_list("milestone__code", flat=True))

    def _links_decided_here(self) -> set[tuple[str, str]]:
        """Links that an applied request of this portal changed, or that lost an end by one."""
        links = set(_decided_here("link", "unlink").values_list("before__code", "milestone__code"))
        gone = set(Milestone.objects.filter(is_removed=True).values_list("code", flat=True))
        rows = read_toml(self.data / "plan.toml").get("dependency", [])
        return links | {(row["before"], row["after"]) for row in rows if gone & {row["before"], row["after"]}}

    def _milestone(self, row: dict[str, Any], position: int) -> None:
        words = ("name", "short_name", "summary", "recommended_by", "decided_by")
        facts = {word: row.get(word, "") for word in words} | {
            "slug": row.get("slug", row["code"].lower()),
            "lane": Lane.objects.get(slug=row["lane"]),
            "position": position,
            "tier": row.get("tier"),
            "needs_ofgem_approval": row.get("needs_ofgem_approval"),
            "decision_source": self._source(row["decision_source"]) if "decision_source" in row else None,
        }
        if row["code"] in self._reworded_here:
            facts = {name: value for name, value in facts.items() if name not in ("name", "short_name", "summary")}
        milestone = self._put(Milestone, by={"code": row["code"]}, to=facts)
        paths = set(CriticalPath.objects.filter(slug__in=row.get("paths", [])))
        if set(milestone.paths.all()) != paths:
            milestone.paths.set(paths)
            self.written += 1
        for note in row.get("note", []):
            self._note(milestone, note)
        if "achieved" in row:
            self._achieved(milestone, row["achieved"])

    def _note(self, milestone: Milestone, row: dict[str, Any]) -> None:
        other = self._source(row["other_source"]) if "other_source" in row else None
        facts = {"kind": row.get("kind", "remark"), "words": row["words"], "other_source": other}
        self._put(
            MilestoneNote,
            by={"milestone": milestone, "key": row["key"]},
            to=facts | self._sourced(row),
        )

    def _achieved(self, milestone: Milestone, row: dict[str, Any]) -> None:
        """A report that says something new replaces the one before it; the same one is not repeated."""
        facts = _dates(row["date"]) | {"words": row["words"]} | self._sourced(row)
        last = Achievement.objects.in_force().filter(milestone=milestone).first()
        if last and all(getattr(last, name) == value for name, value in facts.items()):
            return
        Achievement.objects.create(milestone=milestone, replaces=last, **facts)
        self.written += 1

    def _stage(self, row: dict[str, Any], position: int) -> None:
        if Stage.objects.filter(key=row["key"], is_edited=True).exists():  # staff changed it since
            return
        lane, path = row.get("lane"), row.get("path")
        facts = {
            "name": row["name"],
            "short_name": row.get("short_name", ""),
            "lane": Lane.objects.get(slug=lane) if lane else None,
            "path": CriticalPath.objects.get(slug=path) if path else None,
            "position": position,
        }
        dates = _dates(row.get("start"), "start_") | _dates(row.get("end"), "end_")
        self._put(Stage, by={"key": row["key"]}, to=facts | dates | self._sourced(row))

    # -- baselines

    def _baseline(self, row: dict[str, Any]) -> None:
        replaces = Baseline.objects.get(slug=row["replaces"]) if "replaces" in row else None
        facts = {name: row[name] for name in ("name", "number", "decided_on", "decided_by")} | {
            "title": row.get("title", ""),
            "published_on": row.get("published_on"),
            "replaces": replaces,
            **self._sourced(row),
        }
        dates = [self._baseline_date(code, said) for code, said in row["dates"].items()]
        is_current = row.get("is_current", False)
        baseline = Baseline.objects.filter(slug=row["slug"]).first()
        if baseline is None:
            baseline = self._new_baseline(row["slug"], facts, dates, knows_words_and_links=is_current)
        else:
            self._refuse_differences(baseline, facts, dates)
        # A baseline that was made in this portal since is the current one, whatever the files say.
        if is_current and not Baseline.objects.filter(is_current=True, number__gte=baseline.number).exists():
            Baseline.objects.filter(is_current=True).update(is_current=False)
            Baseline.objects.filter(pk=baseline.pk).update(is_current=True)
            self.written += 1

    def _baseline_date(self, code: str, row: dict[str, Any]) -> BaselineDate:
        other = row.get("alternative", {})
        facts = _dates(row["date"]) | self._sourced(row) | _dates(other.get("date"), "alternative_")
        return BaselineDate(
            milestone=Milestone.objects.get(code=code),
            alternative_source=self._source(other["source"]) if other else None,
            alternative_confidence=other.get("confidence", ""),
            **facts,
        )

    def _new_baseline(
        self, slug: str, facts: dict[str, Any], dates: list[BaselineDate], *, knows_words_and_links: bool
    ) -> Baseline:
        """Through the request that made it, where there is one, as any baseline. Only the words and links of the
        current one are known: the milestones are loaded as it has them."""
        now = timezone.now()
        request = self._change_request(slug, facts, dates) if facts["number"] > 1 else None
        baseline = Baseline(slug=slug, change_request=request, **facts)
        applying.fill(baseline, dates, now=now, knows_words_and_links=knows_words_and_links)
        if request is not None:
            applying.finish(request, now)
        baseline.refresh_from_db()
        self.written += 1 + len(dates)
        return baseline

    def _change_request(self, slug: str, facts: dict[str, Any], dates: list[BaselineDate]) -> ChangeRequest:
        """The approved request behind a baseline that was published before this portal, line by line."""
        request = ChangeRequest.objects.create(
            code=facts["name"],
            slug=slug,
            title=facts["title"] or facts["name"],
            based_on=facts["replaces"],
            source=facts["source"],
        )
        ProposedChange.objects.bulk_create(
            ProposedChange(
                change_request=request,
                kind=ProposedChange.Kind.MOVE,
                milestone=row.milestone,
                **{name: value for name, value in vars(row).items() if name in _PROPOSED},
            )
            for row in dates
        )
        request.state = STEPS["record", State.DRAFT]
        request.published_at = timezone.now()
        request.decided_by, request.decided_on = facts["decided_by"], facts["decided_on"]
        request.is_ofgem_decision = "Ofgem" in facts["decided_by"]
        request.save()
        return request

    def _refuse_differences(self, baseline: Baseline, facts: dict[str, Any], dates: list[BaselineDate]) -> None:
        found = [f"{baseline.name}: {name}" for name, value in facts.items() if getattr(baseline, name) != value]
        stored = {row.milestone_id: _said(row) for row in baseline.dates.all()}
        given = {row.milestone_id: _said(row) for row in dates}
        codes = dict(Milestone.objects.values_list("pk", "code"))
        found += [
            f"{baseline.name}: {codes[pk]}"
            for pk in sorted(stored.keys() | given.keys(), key=lambda pk: codes[pk])
            if stored.get(pk) != given.get(pk)
        ]
        if found:
            raise FactsError(
                f"baselines.toml differs from a frozen baseline ({'; '.join(found)}). A frozen baseline does not "
                "change: put the file back as it was, or add a new baseline at its end."
            )

    # -- critical paths

    def _path(self, row: dict[str, Any], position: int) -> None:
        words = {name: row[name] for name in ("code", "name", "who", "summary")}
        facts = words | {"without_gate": row.get("without_gate", ""), "position": position} | self._sourced(row)
        path = self._put(CriticalPath, by={"slug": row["slug"]}, to=facts)
        for label in row.get("label", []):
            since, _, since_precision = parse(label["since"])
            _, until, until_precision = parse(label["until"]) if "until" in label else (None, None, "")
            dates = {"since_on": since, "since_precision": since_precision}
            dates |= {"until_on": until, "until_precision": until_precision}
            self._put(
                PathLabel,
                by={"path": path, "words": label["words"]},
                to=dates | self._sourced(label),
            )

    def _gate(self, row: dict[str, Any]) -> None:
        gate = row.get("gate")
        if gate:
            milestone = Milestone.objects.get(code=gate["milestone"]) if "milestone" in gate else None
            facts = {"label": gate["label"], "milestone": milestone} | _dates(gate["date"]) | self._sourced(gate)
            self._put(PathGate, by={"path": CriticalPath.objects.get(slug=row["slug"])}, to=facts)

    def _step(self, row: dict[str, Any], position: int, path: CriticalPath) -> None:
        words = {name: row[name] for name in ("name", "short_name", "summary", "applies_to")}
        facts = words | {"position": position, "is_approval": row.get("is_approval", False)} | self._sourced(row)
        facts |= _dates(row.get("start"), "start_") | _dates(row.get("end"), "end_")
        facts |= {
            "routes": self._routes(row),
            "only_role": MarketRole.objects.get(code=row["only_role"]) if "only_role" in row else None,
            "part_of": PathStep.objects.get(path=path, key=row["part_of"]) if "part_of" in row else None,
        }
        step = self._put(PathStep, by={"path": path, "key": row["key"]}, to=facts)
        for duty in row.get("duty", []):
            role = MarketRole.objects.get(code=duty["role"]) if "role" in duty else None
            source = self._source(duty.get("source", row["source"]))
            self._put(
                StepDuty,
                by={"step": step, "market_role": role},
                to={"words": duty["words"], "source": source},
            )

    def _routes(self, row: dict[str, Any]) -> list[str]:
        """The routes that have a step; legacy roles have none of them."""
        routes: list[str] = row.get("routes", [])
        unknown = set(routes) - set(Route.values) | set(routes) & {Route.LEGACY}
        if unknown:
            raise FactsError(f"Step {row['key']!r}: there is no route {', '.join(sorted(unknown))} with steps.")
        return routes


_PROPOSED = (
    *(prefix + name for prefix in ("", "alternative_") for name in ("first_on", "last_on", "precision", "confidence")),
    "source_id",
    "alternative_source_id",
    "note",
)


def _decided_here(*kinds: str) -> QuerySet[ProposedChange]:
    """Lines of these kinds of requests that were raised in this portal and applied."""
    return ProposedChange.objects.filter(
        kind__in=kinds, change_request__state=State.APPLIED, change_request__source=None
    )


def _said(row: BaselineDate) -> tuple[Any, ...]:
    """Everything that a baseline's date says, for comparison."""
    own = {"id", "baseline_id"}
    return tuple(getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in own)
